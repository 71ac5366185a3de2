"""Approvals and changes of albums' names. Both tables refuse UPDATE and DELETE in the database."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "album_approvals",
        sa.Column("approval_id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("album", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("revokes", _SERIAL, sa.ForeignKey("album_approvals.approval_id"), unique=True),
    )
    op.create_index("album_approvals_album", "album_approvals", ["album"])
    op.create_table(
        "album_changes",
        sa.Column("entry_id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("change_id", sa.String(36), nullable=False),
        sa.Column("step", sa.Text, nullable=False),
        sa.Column("album", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("rollback", sa.Integer, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("detail", sa.Text),
        sa.UniqueConstraint("change_id", "step", name="album_changes_steps"),
    )
    op.create_index("album_changes_album", "album_changes", ["album"])
    for table in ("album_approvals", "album_changes"):
        _refuse_changes(table)


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
