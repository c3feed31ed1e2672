"""The machine that plays the model and the real ledger side by side, one step after the other."""

import itertools
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar, Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from ledger.books.terms import Terms
from ledger.operations import campaign, conversion, fund, member
from ledger.operations import payment_request as till
from ledger.operations import redemption as redeeming
from ledger.operations.currency import found_currency
from ledger.operations.ledger import Ledger, Operation
from ledger.operations.nightly import expire_gifts
from ledger.operations.payment import Pay
from ledger.operations.refund import refund
from ledger.refusals import Refusal
from tests.proof.town import Execute
from tests.reliability.invariants import Books
from tests.reliability.model import Thing
from tests.reliability.model_bank import BankingModel
from tests.reliability.town import START, context

PEOPLE: Final = {"ana": "person", "ben": "person", "pain": "pro", "livre": "pro"}
NAMES: Final = tuple(PEOPLE)
IBANS: Final = {
    "nef": "FR7621570000010000000000176",
    "courant": "FR7642559000010000000000375",
}
WHO: Final = st.sampled_from(NAMES)
PERSON: Final = st.sampled_from(("tresoriere", "president"))
AMOUNT: Final = st.sampled_from((1, 3, 99, 500, 1_000, 2_500, 7_001))
PLACE: Final = st.sampled_from(tuple(IBANS))
PICK: Final = st.integers(0, 31)
JUMPS: Final = (
    timedelta(seconds=1),
    timedelta(minutes=6),
    timedelta(hours=1),
    timedelta(hours=25),
    timedelta(days=11),
    timedelta(days=31),
)
EDGES: Final = tuple(
    datetime.fromisoformat(text).astimezone(UTC)
    for text in (
        "2027-01-31T23:59:59+01:00",
        "2027-02-01T00:00:00+01:00",
        "2027-02-28T23:59:59+01:00",
        "2027-03-28T01:59:59+01:00",
        "2027-03-28T03:00:00+02:00",
        "2027-10-31T02:30:00+02:00",
        "2027-10-31T02:30:00+01:00",
        "2027-12-31T23:59:59+01:00",
        "2028-02-29T12:00:00+01:00",
    )
)
_numbers = itertools.count(1)


class Town(RuleBasedStateMachine):
    """Every operation, in any order, on a currency of its own."""

    ledger: ClassVar[Ledger]
    execute: ClassVar[Execute]
    steps: ClassVar[int] = 0
    accepted: ClassVar[int] = 0

    @initialize()
    def found(self) -> None:
        """Found a currency with four members, two banks, an office, a sponsor and a campaign."""
        self.code = f"t{next(_numbers)}"
        self.model = BankingModel(START)
        self.clock(START)
        found_currency(
            self.ledger,
            code=self.code,
            name="Test",
            unit="Test",
            decimals=2,
            at=START,
            terms=Terms(since=date(2027, 1, 1)),
        )
        self.books = Books(self.execute, self.code)
        self.done: list[tuple[Operation, str, bytes]] = []
        self.tags = itertools.count(1)
        for slug, medium in (("nef", "digital"), ("courant", "operating")):
            self.sealed(fund.OpenBankAccount(slug, medium, slug, IBANS[slug]))
        self.sealed(fund.OpenOffice("halles", "Halles"))
        self.sealed(campaign.RegisterSponsor("ga", "Grand Avignon"))
        for name, kind in PEOPLE.items():
            self.sealed(member.RegisterMember(name, kind))
            self.model.members[name] = Thing("active", {"kind": kind})
        self.open_campaign(2_000, 30, 5_000)
        self.pay_in(10_000, "nef")

    # -- the two sides ------------------------------------------------------------------------

    def clock(self, at: datetime) -> None:
        """Set both clocks; the model is told the Paris day by the calendar of 2027 and 2028."""
        self.model.now = at
        summer = any(a <= at < b for a, b in SUMMERS)
        self.model.today = (at + timedelta(hours=2 if summer else 1)).date()

    def ask(self, operation: Operation, told: str, *, person: str = "", holder: str = "") -> Any:  # noqa: ANN401 - whatever JSON
        """Post to the ledger and compare with what the model said."""
        asked = context(person=person, holder=holder, at=self.model.now)
        answer = self.ledger.post_and_wait(self.code, operation, asked)
        said = answer.json()
        assert (said["slug"] if answer.refused else "") == told, (operation, said)
        if answer.entry is not None:
            assert answer.entry == self.model.number
        type(self).accepted += not told
        self.done.append((operation, asked.key, answer.body))
        return said

    def sealed(self, operation: Operation) -> None:
        """Post what leaves an entry without arrows."""
        self.model.number += 1
        self.ask(operation, "")

    @invariant()
    def always(self) -> None:
        """Check the nine invariants and compare all balances."""
        if not hasattr(self, "books"):
            return
        type(self).steps += 1
        self.books.check()
        wanted = {name: minor for name, minor in self.model.book.items() if minor}
        assert self.books.balances == wanted

    # -- time ---------------------------------------------------------------------------------

    @rule(jump=st.sampled_from(JUMPS))
    def later(self, jump: timedelta) -> None:
        """Let time pass."""
        self.clock(self.model.now + jump)

    @rule(edge=st.sampled_from(EDGES))
    def turn_of_the_month(self, edge: datetime) -> None:
        """Go to an edge of the calendar that lies ahead."""
        self.clock(max(edge, self.model.now))

    @rule()
    def night(self) -> None:
        """End the gifts whose day is over."""
        self.model.expire()
        expire_gifts(self.ledger, self.code, context(at=self.model.now))

    # -- euros in -----------------------------------------------------------------------------

    @rule(who=WHO, cents=AMOUNT, channel=st.sampled_from(("bank", "cash", "card", "direct-debit")))
    def convert(self, who: str, cents: int, channel: str) -> None:
        """Convert by any channel."""
        place = {"cash": "till:halles", "card": "transit"}.get(channel, "bank:nef")
        told = self.model.convert(who, cents, place)
        office = "halles" if channel == "cash" else ""
        self.ask(conversion.Convert(who, cents, channel, office=office), told)

    @rule(cents=AMOUNT, slug=PLACE)
    def pay_in(self, cents: int, slug: str) -> None:
        """Let the sponsor pay in."""
        told = self.model.deposit(cents, f"bank:{slug}")
        self.ask(campaign.Deposit("ga", cents, slug), told)

    @rule(
        rate=st.sampled_from((500, 1_333, 2_000)),
        days=st.sampled_from((0, 5, 30)),
        budget=st.sampled_from((37, 5_000)),
    )
    def open_campaign(self, rate: int, days: int, budget: int) -> None:
        """Open a campaign for persons."""
        id_, today = f"c{len(self.model.campaigns)}", self.model.today
        until = today + timedelta(days=45)
        self.sealed(
            campaign.OpenCampaign(
                id=id_,
                sponsor="ga",
                rate_bps=rate,
                budget=budget,
                since=today,
                until=until,
                cap=10_000,
                cap_period="month",
                kinds=("person",),
                communes=(),
                members=(),
                age_from=None,
                age_to=None,
                gift_expires_days=days,
                stackable=False,
            )
        )
        what = {"rate": rate, "days": days, "budget": budget, "since": today, "until": until}
        self.model.campaigns[id_] = Thing("open", what | {"cap": 10_000})

    @rule(pick=PICK)
    def close_campaign(self, pick: int) -> None:
        """Close a campaign."""
        id_ = f"c{pick % len(self.model.campaigns)}"
        closed = self.model.campaigns[id_].state == "closed"
        self.model.number += not closed
        self.model.campaigns[id_].state = "closed"
        self.ask(campaign.CloseCampaign(id_), "not-in-state" if closed else "")

    @rule(who=WHO, status=st.sampled_from(("active", "active", "active", "suspended")))
    def stand(self, who: str, status: str) -> None:
        """Suspend a member, or let it take part again."""
        self.model.members[who].state = status
        self.sealed(member.ChangeMember(who, status=status))

    # -- units around -------------------------------------------------------------------------

    @rule(payer=WHO, payee=WHO, units=AMOUNT)
    def pay(self, payer: str, payee: str, units: int) -> None:
        """Pay."""
        self.ask(Pay(payer, payee, units), self.model.pay(payer, payee, units))

    @precondition(lambda self: self.of_kind("payment"))
    @rule(pick=PICK, units=AMOUNT)
    def refund(self, pick: int, units: int) -> None:
        """Refund a part of a payment."""
        number = self.picked(self.of_kind("payment"), pick)
        to = self.model.entries[number].facts["to"]
        told = self.model.refund(number, units)
        asked = context(holder=to, at=self.model.now)
        found = refund(self.ledger, self.code, asked, payment=number, units=units, reason="")
        self.ask(found, told, holder=to)

    @rule(to=WHO, units=AMOUNT, seconds=st.sampled_from((1, 300, 90_000)))
    def ask_payment(self, to: str, units: int, seconds: int) -> None:
        """Ask for a payment."""
        told = self.model.ask(to, units, seconds)
        said = self.ask(till.AskPayment(to, units, expires_in=seconds), told)
        if not told:
            self.model.requests[-1].is_["id"] = said["id"]

    @precondition(lambda self: self.model.requests)
    @rule(pick=PICK, payer=st.sampled_from((*NAMES, None)))
    def settle(self, pick: int, payer: str | None) -> None:
        """Pay a request, or cancel it."""
        request = self.picked(self.model.requests, pick)
        told = self.model.settle(request, payer)
        if payer:
            self.ask(till.PayRequest(request.id, request.to, payer), told)
        else:
            self.ask(till.CancelRequest(request.id, request.to), told)

    # -- euros out ----------------------------------------------------------------------------

    @rule(who=WHO, units=AMOUNT, person=PERSON)
    def redeem(self, who: str, units: int, person: str) -> None:
        """Ask for euros."""
        asked = context(person=person, at=self.model.now)
        told = self.model.redeem(who, units, person, asked.fresh_id)
        answer = self.ledger.post_and_wait(
            self.code, redeeming.RequestRedemption(who, units), asked
        )
        assert (answer.json()["slug"] if answer.refused else "") == told

    @precondition(lambda self: self.model.redemptions)
    @rule(pick=PICK, person=PERSON)
    def approve(self, pick: int, person: str) -> None:
        """Approve a redemption."""
        r = self.picked(self.model.redemptions, pick)
        told = self.model.approve(r, person)
        self.ask(redeeming.ApproveRedemption(r.id), told, person=person)

    @precondition(lambda self: self.model.redemptions)
    @rule(pick=PICK)
    def withdraw(self, pick: int) -> None:
        """Withdraw a redemption."""
        r = self.picked(self.model.redemptions, pick)
        told = self.model.withdraw(r)
        self.ask(redeeming.CancelRedemption(r.id, r.member), told)

    @rule(
        ends=st.sampled_from(
            (
                ("bank:nef", "bank:courant"),
                ("bank:courant", "bank:nef"),
                ("till:halles", "bank:nef"),
            )
        ),
        cents=AMOUNT,
    )
    def order(self, ends: tuple[str, str], cents: int) -> None:
        """Order a transfer between own accounts."""
        told = self.model.order(*ends, cents)
        said = self.ask(fund.OrderTransfer(*ends, cents, "because"), told)
        if not told:
            self.model.orders[-1].is_["id"] = said["id"]

    # -- the same again -----------------------------------------------------------------------

    @rule(pick=st.integers(0, 255), other=st.booleans())
    def again(self, pick: int, *, other: bool) -> None:
        """Repeat a request under its key, with the same body or another."""
        operation, key, body = self.picked(self.done, pick)
        chosen: Operation = Pay("ana", "ben", 424_242) if other else operation
        asked = context(key=key, at=self.model.now)
        try:
            answer = self.ledger.post_and_wait(self.code, chosen, asked)
        except Refusal as refusal:  # pragma: no cover - it would be a difference
            raise AssertionError from refusal
        if other:
            assert answer.json()["slug"] == "idempotency-key-reused"
        else:
            assert (answer.body, answer.replayed) == (body, True)

    # -- choosing -----------------------------------------------------------------------------

    def of_kind(self, kind: str) -> list[int]:
        """List the entries of a kind."""
        return [number for number, entry in self.model.entries.items() if entry.kind == kind]

    @staticmethod
    def picked(things: Any, pick: int) -> Any:  # noqa: ANN401 - of whatever there is
        """Pick one, the newest for 0."""
        return things[-1 - pick % len(things)]


SUMMERS: Final = tuple(
    (datetime(year, 3, first, 1, tzinfo=UTC), datetime(year, 10, last, 1, tzinfo=UTC))
    for year, first, last in ((2027, 28, 31), (2028, 26, 29), (2029, 25, 28), (2030, 31, 27))
)
"""When Paris is two hours ahead of UTC."""
