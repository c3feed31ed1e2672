"""Checkpoints: sign how long the journal is and its root, and prove that an entry is in it."""

from ledger.books.context import Context
from ledger.books.journal import Json
from ledger.operations.ledger import Ledger
from ledger.proof.checkpoint import Checkpoint, sign_checkpoint
from ledger.proof.tree import Frontier, inclusion_proof
from ledger.refusals import Unknown
from ledger.store.checkpoints import keep
from ledger.store.journal_reads import CheckpointColumns
from ledger.store.papers import instant_text

_PAGE = 10_000


def make_checkpoint(ledger: Ledger, currency: str, context: Context) -> Checkpoint | None:
    """Sign the journal as it stands and keep it; None when nothing was written since the last.

    Goes on from the last checkpoint's tree, so the work is that of the new entries alone.
    """
    _, head = ledger.reads.rulebook(currency)
    last = ledger.reads.latest_checkpoint(currency)
    frontier = Frontier.from_bytes(last.size, last.peaks) if last else Frontier()
    if frontier.size == head.number:
        return None
    while frontier.size < head.number:
        page = min(_PAGE, head.number - frontier.size)
        frontier.extend(ledger.reads.hashes(currency, after=frontier.size, limit=page))
    checkpoint = sign_checkpoint(
        ledger.key,
        currency=currency,
        frontier=frontier,
        head_hash=head.hash,
        at=instant_text(context.at),
    )
    keep(ledger.database, checkpoint, frontier.to_bytes())
    return checkpoint


def latest_checkpoint(ledger: Ledger, currency: str) -> dict[str, Json] | None:
    """Give the newest checkpoint as it is published, or None."""
    row = ledger.reads.latest_checkpoint(currency)
    return None if row is None else shown(row)


def checkpoints(ledger: Ledger, currency: str, *, after: int, limit: int) -> list[dict[str, Json]]:
    """List checkpoints whose size is above `after`, in order."""
    ledger.reads.rulebook(currency)
    return [shown(row) for row in ledger.reads.checkpoints(currency, after=after, limit=limit)]


def prove(ledger: Ledger, currency: str, number: int) -> dict[str, Json]:
    """Prove that an entry is under the newest checkpoint that covers it (RFC 6962 audit path).

    Raises Unknown when no checkpoint covers it yet.
    """
    row = ledger.reads.latest_checkpoint(currency)
    if row is None or not 0 < number <= row.size:
        raise Unknown(what="checkpoint over entry", id=str(number))
    hashes: list[bytes] = []
    while len(hashes) < row.size:
        page = min(_PAGE, row.size - len(hashes))
        hashes += ledger.reads.hashes(currency, after=len(hashes), limit=page)
    path = inclusion_proof(hashes, number - 1)
    return {
        "entry": number,
        "leaf": hashes[number - 1].hex(),
        "path": [step.hex() for step in path],
        "checkpoint": shown(row),
    }


def shown(row: CheckpointColumns) -> dict[str, Json]:
    """Show a checkpoint as it is published."""
    return {
        "currency": row.currency,
        "size": row.size,
        "root": row.root.hex(),
        "head_hash": row.head_hash.hex(),
        "at": row.at,
        "key_id": row.key_id,
        "signature": row.signature.hex(),
    }
