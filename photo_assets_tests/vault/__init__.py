"""Thumbnails of months."""
