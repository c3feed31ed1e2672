"""Announcements: an employer tells what its employees will convert by their own means, no more.

Private-law wages go wholly to the employee's own account (Code du travail L3241-1). The employer's
file moves nothing and promises nothing: what arrives is converted, what does not is nobody's debt.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from ledger.books.disbursements import Announcement
from ledger.books.journal import Json, Plan
from ledger.money import EUR, format_minor

ARTICLE: Final = "Code du travail L3241-1"


def plan_announcement(announced: Sequence[Announcement]) -> Plan:
    """Keep what was announced, one row or more; nothing moves, and nobody owes anything."""
    first = announced[0]
    return Plan(
        kind="wages-announced",
        papers=tuple(announced),
        facts={
            "authority": first.authority,
            "month": first.month,
            "rows": len(announced),
            "euros": sum(each.euros for each in announced),
        },
        sealed=True,
        answer={"article": ARTICLE, "announced": [shown_announcement(each) for each in announced]},
    )


def shown_announcement(
    announced: Announcement, arrived: Mapping[tuple[str, str], int] | None = None
) -> dict[str, Json]:
    """Show what was announced; with `arrived`, what the person's own means brought that month.

    An employer does not see it: what its employees do with their money is theirs.
    """
    told: dict[str, Json] = {
        "id": announced.id,
        "member": announced.member,
        "month": announced.month,
        "euros": format_minor(announced.euros, EUR.scale),
    }
    if arrived is None:
        return told
    cents = arrived.get((announced.member, announced.month), 0)
    return {**told, "arrived_euros": format_minor(cents, EUR.scale)}
