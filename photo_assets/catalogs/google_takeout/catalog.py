"""The reader of a folder of Takeout exports: probing, scanning, accounting."""

import hashlib
from collections.abc import Collection, Iterator
from typing import ClassVar

from photo_assets.catalogs.google_takeout.exports import Export
from photo_assets.catalogs.google_takeout.gathering import gather
from photo_assets.catalogs.google_takeout.history import RECALLED, RecalledValues, recalled
from photo_assets.catalogs.google_takeout.older_exports import current_entries
from photo_assets.catalogs.google_takeout.parts import OutOfTimeError, Source, missing_parts, survey
from photo_assets.catalogs.google_takeout.photo_reader import PhotoReader
from photo_assets.catalogs.google_takeout.photos import Photo, photos_of
from photo_assets.catalogs.google_takeout.settings import TakeoutSettings
from photo_assets.catalogs.google_takeout.spool import Spool
from photo_assets.catalogs.protocol import KnownItems, LastRows, Probe
from photo_assets.model.canonical import canonical_json
from photo_assets.model.events import ScanEvent
from photo_assets.model.item import Item
from photo_assets.model.wording import counted


class TakeoutCatalog:
    """Google Photos as one or more Takeout exports in one folder, zipped, tarred or unpacked.

    The native id is the path inside the export (`older_exports` handles several exports). A file
    inside an archive has the archive as `path`, its name there as `member`, and neither a
    modification time nor an inode.
    """

    source: ClassVar[str] = "google_takeout"
    reader_version: ClassVar[int] = 3
    ids_are_paths: ClassVar[bool] = True
    recalled_columns: ClassVar[tuple[str, ...]] = RECALLED

    def __init__(self, name: str, settings: TakeoutSettings) -> None:
        self._name = name
        self._settings = settings
        self._rows: LastRows = lambda _native_ids: ()

    @property
    def name(self) -> str:
        """The catalog's key in photosync.yaml."""
        return self._name

    @property
    def settings_digest(self) -> str:
        """Digest of the settings that rows depend on."""
        return self._settings.rows_digest

    def probe(self, deadline: float) -> Probe:
        """Stat every part and unpacked file; token None when time runs out."""
        try:
            source = survey(self._settings.path, deadline)
        except OutOfTimeError:
            return Probe(None, "not counted within the time limit")
        digest = hashlib.sha256()
        for part in source.archives:
            digest.update(canonical_json([part.name, part.state]))
        for file in source.files:
            digest.update(canonical_json([file.name, file.state]))
        return Probe(digest.hexdigest(), _summary(source))

    def recall(self, rows: LastRows) -> None:
        """Receive access to the last rows: they keep values from exports that were removed."""
        self._rows = rows

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        """Yield one event for every file of every part, part by part.

        All parts are listed and all JSONs read before the first photo, because any part may contain
        the JSON of a photo in another part.
        """
        source = survey(self._settings.path)
        with Spool() as spool:
            exports: dict[str, Export] = {}
            for found in gather(source, spool):
                if isinstance(found, Export):
                    exports[found.label] = found
                else:
                    yield found
            photos: list[Photo] = []
            for export in exports.values():
                export.match()
                matched, events = photos_of(export)
                photos += matched
                yield from export.events
                yield from events
            entries, superseded = current_entries(exports, photos)
            yield from superseded
            reader = PhotoReader(
                self._base,
                spool,
                photos,
                {label for label, export in exports.items() if export.damaged},
                known,
                self._recalled,
                dates_from_names=self._settings.dates_from_names,
            )
            yield from reader.read(entries)

    def _recalled(self, native_ids: Collection[str]) -> dict[str, RecalledValues]:
        rows = (row for table in self._rows(native_ids) for row in table.to_pylist())
        last = {row["native_id"]: recalled(row) for row in rows}
        return {native_id: values for native_id, values in last.items() if values is not None}

    def _base(self, photo: Photo) -> Item:
        entry, state = photo.entry, photo.entry.state
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
            file_mtime_ns=state.mtime_ns if state else None,
            file_ctime_ns=state.ctime_ns if state else None,
            file_inode=state.inode if state else None,
        )


def _summary(source: Source) -> str:
    named = source.named
    archives = counted(len(named.archives), "archive")
    summary = (
        f"{archives}, {counted(len(named.files), 'unpacked file')}, {named.size / 1e9:,.1f} GB"
    )
    missing = missing_parts(source)
    return f"{summary}; missing: {', '.join(missing[:5])}" if missing else summary
