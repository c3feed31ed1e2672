"""The whole application: the API with the desks around the same ledger."""

from fastapi import FastAPI

from admin.app import mount
from api.app import create_app


def create() -> FastAPI:
    """Make what `comptoir serve` serves."""
    app = create_app()
    mount(app)
    return app
