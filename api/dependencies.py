"""The edge: the one place that looks at the clock, at random bytes and at who is asking."""

import secrets
from datetime import UTC, datetime
from typing import Annotated, Final

from fastapi import Depends, Header, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.datastructures import State

from api.problems import refused
from api.scopes import scope_of
from api.shapes import Nothing
from ledger.books.context import GUEST, OPERATOR, Context
from ledger.books.people import Badge
from ledger.money import EUR, UnreadableAmountError, parse_minor
from ledger.operations.access import require_scope
from ledger.operations.guess import guessed
from ledger.operations.ledger import LONGEST_KEY, Answer, Ledger, Operation
from ledger.operations.token import token_hash
from ledger.refusals import KeyMissing, Malformed, NotIdentified, Unknown

CREATED: Final = 201
_BEARER: Final = HTTPBearer(auto_error=False, description="An opaque token of a role")
_MOST_REMEMBERED: Final = 10_000
_LETTERS: Final = b"0123456789abcdefghjkmnpqrstvwxyz" * 8
"""A letter for each byte: eight bytes share one."""
KEY_PATTERN: Final = r"^[ -~]+$"

Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=LONGEST_KEY,
        pattern=KEY_PATTERN,
        description="Makes repeating the request harmless; needed unless preview is true.",
    ),
]
Preview = Annotated[bool, Query(description="Plan and show the arrows; post nothing.")]


def clock() -> datetime:
    """Tell the instant."""
    return datetime.now(UTC)


def fresh_id() -> str:
    """Make a random identifier: 80 bits as sixteen letters and digits."""
    return secrets.token_bytes(16).translate(_LETTERS).decode()


def new_token() -> str:
    """Make the secret of a token: 256 random bits."""
    return secrets.token_urlsafe(32)


def place_of(request: Request) -> str:
    """Name the count of guesses from the address that a request comes from."""
    return guessed("place", request.client.host if request.client else "")


def guest(at: datetime) -> Context:
    """Make the context of somebody whom nobody knows yet."""
    fresh, salt = _drawn()
    return Context(
        at=at, actor=GUEST, person="", role=GUEST, holder="", key="", fresh_id=fresh, salt=salt
    )


def _drawn() -> tuple[str, bytes]:
    """Draw an identifier and a salt of 16 bytes together: asking the system costs most of it."""
    chance = secrets.token_bytes(32)
    return chance[:16].translate(_LETTERS).decode(), chance[16:]


def operator(*, at: datetime | None = None, key: str = "") -> Context:
    """Make the context of what the machine's operator does: its key is random unless given."""
    moment = at or clock()
    fresh, salt = _drawn()
    return Context(
        at=moment.astimezone(UTC),
        actor=OPERATOR,
        person=OPERATOR,
        role=OPERATOR,
        holder="",
        key=key or fresh_id(),
        fresh_id=fresh,
        salt=salt,
    )


def ledger_of(request: Request) -> Ledger:
    """Give the opened books."""
    ledger: Ledger = request.app.state.ledger
    return ledger


async def _books(request: Request) -> Ledger:
    """Give the opened books; asynchronous, or the framework would send for them to a thread."""
    return ledger_of(request)


Books = Annotated[Ledger, Depends(_books)]


def _context(request: Request, credential: Badge, key: str | None, *, preview: bool) -> Context:
    scope = scope_of(request.method, request.url.path)
    language = request.headers.get("accept-language", "")
    return context_of(credential, scope, key or "", language, preview=preview)


def context_of(credential: Badge, scope: str, key: str, language: str, *, preview: bool) -> Context:
    """Make the context of one request; `language` is what the Accept-Language header says.

    Every request of the API with a token comes by here, so here its scopes are asked for.
    Raises ScopeMissing.
    """
    require_scope(credential.scopes, scope)
    fresh, salt = _drawn()
    return Context(
        at=clock(),
        actor=credential.id,
        person=credential.person,
        role=credential.role,
        holder=credential.holder,
        key=key,
        fresh_id=fresh,
        salt=salt,
        language="en" if language.startswith("en") else "fr",
        preview=preview,
        session=credential.session.id if credential.session else "",
    )


def _look_up(ledger: Ledger, bearer: HTTPAuthorizationCredentials | None) -> tuple[str, Badge]:
    hashed = token_hash(bearer.credentials) if bearer else ""
    found = ledger.reads.badge(hashed, clock(), kind="machine") if hashed else None
    if found is None:
        raise NotIdentified
    return found


def remembered(state: State, token: str) -> tuple[str, Badge] | None:
    """Give the currency and the credential of a token that was looked up and is still good."""
    credentials: dict[str, tuple[str, Badge]] = state.credentials
    known = credentials.get(token)
    return known if known is not None and known[1].good_at(clock()) else None


def asking(request: Request, currency: str, bearer: Bearer, ledger: Books) -> Context:
    """Identify whoever reads: the credential is looked up each time, so a revoked one is out."""
    home, credential = _look_up(ledger, bearer)
    request.state.asker = home, credential
    if home != currency:
        raise Unknown(what="currency", id=currency)
    return _context(request, credential, None, preview=False)


async def writing(
    request: Request,
    currency: str,
    bearer: Bearer,
    ledger: Books,
    key: Key = None,
    preview: Preview = False,  # noqa: FBT002 - a query parameter
) -> Context:
    """Identify whoever writes. What is remembered here is checked again once the head is locked."""
    known = remembered(request.app.state, bearer.credentials) if bearer else None
    if known is None:
        known = await run_in_threadpool(_look_up, ledger, bearer)
        if len(request.app.state.credentials) > _MOST_REMEMBERED:
            request.app.state.credentials.clear()
        if bearer:
            request.app.state.credentials[bearer.credentials] = known
    request.state.asker = known
    if known[0] != currency:
        raise Unknown(what="currency", id=currency)
    if key is None and not preview:
        raise KeyMissing
    return _context(request, known[1], key, preview=preview)


async def importing(
    request: Request, currency: str, bearer: Bearer, ledger: Books, key: Key = None
) -> Context:
    """Identify whoever imports a file: harmless to repeat by itself, so a key is not needed."""
    return await writing(request, currency, bearer, ledger, key or fresh_id())


async def _nothing_more(body: Nothing | None = None) -> None:
    """Read what a request whose address says everything may bring: no body, or an empty object."""
    del body


EMPTY: Final = (Depends(_nothing_more),)
"""The dependencies of a route that takes no body, and refuses one that says something."""

Asking = Annotated[Context, Depends(asking)]
Importing = Annotated[Context, Depends(importing)]
Writing = Annotated[Context, Depends(writing)]


def cents(text: str, pointer: str) -> int:
    """Read an amount of euros from a body; Malformed with the pointer."""
    return _minor(text, EUR.scale, pointer)


def unit_minor(request: Request, currency: str, text: str, pointer: str) -> int:
    """Read an amount of units from a body, with the decimals of the currency."""
    scales: dict[str, int] = request.app.state.scales
    scale = scales.get(currency)
    if scale is None:
        book, _ = ledger_of(request).reads.rulebook(currency)
        scale = scales[currency] = book.unit.scale
    return _minor(text, scale, pointer)


def _minor(text: str, scale: int, pointer: str) -> int:
    try:
        return parse_minor(text, scale)
    except UnreadableAmountError as error:
        raise Malformed([{"pointer": pointer, "detail": str(error)}]) from error


def answered(answer: Answer) -> Response:
    """Send what the door answered."""
    if answer.refused:
        return refused(answer)
    headers = {"Idempotent-Replay": "true"} if answer.replayed else None
    return Response(answer.body, answer.status, headers, "application/json")


async def post(request: Request, currency: str, operation: Operation, context: Context) -> Response:
    """Post an operation and send its answer."""
    return answered(await ledger_of(request).post(currency, operation, context))
