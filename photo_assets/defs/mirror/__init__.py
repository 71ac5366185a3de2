"""`mirror/*`: people's changes in the service of a sink, read back. Never a source of photos."""
