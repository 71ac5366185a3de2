"""Sorting the entries of a source into exports, and separating those of other products.

The entries of one export come from any number of archives and folders. They are collected until it
is known which folder of the export is Google Photos; JSONs outside of it are ignored.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from photo_assets.catalogs.google_takeout.accounts import by_account
from photo_assets.catalogs.google_takeout.archive_entries import read_archive
from photo_assets.catalogs.google_takeout.documents import (
    DocumentError,
    DocumentKind,
    parse_document,
)
from photo_assets.catalogs.google_takeout.entries import Entry, read_tree_file
from photo_assets.catalogs.google_takeout.exports import Export
from photo_assets.catalogs.google_takeout.naming import base_of_json, is_json, json_stem
from photo_assets.catalogs.google_takeout.part_names import TAKEOUT, export_stamp
from photo_assets.catalogs.google_takeout.parts import Source, missing_parts
from photo_assets.catalogs.google_takeout.products import NOT_PHOTOS, Products, product_of
from photo_assets.catalogs.google_takeout.spool import Spool
from photo_assets.catalogs.google_takeout.verification import without_unrelated
from photo_assets.model.events import Discarded, Failed, ScanEvent


@dataclass(slots=True)
class _Pile:
    """The entries of one export, or of all exports that names do not distinguish (stamp "")."""

    stamp: str
    products: Products = field(default_factory=Products)
    entries: list[Entry] = field(default_factory=list)

    def exports(self, spool: Spool) -> list[Export]:
        """Return the exports of Google Photos in it; other entries become events of the first."""
        self._prove(spool)
        inside: dict[str, list[Entry]] = defaultdict(list)
        outside: list[ScanEvent] = []
        for entry in self.entries:
            if _may_hold_all(entry) or self.products.is_photos(entry.inner):
                inside[_holder(entry)].append(entry)
            else:
                outside.append(Discarded(entry.shown, NOT_PHOTOS))
        exports = self._by_account(inside, spool)
        exports[0].events += outside
        return exports

    def _prove(self, spool: Spool) -> None:
        """Search for JSONs of photos in the folders of unknown products."""
        unknown = [e for e in self.entries if not self.products.is_known(e.inner)]
        media = {entry.inner for entry in unknown if not is_json(entry.name)}
        for entry in unknown:
            if not is_json(entry.name) or self.products.is_proven(entry.inner):
                continue
            if _is_of_a_photo(entry, media, spool):
                self.products.prove(entry.inner)

    def _by_account(self, inside: dict[str, list[Entry]], spool: Spool) -> list[Export]:
        """Return one export, or, where names do not distinguish exports, one per account."""
        if self.stamp or len(inside) < 2:
            return [self._export(self.stamp, inside, spool)]
        apart = {
            holder: self._export(holder, {holder: entries}, spool).account
            for holder, entries in inside.items()
        }
        exports = []
        for number, group in enumerate(by_account(apart)):
            label = (group[0] or TAKEOUT) if number else ""
            exports.append(self._export(label, {name: inside[name] for name in group}, spool))
        return exports

    def _export(self, label: str, entries: dict[str, list[Entry]], spool: Spool) -> Export:
        export = Export(self.stamp, label, damaged=self.products.damaged)
        for entry in self.entries:
            if entry.account is not None and (self.stamp or _holder(entry) in entries):
                export.account.accounts.add(entry.account)
        for entry in (entry for held in entries.values() for entry in held):
            export.add(entry, spool)
        return export


def gather(source: Source, spool: Spool) -> Iterator[Export | ScanEvent]:
    """Yield events for unreadable parts, then every export, oldest first."""
    piles: dict[str, _Pile] = {}
    for name in missing_parts(source):
        detail = "It exists by the other parts' numbers; its photos and JSONs are missing."
        yield Failed(name, "missing part", detail, native_prefix="")
        _pile(piles, export_stamp(name) or "").products.damaged = True
    source, left_out = without_unrelated(source)
    yield from left_out
    for file in source.files:
        _pile(piles, file.export).products.see(file.inner)
    for part in source.archives:
        pile = _pile(piles, part.export)
        for read in read_archive(part, spool, pile.products):
            if isinstance(read, Entry):
                pile.entries.append(read)
            else:
                pile.products.damaged = True
                yield read
    for file in source.files:
        pile = _pile(piles, file.export)
        pile.entries.append(read_tree_file(file, spool, pile.products))
    for stamp in sorted(piles):
        yield from piles[stamp].exports(spool)


def _pile(piles: dict[str, _Pile], stamp: str) -> _Pile:
    return piles.setdefault(stamp, _Pile(stamp))


def _holder(entry: Entry) -> str:
    """Return the folder or archive that contains the entry's "Takeout"."""
    if entry.ref.member is None:
        return entry.holder
    return f"{entry.part}/{entry.holder}".removesuffix("/")


def _may_hold_all(entry: Entry) -> bool:
    """Return whether it is an unreadable part, or an unreadable folder of products."""
    if entry.failure is None:
        return False
    if entry.inner.endswith("/"):
        return product_of(entry.inner) == TAKEOUT or not entry.inner.startswith(f"{TAKEOUT}/")
    return export_stamp(entry.name) is not None


def _is_of_a_photo(entry: Entry, media: set[str], spool: Spool) -> bool:
    if entry.json is not None:
        try:
            document = parse_document(spool.get(entry.json), entry.name)
        except DocumentError:
            pass
        else:
            return document.kind is DocumentKind.PHOTO
    # An unreadable one is classified by its name.
    base = base_of_json(json_stem(entry.name)[0])
    return f"{entry.folder}/{base}".removeprefix("/") in media
