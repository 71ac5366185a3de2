"""`mirror/*`: what people wrote at the other side of a sink, read back. No source of photos."""
