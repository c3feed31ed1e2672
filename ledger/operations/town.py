"""Fill a currency with a demo town: months of real operations, one accounting day after the other.

Every step has a key of its own, so a town that was interrupted goes on where it stopped, and one
that is complete stays as it is. The first step, under the key `MARK`, remembers which town it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import orjson

from ledger.books.context import OPERATOR, Context
from ledger.books.papers import Outstanding, Statement
from ledger.operations.checkpoint import make_checkpoint
from ledger.operations.ledger import Answer, Ledger, Operation
from ledger.operations.member import RegisterMember
from ledger.operations.nightly import expire_gifts
from ledger.operations.refund import Refund
from ledger.operations.townlife import BANK, BackLater, Before, Step, Town
from ledger.operations.townsfolk import Chance, Size
from ledger.refusals import AlreadyExists

MARK: Final = "town:begun"
"""The key of the first step: which town this is stands in the id of the member it registers."""
DONE: Final = "town:done"


class BooksDifferError(RuntimeError):
    """The books said no to what the town was sure of: somebody changed what it stands on."""


@dataclass(frozen=True, slots=True)
class TownPlan:
    """Which town to write: a size, a seed, and the last instant of its history."""

    size: Size
    seed: int
    until: datetime

    @property
    def name(self) -> str:
        """The id of the association that remembers which town this is."""
        return f"town-{self.size.name}-{self.seed}-{self.until.astimezone(UTC):%Y%m%dt%H%M%Sz}"


def begun(ledger: Ledger, currency: str, plan: TownPlan) -> TownPlan:
    """Give the town that is to be written: the one begun here, if it is of this size and seed.

    Raises AlreadyExists when the currency holds another town.
    """
    earlier = ledger.reads.operation(currency, OPERATOR, MARK)
    if earlier is None:
        return plan
    name = str(orjson.loads(earlier.answer)["id"])
    same = replace(plan, until=_instant(name))
    if same.name != name:
        raise AlreadyExists(what="town", id=name)
    return same


def write_town(
    ledger: Ledger, currency: str, plan: TownPlan, chance: Chance
) -> Iterator[tuple[int, int]]:
    """Write a town that `begun` gave; yields, after each day, its steps and those that were new.

    `chance` must be fresh from the plan's seed. Raises BooksDifferError when they refuse.
    """
    town = Town(chance, plan.size, plan.seed, plan.until)
    _mark(ledger, currency, plan)
    entries: dict[str, int] = {}
    for day in town.days(currency, _before(ledger, currency, plan)):
        # The books' clock does not go back: where they are younger than the town, they lead.
        floor = _head_at(ledger, currency)
        answers = ledger.post_many(
            currency,
            [
                (
                    _operation(ledger, currency, step, entries),
                    step.context(plan.seed, max(step.at, floor)),
                )
                for step in day
            ],
        )
        for step, answer in zip(day, answers, strict=True):
            _check(step, answer)
            if step.kept and answer.entry is not None:
                entries[step.key] = answer.entry
        yield len(day), sum(not answer.replayed for answer in answers)


def close_town(ledger: Ledger, currency: str, context: Context) -> None:
    """End the gifts that are past their day, and sign what was written."""
    expire_gifts(ledger, currency, replace(context, key=DONE))
    make_checkpoint(ledger, currency, context)


def _mark(ledger: Ledger, currency: str, plan: TownPlan) -> None:
    town = RegisterMember(plan.name, "association", "Les Amis de la monnaie")
    start = max(Town.first_instant(plan.size, plan.until), _head_at(ledger, currency))
    step = Step(start, MARK, "treasurer", town)
    _check(step, ledger.post_and_wait(currency, town, step.context(plan.seed, step.at)))


def _head_at(ledger: Ledger, currency: str) -> datetime:
    _, head = ledger.reads.rulebook(currency)
    return datetime.fromisoformat(head.at)


def _operation(ledger: Ledger, currency: str, step: Step, entries: dict[str, int]) -> Operation:
    """Give what a step does; a refund, now that the entry of its payment is known."""
    if not isinstance(step.operation, BackLater):
        return step.operation
    entry = ledger.reads.entry(currency, entries[step.operation.payment])
    if entry is None:
        message = f"the payment {step.operation.payment} left no entry"
        raise BooksDifferError(message)
    return Refund(entry, step.operation.units, step.operation.reason)


def _check(step: Step, answer: Answer) -> None:
    if answer.refused and not step.optional:
        message = f"the town met a refusal at {step.key}: {answer.body.decode()}"
        raise BooksDifferError(message)


def _before(ledger: Ledger, currency: str, plan: TownPlan) -> Before:
    """Look up what the town's bank statements follow on; the same however often it is asked."""
    known = ledger.reads.having(Statement, currency, "account", [BANK], order="closing_on")
    others = [s for s in known if not s.id.endswith(f"-{plan.seed}") and s.closing is not None]
    closing = others[-1].closing if others else None
    waiting = ledger.reads.having(Outstanding, currency, "state", ["open", "matched"])
    deposits = sorted(int(one.id) for one in waiting if one.account == BANK and not one.member)
    if closing is not None or not deposits:
        return Before(closing or 0)
    first = next(one for one in waiting if one.id == str(deposits[0]))
    return Before(0, deposits[0], first.amount)


def _instant(name: str) -> datetime:
    text = name.rsplit("-", 1)[-1]
    return datetime.strptime(text, "%Y%m%dt%H%M%Sz").replace(tzinfo=UTC)
