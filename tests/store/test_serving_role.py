"""The service runs under a role that can neither change the schema nor rewrite what was written."""

import secrets
from pathlib import Path

import psycopg
import pytest

from api.dependencies import operator
from ledger.operations.conversion import Convert
from ledger.operations.demo import CODE, fill_demo
from ledger.operations.ledger import migrate, open_ledger, secret_keys, signing_key
from ledger.operations.nightly import do_nightly

FOREVER = ("entry", "posting", "checkpoint", "alembic_version")


def test_the_service_needs_no_right_to_change_the_schema_or_the_past(
    database_url: str, tmp_path: Path
) -> None:
    if database_url.startswith("sqlite"):
        pytest.skip("an embedded file has no roles")
    role = f"serving_{secrets.token_hex(6)}"
    with psycopg.connect(database_url, autocommit=True) as owner:
        for said in (
            f"CREATE ROLE {role} LOGIN",
            f"GRANT USAGE ON SCHEMA public TO {role}",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}",
            f"REVOKE UPDATE, DELETE ON {', '.join(FOREVER)} FROM {role}",
        ):
            owner.execute(said.encode())
    serving = database_url.replace("comptoir@", f"{role}@", 1)
    ring = secret_keys(tmp_path / "secret-key")
    migrate(serving, ring)  # at head already, so nothing is asked of the schema
    ledger = open_ledger(serving, signing_key(tmp_path / "key.pem"), ring)
    try:
        fill_demo(ledger, operator(), lambda: secrets.token_urlsafe(16))
        done = ledger.post_and_wait(CODE, Convert("alice", 10_00, "bank"), operator())
        assert not done.refused, done.body
        assert do_nightly(ledger, CODE, operator()).checkpoint
    finally:
        ledger.close()
    with psycopg.connect(serving, autocommit=True) as connection:
        for table in FOREVER:
            for said in (f"DELETE FROM {table}", f"DROP TABLE {table}"):  # noqa: S608 - our own names
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(said.encode())
    with psycopg.connect(database_url, autocommit=True) as owner:
        owner.execute(f"DROP OWNED BY {role}".encode())
        owner.execute(f"DROP ROLE {role}".encode())
