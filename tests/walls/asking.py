"""How a line of the matrix becomes requests: who asks, about whose, in which currency."""

import asyncio
import json
import re
import secrets
from dataclasses import dataclass
from typing import Any, Final

import httpx

from tests.walls.table import COLUMNS, NOBODY, Line
from tests.walls.town import ROLES, SHOP, Town

AT_ONCE: Final = 8
ENDING: Final = ("/logout", "/access/sessions")
"""What ends the session of whoever asks."""
FILE: Final = ("bank.xml", b"<nothing/>", "application/xml")


@dataclass(frozen=True, slots=True)
class Ask:
    """One request: whose token it bears, about whom it is, in which currency."""

    who: str
    subject: str
    currency: str = "roue"


def asks_of(line: Line, role: str) -> list[Ask]:
    """Let a role ask for its own, and for another's where that is another thing."""
    if role == NOBODY:
        return [Ask("", SHOP)]
    own, others = ROLES[role]
    name = f"{role}:{own}" if own else role
    asks = [Ask(name, own or SHOP)]
    if own and line.names_somebody:
        asks.append(Ask(name, others))
    return asks


def answers_to(made: Town, line: Line) -> dict[str, tuple[int, int]]:
    """Ask as every column; gives the statuses for one's own and for another's."""
    asks = {column: asks_of(line, column) for column in COLUMNS}
    told = iter(answers(made, line, [ask for each in asks.values() for ask in each]))
    statuses = {column: [next(told).status_code for _ in each] for column, each in asks.items()}
    return {column: (each[0], each[-1]) for column, each in statuses.items()}


def answers(made: Town, line: Line, asks: list[Ask]) -> list[httpx.Response]:
    """Send requests, some at a time, and give the answers in the same order."""
    return made.runner.run(_all(made, line, asks))


async def _all(made: Town, line: Line, asks: list[Ask]) -> list[httpx.Response]:
    turn = asyncio.Semaphore(AT_ONCE)

    async def one(ask: Ask) -> httpx.Response:
        async with turn:
            return await (_machine(made, line, ask) if line.machine else _page(made, line, ask))

    return await asyncio.gather(*map(one, asks))


async def _machine(made: Town, line: Line, ask: Ask) -> httpx.Response:
    headers = {"Authorization": f"Bearer {made.tokens[ask.who]}"} if ask.who else {}
    params = {}
    if line.route in made.previewed:
        params["preview"] = "true"
    elif line.method != "GET":
        headers["Idempotency-Key"] = secrets.token_urlsafe(12)
    said: dict[str, Any] = {}
    if line.method != "GET":
        body = _filled(line.body, ask.subject)
        if made.routes[line.route].startswith("multipart"):
            said = {"data": body, "files": {"file": FILE}}
        elif line.body:
            said = {"json": body}
    return await made.http.request(
        line.method, _address(made, line, ask), headers=headers, params=params, **said
    )


async def _page(made: Town, line: Line, ask: Ask) -> httpx.Response:
    """Ask as a browser does: signed in, with the token of its own form."""
    cookies = await _signed_in(made, ask.who) if ask.who else {}
    # A fresh client: what an answer sets is not the next one's cookie.
    door = made.http._transport  # noqa: SLF001 - one application serves every browser
    async with httpx.AsyncClient(
        transport=door, base_url="http://town", cookies=cookies, trust_env=False
    ) as browser:
        if line.method == "GET":
            return await browser.get(_address(made, line, ask))
        form = {"csrf": made.forms.get(ask.who, ""), **_filled(line.body, ask.subject)}
        answer = await browser.request(line.method, _address(made, line, ask), data=form)
        if line.path in ENDING or "set-cookie" in answer.headers:
            made.sessions.pop(ask.who, None)  # it ended, or goes on under another token
        return answer


async def _signed_in(made: Town, who: str) -> dict[str, str]:
    """Sign in once and keep the session, and the token of its forms."""
    known = made.sessions.get(who)
    if known is None:
        async with httpx.AsyncClient(
            transport=made.http._transport,  # noqa: SLF001 - as above
            base_url="http://town",
            trust_env=False,
        ) as browser:
            await browser.post("/demo", data={"person": who})
            page = await browser.get("/")
            found = re.search(r'name="csrf" value="([^"]+)"', page.text)
            made.forms[who] = found[1] if found else ""
            known = made.sessions[who] = dict(browser.cookies)
    return known


def _address(made: Town, line: Line, ask: Ask) -> str:
    """Write the address with what the placeholders stand for."""
    word, steps = "", []
    for step in line.path.replace("{currency}", ask.currency).split("/"):
        if step.startswith("{"):
            name = step.strip("{}").partition(":")[0]
            steps.append(_thing(made, line, word, name, ask.subject))
        else:
            word = step or word
            steps.append(step)
    return "/".join(steps)


def _thing(made: Town, line: Line, word: str, name: str, subject: str) -> str:
    last = line.path.rpartition("/")[2]
    for key in (f"{word} {name} {last}", f"{word} {last}", f"{word} {name}", word):
        if key in made.things:
            found = made.things[key]
            return found.get(subject, found.get("*", subject))
    return "none-such"


def _filled(body: dict[str, Any], subject: str) -> dict[str, Any]:
    filled: dict[str, Any] = json.loads(
        json.dumps(body)
        .replace("{me}", subject)
        .replace("{office}", subject if subject in ROLES["office"] else ROLES["office"][0])
    )
    return filled
