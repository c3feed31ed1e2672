"""CFONB120: records of 120 characters, overpunched amounts, blocks that close."""

from datetime import date
from decimal import Decimal

import pytest

from ledger.banking.cfonb120 import read_cfonb120
from ledger.banking.detect import read_statements
from ledger.banking.statements import Direction, Statement, inspection
from ledger.refusals import UnreadableStatement
from tests.banking import cfonb_files as cfonb

FIRST = cfonb.opening(10_000)
LAST = cfonb.closing(12_000)


def read(*records: str) -> Statement:
    """Read a file of one block."""
    (statement,) = read_statements(cfonb.file(*records))
    return statement


def test_the_whole_inspection() -> None:
    records = (FIRST, cfonb.movement(2_550), cfonb.movement(-550), LAST)
    assert inspection(read(*records)) == {
        "format": "cfonb120",
        "id": None,
        "iban": "00012345678",
        "currency": "EUR",
        "opening": {"amount": "100.00", "date": "2026-03-02"},
        "closing": {"amount": "120.00", "date": "2026-03-02"},
        "entries": 2,
        "transactions": 2,
        "credits": "25.50",
        "debits": "5.50",
        "balanced": True,
        "warnings": [],
    }


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("sign", [1, -1])
def test_the_last_character_carries_the_sign(digit: int, sign: int) -> None:
    (line,) = read(FIRST, cfonb.movement(sign * (120 + digit)), LAST).lines
    assert line.amount == Decimal(120 + digit) / 100
    assert line.direction is (Direction.CREDIT if sign > 0 else Direction.DEBIT)


def test_zero_keeps_its_direction() -> None:
    zero = cfonb.movement(0).replace("{", "}")
    assert read(FIRST, zero, LAST).lines[0].direction is Direction.DEBIT


@pytest.mark.parametrize(("decimals", "shown"), [("0", "2000"), ("2", "20.00"), ("3", "2.000")])
def test_the_record_says_how_many_decimals(decimals: str, shown: str) -> None:
    (line,) = read(FIRST, cfonb.movement(2_000, decimals=decimals), LAST).lines
    assert str(line.amount) == shown


def test_an_overdrawn_account_and_one_that_does_not_follow() -> None:
    statement = read(cfonb.opening(-19_040), cfonb.movement(-10), cfonb.closing(-19_051))
    assert statement.opening
    assert (statement.opening.amount, statement.balanced) == (Decimal("-190.40"), False)


def test_everything_a_movement_says() -> None:
    (line,) = read(
        FIRST,
        cfonb.movement(2_000, "VIR RECU", reason="AC", number="0000042", tail="REFERENCE"),
        cfonb.complement("LIB", "ADHESION"),
        cfonb.complement("NPY", "AMA ETXE"),
        cfonb.complement("NBE", "LA MONNAIE"),
        cfonb.complement("RCN", "E2E-7".ljust(35) + "PURPOSE"),
        cfonb.complement("LCC", "RF18 5390 0754 7034"),
        cfonb.complement("LCS", "RF18539007547034"),
        cfonb.complement("XYZ", ""),
        LAST,
    ).lines
    (detail,) = line.details
    assert (line.text, line.booked_on, line.value_on) == (
        "VIR RECU",
        date(2026, 3, 2),
        date(2026, 3, 3),
    )
    assert line.bank_reference is None
    assert line.itemised
    assert detail.text == "ADHESION RF18 5390 0754 7034"
    assert detail.counterparty == "AMA ETXE"
    assert detail.end_to_end_id == "E2E-7"
    assert detail.references == ("RF18539007547034",)
    assert detail.return_reason == "AC"
    assert detail.ids[:3] == (
        ("operation", "05"),
        ("number", "0000042"),
        ("reference", "REFERENCE"),
    )
    assert ("RCN", "E2E-7 PURPOSE") in detail.ids


def test_the_other_party_of_a_debit_is_the_payee() -> None:
    names = (cfonb.complement("NPY", "LA MONNAIE"), cfonb.complement("NBE", "BOULANGERIE"))
    (line,) = read(FIRST, cfonb.movement(-2_000), *names, LAST).lines
    assert line.details[0].counterparty == "BOULANGERIE"


@pytest.mark.parametrize(
    "data",
    [
        "\n\n{}\n\n{}\n",
        "{}\r\n{}\r\n",
        "{}\r{}",
        "{}\n{}",
        "{}{}",
        "\ufeff{}\n   \n{}",
    ],
    ids=["blank lines", "CRLF", "CR", "no last break", "no break at all", "BOM"],
)
def test_line_breaks_do_not_matter(data: str) -> None:
    (statement,) = read_statements(data.format(FIRST, LAST).encode())
    assert statement.balanced is False


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_accents_in_either_encoding(encoding: str) -> None:
    text = "\n".join([FIRST, cfonb.movement(2_000, "ADHÉSION \x85"), LAST])
    (statement,) = read_statements(text.encode(encoding))
    assert statement.lines[0].text.startswith("ADHÉSION")


def test_several_blocks_and_the_years() -> None:
    old = (cfonb.opening(0, day="311299"), cfonb.closing(0, day="010100"))
    first, second = read_statements(cfonb.file(*old, FIRST, LAST))
    assert first.opening
    assert first.closing
    assert (first.opening.on, first.closing.on) == (date(1999, 12, 31), date(2000, 1, 1))
    assert second.balanced is False
    for day, year in (("010180", 1980), ("010179", 2079)):
        (block,) = read_statements(cfonb.file(cfonb.opening(0, day=day), cfonb.closing(0)))
        assert block.opening
        assert block.opening.on.year == year


def test_another_bank_code_inside_a_block_is_said() -> None:
    statement = read(
        FIRST,
        cfonb.movement(2_000, bank="99999"),
        cfonb.complement("LIB", "x", bank="99999"),
        cfonb.closing(12_000, bank="99999"),
    )
    assert statement.balanced
    assert [warning[:7] for warning in statement.warnings] == ["line 2:", "line 4:"]
    assert statement.servicer == "1234500001"


def test_a_value_date_may_be_absent() -> None:
    assert read(FIRST, cfonb.movement(2_000, valued="000000"), LAST).lines[0].value_on is None


@pytest.mark.parametrize(
    ("records", "why"),
    [
        ((FIRST[:-1], LAST), "line 1: a record has 120 characters, this line 119"),
        ((FIRST, LAST + "x"), "line 2: a record has 120 characters, this line 121"),
        ((FIRST, cfonb.movement(1)[:119] + "\x00", LAST), "line 2: it holds a control"),
        ((FIRST, cfonb.movement(1)), "line 1: this block is never closed"),
        ((FIRST, FIRST, LAST), "line 2: the block before is not closed"),
        ((cfonb.movement(1), LAST), "line 1: a 04 outside of any block"),
        ((FIRST, LAST, cfonb.movement(1)), "line 3: a 04 outside of any block"),
        ((FIRST, cfonb.complement("LIB", "x"), LAST), "line 2: a 05 without its 04"),
        ((FIRST, "02" + LAST[2:]), "line 2: '02' is not a record code"),
        ((FIRST + "02" + LAST[2:],), "line 1, record 2: '02'"),
        ((FIRST, cfonb.movement(1, account="00087654321"), LAST), "line 2: not the account"),
        ((FIRST, cfonb.closing(1, currency="CHF")), "line 2: not the account"),
        ((cfonb.opening(1, account=" " * 11), LAST), "line 1: it names no account"),
        ((cfonb.opening(1, currency="   "), LAST), "line 1: it names no account or no currency"),
        ((FIRST, cfonb.movement(1, day="310226"), LAST), "line 2: '310226' is not a date"),
        ((FIRST, cfonb.movement(1, day="      "), LAST), "line 2: the movement has no date"),
        ((FIRST, cfonb.movement(1, valued="xx0326"), LAST), "line 2: 'xx0326' is not a date"),
        ((cfonb.opening(1, day="000000"), LAST), "line 1: the balance has no date"),
        ((FIRST, cfonb.movement(1, decimals=" "), LAST), "line 2: .* is not an amount"),
        ((FIRST, cfonb.movement(1, decimals="9"), LAST), "line 2: .* is not an amount"),
        ((FIRST, cfonb.movement(10).replace("{", "0"), LAST), "line 2: .* is not an amount"),
        ((FIRST, LAST.replace("000012", "0 0012")), "line 2: .* is not an amount"),
        ((FIRST, LAST.replace("000012", "00-012")), "line 2: .* is not an amount"),
    ],
)
def test_what_is_garbled_is_refused_with_its_line(records: tuple[str, ...], why: str) -> None:
    with pytest.raises(UnreadableStatement, match=why):
        read_statements(cfonb.file(*records))


def test_no_record_at_all_is_refused() -> None:
    with pytest.raises(UnreadableStatement, match="no record"):
        read_cfonb120(b"\n \n")
