"""How somebody with the file, or with the rights of its owner, changes what was written."""

from collections.abc import Iterator
from contextlib import contextmanager

from ledger.proof.canonical import GENESIS, entry_hash, rebuilt_bytes
from ledger.proof.checkpoint import Checkpoint
from ledger.proof.reader import open_source
from ledger.proof.rows import KeptEntry, KeptPosting
from ledger.proof.verifier import Report, verify
from tests.proof.town import KEY, Execute, opened

ENTRY_COLUMNS = "number, previous, at, kind, actor, facts, tallies, memo, hash"
POSTING_COLUMNS = "number, ordinal, source, target, amount, asset, source_after, target_after"


@contextmanager
def tampering(url: str) -> Iterator[Execute]:
    """Open a database with its triggers, foreign keys and checks out of the way."""
    with opened(url) as execute:
        if url.startswith("sqlite"):
            execute("PRAGMA ignore_check_constraints = ON")
            for (name,) in execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
                execute(f"DROP TRIGGER {name}")
        else:
            execute("SET session_replication_role = replica")
            checks = execute(
                "SELECT conrelid::regclass::text, conname FROM pg_constraint "
                "WHERE contype = 'c' AND connamespace = 'public'::regnamespace"
            )
            for table, name in checks:
                execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        yield execute


def rehash(execute: Execute, code: str = "roue") -> None:
    """Make every hash again, so that the chain holds for what now stands there."""
    last = GENESIS
    entries = execute(
        f"SELECT {ENTRY_COLUMNS} FROM entry WHERE currency = ? ORDER BY number",  # noqa: S608 - our own
        code,
    )
    for row in entries:
        postings = execute(
            f"SELECT {POSTING_COLUMNS} FROM posting "  # noqa: S608 - our own names
            "WHERE currency = ? AND number = ? ORDER BY ordinal",
            code,
            row[0],
        )
        rows = [KeptPosting(*posting) for posting in postings]
        last = entry_hash(last, rebuilt_bytes(code, KeptEntry(*row), rows))
        execute("UPDATE entry SET hash = ? WHERE currency = ? AND number = ?", last, code, row[0])
    execute("UPDATE currency SET head_hash = ? WHERE code = ?", last, code)


def audit(url: str, against: Checkpoint | None = None) -> Report:
    """Verify a database with its public key."""
    with open_source(url) as source:
        return verify(source, KEY.public_key(), against)


def found_in(report: Report) -> set[tuple[str, object]]:
    """Give each problem's slug with the entry, account or row that it names."""
    names = ("entry", "account", "id", "asset", "fund")
    return {
        (problem.slug, next((problem.facts[n] for n in names if n in problem.facts), None))
        for problem in (*report.problems, *report.warnings)
    }
