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
def receipt(request: Request, word: str) -> Response:
    """Check a receipt: our signature, and an entry of this number with this very hash."""
    ledger, parsed = ledger_of(request), _parsed(word)
    signed = parsed is not None and parsed.holds(ledger.key.public_key())
    entry = None
    if parsed is not None and signed:
        entry = ledger.reads.entry(parsed.currency, parsed.number)
    stands = entry is not None and parsed is not None and entry.hash == parsed.hash
    return pages.render(
        request, "receipt.html", receipt=parsed, signed=signed, entry=entry if stands else None
    )


def _parsed(word: str) -> Receipt | None:
    try:
        return Receipt.parse(word)
    except ValueError:
        return None
