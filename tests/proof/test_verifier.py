"""The auditor finds nothing in honest books, and each wrong thing by its name."""

import re
from pathlib import Path

import pytest

from ledger.books.journal import Plan
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.problems import SENTENCES, Problem, problem
from ledger.proof.reader import open_source
from ledger.proof.verifier import MOST_PROBLEMS, PROGRESS_EVERY, Report, verify
from tests.proof.tampering import audit, found_in, tampering
from tests.proof.town import TEXT_START, Town, build, checkpoint, found, opened

Found = tuple[str, object]


def read_changes(part: str) -> list[tuple[str, list[Found]]]:
    """Read SQL and what the auditor must say of it."""
    pairs = re.findall(r"^(?!--)(.+?);\n--> (.+)$", part, re.MULTILINE)
    return [(sql, [read_found(found) for found in told.split(", ")]) for sql, told in pairs]


def read_found(text: str) -> Found:
    slug, name = text.split(" ")
    if name == "-":
        return slug, None
    return slug, int(name) if re.fullmatch(r"-?\d+", name) else name


CHANGES, TYPED = map(
    read_changes,
    Path(__file__).with_name("changes.sql").read_text("utf-8").split("-- What only SQLite"),
)


def test_honest_books_are_sound(database_url: str) -> None:
    kept = build(database_url)
    report = audit(database_url, kept)
    assert found_in(report) == set(), report.problems
    assert report.sound
    assert report.entries == {"roue": 44}
    with open_source(database_url) as source:
        assert verify(source).sound


@pytest.mark.parametrize(("sql", "expected"), CHANGES + TYPED, ids=lambda value: str(value)[:50])
def test_a_change_is_named(town: str, sql: str, expected: list[Found]) -> None:
    with tampering(town) as execute:
        execute(sql)
    report = audit(town)
    assert set(expected) <= found_in(report)
    for one in (*report.problems, *report.warnings):
        assert one.sentence("fr") != one.sentence("en")


@pytest.mark.postgres
def test_the_same_changes_are_named_on_postgresql(postgres_town: str) -> None:
    changes = CHANGES[::8]
    with tampering(postgres_town) as execute:
        for sql, _ in changes:
            execute(sql.replace("X'00'", "'\\x00'"))
    seen = found_in(audit(postgres_town))
    for sql, expected in changes:
        assert set(expected[:1]) <= seen, sql


def test_two_lines_of_a_bank_account_share_an_entry(town: str) -> None:
    with tampering(town) as execute:
        execute("PRAGMA writable_schema = ON")
        execute("CREATE TABLE copied AS SELECT * FROM bank_line")
        execute("DROP TABLE bank_line")
        execute("ALTER TABLE copied RENAME TO bank_line")
        execute("UPDATE bank_line SET entry = 2, amount = 1001 WHERE id IN ('l2', 'l3')")
    assert ("bank-line-twice", 2) in found_in(audit(town))


def test_an_account_that_stands_twice(town: str) -> None:
    with tampering(town) as execute:
        execute("CREATE TABLE copied AS SELECT * FROM account")
        execute("DROP TABLE account")
        execute("ALTER TABLE copied RENAME TO account")
        execute("INSERT INTO account SELECT * FROM account WHERE name = 'member:alice'")
    assert ("doubled", "member:alice") in found_in(audit(town))


def test_history_may_go_on_after_a_checkpoint_but_not_back(town: str, kept: Checkpoint) -> None:
    assert audit(town, kept).sound
    with tampering(town) as execute:
        for table, column in (
            ("entry", "number"),
            ("posting", "number"),
            ("memo", "number"),
            ("operation", "entry"),
            ("checkpoint", "size"),
        ):
            execute(f"DELETE FROM {table} WHERE {column} > 10")  # noqa: S608 - our own names
    assert ("checkpoint-ahead", 18) in found_in(audit(town, kept))


def test_a_checkpoint_of_another_currency(town: str) -> None:
    other = Checkpoint("other", 0, bytes(32), bytes(32), TEXT_START, "", b"")
    assert found_in(audit(town, other)) == {("against-currency", None)}


def test_an_empty_currency_is_sound(database_url: str) -> None:
    with opened(database_url) as execute:
        found(execute)
    assert audit(database_url).entries == {"roue": 0}
    kept = checkpoint(database_url, TEXT_START)
    assert audit(database_url, kept).sound


def test_currencies_are_judged_apart(town: str) -> None:
    other = Town(town, "other")
    other.post(Plan("oath", sealed=True))
    other.close()
    assert audit(town).entries == {"other": 1, "roue": 44}
    with tampering(town) as execute:
        execute("UPDATE entry SET kind = 'x' WHERE currency = 'other'")
    report = audit(town)
    assert [(p.currency, p.entry) for p in report.problems] == [("other", 1)]


def test_progress_is_told(town: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert PROGRESS_EVERY > 1
    monkeypatch.setattr("ledger.proof.verifier.PROGRESS_EVERY", 20)
    told: list[tuple[str, int, int]] = []
    with open_source(town) as source:
        verify(source, progress=lambda *args: told.append(args))
    assert told == [("roue", 20, 44), ("roue", 40, 44)]


def test_a_flood_of_problems_is_counted() -> None:
    report = Report()
    report.add("roue", [problem("chain", entry=n) for n in range(MOST_PROBLEMS + 5)])
    assert (len(report.problems), report.untold) == (MOST_PROBLEMS, 5)


def test_every_problem_has_its_sentences() -> None:
    assert all(french and english for french, english in SENTENCES.values())
    with pytest.raises(KeyError):
        Problem("no-such-slug")
    assert problem("sum", asset="EUR", total=3).entry is None
