"""Files of other cameras and programs, one of each kind, with their expected values.

Each states the values that a reader should find. They are stored on the NAS.
"""

from photo_assets.sample.ids import Ids
from photo_assets.sample.specimens.damaged import damaged_files
from photo_assets.sample.specimens.layouts import scans
from photo_assets.sample.specimens.pairs import pairs
from photo_assets.sample.specimens.specimen import Easel, Specimen
from photo_assets.sample.specimens.times import dated_files
from photo_assets.sample.specimens.words import described_files

__all__ = ["Specimen", "all_specimens"]


def all_specimens(seed: int, ids: Ids) -> tuple[Specimen, ...]:
    """Return the specimens; the same seed gives the same ones."""
    easel = Easel(seed)
    return (
        *described_files(easel),
        *dated_files(easel),
        *pairs(easel, ids),
        *scans(easel),
        *damaged_files(easel),
    )
