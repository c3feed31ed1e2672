"""One page for every refusal, in French and English: what an error's `type` address leads to."""

from string import Formatter

from fastapi import APIRouter
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from admin import pages
from admin.answers import refusals
from ledger.refusals import Unknown

routes = APIRouter(route_class=pages.PageRoute, include_in_schema=False)


def with_blanks(sentence: str) -> Markup:
    """Write a sentence with a marked blank where each fact will stand."""
    parts = Markup()
    for text, fact, _, _ in Formatter().parse(sentence):
        parts += escape(text)
        if fact:
            parts += Markup("<var>{}</var>").format(fact)
    return parts


@routes.get("/problems")
def every_problem(request: Request) -> Response:
    """List the refusals."""
    return pages.render(request, "problems.html", kinds=list(refusals().values()))


@routes.get("/problems/{slug}")
def problem(request: Request, slug: str) -> Response:
    """Explain one refusal."""
    kind = refusals().get(slug)
    if kind is None:
        raise Unknown(what="problem", id=slug)
    sentence = with_blanks(pages.spoken_to(request).say(kind.sentence))
    return pages.render(request, "problem.html", kind=kind, sentence=sentence)
