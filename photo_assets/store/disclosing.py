"""A `Disclosure` made from the joined tables: what is known of names, and which photos are hidden.

For every room that shows photos outside. What may be shown is decided in `model.disclosure`.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from photo_assets.model.disclosure import Disclosure, DisclosurePolicy, Known
from photo_assets.model.rows import row_to_keyword
from photo_assets.model.tables import MEMBERS, PHOTOS, RELATIONS, UNIFIED, TableKind
from photo_assets.model.vocabulary import LinkKind
from photo_assets.store.lake import Lake
from photo_assets.store.lake.inputs import photo_table
from photo_assets.store.lake.lake import AssetPath
from photo_assets.store.lake.views import view_stored
from photo_assets.store.query_engine import query_database, query_memory_mib
from photo_assets.store.workspace import Workspace

_STATE = pa.schema(
    [("visibility", pa.string()), ("availability", pa.string()), ("archived", pa.bool_())]
)
_STATES = {
    "withheld_states": "SELECT DISTINCT visibility, availability, archived FROM unified",
    "withheld_item_states": "SELECT DISTINCT NULL, availability, NULL FROM members",
    "locked_states": "SELECT DISTINCT visibility, NULL, NULL FROM unified",
}
_SAME_SCENE = (
    LinkKind.VIRTUAL_COPY_OF,
    LinkKind.RAW_JPEG_PAIR,
    LinkKind.LIVE_VIDEO_OF,
    LinkKind.EDIT_OF,
    LinkKind.DERIVED_FROM,
    LinkKind.DUPLICATE_OF,
)
"""Relations of photos that show the same: where one is locked, the others are."""

# A photo that is not in the unified view yet may be locked for all that is known: it waits.
_VIEWS = """
CREATE VIEW ties AS
SELECT from_photo_id AS a, to_photo_id AS b FROM relations WHERE list_contains($kinds, kind)
UNION ALL SELECT to_photo_id, from_photo_id FROM relations WHERE list_contains($kinds, kind);
CREATE TABLE locked_photos AS
WITH RECURSIVE locked(photo_id) AS (
  SELECT photo_id FROM unified SEMI JOIN locked_states USING (visibility)
  UNION SELECT t.b FROM locked l JOIN ties t ON l.photo_id = t.a
) SELECT photo_id FROM locked;
CREATE VIEW shown AS SELECT u.* FROM unified u ANTI JOIN withheld_states s
ON u.visibility IS NOT DISTINCT FROM s.visibility
AND u.availability IS NOT DISTINCT FROM s.availability
AND u.archived IS NOT DISTINCT FROM s.archived
ANTI JOIN locked_photos l ON u.photo_id = l.photo_id;
CREATE TABLE withheld_photos AS
SELECT photo_id FROM photos p ANTI JOIN shown s ON p.photo_id = s.photo_id;
CREATE VIEW marked_members AS SELECT m.*,
  m.photo_id IN (SELECT photo_id FROM withheld_photos)
  OR m.availability IN (SELECT availability FROM withheld_item_states) AS withheld
FROM members m
"""
OPENED_WITH: tuple[tuple[str, TableKind, AssetPath], ...] = (
    ("unified", UNIFIED, ("metadata", "unified")),
    *((kind.name, kind, photo_table(kind)) for kind in (PHOTOS, MEMBERS, RELATIONS)),
)
"""The views that a disclosure is opened with: their names, kinds, and the assets they are of."""


def open_disclosure(
    connection: duckdb.DuckDBPyConnection, policy: DisclosurePolicy, people_roots: Iterable[str]
) -> Disclosure:
    """Return the disclosure of the collection in the views of `OPENED_WITH`.

    Makes the views `shown` (`unified` without photos that may not be shown at all) and
    `marked_members` (`members`, and whether each is `withheld`), and the table `withheld_photos`.
    Raises `duckdb.Error` when the views cannot be read, or are older than this version.
    """
    disclosure = Disclosure(policy, _known(connection, people_roots))
    for name, query in _STATES.items():
        withheld = [one for one in _rows(connection, query) if not disclosure.admits(*one)]
        columns = [list(column) for column in zip(*withheld, strict=True)] or [[], [], []]
        connection.register(name, pa.table(columns, schema=_STATE))
    kinds = "[" + ", ".join(f"'{kind}'" for kind in _SAME_SCENE) + "]"
    connection.execute(_VIEWS.replace("$kinds", kinds)).fetchall()  # views take no parameters
    return disclosure


def read_disclosure(
    lake: Lake,
    policy: DisclosurePolicy,
    people_roots: Iterable[str],
    scratch: Path | None = None,
    memory_mib: int = 0,
) -> Disclosure:
    """Return the disclosure of the collection that the lake holds. Raises `StorageError`.

    `memory_mib` as `query_engine.query_memory_mib` takes it.
    """
    with query_database(
        "What may be shown of the collection cannot be told",
        scratch,
        query_memory_mib("plans", memory_mib),
        hint="Materialize metadata/unified again.",
    ) as opened:
        for name, kind, asset in OPENED_WITH:
            view_stored(opened.connection, name, kind, lake.files(asset))
        return open_disclosure(opened.connection, policy, people_roots)


def disclosure_of(workspace: Workspace, policy: DisclosurePolicy) -> Disclosure:
    """Return the disclosure of a workspace's collection. Raises `StorageError`."""
    return read_disclosure(
        workspace.lake,
        policy,
        workspace.settings.sinks.people_roots,
        workspace.scratch_for("disclosure"),
        workspace.settings.query_memory_mib,
    )


def _known(connection: duckdb.DuckDBPyConnection, people_roots: Iterable[str]) -> Known:
    names = _rows(
        connection,
        "SELECT unnest(people) FROM unified UNION SELECT unnest(guessed_people) FROM unified",
    )
    marked = _rows(connection, "SELECT DISTINCT unnest(marked_keywords) FROM unified")
    paths = _rows(
        connection,
        "SELECT DISTINCT path FROM (SELECT unnest(keywords) AS path FROM unified) "
        "WHERE len(path) > 1",
    )
    return Known(
        names=[name for (name,) in names if name],
        marked=[row_to_keyword(keyword) for (keyword,) in marked],
        paths=[path for (path,) in paths],
        people_roots=people_roots,
    )


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query).fetchall()
