"""OFX as SGML and as XML: the same values from both, and no amount that can be read in two ways."""

from datetime import date
from decimal import Decimal

import pytest

from ledger.banking.detect import read_statements
from ledger.banking.statements import Direction, Statement, inspection
from ledger.refusals import UnreadableStatement

HEADER = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
SECURITY:NONE
ENCODING:USASCII
CHARSET:1252
COMPRESSION:NONE
OLDFILEUID:NONE
NEWFILEUID:NONE

"""
XML = '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n'
ACCOUNT = (
    "<BANKACCTFROM><BANKID>21570<BRANCHID>00001<ACCTID>00000000001<ACCTTYPE>CHECKING</BANKACCTFROM>"
)
LEDGER = "<LEDGERBAL><BALAMT>105.50<DTASOF>20260302120000</LEDGERBAL>"


def movement(
    amount: str = "25.50", kind: str = "CREDIT", more: str = "", fitid: str = "F-1"
) -> str:
    """Write a movement."""
    return (
        f"<STMTTRN><TRNTYPE>{kind}<DTPOSTED>20260302<TRNAMT>{amount}<FITID>{fitid}"
        f"<NAME>ANNA &amp; FILS{more}</STMTTRN>"
    )


def ofx(*movements: str, balance: str = LEDGER, account: str = ACCOUNT) -> str:
    """Write a file of one account, without end tags on values."""
    return (
        f"{HEADER}<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS>"
        f"</SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STMTRS><CURDEF>EUR{account}"
        f"<BANKTRANLIST><DTSTART>20260301<DTEND>20260302{''.join(movements)}</BANKTRANLIST>"
        f"{balance}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    )


def read(text: str) -> Statement:
    (statement,) = read_statements(text.encode())
    return statement


def test_the_whole_inspection() -> None:
    statement = read(ofx(movement(), movement("-20.00", "DEBIT", fitid="F-2")))
    assert inspection(statement) == {
        "format": "ofx",
        "id": None,
        "iban": "00000000001",
        "currency": "EUR",
        "opening": None,
        "closing": {"amount": "105.50", "date": "2026-03-02"},
        "entries": 2,
        "transactions": 2,
        "credits": "25.50",
        "debits": "20.00",
        "balanced": None,
        "warnings": [],
    }
    assert statement.servicer == "2157000001"
    first, second = statement.lines
    assert (first.direction, second.direction) == (Direction.CREDIT, Direction.DEBIT)
    assert (first.text, first.bank_reference) == ("ANNA & FILS", "F-1")
    assert first.booked_on == date(2026, 3, 2)


def test_xml_says_the_same() -> None:
    sgml = ofx(movement(more="<MEMO>RF18539007547034"))
    closed = sgml.removeprefix(HEADER)
    for name in "CODE SEVERITY TRNUID CURDEF BANKID BRANCHID ACCTID ACCTTYPE DTSTART DTEND".split():  # noqa: SIM905 - a list of names
        closed = _closed(closed, name)
    for name in ("TRNTYPE", "DTPOSTED", "TRNAMT", "FITID", "NAME", "MEMO", "BALAMT", "DTASOF"):
        closed = _closed(closed, name)
    assert "</MEMO>" in closed
    assert read(XML + closed) == read(sgml)
    spaced = (
        closed.replace("><", ">\r\n  <")
        .replace("<MEMO>", "<MEMO><![CDATA[")
        .replace("</MEMO>", "]]></MEMO>")
    )
    assert read(XML + "<!-- made by hand -->" + spaced) == read(sgml)
    assert (
        read(spaced.lower().replace("<![cdata[", "<![CDATA[").replace("<ofx", "<OFX")).entries == 1
    )


def _closed(text: str, name: str) -> str:
    head, *parts = text.split(f"<{name}>")
    return head + "".join(
        f"<{name}>{part.partition('<')[0]}</{name}><{part.partition('<')[2]}" for part in parts
    )


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.5", "12.5"),
        ("+12,50", "12.50"),
        ("-0.01", "0.01"),
        ("1234567.89", "1234567.89"),
        ("7", "7"),
    ],
)
def test_amounts_with_a_point_or_a_comma(text: str, amount: str) -> None:
    (line, _) = read(ofx(movement(text, "OTHER"), movement("-1.00", "OTHER", fitid="2"))).lines
    assert line.amount == Decimal(amount)


@pytest.mark.parametrize(
    "text",
    [
        "1,234",
        "1.234",
        "1,234.56",
        "1.234,56",
        "1 234.56",
        "1e3",
        "",
        "-",
        "12.50-",
        "O.5",
        "٣",
        "NaN",
    ],
)
def test_an_amount_that_can_be_read_in_two_ways_is_refused(text: str) -> None:
    with pytest.raises(UnreadableStatement, match="line"):
        read(ofx(movement(text)))


@pytest.mark.parametrize(
    "day",
    ["20260302", "20260302120000", "20260302120000.000[-5:EST]", "20260302[+1:CET]", "2026-03-02"],
)
def test_days(day: str) -> None:
    text = ofx(movement()).replace("<DTPOSTED>20260302", f"<DTPOSTED>{day}")
    assert read(text).lines[0].booked_on == date(2026, 3, 2)


@pytest.mark.parametrize("day", ["", "20261302", "02/03/2026", "202603"])
def test_no_day(day: str) -> None:
    with pytest.raises(UnreadableStatement, match=r"DTPOSTED|not a date"):
        read(ofx(movement()).replace("<DTPOSTED>20260302", f"<DTPOSTED>{day}"))


def test_the_available_balance_stands_in_and_none_is_none() -> None:
    available = "<AVAILBAL><BALAMT>-5,00<DTASOF>20260302</AVAILBAL>"
    statement = read(ofx(movement(), balance=available))
    assert statement.closing
    assert statement.closing.amount == Decimal("-5.00")
    assert statement.warnings == ("no booked balance: AVAILBAL, what was available, stands in",)
    assert read(ofx(movement(), balance="")).closing is None
    assert read(ofx(movement(), balance=available + LEDGER)).warnings == ()


def test_signs_that_are_missing_are_refused_and_odd_ones_said() -> None:
    with pytest.raises(UnreadableStatement, match="1 debits among its movements have no sign"):
        read(ofx(movement("20.00", "DEBIT"), movement("5.00", fitid="2")))
    statement = read(ofx(movement("20.00", "DEBIT"), movement("-5.00", "CREDIT", fitid="2")))
    assert (statement.credits, statement.debits) == (Decimal("20.00"), Decimal("5.00"))
    assert len(statement.warnings) == 1


def test_accounts_names_and_other_ids() -> None:
    iban = "FR7630006000011234567890189"
    to = "<BANKACCTTO><BANKID>X<ACCTID>FR1420041010050500013M02606</BANKACCTTO>"
    more = f"<CHECKNUM>7<PAYEE><NAME>Bruno<CITY>Avignon</PAYEE>{to}"
    card = f"<CCACCTFROM><ACCTID>{iban}</CCACCTFROM>"
    text = ofx(movement(more=more).replace("<NAME>ANNA &amp; FILS", ""), account=card)
    statement = read(text.replace("STMTRS>", "CCSTMTRS>"))
    assert (statement.account, statement.servicer) == (iban, "")
    (detail,) = statement.lines[0].details
    assert (detail.counterparty, detail.counterparty_iban) == (
        "Bruno",
        "FR1420041010050500013M02606",
    )
    assert ("CHECKNUM", "7") in detail.ids


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("</STMTTRN>", "", "begins inside|ends where"),
        ("</OFX>", "", "never ends"),
        ("<CURDEF>EUR", "", "no currency"),
        ("<CURDEF>EUR", "<CURDEF>EUR<CURDEF>USD", "twice"),
        ("<ACCTID>00000000001", "", "name its account"),
        ("<CODE>0<SEVERITY>INFO", "<CODE>2000<SEVERITY>ERROR", "error 2000"),
        ("<NAME>ANNA", "<NAME>a < b", "begins no element"),
        ("<FITID>F-1", "<FITID>F-1<CURRENCY><CURRATE>1<CURSYM>USD</CURRENCY>", "in USD"),
        ("<STMTRS>", "<STMTRS>text", "not elements"),
        (LEDGER, LEDGER + LEDGER, "second balance"),
        ("</OFX>\n", "</OFX>\n<", "begins no element"),
        ("<OFX>", "<OFX><OFX>", "begins inside"),
        ("<STMTRS>", "<INVSTMTRS>", "ends where"),
    ],
)
def test_what_is_not_whole_is_refused(old: str, new: str, why: str) -> None:
    text = ofx(movement())
    assert old in text
    with pytest.raises(UnreadableStatement, match=why):
        read(text.replace(old, new))


def test_a_file_without_an_account_statement() -> None:
    with pytest.raises(UnreadableStatement, match="no account statement"):
        read(HEADER + "<OFX></OFX>")
    with pytest.raises(UnreadableStatement, match="no OFX element"):
        read(HEADER)
