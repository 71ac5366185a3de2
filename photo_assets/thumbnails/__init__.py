"""Thumbnails of blobs: where they are, how they are put there, which months have them all."""
