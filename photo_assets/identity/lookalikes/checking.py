"""The counts of the look-alike checks: pairs, their groups, and recomputed distances.

The checks themselves and their messages are defined elsewhere.
"""

from dataclasses import dataclass

from photo_assets.identity.lookalikes.inputs import ASSET
from photo_assets.identity.lookalikes.turns import Turn
from photo_assets.lake import Lake
from photo_assets.lake.inputs import fingerprint_files
from photo_assets.lake.views import view_stored
from photo_assets.model.tables import FINGERPRINTS, LOOKALIKE_GROUPS, LOOKALIKES

_DOING = "The look-alikes could not be checked"
_PAIRS = """
SELECT (SELECT count(*) FROM pair),
       (SELECT count(*) FROM pair WHERE a_photo_id >= b_photo_id),
       (SELECT count(DISTINCT (a_photo_id, b_photo_id)) FROM pair),
       (SELECT count(*) FROM pair ANTI JOIN grouped USING (group_id))
"""
_PRINTS = """
WITH print AS (SELECT sha256, any_value(phash) AS phash, bool_or(flat) AS flat
               FROM file WHERE phash IS NOT NULL GROUP BY sha256)
SELECT count(*) FILTER (turn = $plain AND bit_count(xor(a.phash, b.phash)) <> distance),
       count(*) FILTER (distance > $most), count(*) FILTER (a.flat OR b.flat), count(*)
FROM pair JOIN print a ON a.sha256 = a_sha256 JOIN print b ON b.sha256 = b_sha256
"""


@dataclass(frozen=True, slots=True)
class PairCounts:
    """Pairs: all, those within one photo, distinct ones, and those whose group is missing."""

    pairs: int
    within_one_photo: int
    different: int
    without_group: int


@dataclass(frozen=True, slots=True)
class FingerprintCounts:
    """Pairs whose fingerprints show a wrong distance, a distance over `most`, or a flat picture."""

    other_distance: int
    too_far: int
    flat: int
    pairs: int


def count_pairs(lake: Lake) -> PairCounts:
    """Count the stored pairs and their groups. Raises `StorageError`."""
    with lake.query("counts", _DOING) as connection:
        for name, kind in (("pair", LOOKALIKES), ("grouped", LOOKALIKE_GROUPS)):
            view_stored(connection, name, kind, [lake.path(ASSET, kind.name)])
        return PairCounts(*connection.execute(_PAIRS).fetchall()[0])


def count_by_fingerprints(lake: Lake, most: int) -> FingerprintCounts:
    """Check the stored pairs against the fingerprints; at most `most` bits may differ.

    Raises `StorageError`.
    """
    with lake.query("counts", _DOING) as connection:
        view_stored(connection, "pair", LOOKALIKES, [lake.path(ASSET, LOOKALIKES.name)])
        view_stored(connection, "file", FINGERPRINTS, fingerprint_files(lake))
        values = {"plain": str(Turn.NONE), "most": most}
        return FingerprintCounts(*connection.execute(_PRINTS, values).fetchall()[0])
