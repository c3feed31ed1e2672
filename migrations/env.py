"""Run migrations on the connection that `ledger.store.engines.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

from ledger.store import (
    bookkeeping_tables,
    donation_tables,
    paper_tables,
    people_tables,
    sealing_tables,
    tables,
)

_ = (
    bookkeeping_tables,
    donation_tables,
    paper_tables,
    people_tables,
    sealing_tables,
    tables,
)  # imported for the tables they declare


def run() -> None:
    """Bring the handed connection to the wanted version, in one transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=SQLModel.metadata,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
