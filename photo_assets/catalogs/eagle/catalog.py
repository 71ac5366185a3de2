"""The reader of one Eagle library: probing, scanning, accounting. `rows` converts the fields."""

import hashlib
import os
import time
from collections.abc import Iterator
from typing import ClassVar

from photo_assets.catalogs.eagle.albums import FolderPaths
from photo_assets.catalogs.eagle.change_token import still_holds
from photo_assets.catalogs.eagle.documents import DocumentError
from photo_assets.catalogs.eagle.library import (
    INFO_SUFFIX,
    RETRY_PAUSES_S,
    Library,
    open_library,
    read_item_document,
)
from photo_assets.catalogs.eagle.rows import item_fields, stated_media
from photo_assets.catalogs.eagle.settings import EagleSettings
from photo_assets.catalogs.protocol import KnownItems, Probe
from photo_assets.model.canonical import canonical_json
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import Discarded, Failed, Found, ScanEvent, Unchanged
from photo_assets.model.item import Item
from photo_assets.model.media import media_of
from photo_assets.model.names import to_text
from photo_assets.model.wording import counted


class EagleCatalog:
    """One Eagle library folder (X.library), read from its files, whether or not Eagle is running.

    The native id is the name of the item's folder without `.info`, which is the item's id in Eagle;
    a different id in the document (a copied folder) is noted in extras.
    """

    source: ClassVar[str] = "eagle"
    reader_version: ClassVar[int] = 3
    ids_are_paths: ClassVar[bool] = False

    def __init__(self, name: str, settings: EagleSettings) -> None:
        self._name = name
        self._settings = settings

    @property
    def name(self) -> str:
        """The catalog's key in photosync.yaml."""
        return self._name

    @property
    def settings_digest(self) -> str:
        """Digest of the settings that rows depend on."""
        return self._settings.rows_digest

    def probe(self, deadline: float) -> Probe:
        """Stat every file that a scan would read; token None when time runs out.

        Eagle's own mtime.json would be cheaper and is only a hint: it may be stale.
        """
        library = open_library(self._settings.path)
        digest = hashlib.sha256(canonical_json(sorted(library.folders().items())))
        count = 0
        for entry in library.entries():
            if time.monotonic() >= deadline:
                return Probe(
                    None, f"more than {counted(count, 'item')}; not counted within the time limit"
                )
            count += entry.endswith(INFO_SUFFIX)
            digest.update(os.fsencode(entry) + b"\0")
            try:
                digest.update(library.listing(entry).digest().encode())
            except OSError as error:
                digest.update(str(error.errno).encode())
        return Probe(digest.hexdigest(), counted(count, "item"))

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        """Yield one event for each entry of the images folder, in the order of their names.

        Items with a partly written document are read again after all others, so that a program that
        is still writing causes one short wait instead of one per item.
        """
        library = open_library(self._settings.path)
        paths = library.folders()
        entries = library.entries()
        half_written: list[str] = []
        for entry in entries:
            try:
                yield self._event(library, entry, known, paths)
            except DocumentError:
                half_written.append(entry)
        if half_written:
            time.sleep(RETRY_PAUSES_S[-1])
        for entry in half_written:
            try:
                yield self._event(library, entry, known, paths)
            except DocumentError as error:
                yield _failed(entry, "unreadable metadata", str(error))

    def _event(
        self, library: Library, entry: str, known: KnownItems, paths: FolderPaths
    ) -> ScanEvent:
        folder = os.path.join(library.images, entry)
        if not entry.endswith(INFO_SUFFIX) or entry.startswith("."):
            return Discarded(f"images/{to_text(entry)}", "not an item folder")
        if os.path.islink(folder):
            return Discarded(f"images/{to_text(entry)}", "link", "Symbolic links are not followed.")
        try:
            return self._read(library, entry, known, paths)
        except OSError as error:
            if not library.is_there():
                raise CatalogUnavailableError(
                    f"The Eagle library {library.root} became unavailable during the scan.",
                    hint="Connect its disk and run again; its last rows are kept until then.",
                ) from error
            return _failed(entry, "unreadable item", error.strerror or str(error))

    def _read(
        self, library: Library, entry: str, known: KnownItems, paths: FolderPaths
    ) -> ScanEvent:
        folder, native_id = os.path.join(library.images, entry), _native_id(entry)
        listing = library.listing(entry)
        if native_id in known and still_holds(known[native_id], listing, paths):
            return Unchanged(native_id)
        if not listing.has_document:
            return _failed(entry, "no metadata", "It has no metadata.json.")
        document, raw = read_item_document(folder)
        stated = stated_media(document)
        if stated.ext and media_of(f"x.{stated.ext}")[0] is None:
            ref = f"images/{native_id}{INFO_SUFFIX}"
            return Discarded(ref, "not a photo or video", f"Its type is {stated.ext}.")
        if not stated.ext and not listing.media_candidates(stated):
            why = "It states no type and contains no media file."
            return _failed(entry, "no media", why)
        fields, unseen = item_fields(
            native_id,
            folder,
            listing,
            document,
            paths,
            dates_from_names=self._settings.dates_from_names,
        )
        return Found(
            Item(
                source=self.source,
                catalog=self.name,
                reader_version=self.reader_version,
                account=self._settings.account,
                raw=raw,
                **fields,
            ),
            unseen,
        )


def _native_id(entry: str) -> str:
    return to_text(entry.removesuffix(INFO_SUFFIX))


def _failed(entry: str, reason: str, detail: str) -> Failed:
    return Failed(f"images/{to_text(entry)}", reason, detail, native_id=_native_id(entry))
