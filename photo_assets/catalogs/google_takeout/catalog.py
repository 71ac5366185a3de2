"""The reader of a folder of Takeout exports: probing, scanning, accounting."""

import hashlib
import os
from collections.abc import Iterator
from typing import ClassVar

from photo_assets.catalogs.google_takeout.entries import Entry, read_archive, read_tree_file
from photo_assets.catalogs.google_takeout.exports import Export
from photo_assets.catalogs.google_takeout.generations import settle
from photo_assets.catalogs.google_takeout.parts import OutOfTimeError, Source, missing_parts, survey
from photo_assets.catalogs.google_takeout.photos import Photo, photos_of
from photo_assets.catalogs.google_takeout.reading import PhotoReader
from photo_assets.catalogs.google_takeout.spool import Spool
from photo_assets.catalogs.protocol import KnownItems, Probe
from photo_assets.model.events import Failed, ScanEvent
from photo_assets.model.item import Item, canonical_json
from photo_assets.model.names import to_text
from photo_assets.store.configuration.catalogs import TakeoutSettings


class TakeoutCatalog:
    """Google Photos as one or more Takeout exports in one folder, zipped, tarred or unpacked.

    The native id is the path inside the export (`generations` says what several exports do). A
    file inside an archive has the archive as `path`, its name there as `member`, and neither a
    modification time nor an inode of its own.
    """

    source: ClassVar[str] = "google_takeout"
    reader_version: ClassVar[int] = 2

    def __init__(self, name: str, settings: TakeoutSettings) -> None:
        self._name = name
        self._settings = settings

    @property
    def name(self) -> str:
        """The catalog's key in photosync.yaml."""
        return self._name

    @property
    def settings_digest(self) -> str:
        """Changes when the place or the account does: both are part of every row."""
        settings = self._settings
        path = to_text(os.path.abspath(settings.path))
        said = [path, settings.account, settings.dates_from_names]
        return hashlib.sha256(canonical_json(said)).hexdigest()

    def probe(self, deadline: float) -> Probe:
        """Look at the stat of every part and unpacked file; token None when time runs out."""
        try:
            source = survey(self._settings.path, deadline)
        except OutOfTimeError:
            return Probe(None, "no time to look at all of it")
        digest = hashlib.sha256()
        for part in source.archives:
            digest.update(canonical_json([part.name, part.size, part.mtime_ns]))
        for file in source.files:
            digest.update(canonical_json([file.name, file.size, file.mtime_ns, file.inode]))
        return Probe(digest.hexdigest(), _summary(source))

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        """Yield one event for every file of every part, part by part.

        All parts are listed and all JSONs read before the first event, because any part may hold
        what belongs to a photo in another one.
        """
        source = survey(self._settings.path)
        with Spool() as spool:
            exports: dict[str, Export] = {}
            yield from _refused(source, exports)
            yield from _gather(source, exports, spool)
            photos: list[Photo] = []
            for stamp in sorted(exports):
                exports[stamp].match()
                found, events = photos_of(exports[stamp])
                photos += found
                yield from exports[stamp].events
                yield from events
            speaking, superseded = settle(photos)
            yield from superseded
            incomplete = {stamp for stamp, export in exports.items() if export.damaged}
            reader = PhotoReader(
                self._base,
                spool,
                photos,
                incomplete,
                known,
                dates_from_names=self._settings.dates_from_names,
            )
            yield from reader.read(speaking)

    def _base(self, photo: Photo) -> Item:
        entry = photo.entry
        return Item(
            source=self.source,
            catalog=self.name,
            native_id=photo.native_id,
            reader_version=self.reader_version,
            account=self._settings.account,
            path=entry.ref.path,
            member=entry.ref.member,
            file_name=entry.name,
            file_size=entry.size,
            file_mtime_ns=entry.mtime_ns,
            file_inode=entry.inode,
        )


def _refused(source: Source, exports: dict[str, Export]) -> Iterator[ScanEvent]:
    """Yield what is known to be absent before anything is opened."""
    missing = missing_parts(source)
    for name in missing:
        detail = "The other parts' numbers say there is one; its photos and JSONs are not here."
        yield Failed(name, "missing part", detail, native_prefix="")
    for folder, why in source.refused:
        yield Failed(folder, "unreadable folder", f"It cannot be listed: {why}.", native_prefix="")
    if source.refused or missing:
        for stamp in source.stamps:
            _export(exports, stamp).damaged = True


def _gather(source: Source, exports: dict[str, Export], spool: Spool) -> Iterator[ScanEvent]:
    """Take every entry of every part into its export; yield what cannot be taken."""
    for part in source.archives:
        export = _export(exports, part.export)
        for read in read_archive(part, spool):
            yield from _take(export, read, spool)
    for file in source.files:
        export = _export(exports, file.export)
        yield from _take(export, read_tree_file(file, spool), spool)


def _take(export: Export, read: Entry | Failed, spool: Spool) -> Iterator[ScanEvent]:
    if isinstance(read, Failed):
        export.damaged = True
        yield read
    else:
        export.add(read, spool)


def _export(exports: dict[str, Export], stamp: str) -> Export:
    return exports.setdefault(stamp, Export(stamp))


def _summary(source: Source) -> str:
    said = f"{len(source.archives):,} archives, {len(source.files):,} unpacked files"
    said += f", {source.size / 1e9:,.1f} GB"
    missing = missing_parts(source)
    return f"{said}; missing: {', '.join(missing[:5])}" if missing else said
