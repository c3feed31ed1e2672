"""Money out, in values alone: what is due, and what the bank's answers change."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from ledger.books.papers import FundOrder, Notice, PaymentFile, Redemption
from ledger.money import Asset
from ledger.refusals import NotInState, SamePerson
from ledger.rules.payout import (
    Payable,
    is_due,
    is_sent,
    plan_cancel,
    plan_file,
    plan_heard,
    plan_order_again,
    plan_release,
    shown,
)
from ledger.rules.redemption import plan_again, plan_bounce, plan_paid

UNIT = Asset("ROU", 2)
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWED = Redemption("r1", "shop", 10_000, 9_500, 500, "RF1", "", AT, "shop", "t2", "approved")
SENT = replace(OWED, state="sent", file="f1")
ORDER = FundOrder("o1", "bank:nef", "bank:cm", 12_000, "notes", "RF3", AT, "t1")
FILE = PaymentFile(
    id="f1",
    kind="redemptions",
    account="nef",
    format="pain.001.001.09",
    message_id="ROUE-F1",
    payments=2,
    euros=19_000,
    execute_on=date(2026, 11, 24),
    content="<x/>",
    content_hash="00",
    made_at=AT,
    made_by="t1",
)
OTHER = replace(SENT, id="r2", reference="RF2")


def test_what_is_owed_is_due_until_it_is_in_a_file() -> None:
    assert is_due(OWED)
    assert is_due(replace(OWED, state="bounced"))
    assert not is_due(replace(OWED, euros=0))
    assert not is_due(SENT)
    assert is_due(ORDER)
    assert not is_due(replace(ORDER, file="f1"))
    assert not is_due(replace(ORDER, state="left"))


def test_a_file_takes_its_payments_with_it() -> None:
    plan = plan_file(FILE, [OWED, ORDER])
    assert plan.papers == (SENT, replace(ORDER, file="f1"), FILE)
    assert plan.sealed
    assert not plan.postings
    assert plan.facts["content"] == "00"
    assert is_sent(SENT, "f1")
    assert not is_sent(SENT, "f2")
    assert is_sent(replace(ORDER, file="f1"), "f1")


def test_a_draft_is_released_by_another_person() -> None:
    draft = replace(FILE, state="drafted")
    with pytest.raises(SamePerson):
        plan_release(draft, person="t1")
    assert plan_release(draft, person="t2").papers == (replace(FILE, released_by="t2"),)
    with pytest.raises(NotInState):
        plan_release(FILE, person="t2")


def test_what_was_in_a_cancelled_file_is_due_again() -> None:
    order = replace(ORDER, file="f1")
    plan = plan_cancel(FILE, [SENT, order], person="t2", reason="never sent")
    assert plan.papers == (OWED, ORDER, replace(FILE, state="cancelled", reason="never sent"))
    assert plan_cancel(replace(FILE, state="drafted"), [], person="t1", reason="x").sealed


@pytest.mark.parametrize(
    ("file", "papers"),
    [
        (replace(FILE, status="ACCP"), [SENT]),
        (replace(FILE, state="cancelled"), [SENT]),
        (FILE, [replace(SENT, state="paid")]),
    ],
)
def test_what_the_bank_has_taken_is_not_cancelled(file: PaymentFile, papers: list[Payable]) -> None:
    with pytest.raises(NotInState):
        plan_cancel(file, papers, person="t2", reason="x")


def test_who_made_a_file_does_not_say_alone_that_it_never_left() -> None:
    with pytest.raises(SamePerson):
        plan_cancel(FILE, [SENT], person="t1", reason="x")


def test_a_payment_that_the_bank_refuses_is_owed_and_waits() -> None:
    plan = plan_heard(FILE, [SENT, OTHER], whole=("PART", ""), single={"RF2": ("RJCT", "AC04")})
    freed = replace(OTHER, state="approved", file="", stopped="AC04")
    assert plan.papers == (freed, replace(FILE, status="PART"))
    assert is_due(freed)
    assert shown(replace(FILE, status="PART"))["status"] == "PART"


def test_a_file_refused_whole_is_over() -> None:
    plan = plan_heard(FILE, [SENT, OTHER], whole=("RJCT", "DUPL"), single={})
    *papers, file = plan.papers
    assert [paper.stopped for paper in papers if isinstance(paper, Redemption)] == ["DUPL"] * 2
    assert file == replace(FILE, state="refused", status="RJCT", reason="DUPL")
    every = {"RF1": ("RJCT", ""), "RF2": ("RJCT", "AC01")}
    plan = plan_heard(FILE, [SENT, OTHER], whole=("", ""), single=every)
    *papers, file = plan.papers
    assert [paper.stopped for paper in papers if isinstance(paper, Redemption)] == ["RJCT", "AC01"]
    assert file == replace(FILE, state="refused")


def test_what_a_bank_line_has_shown_stays_whatever_the_bank_answers_later() -> None:
    paid = replace(SENT, state="paid")
    plan = plan_heard(FILE, [paid, OTHER], whole=("RJCT", ""), single={})
    *papers, file = plan.papers
    assert papers == [replace(OTHER, state="approved", file="", stopped="RJCT")]
    assert file == replace(FILE, status="RJCT")


def test_hearing_the_same_again_leaves_nothing() -> None:
    accepted = replace(FILE, status="ACCP")
    assert plan_heard(FILE, [SENT], whole=("ACCP", ""), single={}).papers == (accepted,)
    again = plan_heard(accepted, [SENT], whole=("ACCP", ""), single={})
    assert not again.papers
    assert not again.leaves_entry


def test_a_refused_transfer_goes_out_again_when_a_person_says_so() -> None:
    refused = replace(OWED, stopped="AC04")
    assert plan_again(refused, unit=UNIT).papers == (OWED,)
    came_back = replace(SENT, state="bounced", stopped="returned")
    assert plan_again(came_back, unit=UNIT).papers == (replace(OWED, file="f1"),)
    for wrong in (OWED, SENT, replace(SENT, stopped="AC04")):
        with pytest.raises(NotInState):
            plan_again(wrong, unit=UNIT)
    assert plan_order_again(replace(ORDER, stopped="AC04")).papers == (ORDER,)
    for order in (ORDER, replace(ORDER, file="f1", stopped="AC04")):
        with pytest.raises(NotInState):
            plan_order_again(order)


def test_a_bounce_stops_and_a_payment_frees() -> None:
    paid = replace(SENT, state="paid")
    notice = Notice("n", "shop", AT, "redemption-bounced", {})
    bounced, _ = plan_bounce(paid, place="bank:nef", unit=UNIT, notice=notice).papers
    assert bounced == replace(paid, state="bounced", stopped="returned")
    assert isinstance(bounced, Redemption)
    assert plan_paid(bounced, place="bank:nef", unit=UNIT).papers == (paid,)
