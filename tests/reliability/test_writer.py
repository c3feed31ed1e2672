"""The writing thread: whatever one request does, its neighbours and those behind it are served."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from ledger.books.context import Context
from ledger.books.journal import Plan, Posting
from ledger.books.papers import Rulebook
from ledger.operations.conversion import Convert
from ledger.operations.ledger import Answer, Ledger, Operation
from ledger.operations.payment import Pay
from ledger.refusals import NotNow, Unknown
from ledger.store import writer as writing
from ledger.store.batch import Request
from ledger.store.shelf import Needs, Shelf
from ledger.store.sql import open_door
from ledger.store.writer import Writer
from tests.reliability.town import CODE, context, demo, verified

PATIENCE = 20


@dataclass(frozen=True)
class Odd:
    """An operation that misbehaves as its test wants."""

    name: str
    act: Callable[[Shelf], Plan]

    def needs(self, book: Rulebook, context: Context) -> Needs:
        """See Operation."""
        del book, context
        return Needs(accounts=("member:librairie", "member:bruno"))

    def plan(self, shelf: Shelf, context: Context) -> Plan:
        """See Operation."""
        del context
        return self.act(shelf)


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    with demo(database_url) as ledger:
        convert = Convert("librairie", 1_000, "bank")
        assert not ledger.post_and_wait(CODE, convert, context()).refused
        yield ledger


class Together:
    """Holds the writing thread so that what is asked meanwhile comes in one batch."""

    def __init__(self, ledger: Ledger) -> None:
        """Hold the thread; on return it waits inside a plan."""
        assert isinstance(ledger.writer, Writer)
        self._writer = ledger.writer
        self._inside, self._go = threading.Event(), threading.Event()
        self._pool = ThreadPoolExecutor(64)

        def wait(_shelf: Shelf) -> Plan:
            self._inside.set()
            self._go.wait(PATIENCE)
            return Plan("nothing")

        self._held = self.ask(Odd("hold", wait))
        assert self._inside.wait(PATIENCE)

    def ask(self, operation: Operation, asked: Context | None = None) -> Future[Answer]:
        """Ask for something that waits in the queue on return."""
        before = self._writer._queue.qsize()  # noqa: SLF001 - to know that it waits
        request = Request(operation, asked or context(), b"h".ljust(32))
        asker = self._pool.submit(self._writer.post_and_wait, CODE, request)
        while hasattr(self, "_held") and self._writer._queue.qsize() == before:  # noqa: SLF001 - as above
            if asker.done():
                break
        return asker

    def release(self) -> None:
        """Let the thread go on."""
        self._go.set()
        assert not self._held.result(PATIENCE).refused


def still_serves(ledger: Ledger) -> None:
    with ThreadPoolExecutor(1) as pool:
        pay: Operation = Pay("librairie", "bruno", 1)
        later = pool.submit(ledger.post_and_wait, CODE, pay, context())
        assert not later.result(PATIENCE).refused


def unwritable(_shelf: Shelf) -> Plan:
    """Plan arrows that pass every limit, with facts that no entry can hold."""
    unit = _shelf.book.unit
    arrow = Posting("member:librairie", "member:bruno", 5, unit)
    return Plan("payment", (arrow,), facts={"from": object()})  # type: ignore[dict-item]  # the bug


def raising(error: BaseException) -> Callable[[Shelf], Plan]:
    def act(_shelf: Shelf) -> Plan:
        raise error

    return act


class PanicError(BaseException):
    """What a library written in Rust raises when it gives up: no Exception."""


@pytest.mark.parametrize(
    "bad",
    [unwritable, raising(ValueError("a bug")), raising(PanicError("deep inside"))],
    ids=["unwritable", "bug", "panic"],
)
def test_a_fault_in_one_plan_leaves_its_neighbours_whole(
    ledger: Ledger, database_url: str, bad: Callable[[Shelf], Plan]
) -> None:
    before = ledger.reads.balances(CODE, ["member:librairie", "member:bruno"])
    batch = Together(ledger)
    first = batch.ask(Pay("librairie", "bruno", 1))
    fault = batch.ask(Odd("bad", bad))
    last = batch.ask(Pay("librairie", "bruno", 2))
    batch.release()
    assert not first.result(PATIENCE).refused
    assert not last.result(PATIENCE).refused
    with pytest.raises(Exception, match=r"."):
        fault.result(PATIENCE)
    after = ledger.reads.balances(CODE, ["member:librairie", "member:bruno"])
    moved = {name: after[name] - before[name] for name in after}
    assert moved == {"member:librairie": -3, "member:bruno": 3}
    still_serves(ledger)
    assert verified(database_url).sound


def test_an_asker_who_is_gone_stops_nobody(ledger: Ledger) -> None:
    """The event loop of the asker was closed before the answer came."""
    batch = Together(ledger)
    loop = asyncio.new_event_loop()
    request = Request(Pay("librairie", "bruno", 1), context(key="gone"), b"g".ljust(32))
    task = loop.create_task(ledger.writer.post(CODE, request))
    loop.run_until_complete(asyncio.sleep(0.05))
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()
    batch.release()
    still_serves(ledger)
    assert ledger.reads.operation(CODE, "operator", "gone") is not None


def test_a_listener_that_fails_fails_no_payment(ledger: Ledger) -> None:
    def listener(_currency: str) -> None:
        message = "the event loop is closed"
        raise RuntimeError(message)

    ledger.writer.heard.append(listener)
    answer = ledger.post_and_wait(CODE, Pay("librairie", "bruno", 1), context())
    assert not answer.refused
    assert not answer.replayed


def test_what_waits_at_the_end_is_written_and_later_askers_are_told(ledger: Ledger) -> None:
    batch = Together(ledger)
    waiting = [batch.ask(Pay("librairie", "bruno", 1)) for _ in range(8)]
    closer = threading.Thread(target=ledger.writer.close)
    closer.start()
    batch.release()
    assert all(not asked.result(PATIENCE).refused for asked in waiting)
    closer.join(PATIENCE)
    assert not closer.is_alive()
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(ledger.post_and_wait, CODE, Pay("librairie", "bruno", 1), context())
        with pytest.raises(NotNow):
            late.result(PATIENCE)


def test_a_currency_that_is_not_there_is_unknown(ledger: Ledger) -> None:
    with pytest.raises(Unknown):
        ledger.post_and_wait("nowhere", Pay("librairie", "bruno", 1), context())
    still_serves(ledger)


def test_a_door_that_cannot_be_opened_again_is_tried_again_later(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database went away, and opening it fails too: 503 until it is back, then as before."""
    away = True

    class OperationalError(Exception):
        """Bears the name that both drivers give it."""

    def fail(*_: object) -> Any:  # noqa: ANN401 - stands for several methods
        if away:
            raise OperationalError
        return open_door(ledger.database)

    with monkeypatch.context() as patch:
        patch.setattr(writing, "open_door", fail)
        assert isinstance(ledger.writer, Writer)
        patch.setattr(type(ledger.writer._door), "begin", fail)  # noqa: SLF001 - the broken part
        with pytest.raises(NotNow):
            ledger.post_and_wait(CODE, Pay("librairie", "bruno", 1), context(key="away"))
        away = False
    still_serves(ledger)
    assert ledger.reads.operation(CODE, "operator", "away") is None
