"""The contents of online catalogs: which may be downloaded, and having one as a file for a while.

Whoever needs their bytes asks here. How a service is asked is in the services' folders; downloading
and its proofs are in `service_calls.download`.
"""

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.catalogs.protocol import CONTENT_COLUMNS, FetchingCatalog
from photo_assets.catalogs.registry import spec_of
from photo_assets.media.content import Absence, RemoteContent, RemoteContentError
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.tables import ITEMS
from photo_assets.model.vocabulary import MediaKind
from photo_assets.service_calls import StoppedError
from photo_assets.service_calls.download import downloaded
from photo_assets.system.scratch import Scratch
from photo_assets.workspace import Workspace

Row = Mapping[str, Any]
ItemKey = tuple[str, str, str]

_USE: Final = "fetch"
_WITHOUT_ORIGINALS: Final = frozenset({"never", "preview"})
_PICTURES: Final = frozenset({MediaKind.IMAGE, MediaKind.RAW})
_POLL_S: Final = 0.1


class RemoteContents:
    """The originals and previews of all online catalogs. Safe to share between threads.

    Opening it removes what killed processes left in the scratch space. `only_online`: items of
    catalogs with `fetch: keep` that are downloaded although a checksum identifies them.
    """

    def __init__(self, workspace: Workspace, only_online: Collection[ItemKey] = ()) -> None:
        self._workspace = workspace
        self._only_online = frozenset(only_online)
        self._folder = workspace.scratch / _USE
        self._scratch: Scratch | None = None
        self._catalogs: dict[tuple[str, str], FetchingCatalog | None] = {}
        self._unavailable: dict[tuple[str, str], str] = {}
        self._downloads: dict[tuple[str, str], threading.Semaphore] = {}
        self._lock = threading.Lock()
        if self._folder.exists():
            self._space()

    def find(self, items: Sequence[Row]) -> dict[ItemKey, RemoteContent]:
        """Return the original of each item of an online catalog; it says if it is not downloaded.

        Its version is needed in any case: it tells whether what is known is of these bytes. An
        original that must not be downloaded has a preview if that may be, and is of a picture.
        Makes no call. Items of other catalogs are left out.
        """
        found: dict[ItemKey, RemoteContent] = {}
        wanted: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
        allowed = _online(self._workspace)
        for item in items:
            if (item["source"], item["catalog"]) in allowed:
                wanted[item["source"], item["catalog"], item["month"]].append(item)
        for (source, name, month), rows in wanted.items():
            settings, ids = allowed[source, name], [row["native_id"] for row in rows]
            for row, content in self._contents(source, name, month, ids):
                found[_key(row)] = self._permitted(settings, row, content)
        return found

    def find_kept(self, month: str, keys: Iterable[ItemKey]) -> dict[ItemKey, RemoteContent]:
        """Return the originals of those items whose catalog has `fetch: keep`. Makes no call.

        `keys` are of items of one month. Some may be withheld.
        """
        kept, ids = self.kept_catalogs(), defaultdict[tuple[str, str], list[str]](list)
        for source, name, native_id in keys:
            if (source, name) in kept:
                ids[source, name].append(native_id)
        found: dict[ItemKey, RemoteContent] = {}
        for (source, name), wanted in ids.items():
            for row, content in self._contents(source, name, month, wanted):
                found[_key(row)] = content
        return found

    def kept_catalogs(self) -> list[tuple[str, str]]:
        """Return source and name of the catalogs in use that have `fetch: keep`."""
        return kept_catalogs(self._workspace)

    @contextmanager
    def fetched(
        self, content: RemoteContent, stopped: threading.Event
    ) -> Iterator[tuple[Path, int]]:
        """Yield the file of a content, and how many bytes were transferred; then remove it.

        `stopped` ends the download.

        Raises `RemoteContentError`. After a catalog was unavailable, it is not asked again.
        """
        key = content.source, content.catalog
        if content.withheld is not None:
            raise RemoteContentError(content.withheld)
        if key in self._unavailable:
            raise RemoteContentError(Absence.SERVICE_UNAVAILABLE, self._unavailable[key])
        catalog = self._catalog(*key)
        assert catalog is not None

        with ExitStack() as stack:
            with self._turn(key, stopped):
                if key in self._unavailable:  # since this thread began to wait
                    raise RemoteContentError(Absence.SERVICE_UNAVAILABLE, self._unavailable[key])
                try:
                    file = stack.enter_context(
                        downloaded(
                            content,
                            self._space(),
                            lambda download: catalog.fetch(content, download),
                            stopped,
                        )
                    )
                except CatalogUnavailableError as error:
                    self._unavailable[key] = str(error)
                    raise RemoteContentError(Absence.SERVICE_UNAVAILABLE, str(error)) from error
            yield file

    @contextmanager
    def _turn(self, key: tuple[str, str], stopped: threading.Event) -> Iterator[None]:
        """Wait until the catalog has fewer downloads than it may. Raises `StoppedError`."""
        with self._lock:
            if key not in self._downloads:
                most = _online(self._workspace)[key].max_parallel_downloads
                self._downloads[key] = threading.Semaphore(most)
            turns = self._downloads[key]
        while not turns.acquire(timeout=_POLL_S):
            if stopped.is_set():
                raise StoppedError("The program is stopping.")
        try:
            yield
        finally:
            turns.release()

    def _space(self) -> Scratch:
        with self._lock:
            if self._scratch is None:
                limit = self._workspace.settings.fingerprints.fetch_mib << 20
                self._scratch = Scratch(self._folder, limit)
            return self._scratch

    def _contents(
        self, source: str, name: str, month: str, ids: list[str]
    ) -> Iterable[tuple[Row, RemoteContent]]:
        catalog = self._catalog(source, name)
        if catalog is None:
            return
        settings = self._workspace.settings.catalogs.of(source)[name]
        assert isinstance(settings, OnlineCatalogSettings)
        table = self._workspace.lake.read(("catalog", source), month, ITEMS, CONTENT_COLUMNS)
        chosen = pc.and_(
            pc.equal(table["catalog"], name),
            pc.is_in(table["native_id"], value_set=pa.array(ids, pa.string())),
        )
        for row in table.filter(chosen).to_pylist():
            yield row, catalog.content(row)

    def _permitted(
        self, settings: OnlineCatalogSettings, row: Row, content: RemoteContent
    ) -> RemoteContent:
        """Return a content with the reason why it is withheld, and the preview to read instead."""
        kept = settings.fetch == "keep" and (content.withheld or _key(row) in self._only_online)
        if settings.fetch == "original" or kept:
            return content
        if is_identified(row):
            return replace(content, withheld=Absence.IDENTIFIED)
        if settings.fetch in _WITHOUT_ORIGINALS and not content.withheld:
            content = replace(content, withheld=Absence.NOT_ALLOWED)
        if settings.fetch == "preview" and row["media_kind"] in _PICTURES:
            return content.with_preview()
        return content

    def _catalog(self, source: str, name: str) -> FetchingCatalog | None:
        with self._lock:
            if (source, name) not in self._catalogs:
                settings = self._workspace.settings.catalogs.of(source)[name]
                made = spec_of(source).build(name, settings, self._workspace)
                self._catalogs[source, name] = made if isinstance(made, FetchingCatalog) else None
            return self._catalogs[source, name]


def kept_catalogs(workspace: Workspace) -> list[tuple[str, str]]:
    """Return source and name of the catalogs in use that have `fetch: keep`."""
    return [key for key, settings in _online(workspace).items() if settings.fetch == "keep"]


def _online(workspace: Workspace) -> dict[tuple[str, str], OnlineCatalogSettings]:
    """Return the settings of the online catalogs in use."""
    catalogs = workspace.settings.catalogs
    return {
        (source, name): settings
        for source in catalogs.sources()
        for name, settings in catalogs.of(source).items()
        if isinstance(settings, OnlineCatalogSettings) and settings.enabled
    }


def is_identified(item: Row) -> bool:
    """Return whether a checksum of the catalog tells which bytes an item has.

    As in the join of items to photos: SHA-256, a SHA-1 of the bytes or one that people state of
    them, or MD5 together with the size.
    """
    traits = spec_of(item["source"]).traits
    sha1 = item["sha1"] if traits.states_sha1 or traits.claims_sha1 else None
    return bool(item["sha256"] or sha1 or (item["md5"] and item["file_size"]))


def _key(item: Row) -> ItemKey:
    return item["source"], item["catalog"], item["native_id"]
