"""MT940: every dialect of the words, and no money that is not written plainly."""

import os
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import mt940
import pytest

from ledger.banking.detect import read_statements
from ledger.banking.statements import Direction, Statement, inspection
from ledger.refusals import UnreadableStatement

OPENING = ":60F:C260301EUR100,00"
PUBLIC = Path(os.environ.get("COMPTOIR_BANK_FILES", "none")) / "mt940"


def message(*fields: str, closing: str = ":62F:C260302EUR100,00", account: str = "DE1") -> str:
    """Write a message around some movements."""
    top = [":20:STARTUMSE", f":25:{account}", ":28C:00007/001", OPENING]
    return "\n".join([*top, *fields, closing, "-"]) + "\n"


def read(*fields: str, closing: str = ":62F:C260302EUR100,00") -> Statement:
    (statement,) = read_statements(message(*fields, closing=closing).encode())
    return statement


def test_the_whole_inspection() -> None:
    statement = read(
        ":61:2603020302C25,5NTRFNONREF//B-1",
        ":86:Miete",
        ":61:260302D20,NMSCNONREF//B-2",
        closing=":62F:C260302EUR105,50",
    )
    assert inspection(statement) == {
        "format": "mt940",
        "id": "00007/001",
        "iban": "DE1",
        "currency": "EUR",
        "opening": {"amount": "100.00", "date": "2026-03-01"},
        "closing": {"amount": "105.50", "date": "2026-03-02"},
        "entries": 2,
        "transactions": 2,
        "credits": "25.5",
        "debits": "20",
        "balanced": True,
        "warnings": [],
    }
    assert [line.bank_reference for line in statement.lines] == ["B-1", "B-2"]


@pytest.mark.parametrize(
    ("mark", "direction", "reversal"),
    [
        ("C", Direction.CREDIT, False),
        ("D", Direction.DEBIT, False),
        ("RC", Direction.DEBIT, True),
        ("RD", Direction.CREDIT, True),
        ("CR", Direction.CREDIT, False),
        ("DR", Direction.DEBIT, False),
        ("RCR", Direction.DEBIT, True),
        ("RDR", Direction.CREDIT, True),
    ],
)
def test_marks_and_the_letter_of_the_funds(mark: str, direction: Direction, reversal: bool) -> None:  # noqa: FBT001 - a row of the table
    (line,) = read(f":61:2603020302{mark}20,00NTRFNONREF").lines
    assert (line.direction, line.reversal, line.amount) == (direction, reversal, Decimal("20.00"))


@pytest.mark.parametrize(
    ("days", "booked", "valued"),
    [
        ("2603020305", date(2026, 3, 5), date(2026, 3, 2)),
        ("260302", date(2026, 3, 2), date(2026, 3, 2)),
        ("2612311231", date(2026, 12, 31), date(2026, 12, 31)),
        ("2612310102", date(2027, 1, 2), date(2026, 12, 31)),
        ("2701021231", date(2026, 12, 31), date(2027, 1, 2)),
        ("2402280229", date(2024, 2, 29), date(2024, 2, 28)),
    ],
)
def test_the_booking_day_lies_next_to_the_value_day(days: str, booked: date, valued: date) -> None:
    (line,) = read(f":61:{days}C1,00NTRFNONREF").lines
    assert (line.booked_on, line.value_on) == (booked, valued)


def test_german_words_cut_at_27_characters() -> None:
    (line,) = read(
        ":61:2603020302C20,00NTRFNONREF//B-1",
        ":86:166?00GUTSCHRIFT?100399?20EREF+E-2026-1?21SVWZ+Beitrag, RF18 5390 075?"
        "224 7034 fuer Maerz?30COBADEFFXXX?31DE89370400440532013000?32Anna M"
        "?33usterfrau?60und April?34000",
    ).lines
    (detail,) = line.details
    assert line.text == "GUTSCHRIFT"
    assert detail.end_to_end_id == "E-2026-1"
    assert detail.text == "Beitrag, RF18 5390 0754 7034 fuer Maerz und April"
    assert detail.counterparty == "Anna Musterfrau"
    assert detail.counterparty_iban == "DE89370400440532013000"
    assert ("?30", "COBADEFFXXX") in detail.ids


def test_words_cut_at_the_end_of_a_line_of_65() -> None:
    text = "/EREF/E-1//NAME/Anna de Vries/REMI/RF18539007547034 contributie maart en ap"
    lines = (f":86:{text[:61]}", text[61:])
    (line,) = read(":61:2603020302C1,00NTRFNONREF", *lines).lines
    assert line.details[0].text == "RF18539007547034 contributie maart en ap"
    (line,) = read(":61:2603020302C1,00NTRFNONREF", ":86:kort", "en lang").lines
    assert line.details[0].text == "kort en lang"


@pytest.mark.parametrize("mark", ["?", "~", "<", "^"])
def test_polish_and_german_marks(mark: str) -> None:
    words = f":86:020{mark}00Przelew{mark}20Skladka{mark}21marzec{mark}32Jan Kowalski"
    (line,) = read(":61:2603020302C1,00NTRFNONREF", words).lines
    assert (line.text, line.details[0].text) == ("Przelew", "Skladka marzec")
    assert line.details[0].counterparty == "Jan Kowalski"


def test_dutch_words_between_slashes() -> None:
    (line,) = read(
        ":61:2603020302C1,00NTRFEREF//00002",
        ":86:/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/A de Vries",
        "/REMI/contributie/EREF/NOTPROVIDED",
    ).lines
    (detail,) = line.details
    assert detail.counterparty == "A de Vries"
    assert detail.counterparty_iban == "NL91ABNA0417164300"
    assert (detail.text, detail.end_to_end_id) == ("contributie", "EREF")
    (line,) = read(
        ":61:2603020302C1,00NTRFNONREF",
        ":86:/EREF/E-1//CNTP/NL91ABNA0417164300/ABNANL2A/A de Vries///REMI/USTD//maart/",
    ).lines
    (detail,) = line.details
    assert (detail.counterparty, detail.text) == ("A de Vries", "maart")
    assert (detail.end_to_end_id, detail.counterparty_iban) == ("E-1", "NL91ABNA0417164300")
    (line,) = read(
        ":61:2603020302C1,00NTRFNONREF", ":86:/EREF/E-1//REMI/STRD/CUR/RF18539007547034/"
    ).lines
    assert line.details[0].references == ("RF18539007547034",)


def test_carriage_returns_braces_and_lines_of_the_transmission() -> None:
    inner = message(":61:2603020302C1,00NTRFNONREF", closing=":62F:C260302EUR101,00")
    wrapped = (
        "{1:F01COBADEFFAXXX0000000000}{2:I940COBADEFFXXXXN}{4:\n" + inner[:-2] + "-}{5:{CHK:1}}"
    )
    for data in (
        inner.replace("\n", "\r\n"),
        inner.replace("\n", "\r"),
        "0000 01INGBNL2AXXXX00001\n940 00\n" + inner[:-1] + "XXX",
        wrapped,
        wrapped + "\r\n" + wrapped.replace("00007", "00008"),
        inner.removesuffix("-\n"),
        "\n\n" + inner,
    ):
        statements = read_statements(data.encode())
        assert all(statement.balanced for statement in statements)
        assert all(statement.entries == 1 for statement in statements)
    assert read_statements(inner.encode("utf-16"))[0].balanced
    assert read_statements(b"\xef\xbb\xbf" + inner.encode())[0].balanced
    latin = inner.replace(":62F", ":86:Köln\n:62F").encode("latin-1")
    assert read_statements(latin)[0].lines[0].details[0].text == "Köln"


def test_pages_follow_each_other() -> None:
    first = message(":61:260302C1,00NTRFNONREF", closing=":62M:C260302EUR101,00")
    second = message(":61:260302D2,00NTRFNONREF", closing=":62F:C260302EUR99,00").replace(
        OPENING, ":60M:C260302EUR101,00"
    )
    pages = read_statements((first + second.replace("/001", "/002")).encode())
    assert [page.id for page in pages] == ["00007/001", "00007/002"]
    assert all(page.balanced for page in pages)
    assert pages[0].closing
    assert pages[1].opening
    assert pages[0].closing.amount == pages[1].opening.amount


def test_what_is_announced_is_compared() -> None:
    statement = read(
        ":61:260302C1,00NTRFNONREF",
        closing=":62F:C260302EUR101,00\n:64:C260302EUR101,00\n:90D:0EUR0,\n:90C:2EUR1,00",
    )
    assert statement.warnings == (":90C: announces 2 movements, 1 found",)


@pytest.mark.parametrize(
    "garbled",
    [
        ":61:2603020302C1O,00NTRFNONREF",
        ":61:2603020302C-10,00NTRFNONREF",
        ":61:2603020302C1.000,00NTRFNONREF",
        ":61:2603020302C10,00,00NTRFNONREF",
        ":61:2603020302C10.000NTRFNONREF",
        ":61:2603020302C1 0,00NTRFNONREF",
        ":61:2603020302C1000NTRFNONREF",
        ":61:2603020302X10,00NTRFNONREF",
        ":61:260302030210,00NTRFNONREF",
        ":61:2613020302C10,00NTRFNONREF",
        ":61:2603029902C10,00NTRFNONREF",
        ":61:2603020302C10,00",
        ":61:",
        ":6l:2603020302C10,00NTRFNONREF",
        ":99:2603020302C10,00NTRFNONREF",
        ":60F:C260301EUR100,00",
        ":62F:C260302EUR100,00",
        ":25:another",
        ":61:2603020302C1000000000000000000,00NTRFNONREF",
        ":61:2603020302C\u0661\u0660,00NTRFNONREF",
    ],
)
def test_what_is_not_plain_is_refused(garbled: str) -> None:
    with pytest.raises(UnreadableStatement, match=r"line|message"):
        read(garbled)


@pytest.mark.parametrize(
    "balance",
    [
        ":62F:C260302EUR100.000",
        ":62F:C260302EUR1OO,00",
        ":62F:C260302EUR100,00\nEUR",
        ":62F:C260302EU100,00",
        ":62F:X260302EUR100,00",
        ":62F:C260332EUR100,00",
        ":62F:C260302USD100,00",
        ":64:C260302EUR100,00",
    ],
)
def test_a_balance_that_is_not_plain_is_refused(balance: str) -> None:
    with pytest.raises(UnreadableStatement):
        read(closing=balance)


def test_an_interim_report_is_refused_as_such() -> None:
    data = (
        b":20:X\n:25:DE1\n:28C:1\n:34F:EURD0,\n:13D:2603021200+0100\n:61:260302C1,00NTRFNONREF\n-"
    )
    with pytest.raises(UnreadableStatement, match="MT942"):
        read_statements(data)


def test_a_swallowed_movement_shows_in_the_balance() -> None:
    lost = read(":61:260302C1,00NTRFNONREF", ":86:text", "61:260302C9,00NTRFNONREF")
    assert lost.balanced is False


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="COMPTOIR_BANK_FILES names no folder of files")
@pytest.mark.parametrize(
    "name", ["betterplace_sepa_mt9401.sta", "jejik_abnamro.sta", "jejik_ing.sta"]
)
def test_public_files_against_a_count_by_expression(name: str) -> None:
    text = (PUBLIC / name).read_bytes().decode()
    statements = read_statements(text.encode(), name)
    found = re.findall(r"^:61:\d{6}(?:\d{4})?(R?)([CD])[A-Z]?(\d+),(\d*)", text, re.MULTILINE)
    sums = {"C": Decimal(0), "D": Decimal(0)}
    for taken_back, mark, whole, cents in found:
        side = {"C": "D", "D": "C"}[mark] if taken_back else mark
        sums[side] += Decimal(f"{whole}.{cents or 0}")
    assert len(found) == sum(statement.entries for statement in statements)
    assert sums["C"] == sum(statement.credits for statement in statements)
    assert sums["D"] == sum(statement.debits for statement in statements)
    for kind, side in (("60", "opening"), ("62", "closing")):
        balances = re.findall(rf"^:{kind}[FM]:([CD])\d{{6}}EUR(\d+),(\d*)", text, re.MULTILINE)
        told = [getattr(statement, side).amount for statement in statements]
        assert told == [
            Decimal(f"{'-' * (mark == 'D')}{whole}.{cents or 0}") for mark, whole, cents in balances
        ]


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="COMPTOIR_BANK_FILES names no folder of files")
@pytest.mark.parametrize("name", ["betterplace_sepa_mt9401.sta", "jejik_ing.sta"])
def test_public_files_against_another_reader(name: str) -> None:
    text = (PUBLIC / name).read_bytes().decode()
    ours = [line for statement in read_statements(text.encode()) for line in statement.lines]
    # It signs by the mark alone and makes nothing of a credit taken back, so signs are left out.
    assert [abs(each.data["amount"].amount) for each in mt940.parse(text)] == [
        line.amount for line in ours
    ]


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="COMPTOIR_BANK_FILES names no folder of files")
def test_which_public_files_add_up() -> None:
    def adds_up(name: str) -> set[bool | None]:
        return {each.balanced for each in read_statements((PUBLIC / name).read_bytes())}

    assert adds_up("betterplace_sepa_mt9401.sta") == {True}
    assert adds_up("jejik_abnamro.sta") == {False}  # shortened by their authors
    assert adds_up("jejik_ing.sta") == {False}
