"""An IBAN on its way to be another: one change at a time, and none before its hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ledger.books.iban_change import APPROVED, DONE, WAIT, IbanChange
from ledger.books.papers import Identity, Notice
from ledger.refusals import NotInState
from ledger.rules.iban_change import Contacts, plan_ask, plan_settle

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)
OLD, NEW = "FR7630006000011234567890189", "FR7621570000010000000000176"
WHO = Identity("lavoir", "Le Lavoir", "old@example.org", OLD)
ASKED = IbanChange("lavoir", NEW, NOON, "first")
AGREED = replace(ASKED, state=APPROVED, approved_by="second", effective_at=NOON + WAIT)


@pytest.mark.parametrize("before", [ASKED, AGREED])
def test_nothing_else_is_asked_while_a_change_waits(before: IbanChange) -> None:
    other = replace(ASKED, iban="", asked_at=NOON + timedelta(hours=1))
    with pytest.raises(NotInState):
        plan_ask(before, Contacts(WHO), other, notice="n1")


def test_the_iban_in_force_is_not_asked_for_again() -> None:
    with pytest.raises(NotInState, match="in force"):
        plan_ask(None, Contacts(WHO), replace(ASKED, iban=OLD), notice="n1")


def test_once_a_change_is_in_force_another_is_asked() -> None:
    other = replace(ASKED, iban=OLD, asked_at=NOON + WAIT)
    plan = plan_ask(AGREED, Contacts(replace(WHO, iban=NEW)), other, notice="n1")
    assert plan.papers[0] == other


def test_an_iban_is_written_over_at_its_hour_and_not_a_moment_before() -> None:
    with pytest.raises(NotInState):
        plan_settle(ASKED, WHO, person="night", at=NOON + WAIT)
    with pytest.raises(NotInState):
        plan_settle(AGREED, WHO, person="night", at=NOON + WAIT - timedelta(microseconds=1))
    change, identity = plan_settle(AGREED, WHO, person="night", at=NOON + WAIT).papers
    assert change == replace(AGREED, state=DONE, iban="")
    assert identity == replace(WHO, iban=NEW)


def test_each_contact_of_the_last_two_days_is_told_once() -> None:
    def moved(hours: int, address: str, kind: str = "email-changed", who: str = "") -> Notice:
        at = ASKED.asked_at - timedelta(hours=hours)
        return Notice("n", who or WHO.id, at, kind, {}, address=address)

    notices = (
        moved(47, "before@example.org"),
        moved(1, "before@example.org"),
        moved(48, "long-ago@example.org"),
        moved(1, "another@example.org", kind="iban-change-asked"),
        moved(1, "stranger@example.org", who="stranger"),
    )
    who = replace(WHO, email="now@example.org")
    plan = plan_ask(None, Contacts(who, notices), ASKED, notice="n1")
    told = [(paper.id, paper.address) for paper in plan.papers if isinstance(paper, Notice)]
    assert told == [("n1", "now@example.org"), ("n1-1", "before@example.org")]
