"""A name for the state of the photo registry, to tell a copy of its keys from one of earlier.

Copies are made from today on, so any name will do for the present state; it is drawn by chance.
"""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the table with its one row."""
    table = op.create_table(
        "registry_revision",
        sa.Column("part", sa.Text, primary_key=True),
        sa.Column("revision", sa.String(32), nullable=False),
    )
    op.bulk_insert(table, [{"part": "photos", "revision": secrets.token_hex(16)}])
