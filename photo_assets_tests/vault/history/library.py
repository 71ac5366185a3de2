"""A lake and a ledger with photos as the history meets them, built from few values."""

import random
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa

from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.ledger import Ledger, Merge, PhotoRegistry, RegistryChange, open_ledger
from photo_assets.model.item import Item
from photo_assets.model.rows import items_to_table
from photo_assets.model.tables import (
    CONFLICTS,
    FINGERPRINTS,
    ITEMS,
    MEMBERS,
    PHOTOS,
    RELATIONS,
    UNIFIED,
    TableKind,
)
from photo_assets.model.vocabulary import Availability
from photo_assets.vault.history.months import HistoryMonth, HistorySources
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.summary import HistoryWritten
from photo_assets.vault.history.writing import write_history

MONTH, OTHER = "2021-05-01", "2021-06-01"
START = 1_700_000_000
TODAY = date(2024, 1, 1)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A photo with `copies` items; its values are those of its title."""

    name: str
    month: str = MONTH
    title: str = "a title"
    copies: int = 1
    away: bool = False
    conflict: bool = False
    extras: str | None = None

    @property
    def photo_id(self) -> str:
        return str(uuid.UUID(bytes=random.Random(self.name).randbytes(16)))

    @property
    def blob(self) -> bytes:
        return sha256(self.name.encode()).digest()

    def items(self) -> list[Item]:
        return [
            Item(
                source="folders",
                catalog=f"nas{number}",
                native_id=f"{self.name}.jpg",
                reader_version=1,
                file_name=f"{self.name}.jpg",
                path=f"/photos/{self.name}.jpg",
                url="https://example.org/canary-url?key=secret",
                raw='{"token": "canary-raw"}',
                change_token="canary-token",
                title=self.title,
                extras=self.extras,
                capture_time=datetime.fromisoformat(self.month),
                modified_time=datetime(2022, 1, 1, 12, tzinfo=UTC),
                availability=Availability.OFFLINE if self.away else Availability.ONLINE,
            )
            for number in range(self.copies)
        ]


@dataclass
class HistoryLibrary:
    """The photos by name, and the last commit's number, which is its time."""

    root: Path
    shots: dict[str, Shot] = field(default_factory=dict)
    runs: int = 0

    @property
    def lake(self) -> Lake:
        return Lake(self.root / "lake")

    @property
    def ledger(self) -> Ledger:
        return open_ledger(f"sqlite:///{self.root / 'ledger.sqlite'}")

    @property
    def repository(self) -> HistoryRepository:
        return HistoryRepository(self.root / "history.git")

    def put(self, *shots: Shot) -> None:
        """Add photos or replace those of the same name, in ledger and lake."""
        new = [shot for shot in shots if not self._known(shot)]
        self.shots |= {shot.name: shot for shot in shots}
        photos = [{"photo_id": one.photo_id, "anchor": _key(one)} for one in new]
        keys = [
            {"key": key, "photo_id": one.photo_id, "blob": one.blob.hex(), "capture": None}
            for one in shots
            for key in (_key(one), f"item:folders/nas0/{one.name}.jpg")
        ]
        names = ("key", "photo_id", "blob", "capture")
        with PhotoRegistry(self.ledger).session() as session:
            session.apply(
                RegistryChange(_texts(photos, ("photo_id", "anchor")), _texts(keys, names))
            )
        self.write()

    def remove(self, *names: str) -> None:
        """Take photos out of all catalogs."""
        for name in names:
            del self.shots[name]
        self.write()

    def merge(self, old: Shot, into: Shot) -> None:
        """Make one photo an alias of another."""
        with PhotoRegistry(self.ledger).session() as session:
            none = _texts([], ("photo_id", "anchor"))
            keys = _texts([], ("key", "photo_id", "blob", "capture"))
            merges = [Merge(old.photo_id, into.photo_id, "the same bytes")]
            session.apply(RegistryChange(none, keys, merges))
        self.remove(old.name)

    def decide(self, old: Shot, into: Shot | None) -> None:
        """Make one photo a part of another by a decision, or end that."""
        merges = [Merge(old.photo_id, into.photo_id, "decided")] if into else []
        ended = [] if into else [old.photo_id]
        none = _texts([], ("photo_id", "anchor"))
        keys = _texts([], ("key", "photo_id", "blob", "capture"))
        with PhotoRegistry(self.ledger).session() as session:
            session.apply(RegistryChange(none, keys, decided=merges, ended=ended))
        if into:
            self.remove(old.name)
        else:
            self.put(old)

    def write(self) -> None:
        """Write the lake's tables, each month with the photos that it has."""
        there = {shot.month for shot in self.shots.values()}
        for month in there | {*self.lake.names(photo_table(PHOTOS))}:
            shots = [shot for shot in self.shots.values() if shot.month == month]
            if not shots:
                for asset in _ASSETS:
                    self.lake.path(asset, month).unlink(missing_ok=True)
                continue
            self._write_month(month, shots)

    def sources(self) -> HistorySources:
        """Return the inputs of the history. A month's version is that of its titles."""
        versions = {
            month: str(sorted((s for s in self.shots.values() if s.month == month), key=_key))
            for month in self.lake.names(photo_table(PHOTOS))
        }
        return HistorySources(
            lake=self.lake,
            ledger=self.ledger,
            repository=self.repository,
            months={m: HistoryMonth(version, [m]) for m, version in versions.items()},
            author="photosync <photosync@localhost>",
        )

    def commit(self, *, everything: bool = False) -> HistoryWritten:
        """Write the history."""
        self.runs += 1
        return write_history(self.sources(), START + self.runs, everything=everything)

    def _known(self, shot: Shot) -> bool:
        return bool(PhotoRegistry(self.ledger).given_out([shot.photo_id]))

    def _write_month(self, month: str, shots: list[Shot]) -> None:
        items = [(shot, item) for shot in shots for item in shot.items()]
        keyed = [(shot, {n: getattr(item, n) for n in _KEY}, item) for shot, item in items]
        lake = self.lake
        table = items_to_table([item for _, item in items], TODAY)
        lake.write(("catalog", "folders"), month, ITEMS, table)
        rows: Mapping[TableKind, list[dict[str, Any]]] = {
            FINGERPRINTS: [
                {**key, "month": month, "status": "ok", "sha256": shot.blob, "file_size": 1000}
                for shot, key, _ in keyed
            ],
            PHOTOS: [_photo(shot) for shot in shots],
            MEMBERS: [
                {
                    **key,
                    **{"photo_id": shot.photo_id, "month": month, "sha256": shot.blob, "step": 1},
                    **{"is_master": key["catalog"] == "nas0", "media_kind": "image"},
                    "availability": item.availability,
                }
                for shot, key, item in keyed
            ],
            RELATIONS: [],
            UNIFIED: [_unified(shot) for shot in shots],
            CONFLICTS: [_conflict(shot) for shot in shots if shot.conflict],
        }
        for asset, (kind, some) in zip(_ASSETS[1:], rows.items(), strict=True):
            lake.write(asset, month, kind, pa.Table.from_pylist(some, schema=kind.schema))


_KEY = ("source", "catalog", "native_id")
_ASSETS = [
    ("catalog", "folders"),
    ("identity", "fingerprints"),
    *(photo_table(kind) for kind in (PHOTOS, MEMBERS, RELATIONS)),
    ("metadata", "unified"),
    ("metadata", "conflicts"),
]


def _key(shot: Shot) -> str:
    return f"sha256:{shot.blob.hex()}"


def _texts(rows: list[dict[str, Any]], names: tuple[str, ...]) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in names])
    return pa.Table.from_pylist(rows, schema=schema).sort_by(names[0])


def _photo(shot: Shot) -> dict[str, Any]:
    master = {f"master_{name}": getattr(shot.items()[0], name) for name in _KEY}
    counts = {"item_count": shot.copies, "catalog_count": shot.copies, "blob_count": 1}
    kinds = {"master_availability": "online", "media_kind": "image", "sha256": shot.blob}
    return {"photo_id": shot.photo_id, "month": shot.month, **master, **counts, **kinds}


def _unified(shot: Shot) -> dict[str, Any]:
    item = {name: getattr(shot.items()[0], name) for name in _KEY}
    return {
        **{"photo_id": shot.photo_id, "month": shot.month, "file_name": f"{shot.name}.jpg"},
        **{"title": shot.title, "item_count": shot.copies, "conflict_count": int(shot.conflict)},
        "keywords": [["Places", "Oslo"]],
        "capture_time": datetime.fromisoformat(shot.month),
        "provenance": [
            {**item, "field": name, "rule": "first", "stated_at": datetime(2022, 1, 1, tzinfo=UTC)}
            for name in ("title", "keywords")
        ],
    }


def _conflict(shot: Shot) -> dict[str, Any]:
    item = {name: getattr(shot.items()[0], name) for name in _KEY}
    return {
        **{"conflict_id": f"c-{shot.name}", "photo_id": shot.photo_id, "month": shot.month},
        **{"kind": "metadata_mismatch", "field": "title", "detail": "Two titles."},
        "values": [{**item, "value": '"a"'}, {**item, "catalog": "nas1", "value": '"b"'}],
        "evidence_digest": sha256(b"evidence").digest(),
    }
