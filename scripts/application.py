"""The whole application: the API, and the desks that know nothing of it, around one ledger."""

from fastapi import FastAPI

from admin.app import mount
from api.app import create_app
from api.settings import Settings
from scripts.mail import send_letters


def application(settings: Settings | None = None) -> FastAPI:
    """Make what `comptoir serve` serves."""
    app = create_app(settings, apart=settings is None, beside=(send_letters,))
    mount(app)
    return app
