"""Decisions made together and by whom or what, and approvals to make photos more visible.

`approvals` refuses UPDATE and DELETE in the database itself, like `decisions`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("decisions", sa.Column("batch", sa.String(36)))
    op.add_column(
        "decisions", sa.Column("made_by", sa.Text, nullable=False, server_default="person")
    )
    op.create_index("decisions_batch", "decisions", ["batch"])
    op.create_table(
        "approvals",
        sa.Column("approval_id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("photo_id", sa.String(36), nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("revokes", _SERIAL, sa.ForeignKey("approvals.approval_id"), unique=True),
    )
    op.create_index("approvals_photo_id", "approvals", ["photo_id"])
    _refuse_changes("approvals")


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
