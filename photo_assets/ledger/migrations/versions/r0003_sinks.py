"""What sinks intend, what became of it, which page is whose, and how fast services may be called.

`sink_pages` is the truth about which page a photo has: no service promises to find a page that was
just made.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "api_throttles",
        sa.Column("service", sa.Text, primary_key=True),
        sa.Column("next_at", sa.Double, nullable=False),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("open_until", sa.Double, nullable=False),
        sa.Column("reason", sa.Text),
    )
    op.create_table(
        "sink_states",
        sa.Column("sink", sa.Text, primary_key=True),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("revision", sa.String(32), nullable=False),
        sa.Column("plan_id", sa.Text),
        sa.Column("begun_at", sa.String(27)),
        sa.Column("finished_at", sa.String(27)),
        sa.Column("not_before", sa.String(27)),
        sa.Column("holder", sa.Text),
        sa.Column("held_until", sa.String(27)),
        sa.Column("detail", sa.Text),
    )
    op.create_table(
        "sink_requests",
        sa.Column("sink", sa.Text, primary_key=True),
        sa.Column("plan_id", sa.Text, primary_key=True),
        sa.Column("request", sa.Integer, primary_key=True),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("first_row", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("intended_at", sa.String(27), nullable=False),
        sa.Column("ended_at", sa.String(27)),
        sa.Column("created", sa.Integer, nullable=False),
        sa.Column("updated", sa.Integer, nullable=False),
        sa.Column("unchanged", sa.Integer, nullable=False),
        sa.Column("failed", sa.Text),
        sa.Column("error", sa.Text),
        sa.Column("done_number", sa.BigInteger),
    )
    op.create_index("sink_requests_done", "sink_requests", ["sink", "done_number"])
    op.create_table(
        "sink_pages",
        sa.Column("sink", sa.Text, primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("target", sa.Text, primary_key=True),
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("remote_id", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64)),
        sa.Column("at", sa.String(27), nullable=False),
        sqlite_with_rowid=False,
    )
