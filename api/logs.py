"""Logs without personal data: what happened and where in the program, never with which values.

An exception's message may quote a row and its local variables hold wallets, so neither is written:
the kind of error and the lines it passed through are enough to find it.
"""

import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

Event = MutableMapping[str, Any]


def configure(form: Literal["text", "json"]) -> None:
    """Write logs to stderr as text or as one JSON object a line."""
    last = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"])
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            without_values,
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )


def without_values(_logger: object, _name: str, event: Event) -> Event:
    """Replace an exception by its kind and the lines it passed through, innermost last."""
    told = event.pop("exc_info", None)
    if told is True:
        told = sys.exc_info()[1]
    if isinstance(told, tuple):
        told = told[1]
    if isinstance(told, BaseException):
        frames = traceback.extract_tb(told.__traceback__)
        event["error"] = type(told).__qualname__
        event["passed"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return event
