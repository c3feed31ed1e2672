"""A new master key takes over: in the middle of a kill, and beside a service that goes on."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import pytest

from ledger.books.context import Context
from ledger.books.papers import BankLine, Identity, Statement
from ledger.books.sealing import SubjectKey
from ledger.books.terms import Terms
from ledger.operations.currency import found_currency
from ledger.operations.fund import OpenBankAccount
from ledger.operations.ledger import Ledger, UnfitDatabaseError, open_ledger, secret_keys
from ledger.operations.member import ChangeMember, RegisterMember
from ledger.operations.rotation import rotate_keys
from ledger.operations.statement import RegisterStatement
from ledger.store import rotation
from tests.reliability import town
from tests.reliability.server import HOUSE, environment
from tests.reliability.town import CODE, KEY, verified

IBAN: Final = "FR7630006000011234567890189"
PEOPLE: Final = 60
START: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
"""Before now, because the command reads the clock."""


def context() -> Context:
    return town.context(at=START)


def post(ledger: Ledger, operation: Any) -> None:  # noqa: ANN401 - any operation
    answer = ledger.post_and_wait(CODE, operation, context())
    assert not answer.refused, answer.body


def fill(ledger: Ledger, people: int = PEOPLE) -> None:
    terms = Terms(since=date(2026, 1, 1))
    found_currency(ledger, code=CODE, name="R", unit="R", decimals=2, terms=terms, at=START)
    asked = (
        (RegisterMember(f"m-{n}", "person", f"Name {n}", f"m{n}@example.org", f"FR{n}"), context())
        for n in range(people)
    )
    assert not any(answer.refused for answer in ledger.post_many(CODE, asked))
    post(ledger, OpenBankAccount("nef", "digital", "La Nef", "FR7621570000010000000000176"))
    day = START.date()
    statement = Statement(
        *("s-1", "nef", "camt", "1", None, None, None, None, "accepted", (), "00", START, "t", 2)
    )
    lines = tuple(
        BankLine(f"nef-{n}", "nef", "s-1", n, day, 100 * n, (), f"VIR {n}", f"Name {n}", iban)
        for n, iban in ((1, IBAN), (2, "FR1"))
    )
    post(ledger, RegisterStatement(statement, lines))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "secret-key"


@pytest.fixture
def ledger(database_url: str, path: Path) -> Iterator[Ledger]:
    with closing(open_ledger(database_url, KEY, secret_keys(path))) as books:
        fill(books)
        yield books


def masters(ledger: Ledger) -> set[str]:
    return {key.master for key in ledger.reads.papers(SubjectKey, CODE)}


def whole(ledger: Ledger, people: int = PEOPLE) -> None:
    found = ledger.reads.papers(Identity, CODE)
    assert len(found) == people
    for person in found:
        number = person.id.removeprefix("m-")
        told = Identity(person.id, f"Name {number}", f"m{number}@example.org", f"FR{number}")
        assert person == told
    having = ledger.reads.having
    assert [f.id for f in having(Identity, CODE, "iban", ["FR7"])] == ["m-7"]
    assert [f.id for f in having(Identity, CODE, "email", ["m7@example.org"])] == ["m-7"]
    assert [f.text for f in having(BankLine, CODE, "iban", [IBAN])] == ["VIR 1"]


def test_everything_is_wrapped_and_indexed_anew(ledger: Ledger, path: Path) -> None:
    before, [old] = path.read_text(), masters(ledger)
    steps = list(rotate_keys(ledger, context()))
    assert (steps[-1].done, steps[-1].total) == (PEOPLE + 1, PEOPLE + 1)
    [new] = masters(ledger)
    assert new != old
    assert [key.id for key in secret_keys(path).keys] == [new]
    assert not set(path.read_text().split()) & set(before.split("\n"))
    assert path.stat().st_mode & 0o777 == 0o600
    whole(ledger)
    entry = ledger.reads.entries(CODE, newest=True, limit=1)[0]
    assert (entry.kind, dict(entry.facts)) == ("key-rotation", {"in_use": new})


def test_the_old_key_opens_nothing_any_more(
    ledger: Ledger, database_url: str, path: Path, tmp_path: Path
) -> None:
    (tmp_path / "old").write_text(path.read_text())
    list(rotate_keys(ledger, context()))
    with pytest.raises(UnfitDatabaseError, match="another key"):
        open_ledger(database_url, KEY, secret_keys(tmp_path / "old"))
    with closing(open_ledger(database_url, KEY, secret_keys(path))) as again:
        whole(again)
    assert verified(database_url).sound


def test_a_service_reads_and_writes_beside_the_rotation(
    ledger: Ledger, database_url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "AT_ONCE", 7)
    with closing(open_ledger(database_url, KEY, secret_keys(path))) as service:
        whole(service)
        for number, step in enumerate(rotate_keys(ledger, context())):
            assert step.done <= step.total
            whole(service, PEOPLE)
            post(service, ChangeMember("m-7", email="m7@example.org"))
            post(service, RegisterMember(f"late-{number}", "person", "Late"))
            post(service, ChangeMember(f"late-{number}", name=""))
            late = service.reads.paper(SubjectKey, CODE, f"identity:late-{number}")
            assert late is not None
            assert late.master == ledger.vault.ring.current.id
            service.database.reader.dispose()
            forget(service, f"late-{number}")
        whole(service)
        assert masters(service) == {ledger.vault.ring.current.id}


def forget(service: Ledger, id_: str) -> None:
    """Take an identity away again, so that `whole` counts the others."""
    from sqlalchemy import create_engine, text  # noqa: PLC0415 - beside the house's own doors

    url = service.database.url
    if service.database.embedded:
        import pysqlite3  # noqa: PLC0415 - as above

        engine = create_engine(url, module=pysqlite3)
    else:
        engine = create_engine(url.set(drivername="postgresql+psycopg"))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM identity WHERE id = :id"), {"id": id_})
    engine.dispose()


class Cut(Exception):  # noqa: N818 - stands for a kill
    """The power went away."""


def test_a_rotation_cut_at_any_step_goes_on(
    ledger: Ledger, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "AT_ONCE", 13)
    steps = 0
    for cut in range(8):
        for number, _ in enumerate(rotate_keys(ledger, context())):
            steps += 1
            if number == min(cut, 1):
                break  # the process is gone
        else:
            break
        assert len(secret_keys(path).keys) == 2
        whole(ledger)
    assert len(secret_keys(path).keys) == 1
    assert len(masters(ledger)) == 1
    assert steps > 6
    whole(ledger)


def test_a_destroyed_key_stays_destroyed(ledger: Ledger) -> None:
    kept = ledger.reads.paper(SubjectKey, CODE, "identity:m-3")
    assert kept is not None
    list(rotate_keys(ledger, context()))
    again = ledger.reads.paper(SubjectKey, CODE, "identity:m-3")
    assert again is not None
    assert (again.id, again.wrapped == kept.wrapped) == (kept.id, False)


def test_a_rotation_that_is_killed_is_finished_by_the_next(
    database_url: str, tmp_path: Path
) -> None:
    people = 3_000
    ring = secret_keys(tmp_path / "secret-key")
    with closing(open_ledger(database_url, KEY, ring)) as ledger:
        fill(ledger, people)
        [old] = masters(ledger)
    command = [sys.executable, "-m", "scripts.main", "keys", "rotate", "--json"]
    surroundings = environment(database_url, tmp_path)
    with closing(open_ledger(database_url, KEY, ring)) as ledger:
        running = subprocess.Popen(command, cwd=HOUSE, env=surroundings, stdout=subprocess.DEVNULL)
        ends = time.monotonic() + 60
        while len(masters(ledger)) < 2:
            assert time.monotonic() < ends
            assert running.poll() is None, "it was over before it could be killed"
            time.sleep(0.01)
        running.send_signal(signal.SIGKILL)
        running.wait()
        ring.refresh()
        assert masters(ledger) == {old, ring.current.id}
        whole(ledger, people)
    done = subprocess.run(
        command, check=True, cwd=HOUSE, env=surroundings, capture_output=True, text=True, timeout=60
    )
    assert '"in_use"' in done.stdout
    with closing(open_ledger(database_url, KEY, secret_keys(ring.path))) as ledger:
        assert len(masters(ledger)) == 1
        assert old not in masters(ledger)
        whole(ledger, people)
