"""Checking a receipt: anybody who holds one can see that its entry stands in the journal."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.dependencies import ledger_of
from ledger.proof.canonical import Receipt

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)


@routes.get("/r")
def asked(request: Request) -> Response:
    """Lead a pasted receipt to its own address."""
    return pages.see_other(f"/r/{quote(request.query_params.get('word', '').strip(), safe='')}")


@routes.get("/r/{word}")
async def receipt(request: Request, word: str) -> Response:
    """Check a receipt: our signature, and an entry of this number with this very hash."""
    parsed = _parsed(word)
    entry, signed = None, False
    currency = request.state.currency
    if parsed is not None and currency is not None and parsed.currency == currency.code:
        signed = ledger_of(request).signed_by_us(currency.code, word)
        entry = await ledger_of(request).entry(currency.code, parsed.number) if signed else None
    stands = entry is not None and parsed is not None and entry.hash == parsed.hash
    return pages.render(
        request,
        "receipt.html",
        receipt=parsed,
        signed=signed,
        entry=entry if stands else None,
        stands=stands,
    )


def _parsed(word: str) -> Receipt | None:
    try:
        return Receipt.parse(word)
    except ValueError:
        return None
