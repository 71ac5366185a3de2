"""One digest of the inputs of a search for look-alikes, over only the columns it reads.

An edited caption changes a table but not the columns read: then no search is needed. Each table is
read once; its partial digest is stored with the digest of the whole table. Stored digests are
derived data, computed with DuckDB's hash; those of another version of DuckDB are not used.
"""

from collections.abc import Collection, Mapping
from pathlib import Path

import duckdb
import orjson

from photo_assets.identity.lookalikes.engine import engine
from photo_assets.identity.lookalikes.inputs import LookalikeInputs
from photo_assets.lake import Lake, Snapshot, StoredTables
from photo_assets.lake.views import stored_rows
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.tables import FINGERPRINTS, ITEMS, MEMBERS, RELATIONS, TableKind
from photo_assets.system.durable import require_directory, write_bytes

_ENTRY = ("source", "catalog", "native_id")
_READ: Mapping[str, tuple[str, ...]] = {
    ITEMS.name: (
        *_ENTRY,
        "file_name",
        "file_size",
        *("capture_time", "capture_kind", "capture_precision", "capture_offset_min"),
    ),
    FINGERPRINTS.name: (
        *_ENTRY,
        *("sha256", "phash", "dhash", "flat", "width", "height", "hash_recipe", "file_size"),
        "preview_aspect",
    ),
    MEMBERS.name: ("photo_id", *_ENTRY, "sha256", "is_master"),
    RELATIONS.name: ("kind", "from_photo_id", "to_photo_id"),
}
"""For each kind of table, the columns that the search and the contact sheets read."""

# Sums, so that neither the order of rows nor their month matters.
_PARTS = """
SELECT filename, count(*), sum(hash({columns}))::VARCHAR FROM {files} GROUP BY filename
"""
_RECIPE = orjson.dumps([1, duckdb.__version__, _READ]).decode()
_NAME = "told.json"

Part = tuple[str, int, str]
"""For one table: its whole digest, its row count, and the sum of the hashes of read columns."""


def search_digest(
    lake: Lake, inputs: LookalikeInputs, folder: Path, recipe: str, *, remember: bool = False
) -> str:
    """Return one digest of all inputs of the search and of its `recipe`.

    `folder` stores the partial digests of tables; with `remember`, new ones are written. Raises
    `StorageError` when a table cannot be read.
    """
    before, tables = _read(folder), Snapshot.of(lake)
    now: dict[str, dict[str, Part]] = {}
    for kind, files in (
        (ITEMS, inputs.items),
        (FINGERPRINTS, inputs.fingerprints),
        (MEMBERS, inputs.members),
        (RELATIONS, inputs.relations),
    ):
        whole = {str(file): _whole(tables, file) for file in files}
        known = before.get(kind.name, {})
        same = {f: known[f] for f, digest in whole.items() if f in known and known[f][0] == digest}
        missing = sorted(whole.keys() - same.keys())
        now[kind.name] = same | _parts(inputs, kind, {file: whole[file] for file in missing})
    if remember and now != before:
        require_directory(folder)
        write_bytes(folder / _NAME, orjson.dumps({"recipe": _RECIPE, "tables": now}))
    sums = {kind: _sum(parts.values()) for kind, parts in now.items()}
    return inputs_digest([_RECIPE, recipe, sums])


def _whole(tables: StoredTables, file: Path) -> str:
    return tables.digest((file.parent.parent.name, file.parent.name), file.stem) or ""


def _parts(inputs: LookalikeInputs, kind: TableKind, whole: Mapping[str, str]) -> dict[str, Part]:
    if not whole:
        return {}
    query = _PARTS.format(
        columns=", ".join(_READ[kind.name]),
        files=stored_rows([Path(file) for file in whole], named=True),
    )
    with engine(inputs) as connection:
        found = connection.execute(query).fetchall()
    rows = {file: (count, total) for file, count, total in found}
    return {file: (digest, *rows.get(file, (0, "0"))) for file, digest in whole.items()}


def _sum(parts: Collection[Part]) -> tuple[int, str]:
    return sum(part[1] for part in parts), str(sum(int(part[2]) for part in parts))


def _read(folder: Path) -> dict[str, dict[str, Part]]:
    try:
        found = orjson.loads((folder / _NAME).read_bytes())
        if found["recipe"] != _RECIPE:
            return {}
        return {
            kind: {file: (digest, rows, total) for file, (digest, rows, total) in parts.items()}
            for kind, parts in found["tables"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}
