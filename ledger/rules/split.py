"""Splitting: one bank line that several causes share; every cent goes to exactly one of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.books.journal import Json, Plan
from ledger.books.papers import BankLine
from ledger.money import EUR, format_minor
from ledger.refusals import LineDoesNotFit

FEWEST: Final = 2
MOST: Final = 500
PART: Final = "part-"
"""Begins the facts of a split: `part-1` says cause, id, signed cents, and what a paper was."""

_AMOUNT: Final = re.compile(r"([0-9]{1,7})(?:[.,]([0-9]{1,2}))?", re.ASCII)
_AROUND: Final = "€;:()[]/·,.!?-+=\"'"


@dataclass(frozen=True, slots=True)
class Part:
    """A share of a line: its cause, what that names, and euro cents, negative when they left."""

    cause: str
    id: str
    amount: int
    was: str = ""
    """The state in which it found a redemption, once it is explained."""


def check_parts(line: BankLine, parts: Sequence[Part]) -> None:
    """Refuse parts that are not the line: too few, too many, another sum, or against its way."""
    if not FEWEST <= len(parts) <= MOST:
        raise LineDoesNotFit(id=line.id, why=f"a split has {FEWEST} to {MOST} parts.")
    if any((part.amount > 0) != (line.amount > 0) for part in parts):
        raise LineDoesNotFit(id=line.id, why="every part moves euros, the way the line went.")
    total = sum(part.amount for part in parts)
    if total != line.amount:
        amounts = [format_minor(abs(cents), EUR.scale) for cents in (total, line.amount)]
        why = f"its parts make {amounts[0]} EUR and the line is of {amounts[1]} EUR."
        raise LineDoesNotFit(id=line.id, why=why)


def joined(parts: Sequence[Part], plans: Sequence[Plan]) -> Plan:
    """Join what each part moves into one entry: all of it is written, or nothing."""
    facts = {
        f"{PART}{n}": f"{p.cause} {p.id} {p.amount} {plan.facts.get('was', '')}"
        for n, (p, plan) in enumerate(zip(parts, plans, strict=True), start=1)
    }
    shown: list[Json] = [
        {
            "cause": part.cause,
            "id": part.id,
            "euros": format_minor(abs(part.amount), EUR.scale),
            "bonus": plan.answer.get("bonus"),
        }
        for part, plan in zip(parts, plans, strict=True)
    ]
    postings = tuple(posting for plan in plans for posting in plan.postings)
    return Plan(
        kind="split",
        postings=postings,
        tallies=tuple(tally for plan in plans for tally in plan.tallies),
        papers=tuple(paper for plan in plans for paper in plan.papers),
        facts=facts,
        answer={"parts": shown, "postings": [posting.shown() for posting in postings]},
    )


def parts_of(facts: Mapping[str, object]) -> list[Part]:
    """Read the parts back from the facts of a split, in order."""
    said = sorted(
        (int(name.removeprefix(PART)), str(text))
        for name, text in facts.items()
        if name.startswith(PART)
    )
    found = []
    for _, text in said:
        cause, rest = text.split(" ", 1)
        id_, amount, was = rest.rsplit(" ", 2)
        found.append(Part(cause, id_, int(amount), was))
    return found


def parts_told(amount: int, text: str, named: Sequence[tuple[str, str]]) -> tuple[Part, ...]:
    """Read "20 for R, 100 for B": pair amounts and names in order, if they make the line.

    `amount` is signed cents; `named` are causes and ids as the text names them. A text that also
    gives the total is understood. Empty when the text does not add up.
    """
    amounts = _amounts(text)
    if len(amounts) == len(named) + 1 and abs(amount) in amounts:
        amounts.remove(abs(amount))
    if not FEWEST <= len(named) == len(amounts) or 0 in amounts or sum(amounts) != abs(amount):
        return ()
    sign = 1 if amount > 0 else -1
    return tuple(
        Part(cause, id_, sign * cents) for (cause, id_), cents in zip(named, amounts, strict=True)
    )


def _amounts(text: str) -> list[int]:
    found = []
    for word in text.split():
        bare = word.strip(_AROUND).upper().removesuffix("EUR").removesuffix("€")
        match = _AMOUNT.fullmatch(bare)
        if match:
            found.append(int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")))
    return found
