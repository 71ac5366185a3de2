"""`mirror/*`: what people wrote in the service of a sink, read back. No source of photos."""
