"""A minimal catalog for tests of discovery: a JSON file of entries."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from photo_assets.catalogs.protocol import KnownItems, Probe
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import Discarded, Failed, Found, ScanEvent, Unchanged
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import CaptureKind, MediaKind, Visibility


@dataclass
class JsonCatalog:
    """Entries: {"id", "time"?, "rating"?, "seen"?, "bad"?, "skip"?}; the file is the catalog."""

    path: Path
    name: str = "main"
    settings_digest: str = "1"
    source: ClassVar[str] = "json"
    reader_version: ClassVar[int] = 1
    ids_are_paths: ClassVar[bool] = True

    def probe(self, deadline: float) -> Probe:
        content = self._content()
        return Probe(hashlib.sha256(content).hexdigest(), f"{len(content)} bytes")

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        for entry in json.loads(self._content()):
            yield self._event(entry, known)

    def _event(self, entry: dict[str, Any], known: KnownItems) -> ScanEvent:
        token = hashlib.sha256(json.dumps(entry).encode()).hexdigest()
        if "prefix" in entry:
            return Failed(entry["id"], "unlistable", "no", native_prefix=entry["prefix"])
        if entry.get("bad"):
            return Failed(entry["id"], "bad", "It is bad.", native_id=entry["id"])
        if entry.get("skip"):
            return Discarded(entry["id"], "skipped")
        if known.get(entry["id"]) == token:
            return Unchanged(entry["id"])
        time = entry.get("time")
        return Found(
            Item(
                source=self.source,
                catalog=self.name,
                native_id=entry["id"],
                reader_version=self.reader_version,
                media_kind=MediaKind.IMAGE,
                rating=entry.get("rating"),
                visibility=Visibility(entry["seen"]) if "seen" in entry else None,
                visibility_stated=entry.get("word"),
                capture_time=datetime.fromisoformat(time) if time else None,
                capture_kind=CaptureKind.WALL if time else None,
                change_token=token,
            )
        )

    def _content(self) -> bytes:
        try:
            return self.path.read_bytes()
        except FileNotFoundError as error:
            raise CatalogUnavailableError(f"{self.path} is not there.") from error


def write_entries(path: Path, entries: list[dict[str, Any]]) -> None:
    """Replace the catalog's content."""
    path.write_text(json.dumps(entries))


def monthly_entries(count: int, **extra: Any) -> list[dict[str, Any]]:
    """Return `count` entries spread over months of 2020 and 2021."""
    return [
        {"id": f"i{n:05d}", "time": f"{2020 + n % 2}-{n % 12 + 1:02d}-15T10:00:00", **extra}
        for n in range(count)
    ]
