"""The bank's lines: those that wait, each with what it may be; shared out, left, or undone."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from admin import acts, pages
from admin.dependencies import book_of, context_of, fresh_key, ledger_of, posted, someone
from admin.words import amount_typed
from ledger.books.papers import BankLine
from ledger.money import UnreadableAmountError
from ledger.operations.line import CAUSES, AskAbout, explaining, known_line, splitting, undoing
from ledger.operations.matching import proposals_for
from ledger.refusals import Refusal, Unknown
from ledger.rules.split import Part

ROLES: Final = ("treasurer",)
ROOT: Final = "/treasury/lines"
LINES: Final = 30
ROWS: Final = 4
"""How many parts a split's form asks for at first, and adds each time."""
MOST_ROWS: Final = 40

routes = APIRouter(prefix=ROOT, route_class=pages.PageRoute, include_in_schema=False)
Fields = Annotated[dict[str, str], Depends(posted)]


def waiting_lines(request: Request) -> list[BankLine]:
    """List the lines that nobody has explained, the oldest first."""
    return ledger_of(request).reads.having(
        BankLine, book_of(request).code, "state", ["new", "waiting"], order="booked_on"
    )


@routes.get("")
def lines(request: Request) -> Response:
    """Show the bank lines that wait, each with what it may be."""
    someone(request, *ROLES)
    found = waiting_lines(request)
    number = request.query_params.get("page", "")
    page = int(number) if number.isascii() and number.isdecimal() and len(number) < LINES else 1
    first = (min(max(page, 1), max(-(-len(found) // LINES), 1)) - 1) * LINES
    return _lines(request, found[first : first + LINES], first=first, count=len(found))


@routes.get("/explained")
def explained(request: Request) -> Response:
    """Show lines that are explained, the newest or those of an amount; each can be undone."""
    visitor = someone(request, *ROLES)
    reads, typed = ledger_of(request).reads, request.query_params.get("euros", "").strip()
    unread = False
    try:
        cents = amount_typed(typed) if typed else 0
    except UnreadableAmountError:
        cents, unread = 0, True
    column, values = ("amount", [cents, -cents]) if cents else ("state", ["matched"])
    found = reads.having(
        BankLine, visitor.currency, column, values, order="booked_on", newest=True, limit=LINES
    )
    return pages.render(
        request,
        "explained.html",
        pages.UNREADABLE if unread else HTTPStatus.OK,
        lines=[] if unread else [line for line in found if line.state == "matched"],
        typed=typed,
        unread=unread,
    )


@routes.get("/{id_}")
def line(request: Request, id_: str) -> Response:
    """Show one line: what it may be, or what it is."""
    return _one(request, id_)


@routes.post("/{id_}")
def explain(request: Request, id_: str, fields: Fields) -> Response:
    """Explain a line: see what that moves, then confirm."""
    visitor = someone(request, *ROLES)
    cause, about = fields.get("cause", ""), fields.get("id", "").strip()
    context = context_of(request, visitor, preview=True)
    try:
        if cause not in CAUSES:
            raise Unknown(what="cause", id=cause)
        operation = explaining(
            ledger_of(request), visitor.currency, context, line=id_, cause=cause, id_=about
        )
        if fields.get("step") == "confirm":
            acts.confirm(request, operation, fields.get("key", ""))
            return pages.see_other(f"/done/{fields['key']}?back={ROOT}")
        plan = acts.preview(request, operation)
    except Refusal as refusal:
        return _one(request, id_, refusal)
    return pages.render(
        request,
        "line.html",
        plan=plan,
        line=ledger_of(request).reads.paper(BankLine, visitor.currency, id_),
        cause=cause,
        about=about,
        key=fields.get("key") or fresh_key(),
    )


@routes.get("/{id_}/split")
def sharing(request: Request, id_: str) -> Response:
    """Ask how a line is shared out."""
    return _split(request, id_, {})


@routes.post("/{id_}/split")
def split(request: Request, id_: str, fields: Fields) -> Response:
    """Share a line out: see what all its parts move, then confirm."""
    visitor = someone(request, *ROLES)
    if fields.get("step") == "more":
        return _split(request, id_, fields)
    context = context_of(request, visitor, preview=True)
    try:
        operation = splitting(
            ledger_of(request), visitor.currency, context, line=id_, parts=_parts(fields)
        )
        if fields.get("step") == "confirm":
            acts.confirm(request, operation, fields.get("key", ""))
            return pages.see_other(f"/done/{fields['key']}?back={ROOT}")
        plan = acts.preview(request, operation)
    except UnreadableAmountError:
        return _split(request, id_, fields, unread=True)
    except Refusal as refusal:
        return _split(request, id_, fields, refusal=refusal)
    return pages.render(
        request,
        "split-seen.html",
        plan=plan,
        line=known_line(ledger_of(request), visitor.currency, context, id_),
        rows=[row for row in _rows(fields) if row["euros"]],
        key=fields.get("key") or fresh_key(),
    )


@routes.post("/{id_}/ask")
def ask(request: Request, id_: str, fields: Fields) -> Response:
    """Leave a line for later: who finds out what it is, and what was asked."""
    visitor = someone(request, *ROLES)
    owner = fields.get("owner", "").strip()[:64] or visitor.credential.person
    note = fields.get("note", "").strip()[:140]
    try:
        acts.confirm(request, AskAbout(id_, owner, note), fields.get("key", ""))
    except Refusal as refusal:
        return _one(request, id_, refusal)
    return pages.see_other(f"{ROOT}/{quote(id_)}")


@routes.get("/{id_}/{step}")
def back(id_: str, step: str) -> Response:
    """Lead back to a line from what was done to it."""
    del step
    return pages.see_other(f"{ROOT}/{quote(id_)}")


@routes.post("/{id_}/undo")
def undo(request: Request, id_: str, fields: Fields) -> Response:
    """Propose to take an explanation back; at once where the terms need no second person."""
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    reason = fields.get("reason", "").strip()[:140]
    try:
        operation = undoing(ledger_of(request), visitor.currency, context, line=id_, reason=reason)
        made = acts.confirm(request, operation, fields.get("key", ""))
    except Refusal as refusal:
        return _one(request, id_, refusal)
    if made["state"] == "proposed":
        return pages.see_other(f"/corrections/{made['corrects']}/{made['id']}")
    return pages.see_other(f"{ROOT}/{quote(id_)}")


def _one(request: Request, id_: str, refusal: Refusal | None = None) -> Response:
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    found = known_line(ledger_of(request), visitor.currency, context, id_)
    if found.state == "matched":
        return pages.render(
            request,
            "explained-line.html",
            HTTPStatus.OK if refusal is None else refusal.status,
            line=found,
            key=fresh_key(),
            refusal=pages.said(request, refusal),
        )
    return _lines(request, [found], refusal=refusal)


def _lines(
    request: Request,
    shown: Sequence[BankLine],
    *,
    first: int = 0,
    count: int = 1,
    refusal: Refusal | None = None,
) -> Response:
    visitor = someone(request, *ROLES)
    return pages.render(
        request,
        "lines.html",
        HTTPStatus.OK if refusal is None else refusal.status,
        proposed=proposals_for(ledger_of(request), visitor.currency, shown),
        key=fresh_key(),
        page=first // LINES + 1,
        pages=max(-(-count // LINES), 1),
        causes=CAUSES,
        refusal=pages.said(request, refusal),
    )


def _rows(fields: dict[str, str]) -> list[dict[str, str]]:
    """Read the rows of a split's form as they were typed, empty ones too."""
    names = ("cause", "id", "euros")
    return [
        {name: fields.get(f"{name}-{number}", "").strip() for name in names}
        for number in range(1, MOST_ROWS + 1)
        if f"euros-{number}" in fields
    ]


def _parts(fields: dict[str, str]) -> list[Part]:
    """Read the parts that have an amount. Raises UnreadableAmountError, Unknown."""
    parts = []
    for row in _rows(fields):
        if not row["euros"]:
            continue
        if row["cause"] not in CAUSES:
            raise Unknown(what="cause", id=row["cause"])
        parts.append(Part(row["cause"], row["id"], amount_typed(row["euros"])))
    return parts


def _split(
    request: Request,
    id_: str,
    fields: dict[str, str],
    *,
    unread: bool = False,
    refusal: Refusal | None = None,
) -> Response:
    visitor = someone(request, *ROLES)
    context = context_of(request, visitor, preview=True)
    rows = _rows(fields)
    more = ROWS if fields.get("step") == "more" or not rows else 0
    rows += [{"cause": "", "id": "", "euros": ""}] * min(more, MOST_ROWS - len(rows))
    status = pages.UNREADABLE if unread else HTTPStatus.OK
    return pages.render(
        request,
        "split.html",
        status if refusal is None else refusal.status,
        line=known_line(ledger_of(request), visitor.currency, context, id_),
        rows=rows,
        most=MOST_ROWS,
        causes=CAUSES,
        unread=unread,
        key=fields.get("key") or fresh_key(),
        refusal=pages.said(request, refusal),
    )
