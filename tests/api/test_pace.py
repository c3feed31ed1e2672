"""One caller reads only so fast, and its neighbours do not notice."""

import asyncio

import httpx
import pytest
from fastapi import FastAPI

from api import pace
from api.pace import AT_ONCE, Pace


def application() -> FastAPI:
    app = FastAPI()
    app.add_middleware(Pace)

    @app.api_route("/", methods=["GET", "POST"])
    def read() -> str:
        return "here"

    return app


def test_a_caller_waits_after_a_burst_and_no_other_does() -> None:
    takes = Pace(application()).takes
    now = 1_000_000
    assert sum(takes(b"one", now) for _ in range(AT_ONCE + 5)) == AT_ONCE
    assert takes(b"other", now)
    assert not takes(b"one", now + 10)
    assert takes(b"one", now + 100)
    assert sum(takes(b"one", now + 10_000_000) for _ in range(AT_ONCE + 5)) == AT_ONCE


def test_whoever_reads_too_fast_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "AT_ONCE", 3)
    monkeypatch.setattr(pace, "A_SECOND", 0)
    monkeypatch.setattr(pace, "MOST_CALLERS", 3)

    async def asked() -> None:
        door = httpx.ASGITransport(app=application())
        async with httpx.AsyncClient(transport=door, base_url="http://town") as client:
            mine, other = {"authorization": "Bearer a"}, {"authorization": "Bearer b"}
            told = [await client.get("/", headers=mine) for _ in range(4)]
            assert [answer.status_code for answer in told] == [200, 200, 200, 429]
            assert told[-1].headers["retry-after"]
            assert told[-1].json()["type"] == "/problems/too-many-requests"
            assert (await client.get("/", headers=other)).status_code == 200
            assert (await client.post("/", headers=mine)).status_code == 200
            # Without a token the address is the caller, and the longest silent is forgotten.
            assert (await client.get("/")).status_code == 200
            assert (await client.get("/", headers=mine)).status_code == 200

    asyncio.run(asked())


def test_who_makes_up_tokens_is_known_by_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "AT_ONCE", 2)
    monkeypatch.setattr(pace, "A_SECOND", 0)
    monkeypatch.setattr(pace, "SHARED", 3)

    async def asked() -> None:
        door = httpx.ASGITransport(app=application())
        async with httpx.AsyncClient(transport=door, base_url="http://town") as client:
            made_up = [{"authorization": f"Bearer {number}"} for number in range(7)]
            told = [await client.get("/", headers=each) for each in made_up]
            assert [answer.status_code for answer in told] == [200] * 6 + [429]
            assert (await client.post("/", headers=made_up[6])).status_code == 200

    asyncio.run(asked())
