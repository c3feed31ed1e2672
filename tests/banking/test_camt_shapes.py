"""camt in the shapes that banks give it: without a namespace, with prefixes, in an envelope."""

import pytest

from ledger.banking import xml
from ledger.banking.detect import read_statements
from ledger.refusals import UnreadableStatement
from tests.banking import camt_files as camt

ENTRY = camt.entry(details=camt.detail(camt.amount("20.00") + "<AmtDtls></AmtDtls>"))
PLAIN = camt.message(
    camt.statement(camt.balance("OPBD", "1.00"), camt.balance("CLBD", "21.00"), ENTRY)
)
DECLARED = f' xmlns="{camt.NAMESPACE}"'
HEADER = "<AppHdr xmlns='urn:iso:std:iso:20022:tech:xsd:head.001.001.01'><Fr>BANK</Fr></AppHdr>"


def prefixed(text: str) -> str:
    """Write every element with a prefix of the namespace."""
    marked = text.replace("</", "\0").replace("<", "<c:").replace("\0", "</c:")
    return marked.replace(" xmlns=", " xmlns:c=")


@pytest.mark.parametrize(
    ("text", "format_"),
    [
        (PLAIN, "camt.053.001.08"),
        (prefixed(PLAIN), "camt.053.001.08"),
        (PLAIN.replace(DECLARED, ""), "camt.053"),
        (PLAIN.replace(camt.NAMESPACE, "http://bank.example/camt"), "camt.053"),
        (PLAIN.replace(camt.NAMESPACE, "ISO:camt.053.001.02:APC:STUUA:5"), "camt.053.001.02"),
        (f"<Envelope>{HEADER}{PLAIN}</Envelope>", "camt.053.001.08"),
        (f"<a:E xmlns:a='urn:x'><a:B>{HEADER}{PLAIN}</a:B></a:E>", "camt.053.001.08"),
        (f"<Envelope>{PLAIN.replace(DECLARED, '')}</Envelope>", "camt.053"),
        (f"<Envelope>{prefixed(PLAIN)}</Envelope>", "camt.053.001.08"),
    ],
    ids=["plain", "prefix", "none", "own", "old", "envelope", "nested", "bare", "both"],
)
def test_one_statement_in_many_shapes(text: str, format_: str) -> None:
    for data in (text.encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16")):
        (statement,) = read_statements(data)
        assert (statement.format, statement.balanced) == (format_, True)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace(DECLARED, "").replace("BkToCstmrStmt", "Other"),
        PLAIN.replace(DECLARED, "").replace("Document", "Doc"),
        PLAIN.replace("camt.053.001.08", "camt.053.001.14"),
        PLAIN.replace("camt.053.001.08", "camt.053.001.081"),
        "<Document/>",
        "<Envelope><Document/></Envelope>",
        "<Envelope>" + "<a/>" * (xml.MAX_HEADER + 1) + PLAIN + "</Envelope>",
        "<a>" * (xml.MAX_DEPTH + 1) + PLAIN + "</a>" * (xml.MAX_DEPTH + 1),
    ],
    ids=["wrapper", "root", "version", "digits", "empty", "nothing", "late", "deep"],
)
def test_what_is_no_camt_is_refused(text: str) -> None:
    with pytest.raises(UnreadableStatement, match="what is read"):
        read_statements(text.encode())
