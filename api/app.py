"""The application: API and desks around one opened ledger."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from importlib.metadata import version
from typing import Any, Final, TypeAlias

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
    disbursement,
    donation,
    fund,
    health,
    iban_change,
    identity,
    journal,
    logs,
    member,
    oauth,
    payment,
    payment_request,
    payout,
    problems,
    reach,
    reconciliation,
    redemption,
    standing,
    terms,
)
from api.chores import count_denials, do_chores, stop
from api.denials import NotedDenials
from api.dependencies import clock, operator
from api.edges import OneNameOnce, SafeAnswers, always
from api.express import Application
from api.limits import BodyLimit
from api.pace import Pace
from api.settings import Settings
from ledger.operations.denial import Denials
from ledger.operations.ledger import open_ledger, secret_keys, signing_key
from ledger.operations.watch import Watch

SILENT: Final[TelemetryConfig] = {"tracing": False, "metrics": False, "logs": False}
"""No OpenTelemetry is configured here, and asking for it would cost every request."""

RESOURCES = (
    health,
    oauth,
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
    disbursement,
    campaign,
    authority,
    counter,
    reach,
    fund,
    journal,
    bookkeeping,
    terms,
)


Lifespan: TypeAlias = Callable[[FastAPI], AbstractAsyncContextManager[None]]


Beside: TypeAlias = Callable[[FastAPI], Coroutine[Any, Any, None]]
"""Something that runs beside the application for as long as its ledger is open."""


def _opening(
    chosen: Settings, beside: Sequence[Beside], *, apart: bool
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Give what opens the ledger for as long as the application runs, with what watches over it."""
    embedded = chosen.database_url.startswith("sqlite")
    prepare = partial(logs.configure, chosen.log_format) if apart else None

    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        app.state.ledger = open_ledger(
            chosen.database_url,
            signing_key(chosen.signing_key_file),
            secret_keys(chosen.secret_key_file),
            at=clock(),
            profiles=chosen.profiles,
            apart=prepare,
        )
        app.state.watch = Watch(app.state.ledger, clock)
        app.state.denials = Denials(app.state.ledger, operator)
        counting = asyncio.create_task(count_denials(app.state.denials))
        others = [asyncio.create_task(each(app)) for each in beside]
        if embedded:
            others.append(asyncio.create_task(do_chores(app.state.ledger)))
        try:
            yield
        finally:
            await stop(counting)
            app.state.denials.flush()
            for task in others:
                await stop(task)
            app.state.watch.close()
            app.state.ledger.close()

    return opened


def create_app(
    settings: Settings | None = None, *, apart: bool = False, beside: Sequence[Beside] = ()
) -> FastAPI:
    """Make the application; it opens the ledger when it starts, `apart` as open_ledger has it."""
    chosen = settings or Settings()
    logs.configure(chosen.log_format)
    app = Application(
        title="Comptoir",
        version=version("comptoir"),
        summary="The ledger of a local currency",
        lifespan=_opening(chosen, beside, apart=apart),
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        telemetry=SILENT,
    )
    app.state.settings, https = chosen, chosen.public_url.startswith("https:")
    app.state.always = always(https=https)
    app.state.credentials, app.state.scales = {}, {}
    app.add_middleware(OneNameOnce)
    app.add_middleware(BodyLimit)
    app.add_middleware(Pace)
    app.add_middleware(NotedDenials, state=app.state)
    app.add_middleware(SafeAnswers, https=https)
    problems.install(app)
    for resource in RESOURCES:
        app.include_router(resource.router, responses=problems.DESCRIBED)
    return app
