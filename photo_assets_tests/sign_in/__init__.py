"""Tests of `photo_assets.sign_in`."""
