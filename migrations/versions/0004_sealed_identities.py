"""Sealed identities: who people are is readable with the key only, in bank lines too."""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import context, op

from ledger.store.migrating import MigratingVault

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

SECRET = {
    "identity": ("name", "email", "iban"),
    "bank_line": ("text", "counterparty", "iban", "note"),
}
SUBJECT = {"identity": "id", "bank_line": "statement"}
KNOWN_BY = {"identity": ("email", "iban"), "bank_line": ("iban",)}
BINARY = {"sqlite": "BLOB NOT NULL DEFAULT x''", "postgresql": "BYTEA NOT NULL DEFAULT ''"}
TEXT = dict.fromkeys(BINARY, "TEXT NOT NULL DEFAULT ''")

Changed = Callable[[str, Any], dict[str, Any]]


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sealing_key",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.CheckConstraint("state IN ('in-use', 'retiring', 'retired')", name="sealing_key_state"),
        sa.ForeignKeyConstraint(["currency"], ["currency.code"]),
        sa.PrimaryKeyConstraint("currency", "id"),
    )
    op.create_index(
        "sealing_key_in_use",
        "sealing_key",
        ["currency"],
        unique=True,
        sqlite_where=sa.text("state = 'in-use'"),
        postgresql_where=sa.text("state = 'in-use'"),
    )
    op.create_table(
        "subject_key",
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("master", sa.Text(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["currency", "master"], ["sealing_key.currency", "sealing_key.id"]),
        sa.PrimaryKeyConstraint("currency", "subject"),
    )
    op.create_index("subject_key_master", "subject_key", ["currency", "master"], unique=False)
    vault = MigratingVault(op.get_bind(), context.config.attributes.get("ring"))

    def sealed(table: str, row: Any) -> dict[str, Any]:  # noqa: ANN401 - a row of the driver's
        said = {name: getattr(row, name) for name in SECRET[table]}
        indices = {
            f"{name}_index": vault.index(row.currency, name, said[name]) for name in KNOWN_BY[table]
        }
        return {**vault.sealed(row.currency, table, row.id, _subject(table, row), said), **indices}

    for table, names in KNOWN_BY.items():
        op.drop_index(f"{table}_iban", table_name=table)
        for name in names:
            op.add_column(table, sa.Column(f"{name}_index", sa.LargeBinary(), nullable=True))
        _exchange(table, BINARY, sealed, tuple(f"{name}_index" for name in names))
        for name in names:
            op.create_index(f"{table}_{name}_index", table, ["currency", f"{name}_index"])
    vault.keep()


def downgrade() -> None:
    """Take back."""
    vault = MigratingVault(op.get_bind(), context.config.attributes.get("ring"))

    def opened(table: str, row: Any) -> dict[str, Any]:  # noqa: ANN401 - as above
        cells = {name: getattr(row, name) for name in SECRET[table]}
        return dict(vault.opened(row.currency, table, row.id, _subject(table, row), cells))

    for table, names in KNOWN_BY.items():
        for name in names:
            op.drop_index(f"{table}_{name}_index", table_name=table)
        _exchange(table, TEXT, opened, ())
        for name in names:
            op.execute(f'ALTER TABLE {table} DROP COLUMN "{name}_index"')
        op.create_index(f"{table}_iban", table, ["currency", "iban"], unique=False)
    op.drop_index("subject_key_master", table_name="subject_key")
    op.drop_table("subject_key")
    op.drop_index("sealing_key_in_use", table_name="sealing_key")
    op.drop_table("sealing_key")


def _subject(table: str, row: Any) -> str:  # noqa: ANN401 - as above
    kind = SUBJECT[table]
    return f"identity:{row.id}" if kind == "id" else f"{kind}:{getattr(row, kind)}"


def _exchange(table: str, kind: dict[str, str], changed: Changed, more: tuple[str, ...]) -> None:
    """Put columns of another type, filled row by row, in the place of those that are secret."""
    bind = op.get_bind()
    secret = SECRET[table]
    for name in secret:
        op.execute(f'ALTER TABLE {table} ADD COLUMN "new_{name}" {kind[bind.dialect.name]}')
    names = ", ".join(
        f'"{name}"' for name in dict.fromkeys(("currency", "id", SUBJECT[table], *secret))
    )
    taken = [f'"new_{name}" = :{name}' for name in secret] + [
        f'"{name}" = :{name}' for name in more
    ]
    ask = sa.text(
        f"SELECT {names} FROM {table} "  # noqa: S608 - our own names
        "WHERE (currency, id) > (:currency, :id) ORDER BY currency, id LIMIT 1000"
    )
    put = sa.text(
        f"UPDATE {table} SET {', '.join(taken)} WHERE currency = :currency AND id = :id"  # noqa: S608 - as above
    )
    last = {"currency": "", "id": ""}
    while rows := bind.execute(ask, last).all():
        last = {"currency": rows[-1].currency, "id": rows[-1].id}
        bind.execute(put, [{"currency": r.currency, "id": r.id, **changed(table, r)} for r in rows])
    for name in secret:
        op.execute(f'ALTER TABLE {table} DROP COLUMN "{name}"')
        op.execute(f'ALTER TABLE {table} RENAME COLUMN "new_{name}" TO "{name}"')
