"""The Supabase sink: writes the collection to tables of a PostgreSQL database through its API."""

from photo_assets.sinks.supabase.spec import SPEC

__all__ = ["SPEC"]
