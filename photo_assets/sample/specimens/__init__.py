"""Files of other cameras and programs, one of each kind, with their expected values.

Each states the values that a reader should find. They are stored on the NAS.
"""

from photo_assets.sample.ids import Ids
from photo_assets.sample.specimens.damaged import damaged_files
from photo_assets.sample.specimens.layouts import scans
from photo_assets.sample.specimens.pairs import pairs
from photo_assets.sample.specimens.specimen import Painter, Specimen
from photo_assets.sample.specimens.texts import described_files
from photo_assets.sample.specimens.times import dated_files

__all__ = ["Specimen", "all_specimens"]


def all_specimens(seed: int, ids: Ids) -> tuple[Specimen, ...]:
    """Return the specimens; the same seed gives the same ones."""
    painter = Painter(seed)
    return (
        *described_files(painter),
        *dated_files(painter),
        *pairs(painter, ids),
        *scans(painter),
        *damaged_files(painter),
    )
