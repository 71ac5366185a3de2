"""The Supabase sink: the collection as tables of a PostgreSQL database, through its API."""
