"""The month's end on one screen: drop the bank files, name every euro, prepare, sign, certify."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.answers import checked
from admin.dependencies import (
    Upload,
    book_of,
    context_of,
    fresh_key,
    ledger_of,
    posted,
    someone,
    uploaded_files,
)
from admin.downloads import PDF_TYPE, download
from ledger.books.closings import Reconciliation
from ledger.books.context import town_day
from ledger.documents.certificate import certificate_pdf
from ledger.operations.fund import OrderTransfer
from ledger.operations.reconciliation import (
    NoteItem,
    SignReconciliation,
    certificate,
    last_month_end,
    prepare,
    reconcile,
)
from ledger.operations.statement import import_statement
from ledger.refusals import Refusal, StatementOfUnknownAccount, Unknown
from ledger.rules.fund import cover_reason
from ledger.rules.month_end import Picture, Problem
from ledger.rules.reconciliation import KINDS

ROLES: Final = ("treasurer",)
ROOT: Final = "/treasury/month"
FIRST_DAY: Final = date(2000, 1, 1)
"""Before any local currency of today."""

routes = APIRouter(prefix=ROOT, route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]
Files = Annotated[tuple[dict[str, str], list[Upload]], Depends(uploaded_files)]


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one dropped file."""

    name: str
    told: Mapping[str, Any] | None
    account: str
    refusal: dict[str, str] | None


@routes.get("")
def month(request: Request) -> Response:
    """Show how far a month's end is."""
    return _month(request, _day(request, request.query_params.get("on", "")))


@routes.post("/files")
def drop(request: Request, files: Files) -> Response:
    """Read bank files, several at once; each finds its account by its IBAN."""
    someone(request, *ROLES)
    fields, uploads = files
    read = [_read(request, upload) for upload in uploads]
    return _month(request, _day(request, fields.get("on", "")), read=read)


@routes.post("/notes")
def note(request: Request, fields: Fields) -> Response:
    """Take an item over, or say what it comes from; `all` takes over what nobody has."""
    visitor = someone(request, *ROLES)
    on = _day(request, fields.get("on", ""))
    person = visitor.credential.person
    key = fields.get("key", "")
    try:
        if fields.get("item") == "all":
            picture, _, _ = reconcile(ledger_of(request), visitor.currency, on)
            for ordinal, item in enumerate(_unanswered(picture)):
                acts.confirm(request, NoteItem(item, owner=person), f"{key}-{ordinal}")
        else:
            cause = fields.get("cause", "")
            owner = "" if cause.strip() else person
            acts.confirm(request, NoteItem(fields.get("item", ""), owner, cause), key)
    except Refusal as refusal:
        return _month(request, on, refusal=refusal)
    return pages.see_other(f"{ROOT}?on={on}#items")


@routes.post("/fees")
def cover(request: Request, fields: Fields) -> Response:
    """Order what makes a fee good: a transfer from the operating account to the fund."""
    visitor = someone(request, *ROLES)
    on, line = _day(request, fields.get("on", "")), fields.get("line", "")
    try:
        picture, _, _ = reconcile(ledger_of(request), visitor.currency, on)
        lacking = [each for each in picture.fees if each.line == line and not each.ordered]
        own = book_of(request).bank_accounts.values()
        source = next((each.account for each in own if each.medium == "operating"), "")
        if not lacking:
            raise Unknown(what="fee", id=line)
        (fee,) = lacking
        order = OrderTransfer(source, f"bank:{fee.account}", fee.amount, cover_reason(line))
        acts.confirm(request, order, fields.get("key", ""))
    except Refusal as refusal:
        return _month(request, on, refusal=refusal)
    return pages.see_other(f"{ROOT}?on={on}")


@routes.post("/prepare")
def prepare_(request: Request, fields: Fields) -> Response:
    """Prepare the day for the second signature."""
    visitor = someone(request, *ROLES)
    on = _day(request, fields.get("on", ""))
    context = context_of(request, visitor, fields.get("key", ""), preview=False)
    try:
        checked(prepare(ledger_of(request), visitor.currency, context, on))
    except Refusal as refusal:
        return _month(request, on, refusal=refusal)
    return pages.see_other(f"{ROOT}?on={on}#sign")


@routes.post("/sign")
def sign(request: Request, fields: Fields) -> Response:
    """Sign what another person prepared, as it was seen."""
    someone(request, *ROLES)
    on = _day(request, fields.get("on", ""))
    try:
        operation = SignReconciliation(on, fields.get("digest", ""))
        acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _month(request, on, refusal=refusal)
    return pages.see_other(f"{ROOT}?on={on}#sign")


@routes.get("/{step}")
def back(step: str) -> Response:
    """Lead back to the page from what was done on it."""
    del step
    return pages.see_other(ROOT)


@routes.get("/{day}/certificate")
def certify(request: Request, day: str) -> Response:
    """Hand out the certificate of a signed day."""
    told, name = _certified(request, day)
    return download(told, "application/json", f"{name}.json")


@routes.get("/{day}/certificate.pdf")
def certify_on_paper(request: Request, day: str) -> Response:
    """Hand out the certificate of a signed day as a document to read."""
    told, name = _certified(request, day)
    language = pages.spoken_to(request).code
    return download(certificate_pdf(told, language=language), PDF_TYPE, f"{name}.pdf")


def _certified(request: Request, day: str) -> tuple[bytes, str]:
    """Give the signed certificate of a day, and how its file is called."""
    visitor = someone(request, "treasurer", "auditor")
    context = context_of(request, visitor, preview=False)
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Unknown(what="reconciliation", id=day) from error
    told = certificate(ledger_of(request), visitor.currency, context, on)
    return told, f"{quote(visitor.currency)}-{on}"


def _read(request: Request, upload: Upload) -> Read:
    """Import a file for the account that it is of."""
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, fresh_key(), preview=False)
    met: Refusal | None = None
    for slug in book_of(request).bank_accounts:
        try:
            told = import_statement(
                ledger_of(request),
                visitor.currency,
                context,
                account=slug,
                data=upload.content,
                name=upload.name,
            )
            return Read(upload.name, told, slug, None)
        except StatementOfUnknownAccount as refusal:
            met = refusal
        except Refusal as refusal:
            met = refusal
            break
    return Read(upload.name, None, "", pages.said(request, met))


def _day(request: Request, text: str) -> date:
    """Read the day that a page is about; else the last of the month before."""
    today = town_day(request.state.at)
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return last_month_end(today)
    return day if FIRST_DAY <= day <= today else last_month_end(today)


def _unanswered(picture: Picture) -> list[str]:
    items = [item for each in picture.accounts for item in each.items]
    return list(dict.fromkeys(item.key for item in items if not item.answered))


def _month(
    request: Request,
    on: date,
    *,
    read: Sequence[Read] = (),
    refusal: Refusal | None = None,
) -> Response:
    visitor = someone(request, *ROLES)
    ledger = ledger_of(request)
    picture, problems, report = reconcile(ledger, visitor.currency, on)
    spoken = pages.spoken_to(request)
    found = ledger.reads.paper(Reconciliation, visitor.currency, on.isoformat())
    return pages.render(
        request,
        "month-end.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        on=on,
        picture=picture,
        overall=report["overall"],
        problems=[(each, spoken.sentence(each.template, each.facts)) for each in problems],
        steps=_steps(problems, found),
        unanswered=len(_unanswered(picture)),
        kinds=KINDS,
        found=found,
        mine=found is not None and found.prepared_by == visitor.credential.person,
        read=read,
        key=fresh_key(),
        refusal=pages.said(request, refusal),
    )


def _steps(problems: Sequence[Problem], found: Reconciliation | None) -> dict[str, bool]:
    """Say which steps of the month's end are done."""
    slugs = {each.slug for each in problems if each.blocking}
    state = found.state if found else ""
    return {
        "files": not slugs & {"no-statement", "not-reached", "gap", "marked"},
        "named": not slugs & {"unexplained", "suspense"},
        "answered": "unanswered" not in slugs,
        "prepared": state in {"prepared", "signed"},
        "signed": state == "signed",
    }
