"""The checks of a reconciliation: each a small function from what was found to what is wrong.

A problem that is `blocking` forbids the signature; the others are alarms that a signature states.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from ledger.books.accounts import Fund
from ledger.books.closings import Move
from ledger.books.context import town_day
from ledger.books.papers import FundOrder, Redemption, Statement
from ledger.money import BPS, EUR, format_minor
from ledger.rules.reconciliation import Compared, Item

LIMIT: Final = 100_000_000
"""Euro cents from which an authorisation is due (CMF L521-3 and L525-6): 1 000 000 EUR."""
CASH_LIMIT: Final = 100_000
"""Euro cents of cash for one debt (CMF D112-3): 1 000 EUR."""
UNITS_LIMIT: Final = 300_000
"""Cents of electronic money for one debt (CMF D112-3): 3 000 EUR."""
TRANSIT_DAYS: Final = 7
"""How long euros may be on their way before somebody should ask."""

SENTENCES: Final = {
    "unexplained": "{account}: {euros} EUR of the difference have no name.",
    "unanswered": "{account}: {euros} EUR of {day} have neither an owner nor a cause.",
    "no-statement": "{account}: no statement says what the bank held.",
    "not-reached": "{account}: the statements end on {day}.",
    "gap": "{account}: {euros} EUR moved between {day} and {until}; a statement is missing.",
    "marked": "{account}: the statement {statement} does not add up.",
    "suspense": "Suspense stands at {euros} EUR, the waiting lines say {lines} EUR.",
    "coverage": "The fund {fund} lacks {euros} EUR.",
    "fee": "{account}: the bank took a fee of {euros} EUR out of the fund on {day}.",
    "transit": "{euros} EUR have been on their way for {days} days ({id}).",
    "payments-limit": "Payments of the last 12 months reach {euros} EUR of {limit} EUR.",
    "circulation-limit": "{euros} EUR of {limit} EUR circulate.",
    "cash-limit": "Entry {entry}: {euros} EUR in cash, above {limit} EUR for one debt.",
    "units-limit": "Entry {entry}: {euros} in units, above {limit} EUR for one debt.",
}
"""What each problem says; the facts are filled in."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong, in the words of `SENTENCES`."""

    slug: str
    facts: dict[str, str | int]
    blocking: bool = False

    @property
    def template(self) -> str:
        """The English sentence, its facts to be filled in: the key of its translation."""
        return SENTENCES[self.slug]

    @property
    def sentence(self) -> str:
        """The English sentence with its facts."""
        return self.template.format(**self.facts)


@dataclass(frozen=True, slots=True)
class Backing:
    """One fund on a day: what is owed to holders, and where the euros are; cents."""

    fund: Fund
    required: int
    at_bank: int
    """What the bank says, or the books where no statement does."""
    awaited: int
    """In the books and not at the bank yet (negative: the other way round)."""
    on_the_way: int
    """In tills and in transit."""

    @property
    def present(self) -> int:
        """All of it."""
        return self.at_bank + self.awaited + self.on_the_way

    @property
    def shortfall(self) -> int:
        """What lacks."""
        return max(self.required - self.present, 0)

    @property
    def coverage_bps(self) -> int | None:
        """Present by required, in basis points; None where nothing is required."""
        return self.present * BPS // self.required if self.required else None


@dataclass(frozen=True, slots=True)
class UnderWay:
    """Euros on their way between own accounts, or out to a member; cents."""

    kind: str
    """order, redemption or other."""
    id: str
    amount: int
    since: date
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Fee:
    """A fee that the bank took out of an account of the fund."""

    line: str
    account: str
    amount: int
    day: date
    ordered: bool = False
    """A transfer that makes it good was ordered and has not arrived."""


@dataclass(frozen=True, slots=True)
class Large:
    """An entry above what one debt may be paid with in cash or electronic money."""

    slug: str
    entry: int
    amount: int


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that was found about a day."""

    on: date
    accounts: Sequence[Compared]
    backings: Sequence[Backing]
    suspense: int
    """What the suspense account stands at, as what came in (cents)."""
    under_way: Sequence[UnderWay] = ()
    statements: Sequence[Statement] = ()
    """Of all accounts."""
    fees: Sequence[Fee] = ()
    """Not covered by a transfer from the operating account."""
    large: Sequence[Large] = ()
    payments: int = 0
    """Of the twelve months that end on the day; cents at par."""
    transit_days: int = TRANSIT_DAYS

    @property
    def required(self) -> int:
        """What is owed to all holders."""
        return sum(each.required for each in self.backings)


def unexplained(picture: Picture) -> list[Problem]:
    """Every euro of a difference has a name."""
    return [
        _of(each, "unexplained", each.unexplained)
        for each in picture.accounts
        if each.closing is not None and each.unexplained
    ]


def unanswered(picture: Picture) -> list[Problem]:
    """Every item has an owner or a cause."""
    return [
        Problem("gap" if item.kind == "missing" else "unanswered", _facts(item), blocking=True)
        for each in picture.accounts
        for item in each.items
        if not item.answered
    ]


def _facts(item: Item) -> dict[str, str | int]:
    return {
        "account": item.account,
        "euros": _euros(item.amount),
        "day": item.day.isoformat(),
        "until": item.settled,
    }


def told(picture: Picture) -> list[Problem]:
    """Ask that the bank has said what it held on the day, for each account that is used."""
    problems: list[Problem] = []
    for each in picture.accounts:
        slug = each.account.slug
        if each.reached is None or each.closing is None:
            if each.booked or each.items:
                problems.append(Problem("no-statement", {"account": slug}, blocking=True))
        elif each.reached < picture.on:
            facts: dict[str, str | int] = {"account": slug, "day": each.reached.isoformat()}
            problems.append(Problem("not-reached", facts, blocking=True))
    return problems


def marked(picture: Picture) -> list[Problem]:
    """No statement is left in doubt."""
    return [
        Problem("marked", {"account": each.account, "statement": each.bank_id}, blocking=True)
        for each in picture.statements
        if each.state == "marked" and (each.opening_on or picture.on) <= picture.on
    ]


def suspense_adds_up(picture: Picture) -> list[Problem]:
    """Ask that suspense holds the waiting lines and nothing else."""
    lines = sum(each.suspense for each in picture.accounts)
    if lines == picture.suspense:
        return []
    facts: dict[str, str | int] = {"euros": _euros(picture.suspense), "lines": _euros(lines)}
    return [Problem("suspense", facts, blocking=True)]


def covered(picture: Picture) -> list[Problem]:
    """Each unit has its euro, in its own fund."""
    return [
        Problem(
            "coverage",
            {"fund": _named(each.fund), "euros": _euros(each.shortfall)},
        )
        for each in picture.backings
        if each.shortfall
    ]


def fees_covered(picture: Picture) -> list[Problem]:
    """Ask that what the bank took out of a fund came back from the operating account."""
    return [
        Problem(
            "fee",
            {"account": fee.account, "euros": _euros(fee.amount), "day": fee.day.isoformat()},
        )
        for fee in picture.fees
    ]


def moves_on(picture: Picture) -> list[Problem]:
    """Nothing is on its way for too long."""
    problems = []
    for each in picture.under_way:
        days = (picture.on - each.since).days
        if days > picture.transit_days and each.kind != "redemption":
            facts: dict[str, str | int] = {
                "euros": _euros(each.amount),
                "days": days,
                "id": each.id,
            }
            problems.append(Problem("transit", facts))
    return problems


def below_limits(picture: Picture) -> list[Problem]:
    """Ask that what the law watches stays below its limits."""
    problems = []
    for slug, cents in (
        ("payments-limit", picture.payments),
        ("circulation-limit", picture.required),
    ):
        if cents > LIMIT:
            facts: dict[str, str | int] = {"euros": _euros(cents), "limit": _euros(LIMIT)}
            problems.append(Problem(slug, facts))
    for large in picture.large:
        limit = CASH_LIMIT if large.slug == "cash-limit" else UNITS_LIMIT
        facts = {"entry": large.entry, "euros": _euros(large.amount), "limit": _euros(limit)}
        problems.append(Problem(large.slug, facts))
    return problems


CHECKS: Final[tuple[Callable[[Picture], list[Problem]], ...]] = (
    unexplained,
    unanswered,
    told,
    marked,
    suspense_adds_up,
    covered,
    fees_covered,
    moves_on,
    below_limits,
)


def problems_of(picture: Picture) -> list[Problem]:
    """Make all checks, in their order."""
    return [problem for check in CHECKS for problem in check(picture)]


def last_month_end(today: date) -> date:
    """Give the last day of the month before."""
    return today.replace(day=1) - timedelta(days=1)


def orders_under_way(orders: Sequence[FundOrder], moves: Sequence[Move]) -> list[UnderWay]:
    """List the own transfers of which one side only had been seen when a day ended.

    `moves` are those of transit that count after the day.
    """
    since = _named_by(moves, "order")
    found = []
    for order in orders:
        now = {"left": order.euros, "arrived-first": -order.euros}.get(order.state, 0)
        cents = now - since[order.id]
        if cents:
            source, target = order.source, order.target
            day = town_day(order.ordered_at)
            found.append(UnderWay("order", order.id, cents, day, source, target))
    return found


def redemptions_due(redemptions: Sequence[Redemption], moves: Sequence[Move]) -> list[UnderWay]:
    """List what members awaited when a day ended; `moves` of what is owed count after it."""
    since = _named_by(moves, "redemption")
    found = []
    for each in redemptions:
        owed = each.euros if each.state in {"approved", "sent", "bounced"} else 0
        cents = owed + since[each.id]
        if cents:
            day = town_day(each.requested_at)
            found.append(UnderWay("redemption", each.id, cents, day, "", each.member))
    return found


def _named_by(moves: Sequence[Move], fact: str) -> Counter[str]:
    since: Counter[str] = Counter()
    for move in moves:
        since[str(move.facts.get(fact, ""))] += move.amount
    return since


def _of(each: Compared, slug: str, cents: int) -> Problem:
    return Problem(slug, {"account": each.account.slug, "euros": _euros(cents)}, blocking=True)


def _named(fund: Fund) -> str:
    return fund.medium + (f" {fund.issuer}" if fund.issuer else "")


def _euros(cents: int) -> str:
    return format_minor(cents, EUR.scale)
