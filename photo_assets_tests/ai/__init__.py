"""Tests of `photo_assets.ai`: the room against a stand-in endpoint, on real sockets."""
