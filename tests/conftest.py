"""Fixtures that every test may ask for, and the closed network that every test lives in."""

import ipaddress
import os
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import settings

from tests.databases import Databases, PostgresDatabases, SqliteDatabases, postgres_server_url

settings.register_profile("here", deadline=None)  # a busy machine is no bug
if "CI" not in os.environ:  # where Hypothesis chooses a profile of its own, without surprises
    settings.load_profile("here")


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Address of a running PostgreSQL server whose user may create databases."""
    with postgres_server_url() as url:
        yield url


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)],
)
def databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Databases]:
    """Each engine in turn; `with databases.fresh() as url` for tests that need many databases."""
    if request.param == "sqlite":
        yield SqliteDatabases(tmp_path_factory.mktemp("sqlite"))
        return
    made = PostgresDatabases(request.getfixturevalue("postgres_url"))
    yield made
    made.close()


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """Address of a fresh, migrated database, on each engine in turn (`-k sqlite` picks one)."""
    with databases.fresh() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium that `scripts/test` found or installed."""
    path = os.environ.get("COMPTOIR_TEST_CHROMIUM", "/usr/bin/chromium")
    if not os.path.exists(path):  # noqa: PTH110 - one question, no path arithmetic
        pytest.fail("no Chromium: run scripts/test, which installs it or says how")
    return path


def is_nearby(address: object) -> bool:
    """Tell whether a socket address stays on this machine: a Unix socket or the loopback."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _closed_network() -> Iterator[None]:
    """Refuse connections that leave this machine: a test that needs the world proves nothing."""

    def guard(name: str) -> Any:  # noqa: ANN401 - it stands for a method with several shapes
        allowed = getattr(socket.socket, name)

        def connect(self: socket.socket, address: object) -> object:
            if not is_nearby(address):
                message = f"a test tried to reach {address}"
                raise ConnectionRefusedError(message)
            return allowed(self, address)

        return connect

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guard("connect"))
        patch.setattr(socket.socket, "connect_ex", guard("connect_ex"))
        yield
