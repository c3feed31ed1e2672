"""Files on their way out of a desk: named, kept by no cache, streamed where they come in pieces."""

from collections.abc import Iterator
from typing import Final

from starlette.responses import Response, StreamingResponse

from admin.pages import HEADERS

PDF_TYPE: Final = "application/pdf"


def download(pieces: bytes | Iterator[bytes], kind: str, name: str) -> Response:
    """Send a file of this media type under this name (ASCII)."""
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    if isinstance(pieces, bytes):
        return Response(pieces, 200, headers, kind)
    return StreamingResponse(pieces, 200, headers, kind)
