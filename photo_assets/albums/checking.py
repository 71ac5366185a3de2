"""The counts of the checks on albums: without a name, and far from the canonical one."""

from dataclasses import dataclass

from photo_assets.albums.table import ALBUMS, ASSET, NAME
from photo_assets.lake import Lake


@dataclass(frozen=True, slots=True)
class AlbumCounts:
    """Numbers of albums. `far`: with a drift above the alarm; `proposed`: above the proposal."""

    albums: int
    nameless: int
    proposed: int
    far: int


def count_albums(lake: Lake, propose_above: int, alarm_above: int) -> AlbumCounts:
    """Return the numbers of the stored table. Raises `StorageError`."""
    rows = lake.read(ASSET, NAME, ALBUMS, ["name", "drift"]).to_pylist()
    drifts = [row["drift"] or 0 for row in rows]
    return AlbumCounts(
        albums=len(rows),
        nameless=sum(not row["name"] for row in rows),
        proposed=sum(drift > propose_above for drift in drifts),
        far=sum(drift > alarm_above for drift in drifts),
    )
