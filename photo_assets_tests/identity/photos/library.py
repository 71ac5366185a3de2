"""A lake with the months of catalogs and fingerprints, and joins over it."""

import dataclasses
import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from photo_assets.identity.answers import Answer
from photo_assets.identity.photos import PhotosWritten, write_photos
from photo_assets.identity.photos.made import KINDS
from photo_assets.lake import Lake
from photo_assets.lake.inputs import fingerprint_files, item_files, photo_table
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.rows import items_to_table
from photo_assets.model.tables import FINGERPRINTS, ITEMS
from photo_assets.model.vocabulary import LinkKind
from photo_assets_tests.configured import default_hierarchy, photo_inputs
from photo_assets_tests.identity.photos.making import TODAY, Key, Thing, link


def taken(thing: Thing, year: int, month: int) -> Thing:
    """Return the entry with a capture time in this month."""
    more = tuple(pair for pair in thing.more if pair[0] != "capture_time")
    return dataclasses.replace(thing, more=(*more, ("capture_time", datetime(year, month, 3, 12))))


class Library:
    """The lake and the record in one folder.

    `things` are the current entries of its catalogs, `answers` what people decided about photos,
    `masters` the items that they chose.
    """

    def __init__(self, folder: Path, things: Iterable[Thing] = ()) -> None:
        self.folder = folder
        self.lake = Lake(folder / "lake")
        self.things: dict[Key, Thing] = {}
        self.answers: Sequence[Answer] = ()
        self.masters: Sequence[Key] = ()
        self.put(*things)

    def put(self, *things: Thing) -> None:
        """Add or replace entries; the first id of each is stored once."""
        for thing in things:
            before = self.things.get(thing.key)
            first = _first_id(before) if before else thing.id
            turn = 2
            while before is None and first in self._first_ids(thing):
                first, turn = f"{thing.id}#{turn}", turn + 1
            self.things[thing.key] = _listed_as(thing, first)

    def move(self, key: Key, id: str) -> None:
        """Rename an entry's file to an unused name."""
        if key in self.things and (*key[:2], id) not in self.things:
            thing = self.things.pop(key)
            moved = _listed_as(dataclasses.replace(thing, id=id), _first_id(thing))
            self.things[moved.key] = moved

    def _first_ids(self, thing: Thing) -> set[str]:
        catalog = (t for t in self.things.values() if t.key[:2] == thing.key[:2])
        return {_first_id(one) for one in catalog}

    def store(self) -> None:
        """Write every month, including emptied ones; unchanged tables stay unchanged."""
        items = defaultdict(list)
        prints = defaultdict(list)
        for key in sorted(self.things):
            thing = self.things[key]
            item = thing.item()
            month = items_to_table([item], TODAY)["month"][0].as_py()
            items[thing.source, month].append(item)
            prints[month].append(thing.fingerprint(month) or _never_read(thing, month))
        for source in {*self.lake.catalogs(), *(source for source, _ in items)}:
            stored = self.lake.names(("catalog", source))
            for month in {*stored, *(m for s, m in items if s == source)}:
                table = items_to_table(items.get((source, month), []), TODAY)
                self.lake.write(("catalog", source), month, ITEMS, table)
        for month in {*self.lake.names(("identity", "fingerprints")), *prints}:
            rows = pa.Table.from_pylist(prints.get(month, []), schema=FINGERPRINTS.schema)
            self.lake.write(("identity", "fingerprints"), month, FINGERPRINTS, rows)

    def join(
        self, registry: PhotoRegistry, into: "Library | None" = None, *, everything: bool = False
    ) -> PhotosWritten:
        """Join the stored items, into another lake if one is given."""
        target = into or self
        inputs = photo_inputs(
            answers=self.answers,
            masters=self.masters,
            items=item_files(self.lake),
            fingerprints=fingerprint_files(self.lake),
            threads=1,
            temp_directory=self.folder / "spill",
        )
        return write_photos(
            inputs,
            registry,
            default_hierarchy(),
            target.lake,
            target.folder / "record",
            everything=everything,
        )

    def tables(self) -> dict[str, bytes]:
        """Return the bytes of all tables of photos, by asset and month."""
        return {
            f"{kind.name}/{path.stem}": path.read_bytes()
            for kind in KINDS
            for path in self.lake.files(photo_table(kind))
        }


def _first_id(thing: Thing) -> str:
    return next((one.target for one in thing.links if one.kind is LinkKind.FIRST_ID), thing.id)


def _listed_as(thing: Thing, first_id: str) -> Thing:
    """Return the entry as discovery stores one whose file was first listed under that id."""
    links = tuple(one for one in thing.links if one.kind is not LinkKind.FIRST_ID)
    if first_id != thing.id:
        links += (link(LinkKind.FIRST_ID, first_id),)
    return dataclasses.replace(thing, links=links)


def _never_read(thing: Thing, month: str) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(FINGERPRINTS.schema.names)
    names = ("source", "catalog", "native_id")
    return {
        **row,
        **dict(zip(names, thing.key, strict=True)),
        "month": month,
        "status": "unavailable",
    }


def again(library: Library, registry: PhotoRegistry) -> PhotosWritten:
    """Join the changes, and compare the result with a join of everything."""
    library.store()
    made = library.join(registry)
    hold_against_the_whole(library, registry, made)
    return made


def hold_against_the_whole(library: Library, registry: PhotoRegistry, made: PhotosWritten) -> None:
    other = Library(library.folder.parent / "whole")
    shutil.rmtree(other.folder, ignore_errors=True)
    other.things |= library.things
    other.answers, other.masters = library.answers, library.masters
    other.store()
    whole_of_it = other.join(registry)
    assert library.tables() == other.tables()
    summary = whole_of_it.summary
    assert (summary.new_photos, summary.merged_photos, summary.split_photos) == (0, 0, 0)
    assert summary.keys_written == 0
    for name in ("items", "photos", "items_by_step", "photos_by_step", "relations"):
        assert getattr(made.summary, name) == getattr(summary, name), name
    assert made.summary.items_by_month == summary.items_by_month
    assert made.summary.uii_collisions == summary.uii_collisions
    assert made.made.sources == whole_of_it.made.sources
    assert made.made.inputs == whole_of_it.made.inputs
