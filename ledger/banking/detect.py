"""Which format is this file? Decided by what it holds; its name is only for the answer."""

import codecs
import re
from collections.abc import Sequence
from typing import Final

from ledger.banking.archive import unpacked
from ledger.banking.camt import message_in, read_camt
from ledger.banking.cfonb120 import read_cfonb120
from ledger.banking.csv_profiles import SHIPPED, CsvProfile
from ledger.banking.csv_statement import read_csv
from ledger.banking.mt940 import read_mt940
from ledger.banking.ofx import read_ofx
from ledger.banking.statements import Statement
from ledger.banking.xml import MAX_BYTES, outermost, split_name
from ledger.refusals import UnreadableStatement

READ: Final = (
    "camt.052, camt.053, camt.054 (versions 02 to 13), CFONB120, MT940, OFX, CSV by a declared "
    "profile, and a zip of these"
)

_XML: Final = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_CFONB: Final = re.compile(rb"(?:\xef\xbb\xbf)?[ \r\n]*0[1457][0-9A-Za-z]{5}[ 0-9A-Za-z]{4}")
_MT940: Final = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (rb"^[ \t]*(?:\{[0-9]:[^\n]{0,200})?:20:", rb"^[ \t]*:25P?:")
)
_OFX: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:OFXHEADER\s*:|(?:<\?[^<>]*\?>\s*)*<OFX\s*>)")
_TABLE: Final = re.compile(rb"^[^\n\x00]*[;\t,|][^\n\x00]*\n", re.MULTILINE)
_HEAD: Final = 8_000


def read_statements(
    data: bytes, name: str = "", profiles: Sequence[CsvProfile] = SHIPPED
) -> tuple[Statement, ...]:
    """Read a bank file of any format read here, or a zip of several, in the order of the file.

    Raises UnreadableStatement when the file is none of them or cannot be trusted.
    """
    files = unpacked(data, name)
    if len(files) == 1 and files[0][1] is data:
        return read_one(data, name, profiles)
    return tuple(
        statement for inner, content in files for statement in read_one(content, inner, profiles)
    )


def read_one(
    data: bytes, name: str = "", profiles: Sequence[CsvProfile] = SHIPPED
) -> tuple[Statement, ...]:
    """Read a bank file that is not a zip; see `read_statements`."""
    shown = f"{name!r}" if name else "the file"
    if len(data) > MAX_BYTES:
        raise UnreadableStatement(why=f"{shown} is larger than {MAX_BYTES // 2**20} MB")
    if not data.strip():
        raise UnreadableStatement(why=f"{shown} is empty")
    head = _plain(data[:_HEAD])
    if _OFX.match(head):
        return read_ofx(data)
    if _XML.match(head):
        return _read_xml(data, shown)
    if _CFONB.match(head):
        return read_cfonb120(data)
    if all(field.search(head) for field in _MT940):
        return read_mt940(data)
    if _TABLE.search(head):
        return read_csv(data, profiles)
    raise UnreadableStatement(why=f"{shown} is not a bank statement; what is read: {READ}")


def _plain(head: bytes) -> bytes:
    """Write the beginning of a file with the bytes of UTF-8 and the line ends of Unix."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            head = head[len(mark) :].decode(encoding, "ignore").encode()
    return head.removeprefix(codecs.BOM_UTF8).replace(b"\r", b"\n")


def _read_xml(data: bytes, shown: str) -> tuple[Statement, ...]:
    path = outermost(data)
    if message_in(path):
        return read_camt(data)
    namespace, root = split_name(path[0])
    if root.upper() == "OFX":
        return read_ofx(data)
    kind = f"XML, {root[:40]!r} in {namespace[:80]!r}"
    if "pain.002" in namespace:
        kind = "a pain.002, the bank's answer to a payment file, not a statement"
    raise UnreadableStatement(why=f"{shown} is {kind}; what is read: {READ}")
