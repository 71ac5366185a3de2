"""Tests of `photo_assets.questions`."""
