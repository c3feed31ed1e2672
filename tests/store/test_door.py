"""Rows come back from both doors exactly as they were put."""

from collections.abc import Iterator

import pytest

from ledger.store.batch import OPERATION
from ledger.store.engines import open_database
from ledger.store.sql import CURRENCY, Ask, Door, Put, Row, open_door

AT = "2026-01-05T09:00:00.000000Z"
HEAD: Row = ("odd", "L'été \U0001f955", "Unité", "ODD", 2, AT, 2**62, bytes(range(32)), AT, 1)
TEXTS = [
    "plain",
    'a "quoted" \\ one',
    "\u2028\u00e9\U0001f955",
    '{"a": 1.0}',
    "null",
    "0012",
    "{}",
    "",
]


@pytest.fixture
def door(database_url: str) -> Iterator[Door]:
    database = open_database(database_url)
    door = open_door(database)
    door.begin("odd", [])
    door.commit([Put(CURRENCY, [HEAD])])
    yield door
    door.close()
    database.close()


def operation(key: str, answer: str, entry: int | None = None) -> Row:
    return "odd", key, "someone", b"\0\x01\xff", 201, answer, entry, AT


def put_and_read(door: Door, rows: list[Row]) -> tuple[Row | None, list[Row]]:
    door.begin("odd", [])
    door.commit([Put(OPERATION, rows)])
    keys = tuple(row[1] for row in rows)
    head, (found,) = door.begin("odd", [Ask(OPERATION, "key", keys)])
    door.rollback()
    return head, sorted(found)


def test_odd_texts_numbers_and_bytes_come_back(door: Door) -> None:
    rows = [operation(f"key {text}", text, None if n else 2**62) for n, text in enumerate(TEXTS)]
    head, found = put_and_read(door, rows)
    assert head is not None
    assert tuple(head) == HEAD
    assert [tuple(row) for row in found] == sorted(rows)


def test_what_nobody_asked_for_stays_away(door: Door) -> None:
    put_and_read(door, [operation("one", "1"), operation("two", "2")])
    _, answers = door.begin("odd", [Ask(OPERATION, "key", ("two", "three")), Ask(OPERATION)])
    door.rollback()
    assert [[row[1] for row in sorted(rows)] for rows in answers] == [["two"], ["one", "two"]]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_text_with_a_nul_is_not_cut_short(door: Door) -> None:
    """SQLite's JSON would end it there; PostgreSQL takes no such text at all."""
    rows = [operation("nul", "before\0after"), operation("plain", "as ever")]
    assert [tuple(row) for row in put_and_read(door, rows)[1]] == rows


def test_a_row_that_exists_is_updated_only_where_said(door: Door) -> None:
    changed = (*HEAD[:1], "another name", *HEAD[2:6], 7, *HEAD[7:])
    door.begin("odd", [])
    door.commit([Put(CURRENCY, [changed], ("head_number",))])
    head, _ = door.begin("odd", [])
    door.rollback()
    assert head is not None
    assert head[1] == HEAD[1]
    assert head[6] == 7
