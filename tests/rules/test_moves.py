"""Payments, refunds, conversions, redemptions and reversals: what each moves, and its every no."""

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.books.accounts import Fund
from ledger.books.journal import Entry, Plan, Posting
from ledger.books.papers import (
    BankLine,
    Correction,
    FundOrder,
    Notice,
    Office,
    Outstanding,
    Redemption,
)
from ledger.books.terms import Terms
from ledger.money import Asset
from ledger.refusals import (
    AuthorityPaysInEuros,
    CannotCorrect,
    FundAccountMissing,
    InsufficientUnits,
    Malformed,
    MemberNotActive,
    NotAtPar,
    NotInState,
    RedemptionNotAllowed,
    RefundExceedsPayment,
    SamePerson,
    SameWallet,
    Unknown,
)
from ledger.rules import redemption as redeeming
from ledger.rules.campaign import bonus_of
from ledger.rules.conversion import place_of_euros, plan_conversion
from ledger.rules.parity import cents_at_par, units_at_par, whole_cents
from ledger.rules.payment import plan_payment, usable_pockets
from ledger.rules.refund import plan_refund
from ledger.rules.reversal import Touched, check_correctable, plan_reversal
from ledger.rules.standing import active, present
from tests.rules.values import (
    AT,
    DAY,
    ROU,
    campaign,
    entered,
    line,
    outstanding,
    person,
    redemption,
    rulebook,
    shop,
)

if TYPE_CHECKING:
    from collections.abc import Callable

DIGITAL = Fund("digital")
NOTICE = Notice("n", "shop", AT, "redemption-bounced", {"about": "r"})
TERMS = Terms(since=date(2026, 1, 1))
pockets = st.dictionaries(st.integers(1, 28), st.integers(1, 500), max_size=5).map(
    lambda days: [(f"gift:c:a@2027-01-{day:02}", units) for day, units in days.items()]
)


def pay(units: int, own: int, gifts: list[tuple[str, int]]) -> Plan:
    return plan_payment(
        payer=person(), payee=shop(), units=units, unit=ROU, own=own, pockets=gifts, today=DAY
    )


def give_back(payment: Entry, units: int, refunded: int = 0, own: int = 10**9) -> Plan:
    return plan_refund(
        payment=payment,
        refunded=refunded,
        corrected=False,
        own=own,
        units=units,
        unit=ROU,
        reason="",
    )


@given(own=st.integers(0, 1_000), gifts=pockets, data=st.data())
def test_a_payment_moves_what_was_asked_gifts_first(
    own: int, gifts: list[tuple[str, int]], data: st.DataObject
) -> None:
    held = own + sum(units for _, units in gifts)
    units = data.draw(st.integers(1, held + 1))
    if units > held:
        with pytest.raises(InsufficientUnits):
            pay(units, own, gifts)
        return
    plan = pay(units, own, gifts)
    sources = [posting.source for posting in plan.postings]
    assert sum(posting.amount for posting in plan.postings) == units
    assert sources == sorted(sources)  # gift:...@day before member:, days in order
    assert all(p.amount == dict(gifts)[p.source] for p in plan.postings[:-1])


@given(gifts=pockets, own=st.integers(1, 500), parts=st.lists(st.integers(1, 300), max_size=6))
def test_refunds_undo_a_payment_from_its_end_and_never_more(
    gifts: list[tuple[str, int]], own: int, parts: list[int]
) -> None:
    total = own + sum(units for _, units in gifts)
    payment = entered(pay(total, own, gifts))
    back: dict[str, int] = {}
    refunded = 0
    for part in parts:
        if refunded + part > total:
            with pytest.raises(RefundExceedsPayment):
                give_back(payment, part, refunded)
            continue
        plan = give_back(payment, part, refunded)
        assert sum(posting.amount for posting in plan.postings) == part
        for posting in plan.postings:
            back[posting.target] = back.get(posting.target, 0) + posting.amount
        refunded += part
    drawn = {posting.source: posting.amount for posting in payment.postings}
    assert all(units <= drawn[name] for name, units in back.items())
    order = [posting.source for posting in reversed(payment.postings)]
    full = [back.get(name, 0) == drawn[name] for name in order]
    assert full == sorted(full, reverse=True)


def test_pockets_past_their_day_and_empty_ones_are_left_alone() -> None:
    gifts = [
        ("gift:c:a@2026-10-04", 1),
        ("gift:c:a@2026-10-05", 2),
        ("gift:d:a", 3),
        ("gift:e:a", 0),
    ]
    assert usable_pockets(gifts, DAY) == [("gift:c:a@2026-10-05", 2), ("gift:d:a", 3)]


def test_who_may_not_pay() -> None:
    with pytest.raises(SameWallet):
        plan_payment(payer=shop(), payee=shop(), units=1, unit=ROU, own=5, pockets=[], today=DAY)
    with pytest.raises(AuthorityPaysInEuros, match="lyon is a public authority"):
        plan_payment(
            payer=shop(id="lyon", kind="authority"),
            payee=shop(),
            units=1,
            unit=ROU,
            own=5,
            pockets=[],
            today=DAY,
        )


def test_what_is_not_refunded() -> None:
    payment = entered(pay(100, 100, []))
    with pytest.raises(CannotCorrect, match="only a payment"):
        give_back(replace(payment, kind="conversion"), 1)
    with pytest.raises(CannotCorrect, match="corrected already"):
        plan_refund(
            payment=payment, refunded=0, corrected=True, own=9, units=1, unit=ROU, reason=""
        )
    with pytest.raises(InsufficientUnits):
        give_back(payment, 100, own=99)


def test_a_member_must_be_there_and_active() -> None:
    assert active(person(), "a") == present(person(), "a") == person()
    with pytest.raises(Unknown):
        present(None, "a")
    with pytest.raises(MemberNotActive, match="suspended"):
        active(person(status="suspended"), "a")


# -- par and conversions -----------------------------------------------------------------------


@given(cents=st.integers(1, 10**12), scale=st.integers(0, 6))
def test_par_is_exact_both_ways_or_refused(cents: int, scale: int) -> None:
    unit = Asset("U", scale)
    whole = whole_cents(cents, unit)
    assert cents_at_par(units_at_par(whole, unit), unit) == whole
    assert 0 <= cents - whole < 100
    if whole != cents:
        with pytest.raises(NotAtPar):
            units_at_par(cents, unit)


def test_a_unit_finer_than_the_cent_may_have_no_euro() -> None:
    with pytest.raises(NotAtPar, match=r"0\.001 GRA"):
        cents_at_par(1, Asset("GRA", 3))


def test_euros_reach_the_place_of_their_channel() -> None:
    book = rulebook(offices={"halles": Office("halles", "Halles")})
    assert place_of_euros(book, DIGITAL, "bank", "") == "bank:nef"
    assert place_of_euros(book, DIGITAL, "direct-debit", "") == "bank:nef"
    assert place_of_euros(book, DIGITAL, "card", "") == "transit"
    assert place_of_euros(book, DIGITAL, "cash", "halles") == "till:halles"
    with pytest.raises(Malformed, match="office"):
        place_of_euros(book, DIGITAL, "cash", "")
    with pytest.raises(Unknown, match="nowhere"):
        place_of_euros(book, DIGITAL, "cash", "nowhere")
    with pytest.raises(FundAccountMissing, match="paper"):
        place_of_euros(book, Fund("paper"), "bank", "")


@given(euros=st.integers(1, 10**9), rate=st.integers(1, 20_000), share=st.integers(0, 2_000))
def test_a_conversion_backs_every_unit_and_rounds_down(euros: int, rate: int, share: int) -> None:
    member = person(donates_to="ikastola")
    of = campaign(rate_bps=rate, budget=10**12)
    got = bonus_of(
        of, member, euros=euros, day=DAY, unit=ROU, earned=0, granted=0, sponsored=10**12
    )
    plan = plan_conversion(
        member=member,
        euros=euros,
        place="bank:nef",
        fund=DIGITAL,
        unit=ROU,
        day=DAY,
        terms=Terms(since=DAY, donation_bps=share),
        bonuses=(got,),
        channel="bank",
    )
    moved = {(p.source, p.target): p.amount for p in plan.postings}
    assert moved["backing:digital", "bank:nef"] == moved["issued:digital", "member:a"] == euros
    assert moved.get(("issued:digital", "gift:c:a"), 0) == euros * rate // 10_000
    owed = moved.get(("payable:donations:ikastola", "expense:donations"), 0)
    assert owed == euros * share // 10_000


# -- redemptions ------------------------------------------------------------------------------


def test_a_redemption_is_priced_by_the_terms_and_only_for_whom_they_name() -> None:
    asked = redeeming.redemption_of(
        id_="r",
        member=shop(),
        units=10_000,
        unit=ROU,
        terms=TERMS,
        reference="RF3",
        at=AT,
        person="baker",
    )
    assert asked == redemption()
    (arrow,) = redeeming.plan_request(asked, own=10_000, unit=ROU).postings
    assert (arrow.source, arrow.target, arrow.amount) == ("member:shop", "held:r", 10_000)
    with pytest.raises(RedemptionNotAllowed, match="only pro may"):
        redeeming.may_redeem(person(), TERMS)
    with pytest.raises(InsufficientUnits):
        redeeming.plan_request(asked, own=9_999, unit=ROU)


@given(units=st.integers(1, 10**9), bps=st.integers(0, 10_000))
def test_what_is_paid_and_the_fee_are_the_whole(units: int, bps: int) -> None:
    terms = Terms(since=DAY, redemption_fee_bps=bps)
    fee = redeeming.fee_on(units, terms)
    plan = redeeming.plan_approval(
        redemption(units=units, euros=units - fee, fee=fee), approver="t", unit=ROU
    )
    euros = [p.amount for p in plan.postings if p.target == "backing:digital"]
    assert sum(euros) == units
    assert all(euros)


def test_what_is_nothing_has_no_arrow() -> None:
    free = redeeming.plan_approval(redemption(euros=10_000, fee=0), approver="t", unit=ROU)
    assert [p.source for p in free.postings] == ["held:r", "payable:redemptions"]
    dear = redeeming.plan_approval(redemption(euros=0, fee=10_000), approver="t", unit=ROU)
    assert [p.source for p in dear.postings] == ["held:r", "income:redemption-fees"]


def test_each_step_of_a_redemption_has_its_moment() -> None:
    steps: dict[str, list[Callable[[Redemption], Plan]]] = {
        "requested": [
            lambda r: redeeming.plan_approval(r, approver="t", unit=ROU),
            lambda r: redeeming.plan_cancel(r, unit=ROU),
        ],
        "approved": [lambda r: redeeming.plan_paid(r, place="bank:nef", unit=ROU)],
        "paid": [lambda r: redeeming.plan_bounce(r, place="bank:nef", unit=ROU, notice=NOTICE)],
    }
    for needed, plans in steps.items():
        for plan in plans:
            assert plan(redemption(state=needed)).postings
            with pytest.raises(NotInState):
                plan(redemption(state="corrected"))
    with pytest.raises(SamePerson):
        redeeming.plan_approval(redemption(), approver="baker", unit=ROU)


# -- reversals ----------------------------------------------------------------------------------


def reverse(  # noqa: PLR0913 - what a reversal touches
    entry: Entry,
    *,
    approver: str = "second",
    line: BankLine | None = None,
    outstanding: Outstanding | None = None,
    redemption: Redemption | None = None,
    recognised: Outstanding | None = None,
    order: FundOrder | None = None,
    alone: bool = False,
    balance: int = 10**9,
) -> Plan:
    correction = Correction("k", entry.number, "why", AT, "first")
    names = {p.source for p in entry.postings} | {p.target for p in entry.postings}
    return plan_reversal(
        entry,
        correction,
        number=9,
        approver=approver,
        alone=alone,
        touched=Touched(
            line=line,
            outstanding=outstanding,
            redemptions=[redemption] if redemption else [],
            recognised=[recognised] if recognised else [],
            orders=[order] if order else [],
        ),
        balances=dict.fromkeys(names, balance),
    )


def test_an_entry_is_turned_round_with_its_counts() -> None:
    of = campaign(cap=10_000)
    got = bonus_of(
        of, person(), euros=1_000, day=DAY, unit=ROU, earned=0, granted=0, sponsored=10**9
    )
    entry = entered(
        plan_conversion(
            member=person(),
            euros=1_000,
            place="bank:nef",
            fund=DIGITAL,
            unit=ROU,
            day=DAY,
            terms=TERMS,
            bonuses=(got,),
            channel="bank",
        )
    )
    plan = reverse(entry, outstanding=outstanding())
    assert plan.postings == tuple(posting.reversed() for posting in reversed(entry.postings))
    changes = {tally.name: tally.change for tally in plan.tallies}
    assert changes == {"granted:c": -200, "earned:c:a:2026-10": -1_000, "corrected:7": 1}
    states = {getattr(paper, "state", "") for paper in plan.papers}
    assert states == {"corrected", "done"}
    from_bank = reverse(entry, line=line(1_000, state="matched"))
    assert from_bank.postings[-1].source == "suspense"
    assert {getattr(paper, "state", "") for paper in from_bank.papers} == {"waiting", "done"}
    with pytest.raises(SamePerson):
        reverse(entry, approver="first")
    with pytest.raises(CannotCorrect, match="has spent"):
        reverse(entry, balance=199)


def test_a_redemption_is_turned_round_only_while_it_is_open() -> None:
    arrows = redeeming.plan_approval(redemption(), approver="t", unit=ROU)
    entry = entered(arrows)
    plan = reverse(entry, redemption=redemption(state="bounced"))
    assert plan.postings[-1] == Posting("issued:digital", "member:shop", 10_000, ROU)
    with pytest.raises(CannotCorrect, match="is paid"):
        reverse(entry, redemption=redemption(state="paid"))


def test_what_is_not_corrected() -> None:
    payment = entered(pay(1, 1, []))
    check_correctable(payment, corrected=0, refunded=0)
    with pytest.raises(CannotCorrect, match="its own operation"):
        check_correctable(replace(payment, kind="refund"), corrected=0, refunded=0)
    with pytest.raises(CannotCorrect, match="corrected already"):
        check_correctable(payment, corrected=1, refunded=0)
    with pytest.raises(CannotCorrect, match="refunded already"):
        check_correctable(payment, corrected=0, refunded=1)
