"""Which photos of a month are described, and which of the chosen ones may not be sent, and why.

`model.disclosure` decides what may be shown; a photo of the same scene as a locked one is locked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from photo_assets.configuration.ai import AiPhotos, AiSettings
from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.model.disclosure.redaction import LEVEL
from photo_assets.model.tables import PHOTOS, UNIFIED
from photo_assets.model.vocabulary import Visibility
from photo_assets.sinks.disclosing.collection import Collection
from photo_assets.sinks.disclosing.joined import VIEW, Joined
from photo_assets.workspace import Workspace

_COLUMNS = ("photo_id", "visibility", "availability", "archived", "label", "albums", "sources")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A photo that the settings choose. `held`: a stable code for why it may not be sent."""

    photo_id: str
    month: str
    sha256: bytes | None
    held: str | None = None


class Choice:
    """The chosen photos of a library at one moment. All methods raise `StorageError`."""

    def __init__(self, workspace: Workspace) -> None:
        self._settings = workspace.settings.ai
        self._lake = workspace.lake
        self._collection = Collection(Joined.of(workspace))

    @property
    def months(self) -> list[str]:
        """The months that may have chosen photos, oldest first."""
        photos = self._settings.photos if self._settings.enabled else ()
        return [
            month for month in self._collection.months if any(_covers(one, month) for one in photos)
        ]

    def of(self, month: str) -> list[Chosen]:
        """Return the chosen photos of a month, by id."""
        conditions = [one for one in self._settings.photos if _covers(one, month)]
        if not conditions or not self._settings.enabled:
            return []
        locked = set(self._collection.locked(month))
        blobs = _blobs(self._lake, month)
        rows = self._lake.read(VIEW, month, UNIFIED, _COLUMNS).to_pylist()
        return sorted(
            (
                self._chosen(row, month, blobs, locked)
                for row in rows
                if row["photo_id"] in blobs and any(_fits(one, row) for one in conditions)
            ),
            key=lambda one: one.photo_id,
        )

    def _chosen(
        self,
        row: Mapping[str, Any],
        month: str,
        blobs: Mapping[str, bytes | None],
        locked: set[str],
    ) -> Chosen:
        photo = row["photo_id"]
        held = "locked" if photo in locked else _why_held(row, self._settings)
        sha256 = blobs[photo]
        if held is None and sha256 is None:
            held = "no_file"
        return Chosen(photo_id=photo, month=month, sha256=sha256, held=held)


def _why_held(row: Mapping[str, Any], settings: AiSettings) -> str | None:
    policy = DisclosurePolicy(people=False, gps=False, archived=False, private=settings.private)
    state = (row["visibility"], row["availability"], row["archived"])
    if policy.admits(*state):
        return None
    if row["visibility"] == Visibility.PRIVATE and not settings.private:
        return "private"
    return "not_shown"  # locked, unknown, trashed or archived


def _blobs(lake: Lake, month: str) -> dict[str, bytes | None]:
    """Return photo id -> its master's blob. A photo that moved to another month is not here."""
    table = lake.read(photo_table(PHOTOS), month, PHOTOS, ("photo_id", "sha256"))
    return dict(zip(table["photo_id"].to_pylist(), table["sha256"].to_pylist(), strict=True))


def _covers(one: AiPhotos, month: str) -> bool:
    if one.months is None:
        return True
    first, _, last = one.months.partition("..")
    return first <= month[:7] <= (last or first)


def _fits(one: AiPhotos, row: Mapping[str, Any]) -> bool:
    return (
        (one.label is None or (row["label"] or "").casefold() == one.label.casefold())
        and (one.catalog is None or one.catalog in (row["sources"] or ()))
        and (one.album is None or _is_in(one.album, row["albums"] or ()))
    )


def _is_in(album: str, albums: Sequence[str]) -> bool:
    """Return whether one of the albums is `album` or below it."""
    return any(one == album or one.startswith(album + LEVEL) for one in albums)
