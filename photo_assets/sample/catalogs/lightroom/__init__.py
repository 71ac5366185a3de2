"""The sample's Lightroom catalog: the .lrcat file and the pictures it manages."""

from photo_assets.sample.catalogs.lightroom.writer import write_lightroom

__all__ = ["write_lightroom"]
