"""Aliases that hold as long as a decision does: their photos keep their keys."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; the photos of all earlier aliases had items in common."""
    op.add_column(
        "photo_aliases", sa.Column("decided", sa.Integer, nullable=False, server_default="0")
    )
