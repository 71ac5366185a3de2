"""The sample library: one invented person's pictures over eight years, in four catalogs.

Among them lie files of every kind that other people's cameras and programs write.

Everything is drawn and written by this package from a seed; nothing in it reads a catalog.
"""

from photo_assets.sample.configuration import sample_configuration
from photo_assets.sample.formats.heic import can_write_heic
from photo_assets.sample.make import make_sample
from photo_assets.sample.manifest import SampleManifest

__all__ = ["SampleManifest", "can_write_heic", "make_sample", "sample_configuration"]
