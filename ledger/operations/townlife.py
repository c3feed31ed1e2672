"""How a demo town lives: what its people do on each day, drawn from a source of chance.

Pure: the same chance, size and last day give the same steps. The proportions are those of a large
French currency: 60 % of the conversions by standing order around the 5th, a few shops that take
most of the payments, units that change hands about three times a year, a fifth of the firms that
redeem. The town keeps count of what each wallet holds at least (gifts are not counted, so that no
payment is drawn that the books would refuse).
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from typing import Final

from ledger.books.context import OPERATOR, TOWN, Context
from ledger.books.papers import BankLine, Statement
from ledger.operations.conversion import Convert
from ledger.operations.ledger import Operation
from ledger.operations.line import ExplainLine
from ledger.operations.payment import Pay
from ledger.operations.redemption import ApproveRedemption, RequestRedemption
from ledger.operations.reference import reference_for
from ledger.operations.statement import RegisterStatement
from ledger.operations.townsfolk import Chance, Size, firms, people

BANK: Final = "nef"
OFFICE: Final = "comptoir-halles"
VELOCITY: Final = 3
_IN_TEN_STANDING: Final = 6
_STANDING: Final = (2_000, 3_000, 3_000, 4_000, 5_000, 6_000, 10_000)
_BASKETS: Final = (240, 380, 520, 750, 990, 1_250, 1_480, 1_900, 2_350, 3_100, 4_400, 6_800)
_INVOICES: Final = (4_500, 7_200, 9_900, 14_000, 21_000, 36_000)
_CASH: Final = (1_000, 2_000, 2_000, 5_000)
_STRANGE: Final = ("VIR SEPA", "REMISE CHEQUE", "VIR INST DON", "REGUL")
_REASONS: Final = ("article rendu", "erreur de caisse", "commande annulée")


@dataclass(frozen=True, slots=True)
class BackLater:
    """A refund of a payment that the same town made: its entry is known once it is written."""

    payment: str
    """The payment's key."""
    units: int
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the town, at an instant, by a person, under a key of its own."""

    at: datetime
    key: str
    person: str
    operation: Operation | BackLater
    kept: bool = False
    """A later step names this one's entry."""
    optional: bool = False
    """The books may say no: somebody may have done it already."""

    def context(self, seed: int, at: datetime) -> Context:
        """Give the context of the step; identifiers and salts come from the seed."""
        return Context(
            at=at,
            actor=OPERATOR,
            person=self.person,
            role=OPERATOR,
            holder="",
            key=self.key,
            fresh_id=fresh_id(seed, self.key),
            salt=hashlib.sha256(f"salt {seed} {self.key}".encode()).digest()[:16],
        )


def fresh_id(seed: int, key: str) -> str:
    """Derive the identifier of what a step makes."""
    return hashlib.sha256(f"id {seed} {key}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Before:
    """What the books hold that the town must follow on: the fund account's last closing."""

    closing: int
    deposit: int | None = None
    """The entry of the sponsor's deposit that the bank has not shown yet, and its cents."""
    deposited: int = 0


def _spread(day: date, steps: list[Step]) -> Iterator[Step]:
    """Spread a day's payments over the opening hours, in their order: each spends what it has."""
    opening = datetime.combine(day, time(12), TOWN).astimezone(UTC)
    for ordinal, step in enumerate(steps):
        yield replace(step, at=opening + timedelta(hours=8) * ordinal // len(steps))


class Town:
    """Draws the town's days one after the other; `lived` counts the steps so far."""

    def __init__(self, chance: Chance, size: Size, seed: int, until: datetime) -> None:
        """Draw who lives here, and in which order the shops are liked."""
        self._chance = chance
        self._seed = seed
        self._until = until
        self._size = size
        self.first_day = Town.first_instant(size, until).astimezone(TOWN).date()
        self._firms = list(firms(chance, size.firms))
        self._people = list(people(chance, size.people, self.first_day))
        self._arrived: list[str] = []
        self._standing: dict[int, list[tuple[str, int]]] = {}
        self._liked = list(accumulate(1_000_000 // (rank + 1) for rank in range(size.firms)))
        self._own: dict[str, int] = {}
        self._lines: list[tuple[int, str, str, str]] = []
        self._returns: list[tuple[str, str, str, int]] = []
        self._asked: list[tuple[str, int]] = []
        self._moved = 0
        self._owed_to_spend = 0
        self._closing = 0
        self._currency = ""
        self.lived = 0

    @staticmethod
    def first_instant(size: Size, until: datetime) -> datetime:
        """Give the instant before which nothing happens in a town that lives until then."""
        day = until.astimezone(TOWN).date() - timedelta(days=size.days)
        return datetime.combine(day, time(6), TOWN).astimezone(UTC)

    def days(self, currency: str, before: Before) -> Iterator[list[Step]]:
        """Yield the steps of each day, in the order of their instants, up to the last instant."""
        self._currency = currency
        self._closing = before.closing
        if before.deposit is not None:
            text = "SUBVENTION BONIFICATION"
            self._lines.append((before.deposited, "entry", str(before.deposit), text))
        for ordinal in range(self._size.days + 1):
            day = self.first_day + timedelta(days=ordinal)
            steps = [
                *self._arrivals(day, ordinal),
                *self._bank(day),
                *self._conversions_in_cash(day),
                *self._refunds(day),
                *_spread(day, list(self._payments(day))),
                *self._redemptions(day),
            ]
            self._order_transfers(day)
            steps.sort(key=lambda step: step.at)
            yield [step for step in steps if step.at <= self._until]

    def _step(  # noqa: PLR0913 - what a step is made of
        self,
        day: date,
        minute: int,
        person: str,
        operation: Operation | BackLater,
        *,
        kept: bool = False,
        optional: bool = False,
    ) -> Step:
        self.lived += 1
        at = datetime.combine(day, time(minute // 60, minute % 60), TOWN).astimezone(UTC)
        at += timedelta(milliseconds=self.lived % 60_000)
        key = f"town:{self.lived}"
        return Step(at, key, person, operation, kept, optional)

    def _arrivals(self, day: date, ordinal: int) -> Iterator[Step]:
        """Register all firms and most people at once, the others over the first three quarters."""
        if ordinal == 0:
            for firm in self._firms:
                self._own[firm.id] = 0
                yield self._step(day, 7 * 60, "treasurer", firm)
        count = self._size.people
        here = count * 6 // 10 + (count * 4 // 10 + 1) * ordinal * 4 // (self._size.days * 3)
        for person in self._people[len(self._arrived) : min(here, count)]:
            self._arrived.append(person.id)
            self._own[person.id] = 0
            if self._chance.randrange(0, 10) < _IN_TEN_STANDING:
                on = self._chance.choice((4, 5, 5, 5, 5, 6, 7))
                amount = self._chance.choice(_STANDING)
                self._standing.setdefault(on, []).append((person.id, amount))
            first = 2 * self._chance.choice(_STANDING)
            self._lines.append((first, "conversion", person.id, "PREMIER CHANGE"))
            yield self._step(day, 7 * 60 + 1, "treasurer", person)

    # -- euros that come in -------------------------------------------------------------------

    def _order_transfers(self, day: date) -> None:
        """Let members order what the bank shows on the next day."""
        tomorrow = day + timedelta(days=1)
        for person, amount in self._standing.get(tomorrow.day, []):
            self._lines.append((amount, "conversion", person, "VIREMENT PERMANENT"))
        for _ in range(self._some(len(self._arrived), 110)):
            person = self._chance.choice(self._arrived)
            amount = self._chance.choice(_STANDING)
            self._lines.append((amount, "conversion", person, "VIREMENT"))
        if self._chance.randrange(0, 12) == 0:
            text = f"{self._chance.choice(_STRANGE)} {self._chance.randrange(1000, 9999)}"
            self._lines.append((self._chance.randrange(500, 9_000), "suspense", "", text))

    def _bank(self, day: date) -> Iterator[Step]:
        """Import the day's statement of the fund account and explain its lines."""
        if not self._lines or day.weekday() >= 5:  # noqa: PLR2004 - the weekend
            return
        found, self._lines = self._lines, []
        name = f"{BANK}-{day.isoformat()}-{self._seed}"
        lines = [self._line(name, day, n, *line) for n, line in enumerate(found, 1)]
        opening, self._closing = self._closing, self._closing + sum(line[0] for line in found)
        statement = Statement(
            id=name,
            account=BANK,
            format="camt.053.001.08",
            bank_id=day.isoformat(),
            opening=opening,
            opening_on=day,
            closing=self._closing,
            closing_on=day,
            state="accepted",
            warnings=(),
            file_hash=hashlib.sha256(name.encode()).hexdigest(),
            imported_at=datetime.combine(day, time(8), TOWN).astimezone(UTC),
            imported_by="treasurer",
            lines=len(lines),
        )
        yield self._step(day, 8 * 60, "treasurer", RegisterStatement(statement, tuple(lines)))
        for line, (cents, cause, id_, _) in zip(lines, found, strict=True):
            if cause == "conversion":
                self._own[id_] += cents
                self._moved += cents
            explained = ExplainLine(line.id, BANK, cause, id_)
            yield self._step(day, 8 * 60 + 1, "treasurer", explained, optional=cause == "entry")

    def _line(  # noqa: PLR0913, PLR0917 - a line of a statement
        self, statement: str, day: date, ordinal: int, cents: int, cause: str, id_: str, text: str
    ) -> BankLine:
        what = {"conversion": "member", "redemption": "redemption"}.get(cause)
        reference = reference_for(self._currency, what, id_) if what else ""
        return BankLine(
            id=f"{statement}-{ordinal}",
            account=BANK,
            statement=statement,
            ordinal=ordinal,
            booked_on=day,
            amount=cents,
            references=(reference,) if reference else (),
            text=f"{text} {reference}".strip(),
            counterparty="",
            iban="",
        )

    def _conversions_in_cash(self, day: date) -> Iterator[Step]:
        if day.weekday() not in {2, 5}:
            return
        for _ in range(self._some(len(self._arrived), 40)):
            person = self._chance.choice(self._arrived)
            euros = self._chance.choice(_CASH)
            self._own[person] += euros
            self._moved += euros
            operation = Convert(person, euros, "cash", OFFICE)
            yield self._step(day, self._chance.randrange(540, 720), f"office:{OFFICE}", operation)

    # -- units that go round ------------------------------------------------------------------

    def _payments(self, day: date) -> Iterator[Step]:
        """Spend what the velocity asks of the units in circulation, most of it in a few shops."""
        self._owed_to_spend += self._moved * VELOCITY // 365
        if day.weekday() == 6:  # noqa: PLR2004 - Sunday, when shops are closed
            return
        tries = 0
        while self._owed_to_spend > 0 and tries < 4 * len(self._own):
            tries += 1
            between_firms = self._chance.randrange(0, 100) < 8  # noqa: PLR2004 - in a hundred
            payer = self._liked_firm() if between_firms else self._chance.choice(self._arrived)
            payee = self._liked_firm()
            wanted = self._chance.choice(_INVOICES if between_firms else _BASKETS)
            units = min(wanted + self._chance.randrange(0, 100), self._own[payer])
            if units < 100 or payer == payee:  # noqa: PLR2004 - nobody pays less than one unit
                continue
            yield self._paid(day, payer, payee, units)

    def _paid(self, day: date, payer: str, payee: str, units: int) -> Step:
        self._own[payer] -= units
        self._own[payee] += units
        self._owed_to_spend -= units
        goes_back = self._chance.randrange(0, 120) == 0
        step = self._step(day, 0, f"member:{payer}", Pay(payer, payee, units), kept=goes_back)
        if goes_back:
            self._returns.append((step.key, payer, payee, units))
        return step

    def _liked_firm(self) -> str:
        return self._chance.choices(self._firms, cum_weights=self._liked, k=1)[0].id

    def _refunds(self, day: date) -> Iterator[Step]:
        """Give back, in the evening, some payments of the days before, whole or in half."""
        if day.weekday() != 4:  # noqa: PLR2004 - a Friday
            return
        earlier, self._returns = self._returns, []
        today = datetime.combine(day, time(21), TOWN).astimezone(UTC)
        if today > self._until:
            return
        for payment, _, shop, paid in earlier:
            units = paid if self._chance.randrange(0, 2) else paid // 2
            if self._own[shop] < units:
                continue
            # The payer may get gifts back, which are not counted here.
            self._own[shop] -= units
            back = BackLater(payment, units, self._chance.choice(_REASONS))
            yield self._step(day, 21 * 60, f"shop:{shop}", back)

    # -- units that go back to euros ------------------------------------------------------------

    def _redemptions(self, day: date) -> Iterator[Step]:
        """Let a fifth of the firms redeem on the 25th; another person approves on the 27th."""
        if day.day == 27:  # noqa: PLR2004 - the day of approvals
            asked, self._asked = self._asked, []
            for id_, cents in asked[: len(asked) - len(asked) // 12]:
                yield self._step(day, 22 * 60, "treasurer-2", ApproveRedemption(id_))
                self._lines.append((-cents, "redemption", id_, "RECONVERSION"))
        if day.day != 25:  # noqa: PLR2004 - the day of requests
            return
        for firm in self._firms[::5]:
            units = self._own[firm.id] * 8 // 10 // 100 * 100
            if units < 2_000:  # noqa: PLR2004 - not worth a transfer
                continue
            self._own[firm.id] -= units
            self._moved -= units
            operation = RequestRedemption(firm.id, units)
            step = self._step(day, 22 * 60 + 1, f"shop:{firm.id}", operation)
            self._asked.append((fresh_id(self._seed, step.key), units - units * 500 // 10_000))
            yield step

    def _some(self, among: int, one_in: int) -> int:
        """Draw how many of `among` do what one in `one_in` does on a day."""
        return (among + self._chance.randrange(0, one_in)) // one_in
