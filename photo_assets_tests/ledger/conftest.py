"""Ledgers for the tests of this folder."""

from photo_assets_tests.ledgers import ledger, ledger_url, postgres_server

__all__ = ["ledger", "ledger_url", "postgres_server"]
