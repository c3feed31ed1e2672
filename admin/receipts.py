"""Checking a receipt: anybody who holds one can see that its entry stands in the journal."""

from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.audit import total
from admin.dependencies import ledger_of
from admin.downloads import PDF_TYPE, download
from ledger.books.papers import Rulebook
from ledger.documents.receipt import ReceiptPaper, receipt_pdf
from ledger.money import EUR, Money
from ledger.operations.journal import check_receipt
from ledger.operations.wallet_history import public_name
from ledger.proof.receipt import Receipt
from ledger.refusals import Unknown

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


@routes.get("/r/{word}/pdf")
def printed(request: Request, word: str) -> Response:
    """Print a receipt that stands in the journal; shops are named, persons are not."""
    ledger, parsed = ledger_of(request), _parsed(word)
    found = check_receipt(ledger, word) if parsed else None
    if found is None:
        raise Unknown(what="receipt", id=word[:40])
    _, entry = found
    book, _ = ledger.reads.rulebook(entry.currency)
    moved = total(entry, book.unit)
    language = pages.spoken_to(request).code
    paper = ReceiptPaper(
        currency=book.name,
        number=entry.number,
        at=entry.at,
        kind=entry.kind,
        minor=moved.minor if moved else 0,
        scale=moved.asset.scale if moved else 0,
        asset=_asset(request, moved, book),
        payee=public_name(ledger, entry.currency, str(entry.facts.get("to", ""))),
        word=word,
        hash=entry.hash.hex(),
        address=pages.public_address(request, f"/r/{word}"),
    )
    name = f"{entry.currency}-{entry.number}.pdf"
    return download(receipt_pdf(paper, language=language), PDF_TYPE, name)


def _asset(request: Request, moved: Money | None, book: Rulebook) -> str:
    if moved is None or moved.asset == EUR:
        return EUR.code
    return pages.spoken_to(request).unit_of(book.unit_name, moved.minor, moved.asset.scale)


def _parsed(word: str) -> Receipt | None:
    try:
        return Receipt.parse(word)
    except ValueError:
        return None
