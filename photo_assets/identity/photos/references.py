"""Resolving references to items and photos given by a person.

"source/catalog/native id", a photo id (including merged ones), or the path of a file.
"""

from dataclasses import dataclass
from typing import NamedTuple

import duckdb

from photo_assets.ledger import PhotoRegistry
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.model.names import to_text


class ItemKey(NamedTuple):
    """One entry of one catalog."""

    source: str
    catalog: str
    native_id: str

    def __str__(self) -> str:
        return f"{self.source}/{self.catalog}/{self.native_id}"


class UnknownReferenceError(PhotoAssetsError):
    """No item, photo or file matches the reference, which the message contains."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An item and its photo; `asked` is the reference as given."""

    asked: str
    item: ItemKey
    photo_id: str


def resolve(
    connection: duckdb.DuckDBPyConnection, reference: ItemKey | str, registry: PhotoRegistry | None
) -> Subject:
    """Return the item that a reference identifies; for a photo id, the photo's master.

    The connection has `members` and `photos`, and `paths` (source, catalog, native_id, path). A
    name that is not UTF-8 may be given as a shell passes it, or as tables store it. Raises
    `UnknownReferenceError`.
    """
    asked = _as_stored(str(reference))
    parts = reference if isinstance(reference, ItemKey) else asked.split("/", 2)
    if len(parts) == 3:
        found = _one(
            connection,
            "SELECT source, catalog, native_id, photo_id FROM members "
            "WHERE source = $1 AND catalog = $2 AND native_id = $3",
            list(parts),
        )
        if found:
            return Subject(asked, ItemKey(*found[:3]), found[3])
    photo = (registry.resolve(asked.lower()) if registry else None) or asked.lower()
    found = _one(
        connection,
        "SELECT source, catalog, native_id, photo_id FROM members "
        "WHERE photo_id = $1 AND is_master",
        [photo],
    ) or _one(
        connection,
        "SELECT m.source, m.catalog, m.native_id, photo_id "
        "FROM paths p JOIN members m USING (source, catalog, native_id) WHERE path = $1 "
        "ORDER BY ALL",
        [asked],
    )
    if not found:
        raise UnknownReferenceError(
            f"No item, photo or file matches {asked!r}.",
            hint="Give source/catalog/id, a photo id, or a file's absolute path.",
        )
    return Subject(asked, ItemKey(*found[:3]), found[3])


def _as_stored(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        return to_text(text)
    return text


def _one(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: list[str]
) -> tuple[str, str, str, str] | None:
    rows: list[tuple[str, str, str, str]] = connection.execute(query, parameters).fetchall()
    return rows[0] if rows else None
