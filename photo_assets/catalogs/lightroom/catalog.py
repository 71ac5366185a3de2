"""`LightroomCatalog`: the reader of one .lrcat file."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import orjson
import pyarrow as pa

from photo_assets.catalogs.lightroom.albums import Collection, Collections
from photo_assets.catalogs.lightroom.database import open_database
from photo_assets.catalogs.lightroom.gather import Gathering
from photo_assets.catalogs.lightroom.item import OF_FILE, READER_VERSION, SOURCE, build_item
from photo_assets.catalogs.lightroom.presence import root_on_disk
from photo_assets.catalogs.lightroom.scratch import scan_directory
from photo_assets.catalogs.lightroom.settings import LightroomSettings
from photo_assets.catalogs.lightroom.sightings import SIGHTINGS, are_unchanged
from photo_assets.catalogs.lightroom.snapshot import copy_catalog, is_young
from photo_assets.catalogs.lightroom.source_files import (
    catalog_state,
    companion,
    require_database,
)
from photo_assets.catalogs.lightroom.upgrades import successor
from photo_assets.catalogs.protocol import Advice, KnownItems, Probe
from photo_assets.model.canonical import canonical_json
from photo_assets.model.events import Failed, Found, ScanEvent, Unchanged
from photo_assets.model.names import to_path, to_text
from photo_assets.model.tables import TableKind
from photo_assets.model.vocabulary import Availability
from photo_assets.system.durable import write_bytes

_ROOTS = "roots.json"


class LightroomCatalog:
    """One Lightroom Classic catalog, versions 3 to 15.

    `scratch` is a directory for this catalog only: it contains temporary copies, and the list of
    root folders of the last scan, so that `probe` notices volumes that are connected or removed.
    """

    source: ClassVar[str] = SOURCE
    reader_version: ClassVar[int] = READER_VERSION
    ids_are_paths: ClassVar[bool] = False
    memory_kind: ClassVar[TableKind] = SIGHTINGS

    def __init__(self, name: str, settings: LightroomSettings, scratch: Path) -> None:
        self._name = name
        self._settings = settings
        self._scratch = scratch
        self._memory: pa.Table | None = None

    @property
    def name(self) -> str:
        """The catalog's key in photosync.yaml."""
        return self._name

    @property
    def settings_digest(self) -> str:
        """Digest of the settings that rows depend on."""
        return self._settings.rows_digest

    def probe(self, deadline: float) -> Probe:
        """Check the sizes and times of the files, and the root folders.

        The list of root folders is stored; only the first probe copies the catalog to read it, so
        that the token is the same before and after the first scan. Raises
        `CatalogUnavailableError`, `CatalogUnreadableError` and `StorageError`.
        """
        catalog = self._catalog()
        state = catalog_state(catalog)
        require_database(catalog)
        size = sum(file.size for file in (state.main, state.wal) if file)
        summary = f"{catalog.name}, {size / 1e6:,.1f} MB"
        if companion(catalog, ".lock").exists():
            summary += ", open in Lightroom"
        present: dict[str, str | None] = {}
        for root in self._known_roots() or self._learn_roots(catalog):
            if time.monotonic() >= deadline:
                return Probe(token=None, summary=summary)
            found = root_on_disk(root)
            present[to_text(root)] = None if found is None else to_text(found)
        if present:
            there = sum(found is not None for found in present.values())
            summary += f", {there} of {len(present)} root folders available"
        token = hashlib.sha256(canonical_json([state, present])).hexdigest()
        absent = [to_text(root) for root, is_there in present.items() if not is_there]
        return Probe(token=token, summary=summary, fix=self._where_are(absent))

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        """Yield one event for each row of Adobe_images, ordered by its local id.

        Works on a copy of one committed state, even while Lightroom writes. Raises
        `CatalogUnavailableError`, `CatalogUnreadableError`, and `StorageError` when there is no
        space for the copy; also during the scan.
        """
        catalog, account = self._catalog(), self._settings.account
        self._memory = None
        is_settled = not is_young(catalog_state(catalog))
        with (
            scan_directory(self._scratch) as directory,
            open_database(copy_catalog(catalog, directory), catalog) as database,
        ):
            gathering = Gathering(database, self._settings.root_map)
            self._remember_roots(gathering.folders.anchors())
            for record in gathering.records():
                if isinstance(record, Failed):
                    yield record
                    continue
                token = record.token(READER_VERSION, account)
                if known.get(record.native_id) == token:
                    yield Unchanged(record.native_id)
                else:
                    item = build_item(record, self._name, account, token)
                    is_seen = item.availability is Availability.ONLINE
                    yield Found(item, frozenset() if is_seen else OF_FILE)
            if is_settled:
                self._memory = gathering.sightings.table()

    def memory(self) -> pa.Table | None:
        """Return the sightings of the last complete scan: searched folders and files found.

        None before one, and where the catalog was written so recently that its times are
        unreliable.
        """
        return self._memory

    def is_as_remembered(self, memory: pa.Table) -> bool:
        """Return whether all those files are unchanged, by listing directories only."""
        return are_unchanged(memory)

    def advice(self) -> tuple[Advice, ...]:
        """Return a warning if Lightroom upgraded the catalog, which then continues in another file.

        A missing catalog is reported by the error of `probe` instead.
        """
        catalog = self._catalog()
        newer = successor(catalog) if catalog.is_file() else None
        if newer is None:
            return ()
        return (
            Advice(
                f"{to_text(newer.name)} in the same folder is this catalog after a Lightroom "
                "upgrade; changes made in it are not read from here.",
                f"In photosync.yaml, set catalogs.lightroom.{self._name}.path to "
                f"{to_text(str(newer))}, then run `photosync discover`. Entries keep their ids.",
            ),
        )

    def smart_collections(self) -> tuple[Collection, ...]:
        """Return the collections defined by a rule, ordinary and published, ordered by path.

        Lightroom does not store their members. Raises like `scan`.
        """
        catalog = self._catalog()
        with (
            scan_directory(self._scratch) as directory,
            open_database(copy_catalog(catalog, directory), catalog) as database,
        ):
            return (
                *Collections(database, published=False).smart(),
                *Collections(database, published=True).smart(),
            )

    def _catalog(self) -> Path:
        """Return the real file: SQLite keeps its -wal and -journal beside it, not beside a link."""
        return Path(os.path.realpath(self._settings.path))

    def _where_are(self, absent: list[str]) -> str | None:
        """Return the action to take about missing root folders, None without any."""
        if not absent:
            return None
        more = f" and {len(absent) - 1:,} more" if len(absent) > 1 else ""
        return (
            f"Missing or empty: {absent[0]}{more}. Connect the disk, or set "
            f"catalogs.lightroom.{self._name}.root_map in photosync.yaml to where Lightroom's "
            'folders are on this machine: {"D:/Photos/": "/mnt/photos"}.'
        )

    def _known_roots(self) -> list[str]:
        """Return the root folders stored under these settings.

        They are only a cache, so a damaged file is ignored.
        """
        try:
            stored = orjson.loads((self._scratch / _ROOTS).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return []
        if not isinstance(stored, dict) or stored.get("settings") != self.settings_digest:
            return []
        roots = stored.get("roots")
        if not isinstance(roots, list):
            return []
        return [to_path(root) for root in roots if isinstance(root, str)]

    def _learn_roots(self, catalog: Path) -> list[str]:
        with (
            scan_directory(self._scratch) as directory,
            open_database(copy_catalog(catalog, directory), catalog) as database,
        ):
            anchors = Gathering(database, self._settings.root_map).folders.anchors()
        self._remember_roots(anchors)
        return list(anchors)

    def _remember_roots(self, roots: tuple[str, ...]) -> None:
        names = [to_text(root) for root in roots]
        encoded = orjson.dumps({"settings": self.settings_digest, "roots": names})
        file = self._scratch / _ROOTS
        if not file.is_file() or file.read_bytes() != encoded:
            write_bytes(file, encoded)
