"""The inputs, options and results of the search for look-alikes. No queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from photo_assets.lake.stored import AssetPath

ASSET: AssetPath = ("identity", "lookalikes")
"""The asset of its two tables in the lake."""


@dataclass(frozen=True, slots=True)
class LookalikeInputs:
    """The Parquet files of identity/photos, of fingerprints and of items, in any order."""

    members: tuple[Path, ...]
    relations: tuple[Path, ...]
    fingerprints: tuple[Path, ...] = ()
    items: tuple[Path, ...] = ()
    memory_mib: int = 0  # 0: the measured need
    temp_directory: Path | None = None  # None: a new folder in the system's temporary folder
    threads: int = 2


@dataclass(frozen=True, slots=True)
class LookalikeOptions:
    """The definition of look-alikes.

    `distance`: maximum number of bits in which two pHashes may differ. A photo with at least
    `crowd` photos within that distance, including itself, is crowded; pairs of two crowded photos
    are not listed.

    With `mirrored_and_rotated`, hashes of turned pictures are derived from the bits of the plain
    one. Measured on 133 pictures, the derived hash differs from the real one by 2 bits in the
    median and 3 in the mean, at most 10; 96 of 100 are within 6 bits, 98 to 100 within 8. For a
    turned copy that was also resized or re-encoded, these changes add to the distance.
    """

    distance: int = 6
    crowd: int = 50
    mirrored_and_rotated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LookalikeSummary:
    """Counts of one run, for reports and checks."""

    pictures: int  # blobs with a hash, as photos have them
    flat_pictures: int  # omitted: their hashes are meaningless
    hashes: int  # distinct hashes among the others
    pairs: int
    pairs_by_distance: Mapping[int, int]
    pairs_by_turn: Mapping[str, int]
    related_pairs: int  # pairs that a catalog already relates
    stars: int
    crowds: int
    crowded_photos: int
    stages_s: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LookalikeTables:
    """The two tables of `model.tables` (LOOKALIKES, LOOKALIKE_GROUPS), sorted."""

    pairs: pa.Table
    groups: pa.Table
    summary: LookalikeSummary
