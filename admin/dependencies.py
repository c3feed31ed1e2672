"""The edge of the desks: who is here, what time it is, and which ids are new.

Nothing behind this file looks at a clock, a random source or a cookie. Who is here is found once
per request by `arrive` and kept in `request.state`.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Final
from urllib.parse import quote, urlsplit

from fastapi import Path
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from admin.words import LANGUAGES, preferred
from ledger.books.context import GUEST, Context
from ledger.books.papers import Rulebook
from ledger.books.people import Badge
from ledger.books.trail import NOBODY, Asker, denied
from ledger.operations.guess import guessed
from ledger.operations.ledger import Ledger
from ledger.operations.passkey import Site
from ledger.operations.session import SEEN, SeeSession
from ledger.operations.token import token_hash
from ledger.operations.watch import Watch
from ledger.refusals import Refusal, RoleMayNot, Unknown

_LETTERS: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Windows", "Windows"),
    ("Linux", "Linux"),
)


_NUMBER: Final = re.compile(r"[0-9.]+|.*:.*", re.ASCII)
"""A host that is an address of the network and no name."""


class SignInFirst(Exception):  # noqa: N818 - it sends a person to the door, it is no fault
    """The page is for somebody; nobody has signed in yet."""

    def __init__(self, path: str) -> None:
        """Remember where the person wanted to go."""
        super().__init__(path)
        self.address = f"/?next={quote(path)}"


class AskToConfirm(Exception):  # noqa: N818 - it asks for something, it is no fault
    """What was posted must be confirmed with a factor first; the page says what exactly."""

    def __init__(self, page: Callable[[], Response]) -> None:
        """Keep how the page is made."""
        super().__init__()
        self.page = page


class FormNotOurs(Refusal):
    """A form that this session was not given, or that another site sent."""

    slug = "form-not-ours"
    status = 403
    watched = True
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
        return f"{self.role}:{self.holder}" if self.holder else self.credential.login


def right_now() -> datetime:
    """Read the clock."""
    return datetime.now(UTC)


def for_oneself(request: Request, visitor: Visitor) -> Context:
    """Say that somebody asks about its own access, and for nobody it acts for.

    So whoever acts for a member that is suspended still signs out and changes a password.
    """
    return replace(context_of(request, visitor), holder="")


def fresh_id() -> str:
    """Make a random identifier: 80 bits as sixteen letters and digits."""
    return "".join(_LETTERS[byte % 32] for byte in secrets.token_bytes(16))


def fresh_key() -> str:
    """Make the key that a form hides, so that sending it twice does one thing."""
    return secrets.token_urlsafe(18)


def marked_secure(request: Request) -> bool:
    """Say whether cookies demand https: they do wherever https is spoken, also before a proxy."""
    return request.url.scheme == "https" or _public(request).startswith("https:")


def _public(request: Request) -> str:
    """Give the address that the outside sees, if it is set; without a path."""
    address = urlsplit(request.app.state.settings.public_url)
    return f"{address.scheme}://{address.netloc}" if address.netloc else ""


def site_of(request: Request, name: str) -> Site:
    """Say where passkeys are good: the public address if it has a name, else as this visitor came.

    A bare number is no place for a passkey (WebAuthn level 3, 5.1.2), and `comptoir serve` stands
    at one until it is told its public address.
    """
    address = urlsplit(request.app.state.settings.public_url)
    if not address.hostname or _NUMBER.fullmatch(address.hostname):
        address = urlsplit(str(request.base_url))
    return Site(address.hostname or "", f"{address.scheme}://{address.netloc}", name)


def address_of(request: Request) -> str:
    """Say from which address this visitor comes: to be hashed or sealed, never kept as it is."""
    return request.client.host if request.client else ""


def place_of(request: Request) -> str:
    """Name the count of guesses from this visitor's address."""
    return guessed("place", address_of(request))


def note_denial(request: Request, refusal: Refusal) -> None:
    """Count what this visitor was refused, for the auditor."""
    visitor, book = visitor_of(request), request.state.book
    code = visitor.currency if visitor else book.code if book else ""
    badge = visitor.credential if visitor else None
    asker = Asker(badge.id, badge.person, badge.role, badge.holder) if badge else NOBODY
    route = f"{request.method} {request.scope['route'].path}"
    denial = denied(refusal.slug, route, asker, address_of(request), request.state.at)
    request.app.state.denials.add(code, denial, address_of(request))


def device_of(request: Request) -> str:
    """Say in a few words which browser this is, as it calls itself."""
    agent = request.headers.get("user-agent", "")
    browser = next((word for known, word in _BROWSERS if known in agent), "")
    system = next((word for known, word in _SYSTEMS if known in agent), "")
    return ", ".join(word for word in (browser, system) if word)


def session_cookie(request: Request) -> str:
    """Name the session cookie: with the prefix that browsers enforce, where https is spoken."""
    return "__Host-comptoir-session" if marked_secure(request) else "comptoir-session"


def language_cookie(request: Request) -> str:
    """Name the cookie that remembers the language, as the session's is named."""
    return "__Host-comptoir-language" if marked_secure(request) else "comptoir-language"


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
    await run_in_threadpool(arrived, request, request.cookies.get(session_cookie(request), ""))


def arrived(request: Request, token: str) -> None:
    """Recognise the visitor by the token of a session; also when it was changed under way."""
    reads = ledger_of(request).reads
    at: datetime = request.state.at
    found = reads.badge(token_hash(token), at, kind="browser") if token else None
    if found is not None:
        request.state.visitor = Visitor(found[1], found[0], token)
        _see(request, request.state.visitor)
    codes = [found[0]] if found is not None else reads.currencies()
    if codes:
        request.state.book, _ = reads.rulebook(codes[0])


def _see(request: Request, visitor: Visitor) -> None:
    """Note that a session is not idle, once a minute at most; a page does without the books."""
    session = visitor.credential.session
    if session is None or request.state.at - session.seen_at < SEEN:
        return
    with suppress(Refusal):
        ledger_of(request).note(visitor.currency, SeeSession(), for_oneself(request, visitor))


def guest_of(request: Request) -> Context:
    """Say that somebody unknown asks, and when."""
    return Context(
        at=request.state.at,
        actor=GUEST,
        person="",
        role=GUEST,
        holder="",
        key="",
        fresh_id=fresh_id(),
        salt=secrets.token_bytes(16),
        language=language_of(request),
    )


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
    for code in (request.query_params.get("lang"), request.cookies.get(language_cookie(request))):
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
    ours = {None, host, _public(request) or host}
    if site not in {None, "same-origin", "none"} or (site is None and origin not in ours):
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
_IN_LINES: Final = {code: mark for code, mark in _UNPRINTABLE.items() if chr(code) not in "\t\n"}
ROWS: Final = "rows"
"""The one field that has lines and columns: what was copied from a sheet."""


@asynccontextmanager
async def read_form(request: Request, most: int) -> AsyncIterator[FormData]:
    """Read a form that is closed behind its reader. Raises FormNotOurs for an odd charset."""
    try:
        form = await request.form(max_files=most)
    except (UnicodeError, LookupError) as error:  # it names a charset that no browser sends
        raise FormNotOurs from error
    try:
        yield form
    finally:
        await form.close()


async def posted(request: Request) -> dict[str, str]:
    """Read the text fields of a form of ours. Raises FormNotOurs."""
    check_origin(request)
    async with read_form(request, 0) as form:
        return _checked(request, form)


async def uploaded(request: Request) -> Upload:
    """Read a form of ours with its file; no file chosen is an empty one. Raises FormNotOurs."""
    check_origin(request)
    async with read_form(request, 1) as form:
        fields, file = _checked(request, form), form.get("file")
        if file is None or isinstance(file, str):
            return Upload(fields, "", b"")
        return Upload(fields, file.filename or "", await file.read())


MOST_FILES: Final = 40


async def uploaded_files(request: Request) -> tuple[dict[str, str], list[Upload]]:
    """Read a form of ours with several files, those that are empty left out. Raises FormNotOurs."""
    check_origin(request)
    async with read_form(request, MOST_FILES) as form:
        fields = _checked(request, form)
        files = [file for file in form.getlist("file") if not isinstance(file, str)]
        read = [Upload(fields, file.filename or "", await file.read()) for file in files]
    return fields, [each for each in read if each.content]


def _checked(request: Request, form: FormData) -> dict[str, str]:
    # What cannot be printed was not typed, and a database may refuse it.
    fields = {
        name: value.encode(errors="replace")
        .decode()
        .translate(_IN_LINES if name == ROWS else _UNPRINTABLE)
        for name, value in form.items()
        if isinstance(value, str)
    }
    if not hmac.compare_digest(fields.get("csrf", "").encode(), csrf_token(request).encode()):
        raise FormNotOurs
    request.state.fields = fields
    return fields


def context_of(
    request: Request, visitor: Visitor, key: str = "", *, preview: bool = False
) -> Context:
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
