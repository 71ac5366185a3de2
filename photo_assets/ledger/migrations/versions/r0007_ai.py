"""Calls of AI models with what they may and did use, and proposals with their reviews.

All four tables refuse UPDATE and DELETE in the database itself.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "ai_calls",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("attempt", sa.Integer, primary_key=True),
        sa.Column("photo_id", sa.String(36), nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("tokens", sa.BigInteger, nullable=False),
        sa.Column("micros", sa.BigInteger, nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "ai_outcomes",
        sa.Column("request", sa.String(64), primary_key=True),
        sa.Column("attempt", sa.Integer, primary_key=True),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("input_tokens", sa.BigInteger, nullable=False),
        sa.Column("output_tokens", sa.BigInteger, nullable=False),
        sa.Column("micros", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_table(
        "ai_proposals",
        sa.Column("proposal", sa.String(32), primary_key=True),
        sa.Column("photo_id", sa.String(36), nullable=False),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("model", sa.Text, nullable=False),
        sa.Column("prompt", sa.Text, nullable=False),
        sa.Column("proposed", sa.Text, nullable=False),
        sa.Column("confidence", sa.Double),
        sa.Column("at", sa.String(27), nullable=False),
    )
    op.create_index("ai_proposals_photo_id", "ai_proposals", ["photo_id"])
    op.create_index("ai_proposals_request", "ai_proposals", ["request"])
    op.create_table(
        "ai_reviews",
        sa.Column("review_id", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("proposal", sa.String(32), nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("seen", sa.Text, nullable=False),
        sa.Column("given", sa.Text),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text),
        sa.Column("batch", sa.String(36), nullable=False),
        sa.Column("at", sa.String(27), nullable=False),
        sa.Column("supersedes", _SERIAL, sa.ForeignKey("ai_reviews.review_id"), unique=True),
    )
    op.create_index("ai_reviews_proposal", "ai_reviews", ["proposal"])
    op.create_index("ai_reviews_batch", "ai_reviews", ["batch"])
    for table in ("ai_calls", "ai_outcomes", "ai_proposals", "ai_reviews"):
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
