"""Start-up guards: what is unfit is refused with a sentence and exit code 2, before anything."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from ledger.operations.checkpoint import make_checkpoint
from ledger.operations.conversion import Convert
from ledger.operations.ledger import UnfitDatabaseError, open_ledger
from scripts.postgres import PostgresServer
from tests.databases import migrate
from tests.proof.town import Execute, opened
from tests.reliability.server import comptoir
from tests.reliability.town import CODE, KEY, RING, START, context, demo


def filled(url: str) -> None:
    with demo(url) as ledger:
        for _ in range(30):
            convert = Convert("librairie", 1_000, "bank")
            assert not ledger.post_and_wait(CODE, convert, context()).refused
        make_checkpoint(ledger, CODE, context())


def unprotected(execute: Execute, url: str) -> None:
    """Take the triggers away, as whoever edits a database file would."""
    if url.startswith("sqlite"):
        for (name,) in execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            execute(f'DROP TRIGGER "{name}"')
    else:
        execute("SET session_replication_role = replica")


def refused(url: str, sentence: str) -> None:
    with pytest.raises(UnfitDatabaseError, match=sentence):
        open_ledger(url, KEY, RING, at=START + timedelta(days=1))


def test_sound_books_are_opened(database_url: str) -> None:
    filled(database_url)
    open_ledger(database_url, KEY, RING, at=START + timedelta(days=1)).close()


def forget_the_last(execute: Execute) -> None:
    execute("DELETE FROM operation WHERE entry = (SELECT max(number) FROM entry)")
    execute("DELETE FROM posting WHERE number = (SELECT max(number) FROM entry)")
    execute("DELETE FROM outstanding WHERE id = (SELECT CAST(max(number) AS TEXT) FROM entry)")
    execute("DELETE FROM entry WHERE number = (SELECT max(number) FROM entry)")


def change_an_arrow(execute: Execute) -> None:
    execute("UPDATE posting SET amount = amount + 1 WHERE number = (SELECT max(number) FROM entry)")


def change_the_head(execute: Execute) -> None:
    execute("UPDATE currency SET head_hash = (SELECT hash FROM entry WHERE number = 1)")


def change_a_fact(execute: Execute) -> None:
    execute("UPDATE entry SET facts = '{}' WHERE number = (SELECT max(number) - 3 FROM entry)")


def restore_an_old_head(execute: Execute) -> None:
    """Put a journal back that is shorter than what was signed."""
    for _ in range(3):
        forget_the_last(execute)
    execute(
        "UPDATE currency SET head_number = (SELECT max(number) FROM entry), "
        "head_hash = (SELECT hash FROM entry ORDER BY number DESC LIMIT 1)"
    )


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (forget_the_last, "its head names entry"),
        (change_an_arrow, "does not fit what it says"),
        (change_the_head, "does not carry the hash"),
        (change_a_fact, "does not fit what it says"),
        (restore_an_old_head, "behind the checkpoint"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_damaged_journal_is_refused(
    database_url: str, damage: Callable[[Execute], None], sentence: str
) -> None:
    filled(database_url)
    with opened(database_url) as execute:
        unprotected(execute, database_url)
        damage(execute)
    refused(database_url, sentence)


def test_a_clock_behind_the_last_entry_is_refused(database_url: str) -> None:
    filled(database_url)
    open_ledger(database_url, KEY, RING, at=START - timedelta(seconds=2)).close()
    with pytest.raises(UnfitDatabaseError, match="set the clock right"):
        open_ledger(database_url, KEY, RING, at=START - timedelta(minutes=2))


def test_an_old_schema_is_refused(database_url: str) -> None:
    with opened(database_url) as execute:
        execute("DELETE FROM alembic_version")
    refused(database_url, "the schema is at nothing")


def test_a_schema_of_the_future_is_refused(database_url: str, tmp_path: Path) -> None:
    with opened(database_url) as execute:
        execute("UPDATE alembic_version SET version_num = 'future'")
    with pytest.raises(UnfitDatabaseError, match="not one that this program knows"):
        migrate(database_url)
    done = comptoir(database_url, tmp_path, "serve", "--empty")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("comptoir: the schema is not one that this program knows")


def test_an_old_sqlite_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migrate(f"sqlite:///{tmp_path / 'old.db'}")
    monkeypatch.setattr(sqlite, "sqlite_version_info", (3, 40, 1))
    monkeypatch.setattr(sqlite, "sqlite_version", "3.40.1")
    refused(f"sqlite:///{tmp_path / 'old.db'}", r"SQLite 3\.40\.1 can corrupt")


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "odd.db").write_bytes(b"not a database, whatever its name says" * 200)
    done = comptoir(f"sqlite:///{tmp_path / 'odd.db'}", tmp_path, "serve", "--empty")
    assert done.returncode == 2
    assert "file is not a database" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_server_that_is_away_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = comptoir(f"postgresql://comptoir@/x?host={tmp_path}", tmp_path, "serve", "--empty")
    assert done.returncode == 2
    assert done.stderr.startswith("comptoir: the database cannot be used: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_journal_that_is_damaged_stops_the_program(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'comptoir.db'}"
    migrate(url)
    filled(url)
    with opened(url) as execute:
        unprotected(execute, url)
        forget_the_last(execute)
    done = comptoir(url, tmp_path, "serve")
    assert done.returncode == 2
    assert done.stderr.startswith("comptoir: the journal of roue ends with entry ")


@pytest.mark.postgres
@pytest.mark.parametrize("setting", ["fsync", "synchronous_commit", "full_page_writes"])
def test_a_server_that_may_forget_is_refused(setting: str) -> None:
    with PostgresServer({setting: "off"}) as server:
        migrate(server.url())
        refused(server.url(), f"{setting} = off and may forget payments")
