"""Thumbnails of blobs: where they are stored, how they are written, which months are complete."""
