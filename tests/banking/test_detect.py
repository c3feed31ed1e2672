"""Which format a file is: decided by its content, refused with the list of what is read."""

import pytest

from ledger.banking import detect
from ledger.banking.detect import read_statements
from ledger.refusals import UnreadableStatement
from tests.banking import camt_files as camt
from tests.banking import cfonb_files as cfonb


def test_the_name_never_decides() -> None:
    (statement,) = read_statements(camt.one(), "releve.txt")
    assert statement.format == "camt.053.001.08"
    (statement,) = read_statements(cfonb.file(cfonb.opening(0), cfonb.closing(0)), "releve.xml")
    assert statement.format == "cfonb120"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "'a.b' is empty"),
        (b" \n\r\n", "'a.b' is empty"),
        (b"%PDF-1.7", "'a.b' is not a bank statement; what is read: camt.052"),
        (b":20:940\n:25:123", "0 balances :60:"),
        (b"hello, :20:940 :25:123", "is not a bank statement"),
        (
            b"date;amount\n2026-03-02;1,00",
            "no declared profile .cic, .* fits its columns; it begins",
        ),
        (b"<html/>", "is XML, 'html' in ''"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.03"/>', "pain.001.001.03"),
        (b'<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>', "is XML, 'AppHdr'"),
        (b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"/>', "no header"),
        (b"\x00" * 1000, "is not a bank statement"),
        (b"04123456789" * 3, "line 1: a record has 120 characters"),
    ],
)
def test_other_files_are_refused(data: bytes, why: str) -> None:
    with pytest.raises(UnreadableStatement, match=why):
        read_statements(data, "a.b")


def test_a_file_without_a_name() -> None:
    with pytest.raises(UnreadableStatement, match="the file is empty"):
        read_statements(b"")


def test_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detect, "MAX_BYTES", 10)
    with pytest.raises(UnreadableStatement, match="larger than"):
        read_statements(camt.one())


@pytest.mark.parametrize("junk", [b"9", b"\xff", b"01", b"0112345 ", b"\n"])
def test_20_megabytes_of_junk(junk: bytes) -> None:
    with pytest.raises(UnreadableStatement):
        read_statements(junk * (20 * 2**20 // len(junk)))
