"""A run of an authority cannot be told otherwise: not a row, not an amount, not a consent."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import orjson
import pytest

from ledger.books.closings import DAY
from ledger.books.disbursements import Disbursement, RowAsked
from ledger.operations.consent import RecordConsent
from ledger.operations.demo import CODE
from ledger.operations.disbursement import approving
from ledger.operations.mandate import GrantMandate
from ledger.operations.run import CheckRun
from ledger.proof.book import Book, Sheet
from ledger.proof.reader import open_source
from ledger.proof.rows import DISBURSEMENTS, KeptCurrency, KeptEntry
from ledger.proof.rows import KeptPosting as Arrow
from ledger.proof.run_checks import Runs
from ledger.proof.run_rows import KeptDisbursement, KeptRun
from ledger.proof.verifier import verify
from tests.fund.house import House, camt, house, line
from tests.proof.tampering import found_in, rehash, tampering
from tests.walls.runs import MANDATE

Move = tuple[str, str, int, str]

AT: Final = "2026-10-05T10:00:00.000000Z"
CONSENT: Final = {"consent": "c", "member": "a", "authority": "lyon", "since": "2026-10-01"}
RUN: Final = KeptRun("r", "lyon", 300, 300, "closed")
ROW: Final = KeptDisbursement(3, "r-1", "r", "a", 300, "c", "credited")
IN: Final[Move] = ("mandate:lyon", "bank:nef", 300, "EUR")
OUT: Final[tuple[Move, ...]] = (
    ("backing:digital", "mandate:lyon", 300, "EUR"),
    ("issued:digital", "member:a", 300, "ROU"),
)


def sheet(
    number: int,
    kind: str,
    facts: object,
    *arrows: Move,
    row: KeptDisbursement | None = None,
    at: str = AT,
) -> Sheet:
    told = facts if isinstance(facts, str) else orjson.dumps(facts).decode()
    entry = KeptEntry(number, number - 1, at, kind, "x", told, "[]", None, b"")
    postings = [Arrow(number, n, *arrow, 0, 0) for n, arrow in enumerate(arrows)]
    return Sheet(entry, postings, [], [(DISBURSEMENTS.name, [row])] if row else [])


def given(**more: str) -> Sheet:
    return sheet(1, "consent", {**CONSENT, "until": "", **more})


def received() -> Sheet:
    return sheet(2, "run-received", {"run": "r"}, IN)


def credited(
    *arrows: Move, row: KeptDisbursement | None = ROW, at: str = AT, run: str = "r", day: str = ""
) -> Sheet:
    facts = {"run": run, "row": "r-1"} | ({DAY: day} if day else {})
    return sheet(3, "disbursement", facts, *(arrows or OUT), row=row, at=at)


def found(*sheets: Sheet, run: KeptRun | None = RUN) -> list[str]:
    book = Book("roue", KeptCurrency("ROU", 2, 0, b"", AT), {}, {}, [], [], {}, {}, {}, {}, {})
    book.runs |= {run.id: run} if run else {}
    check = Runs(book)
    problems = [problem for each in sheets for problem in check.entry(each)]
    return [problem.slug for problem in (*problems, *check.end())]


def test_a_run_that_was_funded_and_credited_is_sound() -> None:
    assert found(given(), received(), credited()) == []
    assert found(given(until="2026-10-05"), received(), credited(day="2026-10-04")) == []
    assert found(sheet(1, "payment", {}), given(), received(), credited()) == []


@pytest.mark.parametrize(
    ("first", "last", "slugs"),
    [
        (given(until="2026-10-04"), credited(), ["run-consent"]),
        (given(since="2026-10-06"), credited(), ["run-consent"]),
        (given(member="b"), credited(), ["run-consent"]),
        (given(consent="d"), credited(), ["run-consent"]),
        (given(), credited(at="never"), ["run-consent"]),
        (given(), credited(OUT[0]), ["run-row"]),
        (given(), credited(*OUT, IN), ["run-row"]),
        (given(), credited(row=ROW._replace(state="due")), ["run-row"]),
        (given(), credited(row=ROW._replace(id="r-2")), ["run-row", "run-amounts"]),
        (given(), credited(row=None), ["run-row", "run-amounts"]),
        (given(), credited(run="s"), ["run-row", "run-amounts"]),
        (given(), sheet(3, "payment", {}, row=ROW), ["run-row", "run-amounts"]),
        (given(), sheet(3, "disbursement", "[]", *OUT, row=ROW), ["run-row", "run-amounts"]),
        (given(), sheet(3, "disbursement", "{", *OUT, row=ROW), ["run-row", "run-amounts"]),
    ],
)
def test_a_credit_that_is_not_what_its_row_and_consent_say_is_named(
    first: Sheet, last: Sheet, slugs: list[str]
) -> None:
    assert found(first, received(), last) == slugs


def test_a_withdrawn_consent_allows_nothing_more() -> None:
    end = sheet(2, "consent-end", {"consent": "c", "on": "2026-10-05"})
    assert found(given(), end, received(), credited()) == ["run-consent"]
    assert found(given(), received(), credited(), end) == []
    assert found(sheet(2, "consent-end", {"consent": "z"}), given(), received(), credited()) == []


def test_nobody_is_credited_with_euros_that_have_not_come() -> None:
    assert found(given(), credited()) == ["run-unfunded", "run-amounts"]
    taken = sheet(2, "run-taken", {"run": "r", "euros": 300})
    assert found(given(), taken, credited()) == []
    shared = {"part-1": "disbursement r 300 ", "part-2": "interest - 5 ", "part-3": "disbursement"}
    assert found(given(), sheet(2, "split", shared), credited()) == []
    other = sheet(2, "split", {"part-1": "disbursement s 300 "})
    assert found(given(), other, received(), credited()) == ["run-amounts"]


def test_what_comes_for_a_run_must_be_a_runs_and_more_than_nothing() -> None:
    text = sheet(2, "run-taken", {"run": "r", "euros": "300"})
    assert found(text) == ["run", "run-amounts"]
    assert found(received(), run=None) == ["run"]


# -- the same, done to a database ------------------------------------------------------------


@pytest.fixture
def town(database_url: str) -> Iterator[House]:
    with house(database_url) as opened:
        yield opened


def test_a_run_in_the_books_cannot_be_changed_unseen(town: House, database_url: str) -> None:
    for member in ("alice", "bruno"):
        town.post(RecordConsent("avignon", member, "elected", share_bps=3000))
    rows = (RowAsked("alice", "100.00", "allowance"), RowAsked("bruno", "50.00", "allowance"))
    mandate = replace(MANDATE, id="m", authority="avignon")
    town.post(mandate)
    town.post(GrantMandate("avignon", "m"), person="mayor")
    run = town.post(CheckRun("avignon", "m", rows), person="officer")
    id_, reference = str(run["id"]), str(run["reference"])
    approval = approving(town.ledger, CODE, town.context(), "avignon", id_)
    town.post(approval, person="approver")
    town.drop(camt(line("45.00", reference, bank_reference="A1"), closing="45.00"))
    credits_ = town.ledger.reads.having(Disbursement, CODE, "state", ["credited"])
    alice = credits_[0].entry

    def told() -> set[tuple[str, object]]:
        with open_source(database_url) as source:
            return found_in(verify(source))

    assert len(credits_) == len(rows)
    assert told() == set()
    changes = (
        ("UPDATE disbursement SET part = part + ? WHERE entry = ?", 1, -1),
        ("UPDATE disbursement SET member = ? WHERE entry = ?", "bruno", "alice"),
    )
    for change, wrong, right in changes:
        with tampering(database_url) as execute:
            execute(change, wrong, alice)
        assert "run-row" in {slug for slug, _ in told()}, change
        with tampering(database_url) as execute:
            execute(change, right, alice)
    assert told() == set()
    with tampering(database_url) as execute:
        execute(
            "UPDATE entry SET facts = replace(facts, '2026-11-20', '2026-12-24') "
            "WHERE kind = 'consent'"
        )
        rehash(execute)
    assert ("run-consent", alice) in told()
    with tampering(database_url) as execute:
        execute("UPDATE disbursement_run SET received = received + 1")
    assert ("run-amounts", id_) in told()
