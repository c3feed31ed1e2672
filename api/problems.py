"""Every refusal as an RFC 9457 problem document, from one table: the refusals themselves."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from api.shapes import EUROS, SLUG, UNITS, WORDS
from ledger.operations.ledger import Answer
from ledger.refusals import (
    KeyMissing,
    Malformed,
    NotIdentified,
    NotNow,
    Refusal,
    ScopeMissing,
    Unknown,
    all_refusals,
)

MEDIA_TYPE: Final = "application/problem+json"
_KEY: Final = ("header", "Idempotency-Key")

SAFE_HEADERS: Final = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}
"""What an answer of the API says besides: it is nobody's to keep, to frame or to guess about."""

PLAIN_WORDS: Final = {
    "extra_forbidden": "this field is not known here",
    "missing": "this field is required",
    "json_invalid": "the body is not JSON",
}

PATTERN_WORDS: Final = {
    EUROS: "write digits with a point and at most two decimals, like 12.00",
    UNITS: "write digits with a point, like 12.00",
    SLUG: "write lower-case letters, digits and hyphens",
    WORDS: "write one line without control characters",
}

_MEMBERS: Final = {
    "type": "string",
    "title": "string",
    "status": "integer",
    "detail": "string",
    "retryable": "boolean",
}
_PROBLEM: Final = {
    "type": "object",
    "required": list(_MEMBERS),
    "properties": {name: {"type": kind} for name, kind in _MEMBERS.items()},
}
DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "Here it is; of a write, what it would do (preview)."},
    "4XX": {
        "description": "Refused; the problem document says why (/problems lists every reason).",
        "content": {MEDIA_TYPE: {"schema": _PROBLEM}},
    },
    503: {
        "description": "Not now; the same request may succeed later.",
        "content": {MEDIA_TYPE: {"schema": _PROBLEM}},
    },
}
"""How the description of the API names what any operation may answer besides its own."""


def problem(refusal: Refusal, *, replayed: bool = False) -> Response:
    """Answer with a refusal."""
    return _document(
        {
            "type": f"/problems/{refusal.slug}",
            "title": refusal.title,
            "status": refusal.status,
            "detail": refusal.detail,
            "retryable": refusal.retryable,
            **refusal.facts,
        },
        refusal.status,
        replayed=replayed,
        later=refusal.retryable,
        more=_needed(refusal),
    )


def _needed(refusal: Refusal) -> Mapping[str, str] | None:
    """Say which scope a token lacks, as RFC 6750 (3.1) wants it."""
    if not isinstance(refusal, ScopeMissing):
        return None
    scope = refusal.facts["scope"]
    return {"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope}"'}


def refused(answer: Answer) -> Response:
    """Answer with a refusal that the door gave or remembered."""
    members = members_of(answer)
    later = bool(members["retryable"])
    return _document(members, answer.status, replayed=answer.replayed, later=later)


@cache
def _kind(slug: str) -> type[Refusal]:
    """Find a refusal by its slug, when it is met: by then whoever can say it has been imported."""
    return next(kind for kind in all_refusals() if kind.slug == slug)


def members_of(answer: Answer) -> dict[str, object]:
    """Give the members of the problem document of a refusal that the door gave or remembered."""
    told = answer.json()
    kind = _kind(str(told["slug"]))
    facts = told["facts"]
    assert isinstance(facts, dict)  # noqa: S101 - narrows what the door wrote
    return {
        "type": f"/problems/{kind.slug}",
        "title": kind.title,
        "status": kind.status,
        "detail": kind.sentence.format(**facts),
        "retryable": kind.retryable,
        **facts,
    }


def _document(
    members: dict[str, object],
    status: int,
    *,
    replayed: bool = False,
    later: bool = False,
    more: Mapping[str, str] | None = None,
) -> Response:
    headers = dict(more or {})
    if replayed:
        headers["Idempotent-Replay"] = "true"
    if later:
        minutes = members.get("minutes")
        headers["Retry-After"] = str(60 * minutes) if isinstance(minutes, int) else "1"
    if status == NotIdentified.status:
        headers["WWW-Authenticate"] = "Bearer"
    return Response(orjson.dumps(members), status, headers, MEDIA_TYPE)


def pointer(location: Sequence[str | int]) -> str:
    """Point at a wrong member (RFC 6901); what is not in the body has the empty pointer."""
    where, *rest = location
    if where != "body":
        return ""
    # Half a character (a lone surrogate) can be written in JSON, but not in an answer.
    steps = (str(step).encode(errors="replace").decode() for step in rest)
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


def _error(fault: Mapping[str, Any]) -> dict[str, str]:
    """Tell one fault that the framework found in a request."""
    kind, place = str(fault["type"]), tuple(fault["loc"])
    if kind == "json_invalid":  # its place is a count of characters
        return {"pointer": "", "detail": PLAIN_WORDS[kind]}
    detail = PLAIN_WORDS.get(kind, str(fault["msg"]))
    if kind == "string_pattern_mismatch":
        detail = PATTERN_WORDS.get(fault["ctx"]["pattern"], detail)
    if place[0] != "body":
        detail = f"{' '.join(map(str, place))}: {detail}"
    return {"pointer": pointer(place), "detail": detail}


async def _on_refusal(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Refusal):
        raise error
    return problem(error)


async def _on_malformed(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    faults = error.errors()
    if any(tuple(fault["loc"]) == _KEY for fault in faults):
        return problem(KeyMissing())
    return problem(Malformed([_error(fault) for fault in faults]))


async def _on_http(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == Unknown.status:
        return problem(Unknown(what="page", id=request.url.path))
    if error.status_code == 400:  # noqa: PLR2004 - the framework's word for an unreadable body
        return problem(Malformed([{"pointer": "", "detail": "the body cannot be read"}]))
    return _document(
        {
            "type": "about:blank",
            "title": error.detail,
            "status": error.status_code,
            "detail": error.detail,
            "retryable": False,
        },
        error.status_code,
        more=error.headers,
    )


async def _on_fault(_request: Request, _error: Exception) -> Response:
    answer = fault()
    answer.headers.update(SAFE_HEADERS)  # it passes by what else would add them
    return answer


def fault() -> Response:
    """Answer when the program itself is at fault."""
    return _document(
        {
            "type": "about:blank",
            "title": "A fault of the program",
            "status": 500,
            "detail": "This is our fault. Ask by your key what became of the request.",
            "retryable": NotNow.retryable,
        },
        500,
    )


def install(app: FastAPI) -> None:
    """Answer every error of the application with a problem document."""
    app.add_exception_handler(Refusal, _on_refusal)
    app.add_exception_handler(RequestValidationError, _on_malformed)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(Exception, _on_fault)
