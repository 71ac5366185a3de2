"""Alembic's script folder: how the ledger's tables came to be, one revision a change."""
