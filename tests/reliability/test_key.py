"""One effect per key: sixteen people at once, after a restart, with another body, in flight."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from ledger.operations.conversion import Convert
from ledger.operations.ledger import Ledger
from ledger.operations.payment import Pay
from tests.reliability.server import Said, Server
from tests.reliability.test_writer import PATIENCE, Together
from tests.reliability.town import CODE, context, demo

CLIENTS = 16
CONVERSION = {"member": "librairie", "euros": "10.00", "channel": "bank"}


def at_once(servers: list[Server], key: str, body: dict[str, str]) -> list[Said]:
    """Send the same request from everyone at the same moment."""
    start = Barrier(CLIENTS)

    def send(person: int) -> Said:
        client = servers[person % len(servers)].client("treasurer")
        try:
            start.wait(PATIENCE)
            return client.ask("POST", "/v1/roue/conversions", body, key)
        finally:
            client.close()

    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(send, range(CLIENTS)))


def wallet(server: Server) -> str:
    client = server.client("shop:librairie")
    try:
        return str(client.ask("GET", "/v1/roue/members/librairie/wallet").body["units"])
    finally:
        client.close()


def test_a_key_has_one_effect_and_one_answer(database_url: str, tmp_path: Path) -> None:
    with Server(database_url, tmp_path) as server, Server(database_url, tmp_path) as other:
        for turn in range(5):
            said = at_once([server, other], f"same-{turn}", CONVERSION)
            assert {answer.status for answer in said} == {201}
            assert len({str(answer.body) for answer in said}) == 1
            replays = Counter(answer.headers.get("idempotent-replay") for answer in said)
            assert replays == {None: 1, "true": CLIENTS - 1}
        assert wallet(other) == "50.00"
        first = said[0].body
        server.kill()
        server.start()
        again = at_once([server, other], "same-4", CONVERSION)
        assert all(answer.body == first for answer in again)
        changed = at_once([server, other], "same-4", CONVERSION | {"euros": "11.00"})
        assert {answer.status for answer in changed} == {422}
        assert {answer.body["type"] for answer in changed} == {"/problems/idempotency-key-reused"}
        assert wallet(server) == "50.00"


def test_the_same_key_while_the_first_is_still_running(database_url: str) -> None:
    with demo(database_url) as ledger:
        funded(ledger)
        batch = Together(ledger)
        asked = context(key="double-click")
        first = batch.ask(Pay("librairie", "bruno", 100), asked)
        second = batch.ask(Pay("librairie", "bruno", 100), context(key="double-click"))
        batch.release()
        told, retold = first.result(PATIENCE), second.result(PATIENCE)
        assert (told.replayed, retold.replayed) == (False, True)
        assert told.body == retold.body
        assert ledger.reads.balances(CODE, ["member:bruno"]) == {"member:bruno": 100}
        other = ledger.post_and_wait(
            CODE, Pay("librairie", "bruno", 101), context(key="double-click")
        )
        assert other.json()["slug"] == "idempotency-key-reused"


def test_a_refusal_is_remembered_too(database_url: str) -> None:
    with demo(database_url) as ledger:
        pay = Pay("librairie", "bruno", 100)
        refused = ledger.post_and_wait(CODE, pay, context(key="too-early"))
        funded(ledger)
        again = ledger.post_and_wait(CODE, pay, context(key="too-early"))
        assert refused.json()["slug"] == "insufficient-units"
        assert (again.body, again.replayed) == (refused.body, True)


def funded(ledger: Ledger) -> None:
    convert = Convert("librairie", 1_000, "bank")
    assert not ledger.post_and_wait(CODE, convert, context()).refused
