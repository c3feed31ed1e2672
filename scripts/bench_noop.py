"""The other side of the benchmark: an endpoint that validates a payment's body and does nothing.

It runs by itself (`python -m scripts.bench_noop PORT`), served exactly as the real one is.
"""

import sys
from typing import Final

from fastapi import FastAPI, Response

from api.app import SILENT
from api.shapes import NewPayment
from scripts.serve import listen

APPLICATION: Final = "scripts.bench_noop:create_app"
_ANSWER: Final = b'{"entry":1,"units":"1.00"}'


def create_app() -> FastAPI:
    """Make the application."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, telemetry=SILENT)

    @app.post("/v1/{currency}/payments", status_code=201)
    async def pay(currency: str, body: NewPayment) -> Response:
        del currency, body  # validated, and that is all
        return Response(_ANSWER, 201, media_type="application/json")

    return app


if __name__ == "__main__":
    listen(APPLICATION, "127.0.0.1", int(sys.argv[1]))
