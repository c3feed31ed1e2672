"""The reference: what each operation must do, with arithmetic of its own.

Balances by account name, moved by arrows; every act gives "" or the slug of the refusal. Nothing
here is shared with what it judges, and nothing is stored: a hundred lines one can check by eye.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

Arrow: TypeAlias = tuple[str, str, int]
Counts: TypeAlias = list[tuple[str, int, int]]

FUND, ISSUED, SUSPENSE, TRANSIT = "backing:digital", "issued:digital", "suspense", "transit"
OWED, FEES = "payable:redemptions", "income:redemption-fees"
NEVER_BELOW = ("member:", "gift:", "held:", "till:")
NEVER_ABOVE = ("issued:", "backing:", "sponsor:", "payable:")
CORRECTABLE = (
    "conversion",
    "payment",
    "deposit",
    "redemption-approval",
    "bank-fee",
    "interest",
    "order-seen",
    "redemption-paid",
    "redemption-bounced",
    "recognition",
    "split",
)


@dataclass
class Written:
    """An entry of the journal."""

    kind: str
    arrows: list[Arrow]
    counts: Counts
    facts: dict[str, Any]


@dataclass
class Thing:
    """Anything with a state: a campaign, a redemption, a line ..."""

    state: str
    is_: dict[str, Any]

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the thing is
        """Give what the thing is, by name."""
        return self.is_[name]


@dataclass
class Model:
    """One currency at one instant."""

    now: datetime
    book: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)
    entries: dict[int, Written] = field(default_factory=dict)
    number: int = 0
    members: dict[str, Thing] = field(default_factory=dict)
    campaigns: dict[str, Thing] = field(default_factory=dict)
    redemptions: list[Thing] = field(default_factory=list)
    requests: list[Thing] = field(default_factory=list)
    orders: list[Thing] = field(default_factory=list)
    lines: list[Thing] = field(default_factory=list)
    expected: dict[int, Thing] = field(default_factory=dict)
    corrections: list[Thing] = field(default_factory=list)
    today: date = date(2027, 1, 1)

    def write(self, kind: str, arrows: list[Arrow], counts: Counts = [], **facts: Any) -> str:  # noqa: B006, ANN401 - never changed; as above
        """Move along all arrows, or along none."""
        after = Counter(self.book)
        for source, target, amount in arrows:
            after[source] -= amount
            after[target] += amount
        touched = {name for arrow in arrows for name in arrow[:2]}
        if any(n.startswith(NEVER_BELOW) and after[n] < 0 for n in touched) or any(
            n.startswith(NEVER_ABOVE) and after[n] > 0 for n in touched
        ):
            return "account-limit"
        if any(not 0 <= self.counts[name] + change <= top for name, change, top in counts):
            return "counted-limit"
        self.book = after
        for name, change, _ in counts:
            self.counts[name] += change
        self.number += 1
        self.entries[self.number] = Written(kind, arrows, list(counts), facts)
        return ""

    def unfit(self, *members: str) -> bool:
        """Say whether somebody may not take part."""
        return any(self.members[m].state != "active" for m in members)

    # -- euros in -----------------------------------------------------------------------------

    def bonus(self, id_: str, member: str, cents: int) -> tuple[int, int]:
        """Give the bonus of a campaign and the euros that earned it."""
        c = self.campaigns[id_]
        open_ = c.state == "open" and c.since <= self.today <= c.until
        if not open_ or self.members[member].kind != "person":
            return 0, 0
        under = max(0, min(cents, c.cap - self.counts[f"earned:{id_}:{member}:{self.month}"]))
        full = under * c.rate // 10_000
        given = max(
            0, min(full, c.budget - self.counts[f"granted:{id_}"], -self.book["sponsor:ga"])
        )
        if not given:
            return 0, 0
        return given, under if given == full else min(under, (given * 10_000 - 1) // c.rate + 1)

    @property
    def month(self) -> str:
        """Name the period of the caps."""
        return f"{self.today:%Y-%m}"

    def convert(self, member: str, cents: int, place: str) -> str:
        """Turn euros that came to a place into units, with the best bonus."""
        if self.unfit(member):
            return "member-not-active"
        arrows, counts = [(FUND, place, cents), (ISSUED, f"member:{member}", cents)], []
        best = max(self.campaigns, key=lambda c: self.bonus(c, member, cents)[0], default="")
        if best and (given := self.bonus(best, member, cents))[0]:
            c = self.campaigns[best]
            pocket = f"gift:{best}:{member}@{self.today + timedelta(days=c.days)}"
            arrows += [(FUND, "sponsor:ga", given[0]), (ISSUED, pocket, given[0])]
            earned = f"earned:{best}:{member}:{self.month}"
            counts = [(f"granted:{best}", given[0], c.budget), (earned, given[1], c.cap)]
        told = self.write("conversion", arrows, counts)
        if not told and place.startswith("bank:"):
            self.expect(place, cents, member)
        return told

    def deposit(self, cents: int, place: str) -> str:
        """Take what the sponsor pays in."""
        told = self.write("deposit", [("sponsor:ga", place, cents)])
        if not told and place.startswith("bank:"):
            self.expect(place, cents, "")
        return told

    def expect(self, place: str, cents: int, member: str) -> None:
        """Wait for the bank to tell of the entry just written."""
        what = {"place": place, "cents": cents, "member": member, "day": self.today}
        self.expected[self.number] = Thing("open", what)

    # -- units around -------------------------------------------------------------------------

    def pay(self, payer: str, payee: str, units: int) -> str:
        """Pay from gifts, the soonest to expire first, then from the wallet."""
        if self.unfit(payer, payee):
            return "member-not-active"
        if payer == payee:
            return "same-wallet"
        pockets = sorted(
            (name.partition("@")[2], name)
            for name, held in self.book.items()
            if held > 0 and name.startswith("gift:") and name.split(":")[2].startswith(f"{payer}@")
        )
        sources = [n for day, n in pockets if self.today.isoformat() <= day] + [f"member:{payer}"]
        if units > sum(self.book[name] for name in sources):
            return "insufficient-units"
        arrows, left = [], units
        for name in sources:
            if part := min(left, self.book[name]):
                arrows.append((name, f"member:{payee}", part))
                left -= part
        return self.write("payment", arrows, to=payee)

    def refund(self, number: int, units: int) -> str:
        """Give a part back, the last drawn first."""
        paid = self.entries[number]
        total, done = sum(a[2] for a in paid.arrows), self.counts[f"refunded:{number}"]
        if self.counts[f"corrected:{number}"]:
            return "cannot-correct"
        if units > total - done:
            return "refund-exceeds-payment"
        if units > self.book[f"member:{paid.facts['to']}"]:
            return "insufficient-units"
        arrows, skip, left = [], done, units
        for source, target, amount in reversed(paid.arrows):
            gone = min(skip, amount)
            skip -= gone
            if part := min(left, amount - gone):
                arrows.append((target, source, part))
                left -= part
        return self.write("refund", arrows, [(f"refunded:{number}", units, total)])

    def ask(self, to: str, units: int, seconds: int) -> str:
        """Ask for a payment."""
        if self.unfit(to):
            return "member-not-active"
        until = self.now + timedelta(seconds=seconds)
        self.requests.append(Thing("pending", {"to": to, "units": units, "until": until}))
        return ""

    def settle(self, request: Thing, payer: str | None) -> str:
        """Pay a request, or cancel it when nobody pays."""
        if request.state != "pending" or self.now >= request.until:
            return "request-not-payable"
        told = self.pay(payer, request.to, request.units) if payer else ""
        if not told:
            request.state = "paid" if payer else "cancelled"
        return told

    # -- euros out ----------------------------------------------------------------------------

    def redeem(self, member: str, units: int, person: str, id_: str) -> str:
        """Hold units for euros at five per cent."""
        if self.unfit(member):
            return "member-not-active"
        if self.members[member].kind != "pro":
            return "redemption-not-allowed"
        if units > self.book[f"member:{member}"]:
            return "insufficient-units"
        fee = units * 5 // 100
        what = {"id": id_, "member": member, "units": units, "fee": fee, "by": person}
        self.redemptions.append(Thing("requested", what | {"cents": units - fee}))
        return self.write("redemption-request", [(f"member:{member}", f"held:{id_}", units)])

    def approve(self, r: Thing, person: str) -> str:
        """Take the held units out of circulation and owe the euros."""
        if r.state != "requested":
            return "not-in-state"
        if self.unfit(r.member):
            return "member-not-active"
        if person == r.by:
            return "same-person"
        arrows = [(f"held:{r.id}", ISSUED, r.units), (OWED, FUND, r.cents), (FEES, FUND, r.fee)]
        r.state = "approved"
        return self.write("redemption-approval", [a for a in arrows if a[2]], redemption=r)

    def withdraw(self, r: Thing) -> str:
        """Free the held units."""
        if r.state != "requested":
            return "not-in-state"
        r.state = "cancelled"
        return self.write("redemption-cancel", [(f"held:{r.id}", f"member:{r.member}", r.units)])

    def expire(self) -> None:
        """End the gifts whose day is over."""
        for name in [n for n, held in self.book.items() if n.startswith("gift:") and held]:
            if self.today.isoformat() > name.partition("@")[2]:
                c = name.split(":")[1]
                back = [(name, ISSUED, self.book[name]), ("sponsor:ga", FUND, self.book[name])]
                self.write(
                    "expiry", back, [(f"expired:{c}", self.book[name], self.campaigns[c].budget)]
                )
