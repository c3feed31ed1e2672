"""Keyset pages: the items behind a key, and a link to the next ones."""

from collections.abc import Sequence
from typing import Annotated, Any, TypeAlias

import orjson
from fastapi import Query, Request, Response

from ledger.books.journal import Json

Told: TypeAlias = dict[str, Any]
"""A JSON object on its way out."""

Limit = Annotated[int, Query(ge=1, le=500, description="How many items a page has at most")]


def page(request: Request, items: Sequence[dict[str, Json]], key: str, limit: int) -> Response:
    """Answer a page; when it is full, a `Link` header names the next."""
    headers = next_link(request, items, key, limit)
    return Response(orjson.dumps({"items": list(items)}), 200, headers, "application/json")


def next_link(
    request: Request, items: Sequence[dict[str, Json]], key: str, limit: int
) -> dict[str, str]:
    """Name the page behind a full one in a `Link` header."""
    if not items or len(items) < limit:
        return {}
    following = request.url.include_query_params(after=items[-1][key])
    return {"Link": f'<{following.path}?{following.query}>; rel="next"'}
