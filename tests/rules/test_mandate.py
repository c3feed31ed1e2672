"""A collection mandate binds: its dates, its object, its ceiling, and two people."""

from dataclasses import replace
from datetime import date

import pytest

from ledger.books.authorities import CollectionMandate
from ledger.refusals import (
    MandateCeiling,
    MandateNotInForce,
    MandateObject,
    NotInState,
    Refusal,
    SamePerson,
)
from ledger.rules.mandate import (
    mandate_tally,
    must_allow,
    plan_grant,
    plan_proposal,
    plan_revocation,
    used_under,
)
from tests.rules.values import AT, DAY

WRITTEN = CollectionMandate(
    id="m-2026",
    authority="avignon",
    operations=("allowance", "grant"),
    since=date(2026, 1, 1),
    until=date(2026, 12, 31),
    ceiling=10_000_00,
    powers="credit in units whoever signed",
    remuneration="none",
    remittance="before each run",
    accounts_rendered="a voucher each run, accounts each year",
    controls="a consent in force for each person",
    proposed_at=AT,
    proposed_by="officer",
)
GRANTED = replace(WRITTEN, state="granted", granted_by="approver")


def test_what_a_mandate_allows_passes_to_the_last_cent_and_day() -> None:
    must_allow(GRANTED, "allowance", date(2026, 1, 1), 10_000_00)
    must_allow(GRANTED, "grant", date(2026, 12, 31), 1, used=9_999_99)


@pytest.mark.parametrize(
    ("mandate", "operation", "day", "cents", "refusal"),
    [
        (WRITTEN, "grant", DAY, 1, MandateNotInForce),
        (replace(GRANTED, state="revoked"), "grant", DAY, 1, MandateNotInForce),
        (GRANTED, "grant", date(2025, 12, 31), 1, MandateNotInForce),
        (GRANTED, "grant", date(2027, 1, 1), 1, MandateNotInForce),
        (GRANTED, "invoice", DAY, 1, MandateObject),
        (GRANTED, "grant", DAY, 5_000_01, MandateCeiling),
    ],
)
def test_what_is_outside_is_refused_and_names_the_article(
    mandate: CollectionMandate, operation: str, day: date, cents: int, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal, match=r"CGCT D1611-32-3") as met:
        must_allow(mandate, operation, day, cents, used=5_000_00)
    assert met.value.facts["article"] == "CGCT D1611-32-3"


def test_what_is_used_is_counted_up_to_the_ceiling() -> None:
    tally = used_under(GRANTED, 3_00)
    assert (tally.name, tally.change, tally.limit) == (mandate_tally("m-2026"), 3_00, 10_000_00)


def test_one_person_writes_it_and_another_grants_it() -> None:
    assert plan_proposal(WRITTEN).answer["left"] == "10000.00"
    with pytest.raises(SamePerson):
        plan_grant(WRITTEN, person="officer")
    assert plan_grant(WRITTEN, person="approver").papers == (GRANTED,)
    with pytest.raises(NotInState):
        plan_grant(GRANTED, person="another")


def test_a_revoked_mandate_tells_since_when_and_what_was_used() -> None:
    plan = plan_revocation(GRANTED, day=DAY, used=1_00)
    assert (plan.answer["state"], plan.answer["revoked_on"]) == ("revoked", "2026-10-05")
    assert plan.answer["used"] == "1.00"
    with pytest.raises(NotInState):
        plan_revocation(replace(GRANTED, state="revoked"), day=DAY, used=0)
