"""Announcements: an employer's file of what its employees convert by their own means."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ledger.books.context import Context
from ledger.books.disbursements import Announcement
from ledger.books.journal import Json, Plan
from ledger.books.papers import BankLine, Member, Rulebook
from ledger.books.standing import Collection, member_of
from ledger.operations.access import (
    APPROVER,
    AUDITOR,
    OFFICER,
    TREASURER,
    require,
    require_own,
)
from ledger.operations.consent import authority_of, known_authority
from ledger.operations.ledger import Ledger
from ledger.refusals import Malformed
from ledger.rules.announcement import plan_announcement, shown_announcement
from ledger.rules.standing import active
from ledger.store.shelf import Needs, Shelf

_MONTH: Final = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])", re.ASCII)


@dataclass(frozen=True, slots=True)
class AnnounceWages:
    """Announce for a month (2026-11) what each employee said it would convert: member, cents."""

    authority: str
    month: str
    rows: tuple[tuple[str, int], ...]

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        named = dict.fromkeys((self.authority, *(member for member, _ in self.rows)))
        return Needs(papers=tuple((Member, name) for name in named))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        require(context, OFFICER)
        require_own(context, "authority", self.authority)
        authority_of(shelf.paper(Member, self.authority), self.authority)
        if not (self.rows and _MONTH.fullmatch(self.month)):
            raise Malformed([{"pointer": "/month", "detail": "a month like 2026-11, and rows"}])
        return plan_announcement(
            [
                Announcement(
                    id=f"{self.authority}:{member}:{self.month}",
                    authority=self.authority,
                    member=active(shelf.paper(Member, member), member).id,
                    month=self.month,
                    euros=euros,
                    announced_at=shelf.at,
                    announced_by=context.person,
                )
                for member, euros in self.rows
            ]
        )


def list_announcements(  # noqa: PLR0913 - a page of an authority's
    ledger: Ledger,
    currency: str,
    context: Context,
    *,
    authority: str,
    after: str = "",
    limit: int = 50,
) -> list[dict[str, Json]]:
    """List what an authority announced by id behind `after`; we see what arrived beside it."""
    require(context, OFFICER, APPROVER, TREASURER, AUDITOR)
    require_own(context, "authority", authority, all_of=(TREASURER, AUDITOR))
    known_authority(ledger, currency, authority)
    found = ledger.reads.page(
        Announcement, currency, {"authority": authority}, after=after, limit=limit
    )
    ours = context.role in {TREASURER, AUDITOR}
    arrived = _arrived(ledger, currency, found) if ours else None
    return [shown_announcement(each, arrived) for each in found]


def _arrived(
    ledger: Ledger, currency: str, announced: Sequence[Announcement]
) -> Counter[tuple[str, str]]:
    """Add up by member and month what bank lines brought: own transfers, and own direct debits."""
    members = {each.member for each in announced}
    debits = ledger.reads.having(Collection, currency, "member", members)
    about = members | {debit.id for debit in debits}
    sums: Counter[tuple[str, str]] = Counter()
    for line in ledger.reads.having(BankLine, currency, "about", about):
        if line.cause in {"conversion", "collection"} and line.amount > 0:
            member = line.about if line.cause == "conversion" else member_of(line.about)
            sums[member, line.booked_on.isoformat()[:7]] += line.amount
    return sums
