"""Originals in stores of the user's own: writing, checking and counting copies."""
