"""The one door for writes, and many people through it at once.

The order inside a write is: lock the journal head, seen this key?, read the accounts named, plan
(pure), check limits, write, seal, commit, answer. Reading before locking is the one mistake that
this shape allows, so nothing else opens a write transaction.

Operations that arrive while a transaction is being written wait together and go into the next
one: each is planned against what those before it left and gets its own answer, and one commit
(one fsync) serves them all. The journal stays gapless and chained, and a hot account costs nothing.
"""

import queue
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.books.papers import Rulebook
from ledger.refusals import NotNow, TooMany, Unknown
from ledger.store.asking import BATCHES, MOST_WAITING, Asking, Waiting, answer_all, note
from ledger.store.batch import OPERATION, Answer, Batch, Request, SpoiltBatchError
from ledger.store.engines import Database
from ledger.store.identified import identity_needs
from ledger.store.papers import read_instant
from ledger.store.rulebook import ASKS, rulebook_of
from ledger.store.shelf import Shelf
from ledger.store.sql import Ask, Door, Row, open_door
from ledger.store.vault import Vault

MOST_IN_A_BATCH: Final = 256
MOST_TRIES: Final = 6
MOMENT_SECONDS: Final = 0.0005


class Writer(Asking):
    """Writes operations through one connection, in a thread of its own."""

    def __init__(self, database: Database, signing_key: Ed25519PrivateKey, vault: Vault) -> None:
        """Open the door and start the writing thread."""
        super().__init__()
        self._database = database
        self._key = signing_key
        self._vault = vault
        self._door: Door | None = open_door(database)
        self._closing = threading.Lock()
        self._closed = False
        self._books: dict[str, Rulebook] = {}
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """See Asking."""
        with self._closing:
            self._closed = True
            self._queue.put(None)
        self._thread.join()
        if self._door is not None:
            self._door.close()

    def enqueue(self, group: Sequence[Waiting]) -> None:
        """See Asking."""
        if self._queue.qsize() > MOST_WAITING:
            raise TooMany
        with self._closing:
            if self._closed:  # nobody would ever answer
                raise NotNow
            for waiting in group:
                self._queue.put(waiting)

    # -- the writing thread -------------------------------------------------------------------

    def _work(self) -> None:
        left: list[Waiting] = []
        open_ = True
        crowded = False
        while open_ or left:
            group = left or [item for item in (self._queue.get(),) if item]
            if not group:
                return
            if crowded:  # who just paid together pays again: one commit for more of them
                time.sleep(MOMENT_SECONDS)
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

    def _serve(self, currency: str, group: list[Waiting]) -> list[Waiting]:
        """Write a group of one currency; gives back those that must wait for the next batch."""
        try:
            answers = self._write(currency, [item.request for item in group])
        except (NotNow, Unknown) as refusal:
            answers = [refusal] * len(group)
        except BaseException as error:  # noqa: BLE001 - the askers must hear, and the thread go on
            if len(group) > 1:
                # One of them may be at fault, so each is tried alone; none has been written.
                return self._serve(currency, group[:1]) + group[1:]
            note("a write failed", currency=currency, error=error)
            answers = [error if isinstance(error, Exception) else RuntimeError(repr(error))]
        answer_all(zip(group, answers, strict=False))
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
        note("the write is tried again", reason=type(error).__name__)
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
        BATCHES.observe(len(answers))
        self._spread(currency)
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
            note("a plan failed", operation=type(request.operation).__name__, error=error)
            answers.append(error)
        if batch.rulebook_changed:
            break
    return answers


def _asks(book: Rulebook, requests: list[Request]) -> list[Ask]:
    keys = tuple(sorted({request.context.key for request in requests} - {""}))
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
