"""The name of a line: overlapping files lose nothing and double nothing."""

import pytest

from ledger.banking.detect import read_statements
from ledger.banking.identity import line_key
from ledger.refusals import UnreadableStatement
from tests.banking import camt_files as camt
from tests.banking import cfonb_files as cfonb


def keys(data: bytes | str) -> list[str]:
    """Return the keys of all lines of a file, in its order."""
    raw = data.encode() if isinstance(data, str) else data
    return [
        line_key(statement, line) for statement in read_statements(raw) for line in statement.lines
    ]


def named(text: str) -> str:
    """Write details that only say a name."""
    return camt.detail(f"<RltdPties><Dbtr><Nm>{text}</Nm></Dbtr></RltdPties>")


def day(identifier: str, *entries: str) -> str:
    """Write a message of one statement with an identifier of its own."""
    return camt.message(camt.statement(*entries, identifier=identifier))


def test_a_key_is_stable_across_releases() -> None:
    # Keys are stored: changing how they are made would import every known line again.
    assert keys(day("S-1", camt.entry(reference="B-1"))) == [
        "801b2cb838234a9eb15a09ead144a18e3927e6b207eb4af9c8fa3e73398ac4d7"
    ]
    assert keys(day("S-1", camt.entry(details=named("Ama")))) == [
        "1c96652cf39779153c655f778db3393064f00bca559787d5ed932d20b3ad45e1"
    ]


def test_the_same_file_again_is_the_same() -> None:
    data = day("S-1", camt.entry(), camt.entry(), camt.entry(reference="B-1"))
    assert keys(data) == keys(data)
    assert len(set(keys(data))) == 3


@pytest.mark.parametrize("reference", ["B-1", "", "NONREF", "0000000"])
def test_a_daily_and_a_weekly_file_overlap(reference: str) -> None:
    monday = [camt.entry(reference=reference, details=named(who)) for who in ("Ama", "Ama", "Jon")]
    tuesday = [
        camt.entry(
            reference=reference, booked="2026-03-03", valued="2026-03-03", details=named(who)
        )
        for who in ("Ama", "Ama")
    ]
    daily = keys(day("D-1", *monday)) + keys(day("D-2", *tuesday))
    weekly = keys(day("W-1", *monday, *tuesday))
    assert len(set(daily)) == 5
    assert sorted(daily) == sorted(weekly)
    # Also when the week lists its lines the other way round.
    assert sorted(keys(day("W-2", *tuesday[::-1], *monday[::-1]))) == sorted(weekly)


def test_a_reference_is_enough_when_the_texts_change() -> None:
    full = camt.entry(reference="B-1", details=named("Ama Etxeberria"))
    short = camt.entry("20.000", reference="B-1", valued="", details=named("AMA E."))
    assert keys(day("D-1", full)) == keys(day("W-1", short))


def test_a_notification_and_the_statement_name_the_same_line() -> None:
    parts = "".join(camt.detail(camt.amount("10.00")) for _ in range(2))
    itemised = camt.message(
        camt.statement(camt.entry(reference="B-1", details=parts)), kind="camt.054"
    )
    assert keys(itemised) == keys(day("S-1", camt.entry(reference="B-1")))


def test_a_reference_used_again_loses_nothing_and_is_said() -> None:
    data = day(
        "S-1",
        camt.entry(reference="B-1"),
        camt.entry(reference="B-1"),
        camt.entry("7.00", reference="B-1"),
        camt.entry("7.00", reference="B-1", sign="DBIT"),
        camt.entry(reference="B-1", booked="2026-04-02"),
        camt.entry(reference="B-2"),
    )
    assert len(set(keys(data))) == 6
    (statement,) = read_statements(data.encode())
    assert statement.warnings == ("the bank uses its reference B-1 for 5 lines",)
    assert [line.ordinal for line in statement.lines] == [1, 2, 1, 1, 1, 1]


def test_ordinals_count_over_the_whole_file() -> None:
    pages = camt.message(*(camt.statement(camt.entry(), identifier=f"P-{i}") for i in (1, 2)))
    assert len(set(keys(pages))) == 2
    assert sorted(keys(pages)) == sorted(keys(day("S-1", camt.entry(), camt.entry())))


def test_a_line_with_neither_reference_nor_date_belongs_to_its_statement() -> None:
    bare = camt.entry(booked="", valued="")
    assert keys(day("D-1", bare)) != keys(day("D-2", bare))
    # A reference outlives the statement, also without a date.
    kept = camt.entry(booked="", valued="", reference="B-1")
    assert keys(day("D-1", kept)) == keys(day("D-2", kept))


def test_the_value_date_stands_in_for_the_booking_date() -> None:
    march, april = (
        camt.entry(booked="", valued=f"2026-{month}-02", reference="FEES") for month in ("03", "04")
    )
    assert keys(day("S-1", march)) != keys(day("S-1", april))


def test_two_accounts_never_share_a_line() -> None:
    other = camt.account(f"<IBAN>{camt.THEIRS}</IBAN>")
    entry = camt.entry(reference="B-1")
    assert keys(day("S-1", entry)) != keys(camt.message(camt.statement(entry, holder=other)))


def test_an_iban_in_groups_is_the_same_account() -> None:
    spaced = camt.account("<IBAN>fr76 3000 6000 0112 3456 7890 189</IBAN>")
    entry = camt.entry(reference="B-1")
    assert keys(day("S-1", entry)) == keys(camt.message(camt.statement(entry, holder=spaced)))


def test_a_statement_that_is_in_the_file_twice_is_refused() -> None:
    twice = camt.message(camt.statement(camt.entry()), camt.statement(camt.entry()))
    with pytest.raises(UnreadableStatement, match="statement 2 is in the file twice"):
        keys(twice)
    quiet = camt.message(camt.statement(), camt.statement())
    assert keys(quiet) == []


def test_movements_of_cfonb_are_named_by_all_they_say() -> None:
    block = [
        cfonb.opening(0),
        cfonb.movement(2_000),
        cfonb.complement("AAA", "one"),
        cfonb.movement(2_000),
        cfonb.complement("AAA", "two"),
        cfonb.movement(2_000),
        cfonb.movement(2_000),
        cfonb.closing(8_000),
    ]
    first = keys(cfonb.file(*block))
    assert len(set(first)) == 4
    other_bank = [cfonb.opening(0, bank="99999"), cfonb.movement(2_000), cfonb.closing(2_000)]
    assert not set(keys(cfonb.file(*other_bank))) & set(first)
