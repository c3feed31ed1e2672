"""What campaigns reached, and which bonuses came straight back."""

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.dependencies import Asking, Books
from api.paging import Told
from ledger.operations.reach import SEVERAL_DAYS, read_reach, read_round_trips

router = APIRouter(prefix="/v1/{currency}", tags=["campaigns"])

Name = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$")]
A_QUARTER = timedelta(days=91)


@router.get("/campaigns/{id}/reach")
def reach(currency: str, id: Name, context: Asking, ledger: Books) -> Told:
    """Read what a campaign reached, by commune and week, and where its bonus went.

    Groups of fewer than five people are told together with others, or not at all.
    """
    return read_reach(ledger, currency, context, id)


@router.get("/round-trips")
def round_trips(
    currency: str,
    context: Asking,
    ledger: Books,
    since: Annotated[date | None, Query(alias="from", description="First Paris day")] = None,
    until: Annotated[date | None, Query(description="Last Paris day, included")] = None,
    days: Annotated[int, Query(ge=1, le=366, description="How quick is a trip")] = SEVERAL_DAYS,
) -> Told:
    """List bonuses that went to a shop and came back as euros along the same people."""
    last = until or context.day
    first = since or last - min(A_QUARTER, last - date.min)
    return read_round_trips(ledger, currency, context, since=first, until=last, days=days)
