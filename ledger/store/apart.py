"""The writer in a process of its own, so that who serves requests and who writes both have a core.

One interpreter runs one thread at a time: behind a server that reads requests all day, a writing
thread waits for its turn at every step of every statement. Here the server hands over what it
gathered, and the writer works as it does anywhere else. Both ends are this program and talk over a
pair of sockets that nobody else can open, so what travels may be pickled.

When the writing process dies, whoever waits hears that nothing is known (NotNow: ask by key), and
the next request starts another. When the server dies, the writer sees the end of the line, writes
what it was given and stops.
"""

import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import count
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.refusals import NotNow, Refusal, TooMany
from ledger.store.asking import (
    BATCHES,
    MOST_WAITING,
    Asking,
    Told,
    Waiting,
    answer_all,
    note,
)
from ledger.store.batch import Answer
from ledger.store.engines import open_database
from ledger.store.keyring import Keyring
from ledger.store.vault import Vault
from ledger.store.writer import Writer

_HOUSE: Final = Path(__file__).resolve().parents[2]
_PROGRAM: Final = (
    "import sys; sys.path.insert(0, sys.argv[2]); "
    "from ledger.store.apart import serve; serve(int(sys.argv[1]))"
)
_READY: Final = b""
_GOODBYE: Final = b""
STOP_SECONDS: Final = 30


class Charge(NamedTuple):
    """What the writing process needs to begin: nothing of it stands in a command line."""

    url: str
    key: bytes
    """The private signing key, raw."""
    keys_path: Path
    prepare: Callable[[], object]
    """Called first, there: how to log."""
    modules: tuple[str, ...]
    """Loaded before the first request, which else would wait for them."""


class Apart(Asking):
    """Hands operations to a writing process, and gives its answers."""

    def __init__(self, charge: Charge) -> None:
        """Start the process and wait until it writes (NotNow when it cannot)."""
        super().__init__()
        self._charge = charge
        self._numbers = count()
        self._waiting: dict[int, Waiting] = {}
        self._sending = threading.Lock()
        self._closed = False
        self._line: Connection | None = None
        self._begun = threading.Event()
        self._start()
        self._begun.wait()
        if self._line is None:
            raise NotNow

    def enqueue(self, group: Sequence[Waiting]) -> None:
        """See Asking."""
        if len(self._waiting) > MOST_WAITING:
            raise TooMany
        with self._sending:
            if self._closed:
                raise NotNow
            numbered = dict(zip(self._numbers, group, strict=False))
            asked = [(number, one.currency, one.request) for number, one in numbered.items()]
            self._waiting.update(numbered)
            try:
                if self._line is None:
                    self._start()
                self._send(pickle.dumps(asked, pickle.HIGHEST_PROTOCOL))
            except OSError as error:
                for number in numbered:
                    self._waiting.pop(number, None)
                raise NotNow from error

    def close(self) -> None:
        """See Asking."""
        with self._sending:
            self._closed = True
            if self._line is not None:
                with suppress(OSError):
                    self._send(_GOODBYE)
        self._hearing.join(STOP_SECONDS)
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _start(self) -> None:
        ours, theirs = Pipe()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - this program
                [sys.executable, "-c", _PROGRAM, str(theirs.fileno()), str(_HOUSE)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
            )
        self._line = ours
        self._send(pickle.dumps(self._charge))
        self._hearing = threading.Thread(target=self._hear, args=(ours,), daemon=True)
        self._hearing.start()

    def _send(self, frame: bytes) -> None:
        if self._line is not None:
            self._line.send_bytes(frame)

    def _hear(self, line: Connection) -> None:
        """Give answers as they come, until the line ends; then nobody is left without one."""
        with suppress(EOFError, OSError):
            line.recv_bytes()  # it is ready
            self._begun.set()
            while True:
                told: list[tuple[int, Answer | BaseException]] = pickle.loads(line.recv_bytes())  # noqa: S301 - from our own process
                BATCHES.observe(len(told))
                waiting = [(self._waiting.pop(number), result) for number, result in told]
                answer_all(waiting)
                self._spread(waiting[0][0].currency)
        with self._sending:
            line.close()
            self._line = None
            left = list(self._waiting.values())
            self._waiting.clear()
        self._begun.set()
        if not self._closed:
            note("the writing process is gone", waiting=str(len(left)))
            self._process.wait()
        answer_all([(one, NotNow()) for one in left])


def serve(descriptor: int) -> None:
    """Write what comes over the line, until it ends: the life of the writing process.

    Whoever stops the program stops the server, which then says goodbye: signals for all of them
    are not for this process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    line = Connection(descriptor)
    charge: Charge = pickle.loads(line.recv_bytes())  # noqa: S301 - from our own server
    charge.prepare()
    for module in charge.modules:
        import_module(module)
    key = Ed25519PrivateKey.from_private_bytes(charge.key)
    database = open_database(charge.url)
    writer = Writer(database, key, Vault(Keyring(charge.keys_path)))
    telling = threading.Lock()

    def tell(told: list[Told]) -> None:
        answers = [(waiting.answer, _able_to_travel(result)) for waiting, result in told]
        with telling:
            line.send_bytes(pickle.dumps(answers, pickle.HIGHEST_PROTOCOL))

    with suppress(EOFError, OSError):  # the server is gone
        line.send_bytes(_READY)
        while frame := line.recv_bytes():
            asked = pickle.loads(frame)  # noqa: S301 - from our own server
            group = [
                Waiting(currency, request, number, tell) for number, currency, request in asked
            ]
            try:
                writer.enqueue(group)
            except Refusal as refusal:
                answer_all([(waiting, refusal) for waiting in group])
    writer.close()
    database.close()


def _able_to_travel(result: Answer | BaseException) -> Answer | Refusal | RuntimeError:
    return result if isinstance(result, Answer | Refusal) else RuntimeError(repr(result))
