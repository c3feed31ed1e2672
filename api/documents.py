"""Documents on their way out: which kind was asked for, and how it is sent."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Final

from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from ledger.books.context import Context
from ledger.documents.sheets import CSV_TYPE, XLSX_TYPE
from ledger.documents.wallet import History, wallet_csv, wallet_pdf, wallet_xlsx

PDF_TYPE: Final = "application/pdf"
SUFFIXES: Final = {PDF_TYPE: "pdf", CSV_TYPE: "csv", XLSX_TYPE: "xlsx"}
_ASKED_AS: Final = {PDF_TYPE: PDF_TYPE, "text/csv": CSV_TYPE, XLSX_TYPE: XLSX_TYPE}

DOCUMENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "JSON, or the document that `Accept` names",
        "content": {
            "application/json": {},
            **{kind: {"schema": {"type": "string"}} for kind in _ASKED_AS},
        },
    }
}

Since = Annotated[
    date | None, Query(alias="from", description="First Paris day of a document, included")
]
Until = Annotated[date | None, Query(description="Last Paris day of a document, included")]


def accepted(request: Request) -> str:
    """Give the first kind of document that the Accept header names; empty for JSON."""
    for part in request.headers.get("accept", "").split(","):
        named = part.partition(";")[0].strip().lower()
        if named == "application/json":
            break
        if named in _ASKED_AS:
            return _ASKED_AS[named]
    return ""


def attached(pieces: bytes | Iterator[bytes], kind: str, name: str) -> Response:
    """Send a document as a file of this name (ASCII); what comes in pieces is streamed."""
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    if isinstance(pieces, bytes):
        return Response(pieces, 200, headers, kind)
    return StreamingResponse(pieces, 200, headers, kind)


def statement_document(history: History, kind: str, context: Context, name: str) -> Response:
    """Send a wallet's history as the kind of document that was asked for."""
    file = f"{name}-{history.since}-{history.until}.{SUFFIXES[kind]}"
    if kind == PDF_TYPE:
        return attached(wallet_pdf(history, language=context.language, at=context.at), kind, file)
    if kind == CSV_TYPE:
        return attached(wallet_csv(history), kind, file)
    return attached(wallet_xlsx(history, language=context.language, at=context.at), kind, file)
