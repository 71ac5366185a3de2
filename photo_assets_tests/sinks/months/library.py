"""A small collection in a lake, month by month, whose every fact a test may change.

Tables are written as they are; how they come about is tested elsewhere. What both sinks want is
followed partition by partition, as an engine would, and held against a whole pass.
"""

import shutil
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from photo_assets.configuration.sinks import Sinks
from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.stored import AssetPath
from photo_assets.model.item import Album, Item, Keyword
from photo_assets.model.plans import DESIRED
from photo_assets.model.rows import item_to_row
from photo_assets.model.tables import (
    CONFLICTS,
    FINGERPRINTS,
    ITEMS,
    MEMBERS,
    PHOTOS,
    RELATIONS,
    THUMBNAILS,
    UNIFIED,
    TableKind,
)
from photo_assets.model.vocabulary import AlbumKind, Availability, LinkKind, MediaKind
from photo_assets.sinks.disclosing import Joined
from photo_assets.sinks.notion.desired import DesiredPages
from photo_assets.sinks.supabase.desired import DesiredRows
from photo_assets_tests.configured import sinks_of

MONTHS = ("2020-01-01", "2020-02-01", "2020-03-01")
ROOTS = ("People",)
_NOTHING = {"people": False, "gps": False, "archived": False}
_ALL = dict.fromkeys(_NOTHING, True)
PLAIN = sinks_of(people_roots=list(ROOTS), notion=_NOTHING, supabase=_NOTHING)
OPEN = sinks_of(people_roots=list(ROOTS), notion={**_ALL, "keyword_options": 3}, supabase=_ALL)
_TODAY = date(2026, 1, 1)
_ASSETS: tuple[tuple[TableKind, AssetPath], ...] = (
    (ITEMS, ("catalog", "lightroom")),
    (FINGERPRINTS, ("identity", "fingerprints")),
    (THUMBNAILS, ("vault", "thumbnails")),
    *((kind, photo_table(kind)) for kind in (PHOTOS, MEMBERS, RELATIONS)),
    (UNIFIED, ("metadata", "unified")),
    (CONFLICTS, ("metadata", "conflicts")),
)


def id_of(number: int) -> str:
    """Return the id of photo `number`."""
    return f"00000000-0000-4000-8000-{number:012}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A photo with one item. `viewed` is the month its unified row lies in, None for none."""

    month: str
    viewed: str | None
    item_month: str
    view: dict[str, Any] = field(default_factory=dict)
    albums: tuple[str, ...] = ("Trips/Lofoten",)
    availability: Availability = Availability.ONLINE
    drawn: bool = True
    conflict: bool = False


def photo(month: str, **view: Any) -> Photo:
    """Return a photo of a month, as its unified row says."""
    plain = {"title": "A title", "caption": "At sea.", "keywords": [["sea"]], "people": ["Ada"]}
    return Photo(month=month, viewed=month, item_month=month, view={**plain, **view})


@dataclass
class Library:
    """Photos by number, relations between them (kind, one, other), and the lake they are in."""

    folder: Path
    photos: dict[int, Photo] = field(default_factory=dict)
    relations: set[tuple[LinkKind, int, int]] = field(default_factory=set)

    @property
    def lake(self) -> Lake:
        return Lake(self.folder / "lake")

    def copied(self, folder: Path) -> "Library":
        """Return the same in another folder, with its lake and what is kept there."""
        shutil.copytree(self.folder, folder)
        return Library(folder, dict(self.photos), set(self.relations))

    def edit(self, number: int, **values: Any) -> None:
        """Change a photo's row."""
        self.photos[number] = replace(self.photos[number], **values)

    def say(self, number: int, **view: Any) -> None:
        """Change a photo's unified row."""
        self.edit(number, view={**self.photos[number].view, **view})

    def locked(self) -> set[int]:
        """Return the photos that are locked, or show the same as one that the view has locked."""
        viewed = {n: one.view for n, one in self.photos.items() if one.viewed is not None}
        found = {n for n, view in viewed.items() if view.get("visibility") == "locked"}
        same = [(a, b) for kind, a, b in self.relations if kind is not LinkKind.STACKED_UNDER]
        while more := {b for pair in same for a, b in (pair, pair[::-1]) if a in found} - found:
            found |= more
        return found

    def write(self) -> None:
        """Store all tables; those that stay as they were are not touched."""
        rows: dict[tuple[AssetPath, str], list[dict[str, Any]]] = {}
        for number, one in sorted(self.photos.items()):
            for kind, month, row in _rows(number, one):
                rows.setdefault((dict(_BY_NAME)[kind], month), []).append(row)
        for kind, a, b in sorted(self.relations):
            if a in self.photos and b in self.photos:
                row = {"kind": kind, "from_photo_id": id_of(a), "to_photo_id": id_of(b)}
                asset = photo_table(RELATIONS)
                rows.setdefault((asset, self.photos[a].month), []).append(row)
        for table, asset in _ASSETS:
            months = {month for of, month in rows if of == asset}
            self.lake.retain(asset, months)
            for month in months:
                self.lake.write(asset, month, table, _table(table, rows[asset, month]))


_BY_NAME = tuple((kind.name, asset) for kind, asset in _ASSETS)


def _rows(number: int, one: Photo) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the rows of a photo: kind, month, row."""
    item = Item(
        source="lightroom",
        catalog="main",
        native_id=f"n{number}",
        reader_version=1,
        media_kind=MediaKind.IMAGE,
        availability=one.availability,
        capture_time=datetime.fromisoformat(one.item_month),
        keywords=(Keyword(path=("sea",)),),
        caption=one.view.get("caption"),
        albums=tuple(
            Album(id=path.lower(), path=tuple(path.split("/")), kind=AlbumKind.COLLECTION)
            for path in one.albums
        ),
    )
    named = {"source": "lightroom", "catalog": "main", "native_id": f"n{number}"}
    counts = {"item_count": 1, "catalog_count": 1, "blob_count": 1, "conflict_count": 0}
    blob = number.to_bytes(32)
    shared = {"photo_id": id_of(number), "month": one.month, "sha256": blob, "media_kind": "image"}
    here = {**named, "month": one.item_month, "sha256": blob}
    found = [
        ("items", one.item_month, {**item_to_row(item, _TODAY), "month": one.item_month}),
        ("fingerprints", one.item_month, {**here, "status": "ok"}),
        (
            "thumbnails",
            one.item_month,
            {
                "sha256": blob,
                "month": one.item_month,
                "status": "drawn" if one.drawn else "missing",
            },
        ),
        (
            "photos",
            one.month,
            {
                **shared,
                **counts,
                **{f"master_{name}": value for name, value in named.items()},
                "master_availability": one.availability,
            },
        ),
        (
            "members",
            one.month,
            {**shared, **here, "is_master": True, "availability": one.availability},
        ),
    ]
    if one.viewed is not None:
        view = {"photo_id": id_of(number), "month": one.viewed, **counts, **one.view}
        found.append(("unified", one.viewed, view))
        conflict = {
            "conflict_id": f"c{number}",
            "photo_id": id_of(number),
            "kind": "metadata_mismatch",
            "field": "rating",
            "detail": "They disagree.",
            "evidence_digest": bytes(32),
            "month": one.viewed,
        }
        found += [("conflicts", one.viewed, conflict)] if one.conflict else []
    return found


def _table(kind: TableKind, rows: list[dict[str, Any]]) -> pa.Table:
    whole = [{**_FILLING.get(kind.name, {}), **row} for row in rows]
    return pa.Table.from_pylist(whole, schema=kind.schema)


_FILLING: dict[str, dict[str, Any]] = {
    "relations": dict.fromkeys(RELATIONS.schema.names, "x"),
    "members": {"step": 0},
}


@dataclass
class Follower:
    """What a sink wants, kept by partition and rebuilt where a partition's digest changed.

    `folder` is where facts are kept.
    """

    library: Library
    sinks: Sinks
    name: str
    folder: str = ""
    kept: dict[str, tuple[str, pa.Table]] = field(default_factory=dict)

    def follow(self) -> set[str]:
        """Rebuild the changed partitions; return them."""
        desired = self._desired(self.library.folder / "kept" / (self.folder or self.name))
        partitions = desired.partitions()
        due = {name for name, one in partitions.items() if self._digest(name) != one}
        made: dict[str, list[pa.Table]] = {}
        for name, table in desired.of(due):
            assert table.num_rows
            made.setdefault(name, []).append(table)
        gone = self.kept.keys() - partitions.keys()
        for name in gone:
            del self.kept[name]
        for name in due:
            table = pa.concat_tables([DESIRED.schema.empty_table(), *made.get(name, [])])
            self.kept[name] = (partitions[name], table)
        return due | gone

    def whole(self, folder: Path) -> dict[str, tuple[str, pa.Table]]:
        """Return the result of a full pass without cached facts."""
        follower = Follower(self.library, self.sinks, self.name)
        desired = follower._desired(folder)
        tables: dict[str, list[pa.Table]] = {name: [] for name in desired.partitions()}
        for name, table in desired.of(tables):
            tables[name].append(table)
        empty = DESIRED.schema.empty_table()
        digests = desired.partitions()
        return {n: (digests[n], pa.concat_tables([empty, *t])) for n, t in tables.items()}

    def rows(self) -> list[dict[str, Any]]:
        """Return all rows that are wanted."""
        return [row for _, table in self.kept.values() for row in table.to_pylist()]

    def _digest(self, name: str) -> str | None:
        return self.kept[name][0] if name in self.kept else None

    def _desired(self, kept: Path) -> DesiredPages | DesiredRows:
        joined = Joined(lake=self.library.lake, kept=kept, people_roots=ROOTS)
        of = DesiredPages if self.name == "notion" else DesiredRows
        return of(joined, self.sinks)
