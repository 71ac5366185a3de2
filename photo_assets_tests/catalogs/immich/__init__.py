"""The reader of Immich against a stand-in server."""
