"""Two hundred seeded tampers with the file of an honest town, and none goes unseen.

Each kind is drawn with its place; `rewritten` and what follows make every hash and balance again,
so that only what was signed, answered or kept elsewhere can tell.
"""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from ledger.proof.checkpoint import Checkpoint
from tests.proof.tampering import audit, found_in, rehash, tampering
from tests.proof.town import Execute

SEEDS: Final = 200
ENTRIES: Final = 44

Tamper = Callable[[Execute, random.Random], int | None]
"""Changes something; gives the entry that must be named, None when another name will do."""


def flipped(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    other = chr(ord(text[place]) ^ 1 << chance.randrange(4))
    return text[:place] + other + text[place + 1 :]


def entry_field(execute: Execute, chance: random.Random) -> int:
    number = chance.randint(1, ENTRIES)
    column = chance.choice(["at", "kind", "actor", "facts", "tallies"])
    [[value]] = execute(f"SELECT {column} FROM entry WHERE number = ?", number)  # noqa: S608 - our own
    sql = f"UPDATE entry SET {column} = ? WHERE number = ?"  # noqa: S608 - our own names
    execute(sql, flipped(value, chance), number)
    return number


def entry_hash(execute: Execute, chance: random.Random) -> int:
    number = chance.randint(1, ENTRIES)
    [[value]] = execute("SELECT hash FROM entry WHERE number = ?", number)
    place = chance.randrange(32)
    other = bytes([value[place] ^ 1 << chance.randrange(8)])
    execute(
        "UPDATE entry SET hash = ? WHERE number = ?",
        value[:place] + other + value[place + 1 :],
        number,
    )
    return number


def posting(execute: Execute, chance: random.Random) -> tuple[int, int]:
    rows = execute("SELECT number, ordinal FROM posting ORDER BY number, ordinal")
    row: tuple[int, int] = chance.choice(rows)
    return row


def posting_number(execute: Execute, chance: random.Random) -> int:
    number, ordinal = posting(execute, chance)
    column = chance.choice(["amount", "source_after", "target_after"])
    execute(
        f"UPDATE posting SET {column} = {column} + ? WHERE number = ? AND ordinal = ?",  # noqa: S608 - our own
        chance.choice([-1, 1, 100]),
        number,
        ordinal,
    )
    return number


def posting_name(execute: Execute, chance: random.Random) -> int:
    number, ordinal = posting(execute, chance)
    column = chance.choice(["source", "target", "asset"])
    [[value]] = execute(
        f"SELECT {column} FROM posting WHERE number = ? AND ordinal = ?",  # noqa: S608 - our own
        number,
        ordinal,
    )
    execute(
        f"UPDATE posting SET {column} = ? WHERE number = ? AND ordinal = ?",  # noqa: S608 - our own
        flipped(value, chance),
        number,
        ordinal,
    )
    return number


def turned(execute: Execute, chance: random.Random) -> int:
    number, ordinal = posting(execute, chance)
    execute(
        "UPDATE posting SET source = target, target = source WHERE number = ? AND ordinal = ?",
        number,
        ordinal,
    )
    return number


def posting_deleted(execute: Execute, chance: random.Random) -> int:
    number, ordinal = posting(execute, chance)
    execute("DELETE FROM posting WHERE number = ? AND ordinal = ?", number, ordinal)
    return number


def posting_inserted(execute: Execute, chance: random.Random) -> int:
    number = chance.randint(1, ENTRIES + 5)
    execute(
        "INSERT INTO posting VALUES "
        "('roue', ?, 9, 'member:alice', 'member:bakery', 1, 'ROUE', 0, 0)",
        number,
    )
    return number


def entry_deleted(execute: Execute, chance: random.Random) -> int:
    number = chance.randint(1, ENTRIES)
    execute("DELETE FROM entry WHERE number = ?", number)
    if chance.random() < 0.5:
        execute("DELETE FROM posting WHERE number = ?", number)
    return number


def entry_inserted(execute: Execute, chance: random.Random) -> int:
    number = chance.choice([0, ENTRIES + 1, ENTRIES + 2])
    execute(
        "INSERT INTO entry SELECT currency, ?, previous, at, kind, actor, facts, tallies, "
        "memo, hash FROM entry WHERE number = ?",
        number,
        chance.randint(1, ENTRIES),
    )
    return ENTRIES + 1 if number > ENTRIES else number


def reordered(execute: Execute, chance: random.Random) -> int:
    first, second = sorted(chance.sample(range(1, ENTRIES + 1), 2))
    for table in ("entry", "posting"):
        for old, new in ((first, -1), (second, first), (-1, second)):
            execute(f"UPDATE {table} SET number = ? WHERE number = ?", new, old)  # noqa: S608 - our own
    execute("UPDATE entry SET previous = nullif(number - 1, 0)")
    return first


def truncated(execute: Execute, chance: random.Random) -> None:
    """Cut the end off, and put the head back to where it was."""
    last = chance.randint(1, ENTRIES - 1)
    for table in ("entry", "posting", "memo"):
        execute(f"DELETE FROM {table} WHERE number > ?", last)  # noqa: S608 - our own names
    execute("DELETE FROM operation WHERE entry > ?", last)
    execute("DELETE FROM checkpoint WHERE size > ?", last)
    execute(
        "UPDATE currency SET head_number = ?, "
        "head_hash = (SELECT hash FROM entry WHERE number = ?)",
        last,
        last,
    )


def kept_balance(execute: Execute, chance: random.Random) -> None:
    names = [row[0] for row in execute("SELECT name FROM account ORDER BY name")]
    first, second = chance.sample(names, 2)
    execute("UPDATE account SET balance = balance - 1 WHERE name = ?", first)
    execute("UPDATE account SET balance = balance + 1 WHERE name = ?", second)


def account_limits(execute: Execute, chance: random.Random) -> None:
    names = [row[0] for row in execute("SELECT name FROM account ORDER BY name")]
    column = chance.choice(["floor", "ceiling"])
    sql = f"UPDATE account SET {column} = -7 WHERE name = ?"  # noqa: S608 - our own names
    execute(sql, chance.choice(names))


def account_deleted(execute: Execute, chance: random.Random) -> None:
    names = [row[0] for row in execute("SELECT name FROM account ORDER BY name")]
    execute("DELETE FROM account WHERE name = ?", chance.choice(names))


def kept_tally(execute: Execute, chance: random.Random) -> None:
    column = chance.choice(["amount", "top"])
    execute(f"UPDATE tally SET {column} = {column} - 1")  # noqa: S608 - our own names


def memo_words(execute: Execute, chance: random.Random) -> int:
    number, words = chance.choice(execute("SELECT number, words FROM memo ORDER BY number"))
    execute("UPDATE memo SET words = ? WHERE number = ?", flipped(words, chance), number)
    return int(number)


def rewritten(execute: Execute, chance: random.Random) -> None:
    """Take a cent out of a payment and make balances and the whole chain again."""
    number = chance.choice([4, 8, 12, 16, 36, 40])
    execute("UPDATE posting SET amount = amount - 1 WHERE number = ?", number)
    sides = execute("SELECT source, target FROM posting WHERE number = ?", number)[0]
    for name, change in zip(sides, (1, -1), strict=True):
        execute("UPDATE account SET balance = balance + ? WHERE name = ?", change, name)
        for side in ("source", "target"):
            execute(
                f"UPDATE posting SET {side}_after = {side}_after + ? "  # noqa: S608 - our own
                f"WHERE {side} = ? AND number >= ?",
                change,
                name,
                number,
            )
    rehash(execute)


def rewritten_unanswered(execute: Execute, chance: random.Random) -> None:
    """Do as `rewritten`, and burn the answers that were given."""
    rewritten(execute, chance)
    execute("DELETE FROM operation")


def rewritten_unwitnessed(execute: Execute, chance: random.Random) -> None:
    """Do as `rewritten_unanswered`, and burn the checkpoints: only the one kept elsewhere tells."""
    rewritten(execute, random.Random(4 * chance.randint(1, 9)))  # noqa: S311 - a seed
    execute("UPDATE entry SET actor = 'x' WHERE number <= 18")
    rehash(execute)
    execute("DELETE FROM operation")
    execute("DELETE FROM checkpoint")


TAMPERS: Final[tuple[Tamper, ...]] = (
    entry_field,
    entry_hash,
    posting_number,
    posting_name,
    turned,
    posting_deleted,
    posting_inserted,
    entry_deleted,
    entry_inserted,
    reordered,
    truncated,
    kept_balance,
    account_limits,
    account_deleted,
    kept_tally,
    memo_words,
    rewritten,
    rewritten_unanswered,
    rewritten_unwitnessed,
)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_tamper_is_seen(town: str, kept: Checkpoint, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    tamper = TAMPERS[seed % len(TAMPERS)]
    with tampering(town) as execute:
        number = tamper(execute, chance)
    report = audit(town, kept)
    assert not report.sound
    if number is not None:
        assert number in {problem.entry for problem in report.problems}


def test_only_a_checkpoint_kept_elsewhere_tells_of_a_journal_written_anew(
    town: str, kept: Checkpoint
) -> None:
    with tampering(town) as execute:
        rewritten_unwitnessed(execute, random.Random(1))  # noqa: S311 - as above
    assert audit(town).sound
    assert found_in(audit(town, kept)) == {("checkpoint-root", 18), ("checkpoint-head", 18)}


def test_a_rewritten_chain_contradicts_what_was_answered_and_signed(town: str) -> None:
    with tampering(town) as execute:
        rewritten(execute, random.Random(1))  # noqa: S311 - as above
    slugs = {slug for slug, _ in found_in(audit(town))}
    assert slugs == {"answer", "checkpoint-root", "checkpoint-head", "checkpoint-peaks"}


@pytest.mark.postgres
def test_tampers_on_postgresql(postgres_town: str) -> None:
    """Each of the kinds that leave the others in sight, on one database, one after the other."""
    chance = random.Random(0)  # noqa: S311 - as above
    for tamper in (entry_field, posting_number, memo_words, entry_deleted):
        with tampering(postgres_town) as execute:
            number = tamper(execute, chance)
        assert number in {problem.entry for problem in audit(postgres_town).problems}


def test_bytes_flipped_in_the_file(town: str) -> None:
    """A text changed in the pages of the file, behind SQLite's back."""
    path = Path(town.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    for old, new in ((b"facture 1", b"facture 7"), (b'"payer":"alice"', b'"payer":"bruno"')):
        assert old in whole
        path.write_bytes(whole.replace(old, new))
        assert not audit(town).sound


def test_an_index_that_hides_a_row(town: str) -> None:
    with tampering(town) as execute:
        execute("PRAGMA writable_schema = ON")
        execute(
            "UPDATE sqlite_master SET rootpage = (SELECT sum(rootpage) FROM sqlite_master "
            "WHERE name IN ('posting_source', 'posting_target')) - rootpage "
            "WHERE name IN ('posting_source', 'posting_target')"
        )
    assert "flaw" in {slug for slug, _ in found_in(audit(town))}
