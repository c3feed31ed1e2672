"""Whether the service is alive and ready, and how much it does."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.dependencies import Books
from api.paging import Told

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def alive() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@router.get("/readyz")
def ready(request: Request, ledger: Books) -> Told:
    """Say that the database answers and which journals it holds, each with its last number."""
    heads = {code: ledger.reads.rulebook(code)[1].number for code in ledger.reads.currencies()}
    return {"status": "ready", "version": request.app.version, "journals": heads}


@router.get("/metrics", response_class=Response)
def metrics() -> Response:
    """Give counters for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
