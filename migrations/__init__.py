"""The schema's history, one Alembic file per step; the newest is head."""
