"""The real server, `comptoir serve`, in a process of its own, and a plain client to talk to it."""

import contextlib
import http.client
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

HOUSE: Final = Path(__file__).parents[2]
COMPTOIR: Final = (sys.executable, "-c", "from scripts.main import main; main()")
START_SECONDS: Final = 40
CREATED: Final = 201


@dataclass(frozen=True)
class Said:
    """An answer as it came over the wire."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(url: str, folder: Path) -> dict[str, str]:
    """Give the environment of a command that works on one database and nothing else."""
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(HOUSE),
        "LANG": "en",
        # A full disk would leave half a file of bytecode behind, for everyone who comes later.
        "PYTHONDONTWRITEBYTECODE": "1",
        "COMPTOIR_DATABASE_URL": url,
        "COMPTOIR_SIGNING_KEY_FILE": str(folder / "signing-key.pem"),
        "COMPTOIR_SECRET_KEY_FILE": str(folder / "secret-key"),
    }


def comptoir(url: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*COMPTOIR, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=HOUSE,
        env=environment(url, folder),
        timeout=120,
    )


class Client:
    """One connection with one bearer token; opened again after it broke."""

    def __init__(self, port: int, token: str, *, patience: float = 40) -> None:
        """Take where and as whom; nothing is opened yet."""
        self.port = port
        self._token = token
        self._patience = patience
        self._connection: http.client.HTTPConnection | None = None

    def ask(
        self, method: str, path: str, body: Mapping[str, object] | None = None, key: str = ""
    ) -> Said:
        """Send a request and wait for the answer; OSError or HTTPException when there is none."""
        if self._connection is None:
            self._connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=self._patience
            )
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        headers |= {"Idempotency-Key": key} if key else {}
        try:
            self._connection.request(method, path, json.dumps(body) if body else None, headers)
            response = self._connection.getresponse()
            read = response.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise
        return Said(response.status, dict(response.getheaders()), json.loads(read))

    def close(self) -> None:
        """Close the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Server:
    """One server process over a database; killed and started again at will, on the same port."""

    def __init__(self, url: str, folder: Path) -> None:
        """Take the database and where keys and tokens lie; nothing starts yet."""
        self.url = url
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, by force if it does not listen."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(15)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.folder / f"log-{self.port}").open("ab") as log:
            self._process = subprocess.Popen(
                [*COMPTOIR, "serve", "--port", str(self.port)],
                cwd=HOUSE,
                env=environment(self.url, self.folder),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        give_up_at = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > give_up_at:
                message = f"the server did not start:\n{self.log[-3000:]}"
                raise RuntimeError(message)
            time.sleep(0.05)

    def kill(self) -> None:
        """End it as a power failure would: nothing more is written, nobody is told."""
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            process.wait(15)

    def limit_files(self, size: int) -> None:
        """Let no file of the server and its writer grow beyond a size, or let them again."""
        if self._process is not None:
            pid = self._process.pid
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            for process in (pid, *map(int, children)):
                limit = (size, resource.RLIM_INFINITY)
                resource.prlimit(process, resource.RLIMIT_FSIZE, limit)

    def fill_log(self, size: int) -> None:
        """Make its log so long that it meets the limit too, as on a disk that both share."""
        with (self.folder / f"log-{self.port}").open("ab") as log:
            log.write(b"-" * size + b"\n")

    @property
    def log(self) -> str:
        """What it wrote."""
        return (self.folder / f"log-{self.port}").read_text(errors="replace")

    @property
    def tokens(self) -> dict[str, str]:
        """The demo people's tokens."""
        read: dict[str, str] = json.loads((self.folder / "demo-tokens.json").read_text())
        return read

    def client(self, who: str, *, patience: float = 40) -> Client:
        """Give a client of a demo person."""
        return Client(self.port, self.tokens[who], patience=patience)

    def _answers(self) -> bool:
        with (
            contextlib.suppress(OSError, http.client.HTTPException),
            contextlib.closing(Client(self.port, "nobody", patience=2)) as client,
        ):
            return client.ask("GET", "/healthz").status == 200
        return False
