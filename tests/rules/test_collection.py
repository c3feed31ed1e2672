"""When a month's debit is due, and what the bank's refusal of one leaves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ledger.books.papers import BankLine
from ledger.books.standing import Collection, StandingConversion, collection_id, member_of
from ledger.refusals import NotInState, SamePerson
from ledger.rules.collection import due_day, plan_accept, plan_end, plan_propose, shown
from ledger.rules.matching import Candidates, Proposal, propose
from ledger.rules.payout import is_due, is_sent, plan_cancel, plan_collection_again, plan_file
from tests.rules.test_payout import FILE

AT = datetime(2026, 10, 20, 12, tzinfo=UTC)
STANDING = StandingConversion(
    id="0123456789abcdef",
    member="ty-maite",
    euros=5_000,
    day=5,
    since=date(2026, 10, 20),
    until=date(2027, 1, 31),
    mandate="EUSKO-M1",
    signed_on=date(2026, 10, 20),
    iban="FR76",
    proposed_at=AT,
    proposed_by="maite",
    state="active",
)
DEBIT = Collection(
    "ty-maite-01234567202611", STANDING.id, "ty-maite", 5_000, "FRST", "RF18ABC", "due"
)


def due(today: date, **changes: object) -> date | None:
    standing = replace(STANDING, **changes)  # type: ignore[arg-type] # any field of a mandate
    return due_day(standing, today=today, horizon=today + timedelta(days=3))


def test_a_month_is_due_once_from_the_lead_on_and_made_up_for_while_it_lasts() -> None:
    assert due(date(2026, 10, 28)) is None
    assert due(date(2026, 11, 2)) == date(2026, 11, 5)
    assert due(date(2026, 11, 20)) == date(2026, 11, 5)
    assert due(date(2026, 11, 20), last_month="2026-11") is None
    assert due(date(2026, 11, 27), day=1, last_month="2026-11") is None
    assert due(date(2026, 11, 29), day=1, last_month="2026-11") == date(2026, 12, 1)
    assert due(date(2026, 12, 31), day=1, last_month="2026-12") == date(2027, 1, 1)


def test_nothing_is_due_outside_the_mandate() -> None:
    assert due(date(2026, 10, 20)) is None
    assert due(date(2027, 2, 5)) is None
    assert due(date(2027, 2, 5), until=None) == date(2027, 2, 5)
    assert due(date(2026, 11, 5), state="proposed") is None
    assert due(date(2026, 11, 5), state="ended") is None


def test_a_mandate_is_accepted_by_another_person_and_ended_once() -> None:
    proposed = replace(STANDING, state="proposed")
    assert plan_propose(proposed).papers == (proposed,)
    with pytest.raises(SamePerson):
        plan_accept(proposed, person="maite")
    assert plan_accept(proposed, person="t").papers == (replace(STANDING, accepted_by="t"),)
    with pytest.raises(NotInState):
        plan_accept(STANDING, person="t")
    ended = replace(STANDING, state="ended")
    assert plan_end(STANDING).papers == (ended,)
    with pytest.raises(NotInState):
        plan_end(ended)
    assert shown(replace(STANDING, until=None, last_month="2026-11"))["last_month"] == "2026-11"
    assert shown(STANDING)["until"] == "2027-01-31"


def test_the_name_of_a_debit_says_whose_it_is() -> None:
    assert collection_id(STANDING, "2026-11") == DEBIT.id
    assert member_of(DEBIT.id) == "ty-maite"


def test_a_debit_is_in_one_file_and_due_again_when_that_never_left() -> None:
    sent = replace(DEBIT, state="sent", file="f1")
    assert is_due(DEBIT)
    assert plan_file(FILE, [DEBIT]).papers == (sent, FILE)
    assert is_sent(sent, "f1")
    assert not is_due(sent)
    cancelled = plan_cancel(FILE, [sent], person="t2", reason="never sent")
    assert cancelled.papers[0] == DEBIT


def test_a_refused_debit_waits_for_a_person() -> None:
    refused = replace(DEBIT, stopped="MD01")
    assert not is_due(refused)
    assert plan_collection_again(refused).papers == (DEBIT,)
    for wrong in (DEBIT, replace(refused, state="sent")):
        with pytest.raises(NotInState):
            plan_collection_again(wrong)


def test_the_line_of_a_debit_is_certain_when_the_amount_fits() -> None:
    line = BankLine("l1", "nef", "s", 1, date(2026, 11, 5), 5_000, ("RF18ABC",), "", "", "")
    sent = replace(DEBIT, state="sent")
    assert propose(line, Candidates(collections=[sent])) == [
        Proposal("collection", DEBIT.id, "reference", exact=True)
    ]
    for other in (replace(sent, euros=1), replace(sent, state="collected")):
        (proposal,) = propose(line, Candidates(collections=[other]))
        assert (proposal.reason, proposal.exact) == ("amount-differs", False)
