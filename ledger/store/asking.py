"""How operations are handed to the writer and their answers come back, wherever it writes.

Whoever waits in an event loop is handed on with the others of the same turn, and woken with them:
a thread or a process is woken once for all of these.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, NamedTuple, TypeAlias, TypeVar

import structlog
from prometheus_client import Summary

from ledger.refusals import Refusal
from ledger.store.batch import Answer, Request

MOST_WAITING: Final = 5_000
MOST_AT_ONCE: Final = 2_000
"""How many requests of one `post_many` wait at the same time, so that others find a place."""

BATCHES: Final = Summary("comptoir_batch", "Requests that were written together, by one commit")
_log = structlog.get_logger(__name__)

SaidT = TypeVar("SaidT")


class Waiting(NamedTuple):
    """A request on its way to be written, and how its asker hears the answer."""

    currency: str
    request: Request
    answer: Any
    """What `tell` knows the asker by: a future, or a number."""
    tell: "Tell"
    """Takes all answers of one batch that are told this way, so that who hears wakes once."""


Told: TypeAlias = tuple[Waiting, Answer | BaseException]
Tell: TypeAlias = Callable[[list[Told]], object]


class Asking(ABC):
    """Takes operations from any thread or event loop, and gives their answers after the commit."""

    def __init__(self) -> None:
        """Start with nobody waiting."""
        self._gathered: dict[asyncio.AbstractEventLoop, list[Waiting]] = {}
        self.heard: list[Callable[[str], None]] = []
        """Called with the currency after each commit, in a thread that is not the asker's."""

    async def post(self, currency: str, request: Request) -> Answer:
        """Hand on a request and wait for its answer, which comes after the commit.

        Raises TooMany, NotNow (the database is away: ask by key what became of it), or Unknown
        for a currency that does not exist.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        gathered = self._gathered.setdefault(loop, [])
        if not gathered:
            loop.call_soon(self._pass_on, loop)
        gathered.append(Waiting(currency, request, answer, _InLoop(loop)))
        return await answer

    def _pass_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand on what one turn of an event loop gathered, so that it is written together.

        The writing thread is woken once for it, and not while the loop still reads requests.
        """
        gathered = self._gathered.pop(loop)
        try:
            self.enqueue(gathered)
        except Refusal as refusal:
            settle([(waiting, refusal) for waiting in gathered])

    def post_and_wait(self, currency: str, request: Request) -> Answer:
        """Do as `post`, from a thread that may block."""
        return self.post_many(currency, [request])[0]

    def post_many(self, currency: str, requests: Iterable[Request]) -> list[Answer]:
        """Post requests that do not wait for each other, in order, and wait for all answers.

        They are handed on together, so that those behind each other share a commit where they fit.
        """
        answers: list[Answer] = []
        coming = iter(requests)
        while some := list(islice(coming, MOST_AT_ONCE)):
            answers += [future.result() for future in self.hand_on(currency, some)]
        return answers

    def hand_on(self, currency: str, requests: Sequence[Request]) -> list[Future[Answer]]:
        """Post requests together and give what will hold their answers, without waiting for it."""
        futures: list[Future[Answer]] = [Future() for _ in requests]
        pairs = zip(requests, futures, strict=True)
        self.enqueue([Waiting(currency, *pair, settle) for pair in pairs])
        return futures

    @abstractmethod
    def enqueue(self, group: Sequence[Waiting]) -> None:
        """Take a group to be written, all of it or nothing (TooMany, NotNow)."""

    @abstractmethod
    def close(self) -> None:
        """Write what waits and let the database go; whoever asks later meets NotNow."""

    def _spread(self, currency: str) -> None:
        """Tell that something was written."""
        for hear in tuple(self.heard):
            say(hear, currency)


@dataclass(frozen=True, slots=True)
class _InLoop:
    """Settles futures in the event loop that waits for them; equal for all of one loop."""

    loop: asyncio.AbstractEventLoop

    def __call__(self, told: "list[Told]") -> None:
        """Wake the loop once."""
        self.loop.call_soon_threadsafe(settle, told)


def answer_all(told: Iterable[Told]) -> None:
    """Give all their answers, those that are told the same way at once."""
    ways: dict[Tell, list[Told]] = {}
    for one in told:
        ways.setdefault(one[0].tell, []).append(one)
    for tell, mine in ways.items():
        say(tell, mine)


def settle(told: list[Told]) -> None:
    """Give answers to futures; one that was given up is passed over."""
    for waiting, result in told:
        if waiting.answer.cancelled():
            continue
        if isinstance(result, BaseException):
            waiting.answer.set_exception(result)
        else:
            waiting.answer.set_result(result)


def note(event: str, *, error: BaseException | None = None, **facts: str) -> None:
    """Log what happened; a log on a full disk must not stop the thread that serves everyone."""
    with suppress(Exception):
        (_log.error if error else _log.warning)(event, exc_info=error, **facts)


def say(hear: Callable[[SaidT], object], said: SaidT) -> None:
    """Say something to a listener who may be gone: what is written stays written."""
    try:
        hear(said)
    except Exception as error:  # noqa: BLE001 - it must not stop the thread that serves everyone
        note("a listener could not be told", error=error)
