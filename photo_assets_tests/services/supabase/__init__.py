"""A Supabase without Docker: PostgreSQL with pgvector, PostgREST, and a gateway that wants a key.

Roles, default privileges and timeouts are those of a hosted project. What is not here: auth,
storage, realtime, and every PostgREST newer than 12.0.2.
"""
