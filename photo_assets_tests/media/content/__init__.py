"""Access to the bytes of photos."""
