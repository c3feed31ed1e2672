"""What a sponsor and the treasurer see of a campaign, and of bonuses that came straight back."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from ledger.books.context import OPERATOR, Context
from ledger.books.journal import Entry, Json
from ledger.books.papers import Campaign, Member
from ledger.money import format_minor
from ledger.operations.access import AUDITOR, SPONSOR, TREASURER, require, require_own
from ledger.operations.campaign import campaign_report
from ledger.operations.ledger import Ledger
from ledger.refusals import Unknown
from ledger.rules.reach import (
    FEWEST,
    bonuses_of,
    course_of,
    grouped,
    shown_course,
    shown_groups,
)
from ledger.rules.round_trip import Ring, round_trips, shown, traffic_of

_AT_ONCE: Final = 1_000
SEVERAL_DAYS: Final = 14
MOST_OF_IT: Final = 5_000
"""Basis points of a conversion that a shop must have got, for it to be looked at."""


def entries_from(ledger: Ledger, currency: str, first: int, last: int) -> Iterator[Entry]:
    """Read entries in order, a page at a time."""
    while True:
        found = ledger.reads.entries(currency, after=first - 1, limit=_AT_ONCE)
        for entry in found:
            if entry.number > last:
                return
            yield entry
        if len(found) < _AT_ONCE:
            return
        first = found[-1].number + 1


def read_reach(ledger: Ledger, currency: str, context: Context, id_: str) -> dict[str, Json]:
    """Read what a campaign reached: a sponsor its own, and nobody by name."""
    require(context, SPONSOR, TREASURER, AUDITOR)
    book, head = ledger.reads.rulebook(currency)
    campaign = _known(book.campaigns.get(id_), context, id_)
    first = ledger.reads.first_since(currency, campaign.opened_at)
    entries = list(entries_from(ledger, currency, first, head.number))
    given = bonuses_of(entries, id_)
    whose = {str(entry.facts["member"]) for entry, _ in given}
    members = ledger.reads.having(Member, currency, "id", sorted(whose))
    commune = {member.id: member.commune for member in members}
    by_place = grouped(
        (commune.get(str(entry.facts["member"]), ""), str(entry.facts["member"]), cents)
        for entry, cents in given
    )
    by_week = grouped(
        (_week(entry.day), str(entry.facts["member"]), cents) for entry, cents in given
    )
    course = course_of(entries, id_, book.unit)
    reached = len(whose) if len(whose) >= FEWEST else None
    campaigns = campaign_report(ledger, currency, context, id_)
    return {
        "campaign": {name: told for name, told in campaigns.items() if name != "members"},
        "fewest": FEWEST,
        "reached": reached,
        "communes": shown_groups(by_place),
        "weeks": shown_groups(by_week),
        "course": shown_course(course, book.unit),
    }


def _known(campaign: Campaign | None, context: Context, id_: str) -> Campaign:
    if campaign is None:
        raise Unknown(what="campaign", id=id_)
    require_own(
        context, "campaign", campaign.sponsor, all_of=(TREASURER, AUDITOR), named=campaign.id
    )
    return campaign


def _week(day: date) -> str:
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def read_round_trips(  # noqa: PLR0913 - from when to when, and how quickly
    ledger: Ledger,
    currency: str,
    context: Context,
    *,
    since: date,
    until: date,
    days: int = SEVERAL_DAYS,
) -> dict[str, Json]:
    """List the rings through which a bonus came straight back, between two Paris days.

    A sponsor sees what its own campaigns lost, and no member by name.
    """
    require(context, SPONSOR, TREASURER, AUDITOR)
    book, head = ledger.reads.rulebook(currency)
    reads = ledger.reads
    first = reads.first_after(currency, since - timedelta(days=1))
    last = min(reads.first_after(currency, until) - 1, head.number)
    traffic = traffic_of(entries_from(ledger, currency, first, last))
    found = round_trips(traffic, within=timedelta(days=days), least_bps=MOST_OF_IT)
    named = context.role in {TREASURER, AUDITOR, OPERATOR}
    if not named:
        own = {each.id for each in book.campaigns.values() if each.sponsor == context.holder}
        found = tuple(ring for ring in (_of(ring, own) for ring in found) if ring.net > 0)
    return {
        "from": since.isoformat(),
        "until": until.isoformat(),
        "days": days,
        "bonus": format_minor(sum(ring.bonus for ring in found), 2),
        "rings": [dict(shown(ring, book.unit, named=named)) for ring in found],
    }


def _of(ring: Ring, campaigns: set[str]) -> Ring:
    """Leave only the legs of some campaigns in a ring."""
    return Ring(ring.shop, tuple(leg for leg in ring.legs if campaigns & {*leg.campaigns}))
