"""Runs revisions on the connection `migrate.py` hands over, inside its transaction."""

from alembic import context

from photo_assets.ledger.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
