"""The counts of the checks on albums: names that are missing or far, and changes not made."""

from dataclasses import dataclass

from photo_assets.albums.table import ALBUMS, ASSET, NAME
from photo_assets.lake import Lake
from photo_assets.ledger import OPEN, AlbumChanges, Ledger, Step


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


def count_changes(ledger: Ledger) -> dict[str, int]:
    """Return how many albums' last changes are open, and how many were not made, by outcome."""
    last = {one.album: one.step for one in AlbumChanges(ledger).all()}.values()
    not_made = (Step.CONFLICT, Step.FAILED, Step.UNDONE)
    return {
        "open": sum(step in OPEN for step in last),
        **{step.value: sum(one is step for one in last) for step in not_made},
    }
