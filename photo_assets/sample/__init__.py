"""The sample library: the pictures of a fictional person over eight years, in four catalogs.

It includes sample files of many other cameras and programs.

Everything is generated from a seed; this package reads no catalog.
"""

from photo_assets.sample.configuration import sample_configuration
from photo_assets.sample.formats.heic import can_write_heic
from photo_assets.sample.make import make_sample
from photo_assets.sample.manifest import SampleManifest

__all__ = ["SampleManifest", "can_write_heic", "make_sample", "sample_configuration"]
