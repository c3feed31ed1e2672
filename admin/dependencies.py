"""The edge of the desks: who is here, what time it is, and which ids are new.

Nothing behind this file looks at a clock, a random source or a cookie. Who is here is found once
per request by `arrive` and kept in `request.state`.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import Path
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request

from admin.words import LANGUAGES, preferred
from ledger.books.context import Context
from ledger.books.papers import Rulebook
from ledger.books.people import Badge
from ledger.operations.ledger import Ledger
from ledger.operations.token import token_hash
from ledger.operations.watch import Watch
from ledger.refusals import Refusal, RoleMayNot, Unknown

_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"


class SignInFirst(Exception):  # noqa: N818 - it sends a person to the door, it is no fault
    """The page is for somebody; nobody has signed in yet."""

    def __init__(self, path: str) -> None:
        """Remember where the person wanted to go."""
        super().__init__(path)
        self.address = f"/?next={quote(path)}"


class FormNotOurs(Refusal):
    """A form that this session was not given, or that another site sent."""

    slug = "form-not-ours"
    status = 403
    title = "This form has expired"
    sentence = "The form did not come from this session; go back, reload the page and try again."


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, and for whom."""

    credential: Badge
    currency: str
    token: str

    @property
    def role(self) -> str:
        """The role, as the table of rights names it."""
        return self.credential.role

    @property
    def holder(self) -> str:
        """The member, authority, office or sponsor acted for; empty for the currency."""
        return self.credential.holder

    @property
    def name(self) -> str:
        """What the page calls them: `shop:boulangerie`, `treasurer`."""
        return f"{self.role}:{self.holder}" if self.holder else self.credential.person


def right_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def fresh_id() -> str:
    """Make a random identifier: 80 bits as sixteen letters and digits."""
    return "".join(_LETTERS[byte % 32] for byte in secrets.token_bytes(16))


def fresh_key() -> str:
    """Make the key that a form hides, so that sending it twice does one thing."""
    return secrets.token_urlsafe(18)


def marked_secure(request: Request) -> bool:
    """Say whether cookies may demand https: they do wherever https is spoken."""
    return request.url.scheme == "https"


def session_cookie(request: Request) -> str:
    """Name the session cookie: with the prefix that browsers enforce, where https is spoken."""
    return "__Host-comptoir-session" if marked_secure(request) else "comptoir-session"


def ledger_of(request: Request) -> Ledger:
    """Give the ledger that the application was started with."""
    ledger: Ledger = request.app.state.ledger
    return ledger


def watch_of(request: Request) -> Watch:
    """Give what follows payment requests for this process."""
    watch: Watch = request.app.state.watch
    return watch


async def arrive(request: Request) -> None:
    """Find out where we are and who is here, before the page is made."""
    request.state.at = right_now()
    request.state.visitor = request.state.book = None
    await run_in_threadpool(_recognise, request)


def _recognise(request: Request) -> None:
    reads = ledger_of(request).reads
    token = request.cookies.get(session_cookie(request), "")
    at: datetime = request.state.at
    found = reads.badge(token_hash(token), at, kind="browser") if token else None
    if found is not None:
        request.state.visitor = Visitor(found[1], found[0], token)
    codes = [found[0]] if found is not None else reads.currencies()
    if codes:
        request.state.book, _ = reads.rulebook(codes[0])


def book_of(request: Request) -> Rulebook:
    """Give the currency of this page. Raises Unknown in an empty house."""
    book: Rulebook | None = request.state.book
    if book is None:
        raise Unknown(what="currency", id="")
    return book


def visitor_of(request: Request) -> Visitor | None:
    """Say who is signed in, if anybody."""
    visitor: Visitor | None = getattr(request.state, "visitor", None)
    return visitor


def someone(request: Request, *roles: str) -> Visitor:
    """Give the visitor, who must have one of the roles; none named means any.

    Raises SignInFirst or RoleMayNot.
    """
    visitor = visitor_of(request)
    if visitor is None:
        raise SignInFirst(request.url.path)
    if roles and visitor.role not in roles:
        raise RoleMayNot(role=visitor.role)
    return visitor


def language_of(request: Request) -> str:
    """Choose the language: asked for in the address, remembered, preferred, else French."""
    for code in (request.query_params.get("lang"), request.cookies.get("comptoir-language")):
        if code in LANGUAGES:
            return str(code)
    return preferred(request.headers.get("accept-language", ""))


def csrf_token(request: Request) -> str:
    """Give the token of this session's forms; it says nothing about the session itself."""
    visitor = visitor_of(request)
    secret = visitor.token if visitor else ""
    return hmac.new(secret.encode(), b"comptoir form", hashlib.sha256).hexdigest()


def check_origin(request: Request) -> None:
    """Refuse a form that another site sent: the browser itself says where it comes from."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    host = f"{request.url.scheme}://{request.headers.get('host', '')}"
    if site not in {None, "same-origin", "none"} or (site is None and origin not in {None, host}):
        raise FormNotOurs


Number = Annotated[int, Path(ge=1, le=2**53)]
"""An entry's number in an address."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A form of ours with one file in it."""

    fields: dict[str, str]
    name: str
    content: bytes


_UNPRINTABLE: Final = dict.fromkeys([*range(32), 127], " ")


async def posted(request: Request) -> dict[str, str]:
    """Read the text fields of a form of ours. Raises FormNotOurs."""
    check_origin(request)
    async with request.form(max_files=0) as form:
        return _checked(request, form)


async def uploaded(request: Request) -> Upload:
    """Read a form of ours with its file; no file chosen is an empty one. Raises FormNotOurs."""
    check_origin(request)
    async with request.form(max_files=1) as form:
        fields, file = _checked(request, form), form.get("file")
        if file is None or isinstance(file, str):
            return Upload(fields, "", b"")
        return Upload(fields, file.filename or "", await file.read())


MOST_FILES: Final = 40


async def uploaded_files(request: Request) -> tuple[dict[str, str], list[Upload]]:
    """Read a form of ours with several files, those that are empty left out. Raises FormNotOurs."""
    check_origin(request)
    async with request.form(max_files=MOST_FILES) as form:
        fields = _checked(request, form)
        files = [file for file in form.getlist("file") if not isinstance(file, str)]
        read = [Upload(fields, file.filename or "", await file.read()) for file in files]
    return fields, [each for each in read if each.content]


def _checked(request: Request, form: FormData) -> dict[str, str]:
    # What cannot be printed was not typed, and a database may refuse it.
    fields = {
        name: value.translate(_UNPRINTABLE)
        for name, value in form.items()
        if isinstance(value, str)
    }
    if not hmac.compare_digest(fields.get("csrf", ""), csrf_token(request)):
        raise FormNotOurs
    return fields


def context_of(request: Request, visitor: Visitor, key: str = "", *, preview: bool) -> Context:
    """Say who asks, when, and under which key."""
    return Context(
        at=request.state.at,
        actor=visitor.credential.id,
        person=visitor.credential.person,
        role=visitor.role,
        holder=visitor.holder,
        key=key,
        fresh_id=fresh_id(),
        salt=secrets.token_bytes(16),
        language=language_of(request),
        preview=preview,
        session=visitor.credential.session.id if visitor.credential.session else "",
    )
