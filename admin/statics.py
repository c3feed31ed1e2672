"""Our own style, scripts and vendored files, each under an address that holds its content's hash.

An address never changes its content, so browsers keep it for ever; pages name the current one.
The files are read and compressed once, at start.
"""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from ledger.refusals import Unknown

FOLDER: Final = Path(__file__).parent / "static"
KINDS: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True)
class Asset:
    """A file as it is served."""

    address: str
    kind: str
    plain: bytes
    small: bytes


@cache
def assets() -> dict[str, Asset]:
    """Read all files, by their path under `static/`."""
    found: dict[str, Asset] = {}
    for path in sorted(FOLDER.rglob("*")):
        if path.suffix in KINDS:
            name = path.relative_to(FOLDER).as_posix()
            content = path.read_bytes()
            mark = hashlib.sha256(content).hexdigest()[:16]
            small = gzip.compress(content, 9, mtime=0)
            found[name] = Asset(f"/static/{mark}/{name}", KINDS[path.suffix], content, small)
    return found


def address(name: str) -> str:
    """Give the address of a file of ours, for a template."""
    return assets()[name].address


def serve(request: Request, mark: str, name: str) -> Response:
    """Answer with a file; an old hash is not found, so that no stale file is kept under it."""
    asset = assets().get(name)
    if asset is None or asset.address != f"/static/{mark}/{name}":
        raise Unknown(what="file", id=name)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    body = asset.plain
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        body = asset.small
    return Response(body, media_type=asset.kind, headers=headers)
