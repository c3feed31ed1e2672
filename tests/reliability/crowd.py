"""A crowd at the counters: each person sends one thing after the other and keeps every answer.

It stands outside the server's process, so what it was told outlives what it was told by. What got
no answer is sent again with the same key until there is one.
"""

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from tests.proof.town import opened
from tests.reliability.server import CREATED, Client, Said, Server

PATIENCE: Final = 90
AGAIN: Final = frozenset({429, 503})

Asked = tuple[str, str, dict[str, object]]
"""Who asks, on which path, with which body."""


@dataclass
class Witness:
    """What one person of the crowd was told."""

    said: dict[str, Said] = field(default_factory=dict)
    """By key."""
    unanswered: int = 0
    """How often an answer did not come."""
    faults: list[Said] = field(default_factory=list)
    """Answers that nobody should ever get."""


def insist(  # noqa: PLR0913, PLR0917 - the parts of a request
    client: Client,
    path: str,
    body: dict[str, object],
    key: str,
    told: Witness,
    given_up: threading.Event,
) -> Said | None:
    """Send a request under one key until it is answered for good, or nobody waits any more."""
    give_up_at = time.monotonic() + PATIENCE
    while not given_up.is_set():
        try:
            answer = client.ask("POST", path, body, key)
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            told.unanswered += 1
        else:
            if answer.status not in AGAIN:
                if answer.status >= 500:
                    told.faults.append(answer)
                return answer
            told.unanswered += 1
        if time.monotonic() > give_up_at:
            message = f"{key} got no answer"
            raise TimeoutError(message)
        time.sleep(0.02)
    return None


class Crowd:
    """Some people who convert and pay until they are told to stop."""

    def __init__(self, server: Server, people: int = 6) -> None:
        """Start everyone."""
        self._server = server
        self._stop = threading.Event()
        self._given_up = threading.Event()
        self.witnesses = [Witness() for _ in range(people)]
        self._threads = [
            threading.Thread(target=self._act, args=(number, witness))
            for number, witness in enumerate(self.witnesses)
        ]
        for thread in self._threads:
            thread.start()

    def _act(self, person: int, told: Witness) -> None:
        clients = {who: self._server.client(who) for who in ("treasurer", "member:alice")}
        turn = 0
        while not self._stop.is_set():
            who, path, body = self._next(turn)
            key = f"p{person}-{turn}"
            path = f"/v1/roue/{path}"
            answer = insist(clients[who], path, body, key, told, self._given_up)
            if answer is not None:
                told.said[key] = answer
            turn += 1
        for client in clients.values():
            client.close()

    @staticmethod
    def _next(turn: int) -> Asked:
        if turn % 4 == 0:
            body = {"member": "alice", "euros": "1.00", "channel": "bank"}
            return "treasurer", "conversions", dict(body)
        return "member:alice", "payments", {"from": "alice", "to": "boulangerie", "units": "0.30"}

    def stop(self) -> None:
        """Let everyone finish what they asked."""
        self._stop.set()
        for thread in self._threads:
            thread.join(2 * PATIENCE)
            assert not thread.is_alive()

    def give_up(self) -> None:
        """Let nobody insist any more."""
        self._given_up.set()
        self._stop.set()

    @property
    def said(self) -> dict[str, Said]:
        """Every answer, by key."""
        return {key: said for w in self.witnesses for key, said in list(w.said.items())}

    @property
    def unanswered(self) -> int:
        """How many answers were lost on their way or came as not now."""
        return sum(witness.unanswered for witness in self.witnesses)


def lost(url: str, said: dict[str, Said]) -> list[str]:
    """List the keys that were answered with success and that the books know nothing of."""
    with opened(url) as execute:
        kept = {
            key: (status, entry)
            for key, status, entry in execute("SELECT key, status, entry FROM operation")
        }
        entries = {number for (number,) in execute("SELECT number FROM entry")}
    return [
        key
        for key, answer in said.items()
        if answer.status == CREATED
        and (
            kept.get(key) != (CREATED, answer.body["entry"]) or answer.body["entry"] not in entries
        )
    ]


def doubled(url: str, said: dict[str, Said]) -> Counter[str]:
    """Compare how many conversions and payments were told with how many are written."""
    told = Counter(
        "conversion" if "euros" in answer.body else "payment"
        for answer in said.values()
        if answer.status == CREATED
    )
    with opened(url) as execute:
        written = Counter(
            dict(
                execute(
                    "SELECT kind, count(*) FROM entry WHERE kind IN ('conversion', 'payment') "
                    "GROUP BY kind"
                )
            )
        )
    written.subtract(told)
    return Counter({kind: more for kind, more in written.items() if more})


def torn(url: str) -> list[int]:
    """List the conversions whose euros and units are not both there and equal."""
    question = (
        "SELECT entry.number FROM entry WHERE kind = 'conversion' AND "
        "((SELECT count(*) FROM posting p WHERE p.number = entry.number "
        "AND p.source = 'backing:digital') NOT IN (1, 2) OR "
        "(SELECT sum(amount) FROM posting p WHERE p.number = entry.number "
        "AND p.source = 'backing:digital') <> "
        "(SELECT sum(amount) FROM posting p WHERE p.number = entry.number "
        "AND p.source = 'issued:digital'))"
    )
    with opened(url) as execute:
        return [number for (number,) in execute(question)]
