"""Months of `vault/originals`: every blob of the items' files, copied to every store.

How they are copied is in `copying`. What a month's table states is from its last run; `vault.fsck`
reads the stores again.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from photo_assets.lake import Lake, Snapshot, StoredTables, Written
from photo_assets.lake.currency import INPUTS, intact_footer, is_current
from photo_assets.media.content import Absence, ContentRef
from photo_assets.model.canonical import canonical, inputs_digest
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import FINGERPRINTS, ORIGINALS
from photo_assets.vault.copying import Blob, Copying, Online, has_size
from photo_assets.vault.store import BlobStore, StoreUnavailableError

ASSET = ("vault", "originals")
_SOURCE = ("identity", "fingerprints")
_ITEM = ("source", "catalog", "native_id")
_COLUMNS = ("sha256", "path", "member", "file_size", "reason", "detail", *_ITEM)
_FAILED = frozenset(
    {
        Absence.NO_SPACE,
        Absence.REFUSED,
        Absence.SERVICE_UNAVAILABLE,
        Absence.TOO_LARGE,
        Absence.WRONG_BYTES,
    }
)
_STORES = "stores"


@dataclass(frozen=True, slots=True)
class OriginalsMonth:
    """One month: the stored table, blobs by status, what this run wrote, the data version."""

    written: Written
    counts: Mapping[str, int]
    copies_written: int
    bytes_written: int
    bytes: int
    items_without_blob: int
    version: str


@dataclass(frozen=True, slots=True)
class OpenStores:
    """The ids of the stores that are connected, and the errors of the others, by name."""

    ids: Mapping[str, str]
    away: Mapping[str, StoreUnavailableError]


def open_available(stores: Sequence[BlobStore]) -> OpenStores:
    """Look which stores are connected.

    Raises `StoreUnavailableError` if none is, or if two names mean one store, because each copy
    would count twice.
    """
    ids: dict[str, str] = {}
    away: dict[str, StoreUnavailableError] = {}
    for store in stores:
        try:
            one = store.open()
        except StoreUnavailableError as error:
            away[store.name] = error
            continue
        twin = next((name for name, other in ids.items() if other == one), None)
        if twin is not None:
            raise StoreUnavailableError(
                f"The stores `{twin}` and `{store.name}` are the same store.",
                hint="Remove one of them from photosync.yaml.",
            )
        ids[store.name] = one
    if away and not ids:
        raise StoreUnavailableError(" ".join(map(str, away.values())))
    return OpenStores(ids, away)


def ids_by_name(stores: Sequence[BlobStore]) -> dict[str, str | None]:
    """Return the id of each store by name; None for one that is not connected."""
    ids: dict[str, str | None] = {}
    for store in stores:
        try:
            ids[store.name] = store.open()
        except StorageError:
            ids[store.name] = None
    return ids


def input_digest(lake: StoredTables, opened: OpenStores, month: str) -> str:
    """Return the digest of the inputs of a month, made with the stores that are connected."""
    return _digest(lake, opened, month, tuple(opened.away))


def _digest(lake: StoredTables, opened: OpenStores, month: str, away: Sequence[str]) -> str:
    ids = canonical(_known_ids(lake, opened, month))
    return inputs_digest([ids, " ".join(sorted(away)), lake.digest(_SOURCE, month)])


def _known_ids(lake: StoredTables, opened: OpenStores, month: str) -> dict[str, str]:
    """Return the ids of the stores; of one that is away, that with which the month was made."""
    before = stores_by_name(lake, month)
    return {**{name: before[name] for name in opened.away if name in before}, **opened.ids}


def all_months(lake: StoredTables) -> list[str]:
    """Return the months that have fingerprints or originals, oldest first."""
    return sorted({*lake.names(_SOURCE), *lake.names(ASSET)})


def due_months(lake: StoredTables, opened: OpenStores) -> list[str]:
    """Return the months whose fingerprints or stores changed, oldest first.

    A store that goes away makes no month due; one that comes back, those that it missed.
    """
    tables = Snapshot.of(lake)
    return [
        month
        for month in all_months(tables)
        if intact_footer(tables, _SOURCE, month) is not None
        and not any(
            is_current(tables, ASSET, month, ORIGINALS, _digest(tables, opened, month, away))
            for away in {(), tuple(opened.away)}
        )
    ]


def incomplete_months(lake: Lake) -> list[str]:
    """Return the months in which a store lacked a blob at the last run."""
    return [month for month, counts in count_by_status(lake).items() if set(counts) - {"stored"}]


def count_by_status(lake: Lake) -> dict[str, dict[str, int]]:
    """Return month -> status -> number of blobs."""
    return {
        month: dict(Counter(lake.read(ASSET, month, ORIGINALS, ("status",))["status"].to_pylist()))
        for month in lake.names(ASSET)
        if intact_footer(lake, ASSET, month) is not None
    }


def make_month(
    lake: Lake, stores: Sequence[BlobStore], month: str, online: Online | None = None
) -> OriginalsMonth:
    """Copy what the stores lack of a month's blobs, and store the month's table.

    `online`: where originals that no file has are downloaded; None: nowhere. A file that cannot be
    read or downloaded, or that changed since it was fingerprinted, costs its own blob; a store that
    is away or refuses to be written to, its own copies. One that goes away meanwhile lets the month
    begin again with the others. Raises `StoreUnavailableError` if none is there, or if one is
    exchanged meanwhile.
    """
    counts: Counter[str] = Counter()  # of copies, and of their bytes
    opened = open_available(stores)
    while True:
        try:
            return _make_with(lake, stores, opened, month, counts, online)
        except StoreUnavailableError:
            left = open_available(stores)
            if not left.ids.items() < opened.ids.items():
                raise
            opened = left


def _make_with(
    lake: Lake,
    stores: Sequence[BlobStore],
    opened: OpenStores,
    month: str,
    counts: Counter[str],
    online: Online | None,
) -> OriginalsMonth:
    inputs, ids = input_digest(lake, opened, month), _known_ids(lake, opened, month)
    source = lake.read(_SOURCE, month, FINGERPRINTS, _COLUMNS)
    blobs = _blobs(source)
    verified = _verified(lake, ids, month)
    for blob in blobs.values():
        held = verified.get(blob.sha256, set())
        blob.stores |= held & set(opened.away)
        for name in set(opened.away) - held:
            blob.fault("store not connected", str(opened.away[name]))
    present = [store for store in stores if store.name in opened.ids]
    copying = Copying(present, counts)
    for store in present:
        wanted = []
        for blob in blobs.values():
            if store.name in verified.get(blob.sha256, ()) and has_size(store, blob):
                blob.stores.add(store.name)
            else:
                wanted.append(blob)
        copying.fill(store, wanted)
    if online is not None:
        copying.download(online, month, [*blobs.values()])
    if open_available(stores).ids != opened.ids:
        raise StoreUnavailableError("A store was exchanged while it was written to.")
    rows = [_row(blob, month, len(stores)) for blob in blobs.values()]
    kept = online.kept_catalogs() if online is not None else ()
    rows += _failed_rows(source.filter(source["sha256"].is_null()).to_pylist(), month, kept)
    table = pa.Table.from_pylist(rows, schema=ORIGINALS.schema)
    extra = {INPUTS: inputs, _STORES: canonical(ids)}
    written = lake.write(ASSET, month, ORIGINALS, table, extra=extra)
    return OriginalsMonth(
        written=written,
        counts=Counter(str(row["status"]) for row in rows),
        copies_written=counts["copies"],
        bytes_written=counts["bytes"],
        bytes=sum(blob.size or 0 for blob in blobs.values()),
        items_without_blob=source["sha256"].null_count,
        version=hashlib.sha256(f"{inputs}:{written.digest}".encode()).hexdigest(),
    )


def _blobs(source: pa.Table) -> dict[bytes, Blob]:
    """Return the blobs of a month in the order of their names, each with all files that hold it."""
    found: dict[bytes, Blob] = {}
    rows = source.filter(source["sha256"].is_valid()).sort_by("sha256").to_pylist()
    for row in rows:
        blob = found.setdefault(row["sha256"], Blob(row["sha256"], row["file_size"]))
        if row["path"] is None:
            blob.items.append((row["source"], row["catalog"], row["native_id"]))
            continue
        ref = ContentRef(row["path"], row["member"])
        if ref not in blob.refs:
            blob.refs.append(ref)
    return found


def _verified(lake: Lake, ids: Mapping[str, str], month: str) -> dict[bytes, set[str]]:
    """Return the stores that verified each blob in an earlier run and are still the same stores."""
    footer = intact_footer(lake, ASSET, month)
    if footer is None or footer.schema_version < (ORIGINALS.reads_from or ORIGINALS.version):
        return {}
    before = stores_by_name(lake, month)
    same = {name for name, one in ids.items() if before.get(name) == one}
    table = lake.read(ASSET, month, ORIGINALS, ("sha256", "stores"))
    known = table.filter(table["sha256"].is_valid()).to_pylist()
    return {row["sha256"]: same & set(row["stores"]) for row in known}


def stores_by_name(lake: StoredTables, month: str) -> dict[str, str]:
    """Return the id that each store had when a month was made."""
    footer = intact_footer(lake, ASSET, month)
    found: dict[str, str] = json.loads(footer.extra.get(_STORES, "{}")) if footer else {}
    return found


def known_stores(lake: StoredTables) -> set[str]:
    """Return the names of the stores that some month was copied to."""
    return {name for month in lake.names(ASSET) for name in stores_by_name(lake, month)}


def _row(blob: Blob, month: str, stores: int) -> dict[str, object]:
    held = len(blob.stores)
    complete = held == stores
    return {
        "sha256": blob.sha256,
        "month": month,
        "size": blob.size,
        "status": "stored" if complete else "partial" if held else "absent",
        "stores": sorted(blob.stores),
        "reason": None if complete else blob.reason,
        "detail": None if complete else blob.detail,
    }


def _failed_rows(
    unknown: Sequence[Mapping[str, Any]], month: str, kept: Collection[tuple[str, str]]
) -> list[dict[str, object]]:
    """Return a row for each item that is to be kept and whose download failed."""
    return [
        {
            "month": month,
            "status": "absent",
            "stores": [],
            **{name: row[name] for name in ("reason", "detail", *_ITEM)},
        }
        for row in unknown
        if row["reason"] in _FAILED and (row["source"], row["catalog"]) in kept
    ]
