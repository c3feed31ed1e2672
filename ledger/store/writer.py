"""The one door for writes, and many people through it at once.

The order inside a write is: lock the journal head, seen this key?, read the accounts named, plan
(pure), check limits, write, seal, commit, answer. Reading before locking is the one mistake that
this shape allows, so nothing else opens a write transaction.

Operations that arrive while a transaction is being written wait together and go into the next
one: each is planned against what those before it left and gets its own answer, and one commit
(one fsync) serves them all. The journal stays gapless and chained, and a hot account costs nothing.
"""

import asyncio
import queue
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Final, NamedTuple, TypeAlias, TypeVar

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from prometheus_client import Summary

from ledger.books.papers import Rulebook
from ledger.refusals import NotNow, Refusal, TooMany, Unknown
from ledger.store.batch import OPERATION, Answer, Batch, Request, SpoiltBatchError
from ledger.store.engines import Database
from ledger.store.identified import identity_needs
from ledger.store.papers import read_instant
from ledger.store.rulebook import ASKS, rulebook_of
from ledger.store.shelf import Shelf
from ledger.store.sql import Ask, Door, Row, open_door
from ledger.store.vault import Vault

MOST_IN_A_BATCH: Final = 256
MOST_WAITING: Final = 5_000
MOST_AT_ONCE: Final = 2_000
"""How many requests of one `post_many` wait at the same time, so that others find a place."""
MOST_TRIES: Final = 6
MOMENT_SECONDS: Final = 0.0005
MOST_MOMENTS: Final = 4

_log = structlog.get_logger(__name__)
_batch = Summary("comptoir_batch", "Requests that were written together, by one commit")

SaidT = TypeVar("SaidT")


class _Waiting(NamedTuple):
    """A request in the queue, and how its asker hears the answer."""

    currency: str
    request: Request
    answer: "asyncio.Future[Answer] | Future[Answer]"
    loop: asyncio.AbstractEventLoop | None = None
    """Where the asker waits; None for one who waits in a thread."""


_Told: TypeAlias = tuple[_Waiting, Answer | BaseException]


class Writer:
    """Takes operations from any thread or event loop and writes them through one connection."""

    def __init__(self, database: Database, signing_key: Ed25519PrivateKey, vault: Vault) -> None:
        """Open the door and start the writing thread."""
        self._database = database
        self._key = signing_key
        self._vault = vault
        self._door: Door | None = open_door(database)
        self._closing = threading.Lock()
        self._closed = False
        self._books: dict[str, Rulebook] = {}
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._gathered: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
        self.heard: list[Callable[[str], None]] = []
        """Called in the writing thread with the currency after each commit."""
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Write what waits, stop the thread and close the connection."""
        with self._closing:
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        if self._door is not None:
            self._door.close()

    async def post(self, currency: str, request: Request) -> Answer:
        """Queue a request and wait for its answer, which comes after the commit.

        Raises TooMany, NotNow (the database is away: ask by key what became of it), or Unknown
        for a currency that does not exist.
        """
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        gathered = self._gathered.setdefault(loop, [])
        if not gathered:
            loop.call_soon(self._pass_on, loop)
        gathered.append(_Waiting(currency, request, answer, loop))
        return await answer

    def _pass_on(self, loop: asyncio.AbstractEventLoop) -> None:
        """Queue what one turn of an event loop gathered, so that it is written together.

        The writing thread is woken once for it, and not while the loop still reads requests.
        """
        gathered = self._gathered.pop(loop)
        try:
            self._enqueue(gathered)
        except Refusal as refusal:
            _settle([(waiting, refusal) for waiting in gathered])

    def post_and_wait(self, currency: str, request: Request) -> Answer:
        """Do as `post`, from a thread that may block."""
        return self.post_many(currency, [request])[0]

    def post_many(self, currency: str, requests: Iterable[Request]) -> list[Answer]:
        """Post requests that do not wait for each other, in order, and wait for all answers.

        They are queued together, so that those behind each other share a commit where they fit.
        """
        answers: list[Answer] = []
        coming = iter(requests)
        while some := list(islice(coming, MOST_AT_ONCE)):
            futures: list[Future[Answer]] = [Future() for _ in some]
            self._enqueue([_Waiting(currency, *pair) for pair in zip(some, futures, strict=True)])
            answers += [future.result() for future in futures]
        return answers

    def _enqueue(self, group: list[_Waiting]) -> None:
        """Queue a group, all of it or nothing."""
        if self._queue.qsize() > MOST_WAITING:
            raise TooMany
        with self._closing:
            if self._closed:  # nobody would ever answer
                raise NotNow
            for waiting in group:
                self._queue.put(waiting)

    # -- the writing thread -------------------------------------------------------------------

    def _work(self) -> None:
        left: list[_Waiting] = []
        open_ = True
        crowded = False
        while open_ or left:
            group = left or [item for item in (self._queue.get(),) if item]
            if not group:
                return
            if crowded:
                self._let_grow()
            while len(group) < MOST_IN_A_BATCH:
                try:
                    item = self._queue.get_nowait()
                except queue.Empty:
                    break
                if item is None:
                    open_ = False
                    break
                group.append(item)
            crowded = len(group) > 1
            currency = group[0].currency
            mine = [item for item in group if item.currency == currency]
            left = [item for item in group if item.currency != currency]
            left = self._serve(currency, mine) + left

    def _let_grow(self) -> None:
        """Wait while requests keep coming, a moment at most: who just paid together pays again.

        A larger batch shares one commit among more, and the event loop meanwhile reads requests
        without the interpreter going back and forth. One who pays alone never waits here.
        """
        for _ in range(MOST_MOMENTS):
            waiting = self._queue.qsize()
            time.sleep(MOMENT_SECONDS)
            if self._queue.qsize() == waiting:
                return

    def _serve(self, currency: str, group: list[_Waiting]) -> list[_Waiting]:
        """Write a group of one currency; gives back those that must wait for the next batch."""
        try:
            answers = self._write(currency, [item.request for item in group])
        except (NotNow, Unknown) as refusal:
            answers = [refusal] * len(group)
        except BaseException as error:  # noqa: BLE001 - the askers must hear, and the thread go on
            if len(group) > 1:
                # One of them may be at fault, so each is tried alone; none has been written.
                return self._serve(currency, group[:1]) + group[1:]
            _note("a write failed", currency=currency, error=error)
            answers = [error if isinstance(error, Exception) else RuntimeError(repr(error))]
        _answer(list(zip(group, answers, strict=False)))
        return group[len(answers) :]

    def _write(self, currency: str, requests: list[Request]) -> list[Answer | BaseException]:
        for attempt in range(MOST_TRIES):
            try:
                return self._transaction(currency, requests)
            except Exception as error:
                if not _may_pass(error):
                    raise
                if attempt == MOST_TRIES - 1:
                    raise NotNow from error
                self._let_go(error)
                # Grows, and differs between processes that met in a deadlock.
                time.sleep(0.01 * 2**attempt * (1 + threading.get_native_id() % 7 / 7))
        raise NotNow

    def _let_go(self, error: Exception) -> None:
        """Drop the connection unless only a deadlock was met; the next try opens another."""
        _note("the write is tried again", reason=type(error).__name__)
        if getattr(error, "sqlstate", None) in {"40001", "40P01"}:
            return
        door, self._door = self._door, None
        if door is not None:
            with suppress(Exception):
                door.close()

    def _transaction(self, currency: str, requests: list[Request]) -> list[Answer | BaseException]:
        book = self._books.get(currency)
        asks = _asks(book, requests) if book else []
        door = self._door = self._door or open_door(self._database)
        head, rows = door.begin(currency, asks)
        try:
            if head is None:
                raise Unknown(what="currency", id=currency)  # noqa: TRY301 - inside, so that the lock goes
            if book is None or book.version != head[9]:
                book = rulebook_of(head, door.ask(currency, ASKS))
                self._books[currency] = book
                asks = _asks(book, requests)
                rows = door.ask(currency, asks)
            shelf = Shelf(book, read_instant(head[8]))
            more = partial(door.ask, currency)
            shelf.take(asks[1:], rows[1:], partial(self._vault.papers, ask=more))
            batch = Batch(head, shelf, self._key)
            answers = batch.sign(_decide(batch, requests, rows[0]))
            puts = batch.puts(partial(self._vault.puts, ask=more))
        except BaseException:
            door.rollback()
            raise
        if not puts:
            door.rollback()
            return answers
        door.commit(puts)
        _batch.observe(len(answers))
        for hear in tuple(self.heard):
            _tell(hear, currency)
        return answers


def _decide(
    batch: Batch, requests: list[Request], operations: list[Row]
) -> list[Answer | BaseException]:
    """Decide requests in turn, up to the first that changes the rulebook for those behind it."""
    seen = {(row[1], row[2]): row for row in operations}
    answers: list[Answer | BaseException] = []
    for request in requests:
        try:
            answers.append(batch.decide(request, seen))
        except SpoiltBatchError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug in one plan must not stop its neighbours
            _note("a plan failed", operation=type(request.operation).__name__, error=error)
            answers.append(error)
        if batch.rulebook_changed:
            break
    return answers


def _asks(book: Rulebook, requests: list[Request]) -> list[Ask]:
    keys = tuple(sorted({request.context.key for request in requests}))
    needs = [request.operation.needs(book, request.context) for request in requests]
    needs += [identity_needs(request.context) for request in requests]
    return [Ask(OPERATION, "key", keys), *Shelf.asks(needs)]


def _may_pass(error: Exception) -> bool:
    """Say whether trying again can help: a deadlock, a busy file, a connection lost.

    Trying again is safe even when the lost answer was that of the commit: the keys of what was
    written are then found, and the stored answers given.
    """
    return any(
        kind.__name__ in {"OperationalError", "InterfaceError"} for kind in type(error).mro()
    )


def _answer(told: list[_Told]) -> None:
    """Give all their answers; an event loop is woken once, however many wait there."""
    for loop in dict.fromkeys(waiting.loop for waiting, _ in told):
        mine = [one for one in told if one[0].loop is loop]
        _tell(partial(_wake, loop) if loop else _settle, mine)


def _wake(loop: asyncio.AbstractEventLoop, told: list[_Told]) -> None:
    loop.call_soon_threadsafe(_settle, told)


def _note(event: str, *, error: BaseException | None = None, **facts: str) -> None:
    """Log what happened; a log on a full disk must not stop the thread that serves everyone."""
    with suppress(Exception):
        (_log.error if error else _log.warning)(event, exc_info=error, **facts)


def _tell(hear: Callable[[SaidT], object], said: SaidT) -> None:
    """Say something to a listener who may be gone: what is written stays written."""
    try:
        hear(said)
    except Exception as error:  # noqa: BLE001 - it must not stop the thread that serves everyone
        _note("a listener could not be told", error=error)


def _settle(told: list[_Told]) -> None:
    for waiting, result in told:
        if waiting.answer.cancelled():
            continue
        if isinstance(result, BaseException):
            waiting.answer.set_exception(result)
        else:
            waiting.answer.set_result(result)
