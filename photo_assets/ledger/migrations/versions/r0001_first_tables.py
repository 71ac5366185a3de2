"""The first tables: photo ids, confirmations, decisions, attempts, audit.

Written out instead of `METADATA.create_all`, so that it stays what it was when tables change.
`decisions` and `audit` refuse UPDATE and DELETE in the database itself.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_APPEND_ONLY = ("decisions", "audit")


def upgrade() -> None:
    """Create the tables."""
    _photos()
    _people()
    _operations()
    for table in _APPEND_ONLY:
        _refuse_changes(table)


def _photos() -> None:
    op.create_table(
        "photos",
        sa.Column("photo_id", sa.String(36), primary_key=True),
        sa.Column("anchor", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(27), nullable=False),
    )
    op.create_table(
        "photo_keys",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("photo_id", sa.String(36), sa.ForeignKey("photos.photo_id"), nullable=False),
        sa.Column("blob", sa.String(64)),
        sa.Column("capture", sa.String(32)),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "photo_aliases",
        sa.Column("old_id", sa.String(36), sa.ForeignKey("photos.photo_id"), primary_key=True),
        sa.Column("photo_id", sa.String(36), sa.ForeignKey("photos.photo_id"), nullable=False),
        sa.Column("since", sa.String(27), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("photo_aliases_photo_id", "photo_aliases", ["photo_id"])


def _people() -> None:
    op.create_table(
        "confirmations",
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("catalog", sa.Text, primary_key=True),
        sa.Column("scan_digest", sa.Text, primary_key=True),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("lost", sa.BigInteger, nullable=False),
        sa.Column("known", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "decisions",
        sa.Column("decision_id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("conflict_id", sa.Text, nullable=False),
        sa.Column("evidence_digest", sa.String(64), nullable=False),
        sa.Column("values_seen", sa.Text, nullable=False),
        sa.Column("answer", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("supersedes", _SERIAL, sa.ForeignKey("decisions.decision_id"), unique=True),
    )
    op.create_index("decisions_conflict_id", "decisions", ["conflict_id"])


def _operations() -> None:
    op.create_table(
        "partition_attempts",
        sa.Column("asset", sa.Text, primary_key=True),
        sa.Column("partition", sa.Text, primary_key=True),
        sa.Column("input_digest", sa.Text, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.Text),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "audit",
        sa.Column("audit_id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text),
    )
    op.create_index("audit_subject", "audit", ["subject"])


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
    )
