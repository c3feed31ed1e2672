"""A sealed cell opens in its one place, and the books find people without telling who they are."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.books.papers import Identity
from ledger.books.terms import Terms
from ledger.operations.currency import found_currency
from ledger.operations.ledger import (
    Keyring,
    Ledger,
    UnfitDatabaseError,
    migrate,
    open_ledger,
    secret_keys,
)
from ledger.operations.member import ChangeMember, RegisterMember
from ledger.refusals import SealBroken
from tests.proof.town import Execute, opened
from tests.reliability.town import CODE, KEY, RING, START, context

ZOE = ("Zoé Durand", "zoe.durand@example.org", "FR7630006000011234567890189")
LINUS = ("Linus Petit", "linus@example.org", "FR7630004000031234567890143")


@pytest.fixture
def ledger(database_url: str) -> Iterator[Ledger]:
    """Open empty books of two currencies, each with two members of the same ids."""
    with_keys = open_ledger(database_url, KEY, RING)
    for code in (CODE, "sol"):
        terms = Terms(since=date(2027, 1, 1))
        found_currency(
            with_keys, code=code, name=code, unit=code, decimals=2, terms=terms, at=START
        )
        for id_, said in (("zoe", ZOE), ("linus", LINUS)):
            post(with_keys, RegisterMember(id_, "person", *said), code)
    yield with_keys
    with_keys.close()


def post(ledger: Ledger, operation: Any, currency: str = CODE) -> None:  # noqa: ANN401 - any operation
    answer = ledger.post_and_wait(currency, operation, context())
    assert not answer.refused, answer.body


def who(ledger: Ledger, id_: str, currency: str = CODE) -> Identity | None:
    return ledger.reads.paper(Identity, currency, id_)


@pytest.fixture
def execute(database_url: str) -> Execute:
    def run(sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with opened(database_url) as statement:
            return list(statement(sql, *parameters))

    return run


def test_who_somebody_is_comes_back_as_it_was_written(ledger: Ledger) -> None:
    assert who(ledger, "zoe") == Identity("zoe", *ZOE)
    post(ledger, ChangeMember("zoe", name="Zoé Petit", email=""))
    assert who(ledger, "zoe") == Identity("zoe", "Zoé Petit", "", ZOE[2])


def test_the_rows_tell_nothing(ledger: Ledger, execute: Execute) -> None:
    assert who(ledger, "zoe")
    rows = execute("SELECT * FROM identity") + execute("SELECT * FROM subject_key")
    told = repr([[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in rows])
    for said in (*ZOE, *LINUS):
        assert said not in told
        assert said.encode().hex() not in told
    assert len(rows) == 8


def test_two_members_with_the_same_name_look_different(ledger: Ledger, execute: Execute) -> None:
    post(ledger, RegisterMember("zoe-2", "person", *ZOE))
    cells = execute("SELECT name, email, iban FROM identity WHERE currency = 'roue'")
    assert len({bytes(cell) for row in cells for cell in row}) == 9


MOVED = {
    "row": ("identity", "name", "name", "other.id = 'linus' AND other.currency = 'roue'"),
    "column": ("identity", "name", "email", "other.id = 'zoe' AND other.currency = 'roue'"),
    "currency": ("identity", "name", "name", "other.id = 'zoe' AND other.currency = 'sol'"),
    # the key too may not be another's, or the place alone would have to tell
    "key": (
        "subject_key",
        "(id, wrapped)",
        "id, wrapped",
        "other.subject = 'identity:linus' AND other.currency = 'roue'",
    ),
    "key-of-another-currency": (
        "subject_key",
        "(id, wrapped)",
        "id, wrapped",
        "other.subject = 'identity:zoe' AND other.currency = 'sol'",
    ),
}


@pytest.mark.parametrize("moved", MOVED.values(), ids=MOVED)
def test_a_cell_copied_elsewhere_is_refused(
    ledger: Ledger, execute: Execute, database_url: str, moved: tuple[str, str, str, str]
) -> None:
    table, column, source, where = moved
    mine = "subject = 'identity:zoe'" if table == "subject_key" else "id = 'zoe'"
    execute(
        f"UPDATE {table} SET {column} = (SELECT {source} FROM {table} AS other WHERE {where}) "  # noqa: S608 - our own
        f"WHERE currency = 'roue' AND {mine}"
    )
    with pytest.raises(SealBroken):
        who(ledger, "zoe")
    assert who(ledger, "linus") == Identity("linus", *LINUS)
    assert who(ledger, "zoe", "sol") == Identity("zoe", *ZOE)
    change = ChangeMember("zoe", name="Z"), context()
    honest = ChangeMember("linus", name="L"), context()
    ledger.close()
    again = open_ledger(database_url, KEY, RING)
    with pytest.raises(SealBroken):
        again.post_many(CODE, [change])
    assert not again.post_many(CODE, [honest])[0].refused
    again.close()


def test_an_altered_cell_is_refused(ledger: Ledger, execute: Execute) -> None:
    [[cell]] = execute("SELECT name FROM identity WHERE id = 'zoe' AND currency = 'roue'")
    cell = bytes(cell)
    for place in (0, 8, 20, len(cell) - 1):
        other = cell[:place] + bytes([cell[place] ^ 1]) + cell[place + 1 :]
        execute("UPDATE identity SET name = ? WHERE id = 'zoe' AND currency = 'roue'", other)
        with pytest.raises(SealBroken):
            who(ledger, "zoe")
    execute("UPDATE identity SET name = ? WHERE id = 'zoe' AND currency = 'roue'", cell[:12])
    with pytest.raises(SealBroken):
        who(ledger, "zoe")


def test_an_iban_and_an_address_are_found_however_they_are_typed(ledger: Ledger) -> None:
    having = ledger.reads.having
    for typed in (ZOE[2], "fr76 3000 6000 0112 3456 7890 189"):
        assert [found.id for found in having(Identity, CODE, "iban", [typed])] == ["zoe"]
    assert [f.id for f in having(Identity, CODE, "email", [" Zoe.Durand@Example.org"])] == ["zoe"]
    assert having(Identity, CODE, "iban", ["", "FR00"]) == []
    both = having(Identity, CODE, "iban", [ZOE[2], LINUS[2]])
    assert [found.id for found in both] == ["linus", "zoe"]


def test_the_same_iban_has_another_index_in_another_currency_or_column(
    ledger: Ledger, execute: Execute
) -> None:
    assert who(ledger, "zoe")
    post(ledger, RegisterMember("odd", "person", "", ZOE[2], ZOE[2]))
    rows = execute("SELECT email_index, iban_index FROM identity WHERE id IN ('zoe', 'odd')")
    assert len({bytes(cell) for row in rows for cell in row}) == 5


# -- the key file ---------------------------------------------------------------------------------


def test_the_first_start_makes_a_key_that_only_its_owner_reads(
    database_url: str, tmp_path: Path
) -> None:
    path = tmp_path / "var" / "secret-key"
    open_ledger(database_url, KEY, secret_keys(path)).close()
    made = path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    open_ledger(database_url, KEY, secret_keys(path)).close()
    assert path.read_bytes() == made
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.usefixtures("ledger")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "is lost"),
        ("00" * 32, "holds another key than the one that sealed"),
        ("no key", "holds no key"),
        ("ab" * 31, "holds no key"),
        ("", "holds no key"),
        ("é", "cannot be read"),
    ],
    ids=["lost", "another", "no-key", "short", "empty", "not-ascii"],
)
def test_without_the_key_of_what_is_sealed_nothing_starts(
    database_url: str, tmp_path: Path, content: str | None, sentence: str
) -> None:
    path = tmp_path / "secret-key"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UnfitDatabaseError, match=sentence):
        open_ledger(database_url, KEY, secret_keys(path), at=START + timedelta(days=1))
    assert path.exists() == (content is not None)


def test_two_first_starts_at_once_agree_on_a_key(tmp_path: Path) -> None:
    first, second = (Keyring(tmp_path / "secret-key") for _ in range(2))
    assert first.make().id == second.make().id


def test_keys_in_memory_are_written_nowhere(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "secret-key", bytes(32))
    assert ring.make().id == ring.current.id
    assert not (tmp_path / "secret-key").exists()


# -- from an older schema and back ----------------------------------------------------------------


@pytest.mark.usefixtures("ledger")
def test_migrating_down_opens_and_up_seals(database_url: str, execute: Execute) -> None:
    migrate(database_url, RING, to="0003")
    plain = execute("SELECT name, email, iban FROM identity WHERE currency = 'roue' ORDER BY id")
    assert [tuple(row) for row in plain] == [LINUS, ZOE]
    with pytest.raises(UnfitDatabaseError, match="without the key"):
        migrate(database_url)
    migrate(database_url, RING)
    again = open_ledger(database_url, KEY, RING)
    assert who(again, "zoe") == Identity("zoe", *ZOE)
    found = again.reads.having(Identity, "sol", "iban", [ZOE[2]])
    assert found == [Identity("zoe", *ZOE)]
    again.close()
    rows = execute("SELECT * FROM identity")
    assert ZOE[0] not in repr(rows)
    assert replace(found[0], id="x") != found[0]
