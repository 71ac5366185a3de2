"""Tests of `photo_assets.albums`."""
