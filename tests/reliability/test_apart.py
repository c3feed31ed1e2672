"""The writing process: it serves like the thread, and its death or the server's loses nothing."""

import asyncio
import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from multiprocessing.connection import Pipe
from pathlib import Path

import pytest

from ledger.operations.conversion import Convert
from ledger.operations.ledger import Answer, Ledger
from ledger.operations.payment import Pay
from ledger.refusals import NotNow, Unknown
from ledger.store.apart import Apart, Charge
from tests.reliability.apart import opened_apart
from tests.reliability.town import CODE, KEY, context, demo, nothing, verified

PATIENCE = 30
KEYS = "# the keys of the tests\n" + bytes(range(32)).hex() + "\n"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    path.write_text(KEYS, encoding="ascii")
    return path


@pytest.fixture
def ledger(database_url: str, keys: Path) -> Iterator[Ledger]:
    with demo(database_url) as town:
        convert = Convert("librairie", 1_000, "bank")
        assert not town.post_and_wait(CODE, convert, context()).refused
    ledger = opened_apart(database_url, keys)
    yield ledger
    ledger.close()


def pay(ledger: Ledger, key: str = "") -> Answer:
    return ledger.post_and_wait(CODE, Pay("librairie", "bruno", 1), context(key=key))


def test_answers_and_refusals_come_back_from_another_process(ledger: Ledger) -> None:
    heard: list[str] = []
    ledger.writer.heard.append(heard.append)
    answer = pay(ledger, "once")
    assert (answer.status, answer.replayed) == (201, False)
    assert pay(ledger, "once").replayed
    refused = ledger.post_and_wait(CODE, Pay("librairie", "bruno", 10**9), context())
    assert refused.json()["slug"] == "insufficient-units"
    with pytest.raises(Unknown) as unknown:
        ledger.post_and_wait("nowhere", Pay("librairie", "bruno", 1), context())
    assert unknown.value.facts == {"what": "currency", "id": "nowhere"}
    assert "nowhere" in unknown.value.detail
    assert CODE in heard


def test_a_crowd_in_an_event_loop_is_served_once_each(ledger: Ledger, database_url: str) -> None:
    async def crowd() -> list[Answer]:
        paying = Pay("librairie", "bruno", 1)
        return await asyncio.gather(*(ledger.post(CODE, paying, context()) for _ in range(200)))

    entries = [answer.entry for answer in asyncio.run(crowd())]
    assert len({*entries} - {None}) == 200
    assert verified(database_url).sound


def test_who_waits_for_a_process_that_dies_asks_by_key(ledger: Ledger, database_url: str) -> None:
    writer = ledger.writer
    assert isinstance(writer, Apart)
    with ThreadPoolExecutor(8) as pool:
        asked = {f"paid-{n}": pool.submit(pay, ledger, f"paid-{n}") for n in range(400)}
        next(iter(asked.values())).result(PATIENCE)
        writer._process.kill()  # noqa: SLF001 - the death that the test is about
        known = {key: _entry(answer) for key, answer in asked.items()}
    assert any(known.values())
    for key, entry in known.items():
        again = pay(ledger, key)
        assert not again.refused
        assert entry in {None, again.entry}
    assert ledger.reads.balances(CODE, ["member:bruno"]) == {"member:bruno": 400}
    assert verified(database_url).sound


def _entry(answer: "Future[Answer]") -> int | None:
    try:
        return answer.result(PATIENCE).entry
    except NotNow:
        return None


def test_what_waits_is_written_before_the_end_and_nothing_after(ledger: Ledger) -> None:
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(pay, ledger, f"paid-{n}") for n in range(50)]
        asked[0].result(PATIENCE)
        ledger.writer.close()
        for number, answer in enumerate(asked):
            kept = ledger.reads.operation(CODE, "operator", f"paid-{number}")
            assert (_entry(answer) is None) == (kept is None)
    with pytest.raises(NotNow):
        pay(ledger)


def test_the_writing_process_ends_with_its_server(
    ledger: Ledger, database_url: str, keys: Path
) -> None:
    command = [sys.executable, "-m", "tests.reliability.apart", database_url, str(keys)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        server.kill()
        # Both processes hold this end: it is closed when both are gone.
        server.communicate(timeout=PATIENCE)
    assert not pay(ledger).refused


def test_a_server_that_dies_before_its_writer_is_ready_leaves_no_trace(
    ledger: Ledger, database_url: str, keys: Path
) -> None:
    ours, theirs = Pipe()
    with theirs:
        program = "import sys; from ledger.store.apart import serve; serve(int(sys.argv[1]))"
        writer = subprocess.Popen(
            [sys.executable, "-c", program, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stderr=subprocess.PIPE,
            text=True,
        )
    with ours, writer:
        charge = Charge(database_url, KEY.private_bytes_raw(), keys, nothing, ())
        ours.send_bytes(pickle.dumps(charge))
        ours.close()
        assert not writer.communicate(timeout=PATIENCE)[1]
    assert writer.returncode == 0
    assert not pay(ledger).refused
