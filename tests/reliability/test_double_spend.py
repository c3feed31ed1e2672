"""One wallet, money for exactly fifty payments, and eight people who all want more."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.reliability.server import Client, Server

ROUNDS = 100
CLIENTS = 8
ATTEMPTS = 80
ENOUGH_FOR = 50


def spend(client: Client, round_: int, person: int) -> Counter[str]:
    body = {"from": "librairie", "to": "boulangerie", "units": "1.00"}
    answers: Counter[str] = Counter()
    for turn in range(ATTEMPTS // CLIENTS):
        key = f"r{round_}-p{person}-{turn}"
        said = client.ask("POST", "/v1/roue/payments", body, key)
        answers[f"{said.status} {said.body.get('type', '')}".strip()] += 1
    return answers


@pytest.mark.timeout(300)
def test_exactly_what_is_there_is_spent(database_url: str, tmp_path: Path) -> None:
    """On PostgreSQL half of the people come through another process than the others."""
    processes = 1 if database_url.startswith("sqlite") else 2
    with ExitStack() as open_:
        servers = [open_.enter_context(Server(database_url, tmp_path)) for _ in range(processes)]
        pool = open_.enter_context(ThreadPoolExecutor(CLIENTS))
        people = [servers[person % processes].client("shop:librairie") for person in range(CLIENTS)]
        treasurer = servers[0].client("treasurer")
        for person in (*people, treasurer):
            open_.callback(person.close)
        for round_ in range(ROUNDS):
            body = {"member": "librairie", "euros": f"{ENOUGH_FOR}.00", "channel": "bank"}
            funded = treasurer.ask("POST", "/v1/roue/conversions", body, f"fund-{round_}")
            assert funded.status == 201
            told = sum(pool.map(spend, people, [round_] * CLIENTS, range(CLIENTS)), Counter[str]())
            assert told == {
                "201": ENOUGH_FOR,
                "409 /problems/insufficient-units": ATTEMPTS - ENOUGH_FOR,
            }, f"round {round_}"
