"""Keeping checkpoints: an append-only table beside the journal."""

from typing import Final

from sqlalchemy import Table

from ledger.proof.checkpoint import Checkpoint
from ledger.store.engines import Database
from ledger.store.sql import Ask, Put, open_door
from ledger.store.tables import CheckpointRow

_TABLE: Final[Table] = CheckpointRow.__table__  # type: ignore[attr-defined]  # SQLModel sets it


def keep(database: Database, checkpoint: Checkpoint, peaks: bytes) -> None:
    """Write a checkpoint; one of the same size is already there and stays."""
    row = (
        checkpoint.currency,
        checkpoint.size,
        checkpoint.root,
        checkpoint.head_hash,
        peaks,
        checkpoint.at,
        checkpoint.key_id,
        checkpoint.signature,
    )
    door = open_door(database)
    try:
        _, (rows,) = door.begin(checkpoint.currency, [Ask(_TABLE)])
        if any(known[1] == checkpoint.size for known in rows):
            door.rollback()
        else:
            door.commit([Put(_TABLE, [row])])
    finally:
        door.close()
