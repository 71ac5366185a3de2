"""The Supabase sink: the collection as tables of a PostgreSQL database, through its API."""

from photo_assets.sinks.supabase.spec import SPEC

__all__ = ["SPEC"]
