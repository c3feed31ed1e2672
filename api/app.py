"""The application: API and desks around one opened ledger."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Final

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from api import (
    authority,
    bookkeeping,
    campaign,
    conversion,
    counter,
    currency,
    denial,
    donation,
    fund,
    health,
    iban_change,
    identity,
    journal,
    logs,
    member,
    payment,
    payment_request,
    payout,
    problems,
    reconciliation,
    redemption,
    standing,
    terms,
)
from api.chores import count_denials, do_chores, stop
from api.denials import NotedDenials
from api.dependencies import clock, operator
from api.edges import OneNameOnce, SafeAnswers
from api.express import Application
from api.limits import BodyLimit
from api.settings import Settings
from ledger.operations.denial import Denials
from ledger.operations.ledger import open_ledger, secret_keys, signing_key
from ledger.operations.watch import Watch

SILENT: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
"""No OpenTelemetry is configured here, and asking for it would cost every request."""

RESOURCES = (
    health,
    currency,
    member,
    identity,
    denial,
    iban_change,
    donation,
    conversion,
    payment,
    payment_request,
    payout,
    reconciliation,
    redemption,
    standing,
    campaign,
    authority,
    counter,
    fund,
    journal,
    bookkeeping,
    terms,
)


def create_app(settings: Settings | None = None, *, apart: bool = False) -> FastAPI:
    """Make the application; it opens the ledger when it starts, `apart` as open_ledger has it."""
    chosen = settings or Settings()
    prepare = partial(logs.configure, chosen.log_format)
    prepare()
    embedded = chosen.database_url.startswith("sqlite")

    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        app.state.ledger = open_ledger(
            chosen.database_url,
            signing_key(chosen.signing_key_file),
            secret_keys(chosen.secret_key_file),
            at=clock(),
            profiles=chosen.profiles,
            apart=prepare if apart else None,
        )
        app.state.watch = Watch(app.state.ledger, clock)
        app.state.denials = Denials(app.state.ledger, operator)
        counting = asyncio.create_task(count_denials(app.state.denials))
        chores = asyncio.create_task(do_chores(app.state.ledger)) if embedded else None
        try:
            yield
        finally:
            await stop(counting)
            app.state.denials.flush()
            if chores is not None:
                await stop(chores)
            app.state.watch.close()
            app.state.ledger.close()

    app = Application(
        title="Comptoir",
        version=version("comptoir"),
        summary="The ledger of a local currency",
        lifespan=opened,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        telemetry=SILENT,
    )
    app.state.settings = chosen
    app.state.credentials, app.state.scales = {}, {}
    app.add_middleware(OneNameOnce)
    app.add_middleware(BodyLimit)
    app.add_middleware(NotedDenials, state=app.state)
    app.add_middleware(SafeAnswers, https=chosen.public_url.startswith("https:"))
    problems.install(app)
    for resource in RESOURCES:
        app.include_router(resource.router, responses=problems.DESCRIBED)
    return app
