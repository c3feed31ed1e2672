"""Which format is this file? Decided by what it holds; its name is only for the answer."""

import re
from typing import Final

from ledger.banking.camt import message_of, read_camt
from ledger.banking.cfonb120 import read_cfonb120
from ledger.banking.statements import Statement
from ledger.banking.xml import MAX_BYTES, root_of
from ledger.refusals import UnreadableStatement

READ: Final = "camt.052, camt.053, camt.054 (versions 02 to 13) and CFONB120"

_XML: Final = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_CFONB: Final = re.compile(rb"(?:\xef\xbb\xbf)?[ \r\n]*0[1457][0-9A-Za-z]{5}[ 0-9A-Za-z]{4}")


def read_statements(data: bytes, name: str = "") -> tuple[Statement, ...]:
    """Read a bank file of any format read here, in the order of the file.

    Raises UnreadableStatement when the file is none of them or cannot be trusted.
    """
    shown = f"{name!r}" if name else "the file"
    if len(data) > MAX_BYTES:
        raise UnreadableStatement(why=f"{shown} is larger than {MAX_BYTES // 2**20} MB")
    if not data.strip():
        raise UnreadableStatement(why=f"{shown} is empty")
    if _XML.match(data):
        namespace, root = root_of(data)
        if root == "Document" and message_of(namespace):
            return read_camt(data, namespace)
        kind = f"XML, {root[:40]!r} in {namespace[:80]!r}"
        raise UnreadableStatement(why=f"{shown} is {kind}; what is read: {READ}")
    if _CFONB.match(data):
        return read_cfonb120(data)
    raise UnreadableStatement(why=f"{shown} is not a bank statement; what is read: {READ}")
