"""The benchmark's crowd: people who each pay, wait for the answer, and pay again.

A process of its own (`python -m scripts.bench_load`) that takes one job as JSON on stdin and
tells what happened as JSON on stdout. It speaks just enough HTTP to keep the machine for the
server: requests are made beforehand, only their Idempotency-Key is fresh.
"""

import asyncio
import itertools
import json
import random
import sys
import time
from typing import Any, Final

import uvloop

_MADE_BEFOREHAND: Final = 20_000
_LARGEST: Final = 100
"""Cents: amounts are 0.01 to 1.00."""

_CREATED: Final = b"HTTP/1.1 201"
_LENGTH: Final = b"\r\ncontent-length: "

Parts = tuple[bytes, bytes]


def made_requests(
    path: str, tokens: dict[str, str], hot: float, chance: random.Random
) -> list[Parts]:
    """Write payments between random pairs, each in two parts with room for a key between them.

    A share `hot` of them have the first member on one side. Everybody pays once before anybody
    pays again, so that a round of as many payments as members meets every token.
    """
    members = list(tokens)
    turns = chance.sample(members, len(members))
    made = []
    for turn in itertools.islice(itertools.cycle(turns), _MADE_BEFOREHAND):
        pair = turn, next(iter({*chance.sample(members, 2)} - {turn}))
        if chance.random() < hot:
            other = next(member for member in pair if member != members[0])
            pair = chance.choice([(members[0], other), (other, members[0])])
        payer, payee = pair
        units = f"{chance.randint(1, _LARGEST) / 100:.2f}"
        body = json.dumps({"from": payer, "to": payee, "units": units}).encode()
        head = (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {tokens[payer]}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\nIdempotency-Key: "
        )
        made.append((head.encode(), b"\r\n\r\n" + body))
    return made


class Crowd:
    """What all clients share: the requests, the clock, and what they were told."""

    def __init__(self, job: dict[str, Any], requests: list[Parts]) -> None:
        """Start the clock."""
        self._requests = itertools.cycle(requests)
        self._keys = itertools.count()
        self._most = job["most"]
        self._prefix = job["prefix"]
        self._left = job["clients"]
        self._until = time.perf_counter() + job["seconds"]
        self.waits: list[float] = []
        self.refused: list[str] = []
        self.lost = 0
        self.finished = asyncio.get_running_loop().create_future()

    def next_request(self) -> bytes | None:
        """Give the next request to send, or None when the time is over."""
        if time.perf_counter() >= self._until or len(self.waits) >= self._most:
            return None
        before, after = next(self._requests)
        return b"%b%b-%d%b" % (before, self._prefix.encode(), next(self._keys), after)

    def leave(self) -> None:
        """Count a client that is done."""
        self._left -= 1
        if not self._left and not self.finished.done():
            self.finished.set_result(None)


class Client(asyncio.Protocol):
    """One person with one connection."""

    def __init__(self, crowd: Crowd) -> None:
        """Join the crowd."""
        self._crowd = crowd
        self._sent_at = 0.0
        self._read = b""

    def connection_made(self, transport: Any) -> None:  # noqa: ANN401 - uvloop's own transport
        """Send the first request."""
        self._transport = transport
        self._send()

    def _send(self) -> None:
        request = self._crowd.next_request()
        if request is None:
            self._sent_at = 0.0
            self._transport.close()
            return
        self._sent_at = time.perf_counter()
        self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        """Take an answer, whole or in parts, and send the next request when it is complete."""
        self._read += data
        head = self._read.find(b"\r\n\r\n")
        if head < 0:
            return
        start = self._read.index(_LENGTH) + len(_LENGTH)
        length = int(self._read[start : self._read.index(b"\r", start)])
        if len(self._read) < head + 4 + length:
            return
        if self._read.startswith(_CREATED):
            self._crowd.waits.append(time.perf_counter() - self._sent_at)
        else:
            self._crowd.refused.append(self._read.decode(errors="replace"))
        self._read = b""
        self._send()

    def connection_lost(self, _error: Exception | None) -> None:
        """Leave; an answer that never came is lost."""
        self._crowd.lost += bool(self._sent_at)
        self._crowd.leave()


async def run(job: dict[str, Any]) -> dict[str, Any]:
    """Do one job and tell what happened; times in milliseconds."""
    chance = random.Random(job["seed"])  # noqa: S311 - the same payments at every run
    requests = made_requests(job["path"], job["tokens"], job["hot"], chance)
    loop = asyncio.get_running_loop()
    began = time.perf_counter()
    crowd = Crowd(job, requests)
    for _ in range(job["clients"]):
        await loop.create_connection(lambda: Client(crowd), "127.0.0.1", job["port"])
    await asyncio.wait_for(crowd.finished, job["seconds"] + 60)
    seconds = time.perf_counter() - began
    waits = sorted(crowd.waits)
    return {
        "acknowledged": len(waits),
        "per_second": round(len(waits) / seconds, 1),
        "p50_ms": _percentile(waits, 50),
        "p99_ms": _percentile(waits, 99),
        "refused": len(crowd.refused),
        "refusal": crowd.refused[0] if crowd.refused else None,
        "lost": crowd.lost,
    }


def _percentile(waits: list[float], percent: int) -> float | None:
    if not waits:
        return None
    return round(1000 * waits[min(len(waits) - 1, len(waits) * percent // 100)], 2)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(uvloop.run(run(json.load(sys.stdin)))))
