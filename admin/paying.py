"""Paying a shop by the code of its poster: the amount, what it does to the wallet, then confirm."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import book_of, fresh_key, ledger_of, posted, someone
from admin.downloads import PDF_TYPE, download
from admin.people import name_of
from admin.words import amount_typed
from ledger.books.papers import Member
from ledger.documents.poster import poster_pdf
from ledger.money import UnreadableAmountError
from ledger.operations.payment import Pay
from ledger.refusals import Refusal, Unknown

HOLDERS: Final = ("member", "shop")
KEEPERS: Final = ("shop", "till")

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]
Payee = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9][a-z0-9-]*$")]


@routes.get("/poster")
def poster(request: Request) -> Response:
    """Print the poster of the shop that is signed in."""
    visitor = someone(request, *KEEPERS)
    book = book_of(request)
    made = poster_pdf(
        currency=book.name,
        unit=pages.spoken_to(request).plural(book.unit_name),
        shop=name_of(request, visitor.holder),
        address=pages.public_address(request, f"/pay/{visitor.holder}"),
        language=pages.spoken_to(request).code,
        at=request.state.at,
    )
    return download(made, PDF_TYPE, f"{book.code}-{visitor.holder}.pdf")


@routes.get("/pay/{payee}")
def amount(request: Request, payee: Payee) -> Response:
    """Ask how much to pay."""
    return _amount(request, payee, {})


@routes.post("/pay/{payee}")
def pay(request: Request, payee: Payee, fields: Fields) -> Response:
    """Show the payment before it is made, or make the one that was shown."""
    visitor = someone(request, *HOLDERS)
    _known(request, payee)
    try:
        units = amount_typed(fields.get("units", ""), book_of(request).unit.scale)
        operation = Pay(visitor.holder, payee, units, fields.get("reference", "").strip()[:140])
        if fields.get("step") == "confirm":
            acts.confirm(request, operation, fields.get("key", ""))
            return pages.see_other(f"/done/{fields['key']}?back=/wallet")
        plan = acts.preview(request, operation)
    except UnreadableAmountError:
        return _amount(request, payee, fields, unread=True)
    except Refusal as refusal:
        return _amount(request, payee, fields, refusal=refusal)
    return pages.render(
        request,
        "paying.html",
        payee=payee,
        name=name_of(request, payee),
        plan=plan,
        fields=fields,
        key=fields.get("key") or fresh_key(),
        unread=False,
        refusal=None,
    )


def _amount(
    request: Request,
    payee: str,
    fields: dict[str, str],
    *,
    unread: bool = False,
    refusal: Refusal | None = None,
) -> Response:
    someone(request, *HOLDERS)
    _known(request, payee)
    return pages.render(
        request,
        "paying.html",
        pages.UNREADABLE if unread or refusal else HTTPStatus.OK,
        payee=payee,
        name=name_of(request, payee),
        plan=None,
        fields=fields,
        key=fresh_key(),
        unread=unread,
        refusal=pages.said(request, refusal),
    )


def _known(request: Request, payee: str) -> None:
    """Let posters lead to shops, associations and authorities; a person has none."""
    found = ledger_of(request).reads.paper(Member, book_of(request).code, payee)
    if found is None or found.kind == "person":
        raise Unknown(what="member", id=payee)
