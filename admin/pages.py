"""How every page leaves the house: rendered in one language, under one strict policy.

Nothing on a page comes from another server, nothing runs or styles inline, and no cache keeps a
page: what stands on it is money, or says who is signed in.
"""

from collections.abc import Callable, Coroutine
from datetime import date, datetime
from functools import cache, partial
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

import jinja2
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from admin import statics
from admin.dependencies import (
    AskToConfirm,
    SignInFirst,
    arrive,
    csrf_token,
    language_cookie,
    language_of,
    marked_secure,
    note_denial,
    visitor_of,
)
from admin.facts import fact_named, fact_said
from admin.naming import (
    account_said,
    cause_said,
    kind_said,
    notice_said,
    part_said,
    state_said,
    why_said,
)
from admin.words import LANGUAGES, Words, words
from ledger.refusals import Refusal

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept-Language, Cookie, HX-Request",
}
UNREADABLE: Final = 422
"""What was typed cannot be read: its form comes back."""

LANGUAGE_COOKIE_SECONDS: Final = 365 * 24 * 3600

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


@cache
def environment(code: str) -> jinja2.Environment:
    """Prepare the templates of one language."""
    spoken = words(code)
    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined] # added by the i18n extension
        spoken.catalogue.gettext, spoken.catalogue.ngettext, newstyle=True
    )
    made.globals["asset"] = statics.address
    made.filters |= {
        "amount": spoken.amount,
        "amount_text": spoken.amount_text,
        "amount_plain": spoken.amount_plain,
        "instant": datetime.fromisoformat,
        "percent": spoken.percent,
        "day": spoken.day,
        "moment": spoken.moment,
        "brief": spoken.brief,
        "clock": spoken.clock,
        "say": spoken.say,
        "account": partial(account_said, spoken),
        "kind": partial(kind_said, spoken),
        "state": partial(state_said, spoken),
        "part": partial(part_said, spoken),
        "cause": partial(cause_said, spoken),
        "why": partial(why_said, spoken),
        "iso_day": lambda text: spoken.day(date.fromisoformat(text)),
        "plural": spoken.plural,
        "unit_of": spoken.unit_of,
        "told": partial(notice_said, spoken),
        "fact_name": partial(fact_named, spoken),
        "fact": partial(fact_said, spoken),
    }
    made.tests["something"] = lambda amount: bool(str(amount).strip("0."))
    return made


def spoken_to(request: Request) -> Words:
    """Give the language of a request: asked for, remembered, or preferred by the browser."""
    return words(language_of(request))


def render(
    request: Request, template: str, status: int = HTTPStatus.OK, **facts: object
) -> HTMLResponse:
    """Answer with a page. `visitor`, `currency` and `language` are known to every template."""
    spoken = spoken_to(request)
    page = environment(spoken.code).get_template(template)
    visitor = visitor_of(request)
    text = page.render(
        request=request,
        language=spoken.code,
        languages=LANGUAGES,
        visitor=visitor,
        currency=request.state.book,
        csrf=csrf_token(request),
        other_language=partial(_in_language, request),
        **facts,
    )
    response = HTMLResponse(text, status_code=status, headers=HEADERS)
    response.headers["Content-Language"] = spoken.code
    if request.query_params.get("lang") == spoken.code:
        response.set_cookie(
            language_cookie(request),
            spoken.code,
            max_age=LANGUAGE_COOKIE_SECONDS,
            httponly=True,
            samesite="lax",
            secure=marked_secure(request),
        )
    return response


def _in_language(request: Request, code: str) -> str:
    """Give the address of this page in another language; a form's answer goes back to its start."""
    return f"{request.url.path}?{request.url.include_query_params(lang=code).query}"


def see_other(address: str) -> RedirectResponse:
    """Send the browser elsewhere after a form, so that a reload repeats nothing."""
    return RedirectResponse(address, HTTPStatus.SEE_OTHER, headers=HEADERS)


def inside(address: str) -> str:
    """Keep an address only if it stays in this house; else give nothing."""
    stays = address.startswith("/") and not address.startswith("//")
    return address if stays and "\\" not in address and address.isprintable() else ""


def public_address(request: Request, path: str) -> str:
    """Write an address of ours as others reach it: as configured, else as this visitor came."""
    base = request.app.state.settings.public_url or str(request.base_url)
    return base.rstrip("/") + path


def said(request: Request, refusal: Refusal | None) -> dict[str, str] | None:
    """Say a refusal in the visitor's language, to stand on the page where it was met."""
    if refusal is None:
        return None
    note_denial(request, refusal)
    spoken = spoken_to(request)
    return {
        "title": spoken.say(refusal.title),
        "sentence": spoken.sentence(refusal.sentence, refusal.facts),
        "slug": refusal.slug,
    }


def refused(request: Request, refusal: Refusal) -> HTMLResponse:
    """Answer with the page of a refusal: its title, its sentence, and where to go from here."""
    answer = render(request, "refused.html", refusal.status, refusal=said(request, refusal))
    # Inside a page, the refusal stands above what was being done and does not take its place.
    answer.headers["HX-Reswap"] = "afterbegin ignoreTitle:true"
    return answer


class PageRoute(APIRoute):
    """A route whose refusals are pages."""

    def get_route_handler(self) -> Handler:
        """Wrap the handler: a refusal becomes a page, a missing sign-in a way to sign in."""
        handle = super().get_route_handler()

        async def page(request: Request) -> Response:
            await arrive(request)
            try:
                return await handle(request)
            except SignInFirst as asked:
                return see_other(asked.address)
            except AskToConfirm as asked:
                return await run_in_threadpool(asked.page)
            except Refusal as refusal:
                return refused(request, refusal)
            except HTTPException as failure:
                return await broken(request, failure.status_code)

        return page


async def broken(request: Request, status: int) -> HTMLResponse:
    """Answer with a plain page for what has no refusal: a wrong address, or a fault of ours."""
    try:
        await arrive(request)
    except Exception:  # noqa: BLE001 - the ledger may be the very thing that failed
        request.state.book = request.state.visitor = None
    return render(request, "broken.html", status, code=status)
