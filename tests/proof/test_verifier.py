"""The auditor finds nothing in honest books, and each wrong thing by its name."""

import pytest

from ledger.books.journal import Plan
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.problems import SENTENCES, Problem, problem
from ledger.proof.reader import open_source
from ledger.proof.verifier import MOST_PROBLEMS, PROGRESS_EVERY, Report, verify
from tests.proof.tampering import audit, found_in, tampering
from tests.proof.town import TEXT_START, Town, build, checkpoint, found, opened

Found = tuple[str, object]

CHANGES: list[tuple[str, list[Found]]] = [
    # The journal
    ("UPDATE entry SET kind = 'gift' WHERE number = 9", [("chain", 9)]),
    ("UPDATE entry SET facts = '{\"payer\": \"alice\"}' WHERE number = 4", [("chain", 4)]),
    ("UPDATE entry SET facts = 'junk' WHERE number = 4", [("chain", 4)]),
    ("UPDATE entry SET facts = 'junk' WHERE number = 23", [("chain", 23), ("redemption", 23)]),
    ("UPDATE entry SET facts = '[]' WHERE number = 23", [("chain", 23), ("redemption", 23)]),
    ("UPDATE entry SET tallies = '[]' WHERE number = 2", [("chain", 2), ("tally", "budget:welcome")]),
    ("UPDATE entry SET tallies = '[5]' WHERE number = 2", [("chain", 2), ("tally", "budget:welcome")]),
    ("UPDATE entry SET tallies = '[[\"budget:welcome\",100,50]]' WHERE number = 2",
     [("chain", 2), ("tally-limit", 2)]),
    ("UPDATE entry SET hash = X'00' WHERE number = 9", [("chain", 9), ("chain", 10)]),
    ("UPDATE entry SET previous = 3 WHERE number = 9", [("previous", 9)]),
    ("UPDATE entry SET at = '2027-01-04T09:00:01.000000Z' WHERE number = 9",
     [("chain", 9), ("clock", 9)]),
    ("UPDATE entry SET at = '2028-01-04T09:00:01.000000Z' WHERE number = 44", [("head-time", 44)]),
    ("UPDATE currency SET head_number = 43", [("head", 43)]),
    ("UPDATE currency SET head_hash = X'00'", [("head-hash", 44)]),
    ("DELETE FROM entry WHERE number = 9", [("gap", 9), ("stray", 9), ("chain", 10)]),
    ("UPDATE entry SET number = -9 WHERE number = 9", [("twice", -9), ("gap", 9)]),
    ("UPDATE entry SET memo = NULL WHERE number = 5", [("chain", 5), ("memo", 5)]),
    ("UPDATE memo SET words = 'facture 9' WHERE number = 5", [("memo", 5)]),
    ("INSERT INTO memo VALUES ('roue', 4, X'00', 'hello')", [("memo", 4)]),
    # Arrows and balances
    ("UPDATE posting SET amount = 312 WHERE number = 4", [("chain", 4), ("running", 4)]),
    ("UPDATE posting SET amount = -311 WHERE number = 4", [("chain", 4), ("arrow", 4)]),
    ("UPDATE posting SET source = target WHERE number = 4", [("chain", 4), ("arrow", 4)]),
    ("UPDATE posting SET asset = 'EUR' WHERE number = 4", [("chain", 4), ("asset", 4)]),
    ("UPDATE posting SET target = 'member:eve' WHERE number = 4",
     [("chain", 4), ("account-unknown", 4), ("running", 8), ("balance", "member:bakery")]),
    ("UPDATE posting SET ordinal = 7 WHERE number = 2 AND ordinal = 3", [("ordinal", 2)]),
    ("UPDATE posting SET source_after = 1 WHERE number = 4", [("running", 4)]),
    ("UPDATE posting SET target_after = 1 WHERE number = 4", [("running", 4)]),
    ("UPDATE posting SET amount = 9000 WHERE number = 4", [("limit", 4)]),
    ("UPDATE posting SET amount = 952 WHERE number = 21", [("limit", 21), ("redemption", 21)]),
    ("UPDATE posting SET amount = 1000 WHERE number = 2 AND ordinal = 1", [("par", 2)]),
    ("DELETE FROM posting WHERE number = 4", [("chain", 4), ("balance", "member:bakery")]),
    ("INSERT INTO posting VALUES ('roue', 99, 0, 'member:alice', 'member:bruno', 5, 'ROUE', 0, 0)",
     [("stray", 99)]),
    ("UPDATE account SET balance = balance + 5 WHERE name = 'member:alice'",
     [("balance", "member:alice"), ("sum", "ROUE")]),
    ("UPDATE account SET floor = -500 WHERE name = 'member:alice'",
     [("account-limits", "member:alice")]),
    ("UPDATE account SET owner = 'eve' WHERE name = 'member:alice'",
     [("account-limits", "member:alice")]),
    ("DELETE FROM account WHERE name = 'member:alice'", [("account-unknown", 2)]),
    ("INSERT INTO account VALUES ('roue', 'purse:eve', 'ROUE', NULL, NULL, NULL, 0)",
     [("account-limits", "purse:eve")]),
    ("UPDATE tally SET amount = 0", [("tally", "budget:welcome")]),
    ("DELETE FROM tally", [("tally", "budget:welcome")]),
    ("INSERT INTO tally VALUES ('roue', 'extra', 0, 5)", [("tally", "extra")]),
    ("UPDATE bank_account SET medium = 'operating'", [("coverage", "digital"), ("coverage-overall", None)]),
    # What other tables claim
    ("UPDATE operation SET entry = 5 WHERE entry = 4", [("sealed-twice", 5), ("answer", 5)]),
    ("UPDATE operation SET entry = 99 WHERE entry = 4", [("stray", 99)]),
    ("UPDATE operation SET answer = '{}' WHERE entry = 4", [("answer", 4)]),
    ("UPDATE operation SET answer = 'junk' WHERE entry = 4", [("answer", 4)]),
    ("UPDATE payment_request SET entry = 36 WHERE id = 'q1'", [("request", 36)]),
    ("UPDATE payment_request SET units = 121 WHERE id = 'q1'", [("request", 29)]),
    ("UPDATE payment_request SET state = 'pending' WHERE id = 'q1'", [("request", 29)]),
    ("UPDATE payment_request SET state = 'paid' WHERE id = 'q2'", [("request", 0)]),
    ("UPDATE redemption SET units = 2000 WHERE id = 'r1'",
     [("redemption", 19), ("redemption", 20)]),
    ("UPDATE redemption SET euros = 1000 WHERE id = 'r1'",
     [("redemption", 20), ("redemption", 21), ("redemption", 22)]),
    ("UPDATE redemption SET units = 301 WHERE id = 'r3'", [("redemption", 24), ("redemption", 25)]),
    ("UPDATE redemption SET state = 'paid' WHERE id = 'r2'", [("redemption-state", "r2")]),
    ("DELETE FROM redemption WHERE id = 'r2'", [("redemption", 23)]),
    ("UPDATE bank_line SET amount = 1 WHERE id = 'l2'", [("bank-line", 2)]),
    ("UPDATE bank_line SET state = 'new' WHERE id = 'l2'", [("bank-line", 2)]),
    ("UPDATE bank_line SET entry = 4 WHERE id = 'l2'", [("bank-line", 4)]),
    ("UPDATE bank_line SET entry = NULL WHERE id = 'l2'", [("stray", 0)]),
    ("UPDATE bank_line SET explained_by = 31 WHERE id = 'w1'", [("explanation", 31)]),
    ("UPDATE outstanding SET amount = 8 WHERE id = '31'", [("outstanding", 31)]),
    ("UPDATE correction SET corrects = 99", [("stray", 99)]),
    # Checkpoints
    ("UPDATE checkpoint SET root = head_hash WHERE size = 18",
     [("checkpoint-root", 18), ("checkpoint-signature", 18)]),
    ("UPDATE checkpoint SET head_hash = root WHERE size = 18",
     [("checkpoint-head", 18), ("checkpoint-signature", 18)]),
    ("UPDATE checkpoint SET peaks = X'00' WHERE size = 18", [("checkpoint-peaks", 18)]),
    ("UPDATE checkpoint SET key_id = 'me' WHERE size = 18", [("checkpoint-signature", 18)]),
    ("UPDATE checkpoint SET size = 60 WHERE size = 18", [("checkpoint-ahead", 60)]),
    ("UPDATE checkpoint SET root = head_hash WHERE size = 0",
     [("checkpoint-root", 0), ("checkpoint-signature", 0)]),
    # Currencies
    ("INSERT INTO tally VALUES ('ghost', 'extra', 0, 5)", [("currency-unknown", None)]),
]  # fmt: skip

TYPED: list[tuple[str, list[Found]]] = [
    ("UPDATE posting SET amount = 'much' WHERE number = 4", [("malformed", 4), ("chain", 4)]),
    ("UPDATE posting SET number = 'x' WHERE number = 4", [("malformed", None), ("chain", 4)]),
    ("UPDATE posting SET number = X'00', ordinal = 1.5, source = X'00', target = X'00', "
     "amount = 1.5, asset = X'00', source_after = 1.5, target_after = 1.5 WHERE number = 4",
     [("malformed", None)]),
    ("UPDATE entry SET kind = CAST(X'70ff' AS TEXT) WHERE number = 4", [("malformed", 4), ("gap", 4)]),
    ("UPDATE entry SET hash = 'text' WHERE number = 4", [("malformed", 4), ("gap", 4)]),
    ("UPDATE account SET balance = 1.5 WHERE name = 'member:alice'", [("malformed", None)]),
]  # fmt: skip
"""What only SQLite lets happen."""


def test_honest_books_are_sound(database_url: str) -> None:
    kept = build(database_url)
    report = audit(database_url, kept)
    assert found_in(report) == set(), report.problems
    assert report.sound
    assert report.entries == {"roue": 44}
    assert audit(database_url, key=None).sound


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
            ("entry", "number"), ("posting", "number"), ("memo", "number"), ("operation", "entry"),
            ("checkpoint", "size"),
        ):  # fmt: skip
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
    assert [(p.currency, p.entry) for p in report.problems] == [("other", 1), ("other", 1)][:1]


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
