"""What a campaign reached: how many, where, when, and through whose hands its bonus went.

A sponsor is told of groups of people, never of so few that somebody could be meant: a group of
fewer than five is told together with others.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from ledger.books.accounts import campaign_of, holder_of
from ledger.books.journal import Entry, Json, Posting
from ledger.money import EUR, Asset, format_minor

FEWEST: Final = 5
"""A group of people is told by itself from so many on."""


@dataclass(slots=True)
class Group:
    """People of one place or week, and what they got or spent, in minor units."""

    members: set[str] = field(default_factory=set)
    amount: int = 0

    def add(self, other: "Group") -> None:
        """Take another group in."""
        self.members |= other.members
        self.amount += other.amount


def grouped(given: Iterable[tuple[str, str, int]]) -> dict[str, Group]:
    """Add up by name: each is a name (commune, week, place), a member, and minor units."""
    found: dict[str, Group] = {}
    for name, member, minor in given:
        found.setdefault(name, Group()).add(Group({member}, minor))
    return found


def discreet(groups: Mapping[str, Group]) -> tuple[dict[str, Group], Group | None]:
    """Give the groups that may be told, and all others together; None for those if none are.

    What is put together has at least FEWEST people, so that no difference to the whole tells of
    fewer; where there are not as many, not even the rest is told.
    """
    told = {name: group for name, group in groups.items() if len(group.members) >= FEWEST}
    few = [group for name, group in groups.items() if name not in told]
    if not few:
        return told, None
    rest = Group()
    for group in few:
        rest.add(group)
    for name in sorted(told, key=lambda name: (len(told[name].members), name)):
        if len(rest.members) >= FEWEST:
            break
        rest.add(told.pop(name))
    return told, rest


@dataclass(frozen=True, slots=True)
class Course:
    """What became of a campaign's bonus, in minor units of the currency."""

    given: int
    spent: int
    """Passed at least one hand."""
    expired: int
    redeemed: int
    handed: Mapping[int, int]
    """Of what was redeemed: units by the number of hands that they had passed."""
    places: Mapping[str, Group]
    """Who spent how much where, by the member or service that was paid first."""


@dataclass(slots=True)
class _Lot:
    units: int
    ours: bool
    hands: int


class _Trace:
    """Lots of units on their way through accounts: what came in first goes out first."""

    def __init__(self, campaign: str) -> None:
        self._campaign = campaign
        self._lots: dict[str, list[_Lot]] = {}
        self.counts: Counter[str] = Counter()
        self.handed: Counter[int] = Counter()
        self.places: list[tuple[str, str, int]] = []

    def move(self, posting: Posting, kind: str) -> None:
        """Follow one arrow of units."""
        source, target = posting.source, posting.target
        ours = target.startswith("gift:") and campaign_of(target) == self._campaign
        if source.startswith("issued:"):
            self.counts["given"] += posting.amount if ours else 0
            self._lots.setdefault(target, []).append(_Lot(posting.amount, ours, 0))
            return
        for lot in self._taken(source, posting.amount):
            if kind == "payment":
                if lot.ours and lot.hands == 0:
                    self.counts["spent"] += lot.units
                    place = target.partition(":")[2]
                    self.places.append((place, holder_of(source), lot.units))
                lot.hands += 1
            if target.startswith("issued:"):
                self._ended(lot, kind)
            else:
                self._lots.setdefault(target, []).append(lot)

    def _taken(self, source: str, units: int) -> list[_Lot]:
        """Take lots from an account; what was there before the tracing began is nobody's."""
        waiting, taken = self._lots.setdefault(source, []), []
        while units and waiting:
            lot = waiting[0]
            part = min(units, lot.units)
            taken.append(_Lot(part, lot.ours, lot.hands))
            lot.units -= part
            units -= part
            if not lot.units:
                waiting.pop(0)
        return [*taken, _Lot(units, ours=False, hands=0)] if units else taken

    def _ended(self, lot: _Lot, kind: str) -> None:
        if lot.ours and kind == "expiry":
            self.counts["expired"] += lot.units
        elif lot.ours:
            self.counts["redeemed"] += lot.units
            self.handed[lot.hands] += lot.units


def course_of(entries: Iterable[Entry], campaign: str, unit: Asset) -> Course:
    """Follow a campaign's bonus through the journal, from before its first day on."""
    trace = _Trace(campaign)
    for entry in entries:
        for posting in entry.postings:
            if posting.asset == unit:
                trace.move(posting, entry.kind)
    counts = trace.counts
    return Course(
        given=counts["given"],
        spent=counts["spent"],
        expired=counts["expired"],
        redeemed=counts["redeemed"],
        handed=dict(sorted(trace.handed.items())),
        places=grouped(trace.places),
    )


def bonuses_of(entries: Iterable[Entry], campaign: str) -> list[tuple[Entry, int]]:
    """List the conversions that this campaign gave a bonus to, with its cents.

    In a conversion, the arrow of the sponsor's euros stands before that of the gift it pays for.
    """
    found = []
    for entry in entries:
        pairs: Sequence[tuple[Posting, Posting]] = list(
            zip(entry.postings, entry.postings[1:], strict=False)
        )
        cents = sum(
            paid.amount
            for paid, gift in pairs
            if entry.kind == "conversion"
            and gift.target.startswith("gift:")
            and campaign_of(gift.target) == campaign
        )
        if cents:
            found.append((entry, cents))
    return found


def shown_groups(groups: Mapping[str, Group], asset: Asset = EUR) -> list[dict[str, Json]]:
    """List what may be told of each group; what had to be put together has an empty name."""
    told, rest = discreet(groups)
    rows = sorted(told.items())
    if rest is not None and len(rest.members) >= FEWEST:
        rows.append(("", rest))
    return [
        {
            "name": name,
            "members": len(group.members),
            "amount": format_minor(group.amount, asset.scale),
        }
        for name, group in rows
    ]


def shown_course(course: Course, unit: Asset) -> dict[str, Json]:
    """Show what became of the bonus, and where it was spent first."""
    passes = sum(hands * units for hands, units in course.handed.items())
    return {
        "given": format_minor(course.given, unit.scale),
        "spent": format_minor(course.spent, unit.scale),
        "expired": format_minor(course.expired, unit.scale),
        "redeemed": format_minor(course.redeemed, unit.scale),
        "hands": [
            {"hands": hands, "units": format_minor(units, unit.scale)}
            for hands, units in course.handed.items()
        ],
        "hands_before_redemption_hundredths": passes * 100 // course.redeemed
        if course.redeemed
        else None,
        "places": shown_groups(course.places, unit),
    }
