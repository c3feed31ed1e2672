"""A browser without JavaScript at the door of a house."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pyotp

from api.dependencies import clock

PASSWORD = "the baker rises before the sun"  # noqa: S105 - nobody's, of these tests alone
SESSION = "comptoir-session"


@contextmanager
def browser(door: str) -> Iterator[httpx.Client]:
    """Open a browser that follows where it is led."""
    headers = {"accept-language": "fr", "user-agent": "Mozilla/5.0 (X11; Linux) Firefox/140.0"}
    # Both cores may be busy with other tests.
    with httpx.Client(base_url=door, headers=headers, follow_redirects=True, timeout=60) as client:
        yield client


def csrf(client: httpx.Client, path: str = "/sign-in") -> str:
    """Read the token of this session's forms."""
    found = re.search(r'name="csrf" value="([^"]+)"', client.get(path).text)
    assert found
    return found[1]


def post(client: httpx.Client, path: str, **fields: str) -> httpx.Response:
    """Send a form of ours."""
    return client.post(path, data={"csrf": csrf(client), **fields})


def sign_in(client: httpx.Client, login: str, password: str, code: str = "") -> httpx.Response:
    """Type what is asked at the door."""
    return post(client, "/sign-in", login=login, password=password, code=code)


def enrol(client: httpx.Client, link: str, *, totp: bool) -> tuple[str, list[str]]:
    """Use a link, choose a password and perhaps an app; gives the app's seed and the codes."""
    assert "Mon accès" in post(client, f"/enrol/{link}").text
    assert post(client, "/access/password", password=PASSWORD).status_code == 200
    if not totp:
        return "", []
    seed = re.search(r'name="seed" value="([^"]+)"', client.get("/access/totp").text)
    assert seed
    answer = post(client, "/access/totp", seed=seed[1], code=code_of(seed[1], -1))
    codes = re.findall(r"<li><code>([A-Z2-7 ]+)</code></li>", answer.text)
    return seed[1], codes


def code_of(seed: str, steps: int = 0) -> str:
    """Give the code that an app shows, so many steps of 30 s from now."""
    return pyotp.TOTP(seed).at(clock(), counter_offset=steps)
