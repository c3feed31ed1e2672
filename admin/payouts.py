"""Money out: what is due and what blocks it, the files for the bank, and what the bank answered."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import (
    Upload,
    context_of,
    fresh_key,
    ledger_of,
    posted,
    someone,
    uploaded,
)
from ledger.books.papers import FundOrder, PaymentFile
from ledger.operations.bank_answer import hear_bank
from ledger.operations.due import BLOCKS, Due, read_dues
from ledger.operations.ledger import Operation
from ledger.operations.payout import (
    CancelPaymentFile,
    MakePaymentFile,
    PayAgain,
    ReleasePaymentFile,
    file_content,
)
from ledger.refusals import Refusal
from ledger.rules.bank_words import REASON_WORDS, STATUS_WORDS

ROLES: Final = ("treasurer",)
FILES: Final = 20
UNDER_WAY: Final = ("ordered", "left", "arrived-first")

routes = APIRouter(prefix="/treasury/payouts", route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]
Uploaded = Annotated[Upload, Depends(uploaded)]


@routes.get("")
def payouts(request: Request) -> Response:
    """Show what is due, the files that were made, and transfers between own accounts."""
    return _payouts(request)


@routes.post("")
def make(request: Request, fields: Fields) -> Response:
    """Make the file of what is due from an account."""
    return _do(request, fields, MakePaymentFile(fields.get("account", ""), fields.get("kind", "")))


@routes.get("/{id_}/file")
def download(request: Request, id_: str) -> Response:
    """Hand out a file, the same bytes each time."""
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    name, content = file_content(ledger_of(request), visitor.currency, context, id_)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, HTTPStatus.OK, headers, "application/xml")


@routes.post("/{id_}/release")
def release(request: Request, id_: str, fields: Fields) -> Response:
    """Let a drafted file go, as the second person."""
    return _do(request, fields, ReleasePaymentFile(id_))


@routes.post("/{id_}/cancel")
def cancel(request: Request, id_: str, fields: Fields) -> Response:
    """Say that a file never went to the bank."""
    return _do(request, fields, CancelPaymentFile(id_, fields.get("reason", "")[:140]))


@routes.post("/again/{kind}/{id_}")
def again(request: Request, kind: str, id_: str, fields: Fields) -> Response:
    """Let a payment that came back or was refused go into the next file."""
    return _do(request, fields, PayAgain(id_, kind))


@routes.post("/answers")
def answer(request: Request, upload: Uploaded) -> Response:
    """Read what the bank answered to a file."""
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, upload.fields.get("key", fresh_key()), preview=False)
    try:
        hear_bank(ledger_of(request), visitor.currency, context, data=upload.content)
    except Refusal as refusal:
        return _payouts(request, refusal)
    return pages.see_other("/treasury/payouts#files")


def _do(request: Request, fields: dict[str, str], operation: Operation) -> Response:
    someone(request, *ROLES)
    try:
        acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _payouts(request, refusal)
    return pages.see_other("/treasury/payouts#files")


def _payouts(request: Request, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    reads = ledger_of(request).reads
    context = context_of(request, visitor, preview=True)
    orders = reads.having(
        FundOrder, visitor.currency, "state", UNDER_WAY, order="ordered_at", newest=True
    )
    files = reads.papers(PaymentFile, visitor.currency, order="made_at", newest=True, limit=FILES)
    return pages.render(
        request,
        "payouts.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        batches=_batches(read_dues(ledger_of(request), visitor.currency, context)),
        files=files,
        orders=[(order, (request.state.at - order.ordered_at).days) for order in orders],
        blocks=BLOCKS,
        statuses=STATUS_WORDS,
        reasons=REASON_WORDS,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


def _batches(dues: list[Due]) -> list[tuple[str, str, list[Due], int]]:
    """Group what is due by account and kind, with the sum of what the next file would take."""
    groups: dict[tuple[str, str], list[Due]] = {}
    for due in dues:
        groups.setdefault((due.account, due.kind), []).append(due)
    return [
        (account, kind, found, sum(due.paper.euros for due in found if not due.block))
        for (account, kind), found in sorted(groups.items())
    ]
