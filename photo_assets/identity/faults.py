"""Files that are damaged, undecodable or unreadable, according to `identity/fingerprints`.

How they are reported is decided elsewhere.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from photo_assets.identity.last_known import ASSET
from photo_assets.lake import Lake
from photo_assets.lake.stored import AssetPath
from photo_assets.lake.views import view_stored
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import FINGERPRINTS, ITEMS, TableKind

_FAULTS = """
CREATE TEMP TABLE fault AS
SELECT source, catalog, native_id, month, path, member,
       CASE reason WHEN 'damaged' THEN 'damaged' ELSE status END AS status, reason, detail
FROM fingerprints WHERE (status IN ('undecodable', 'failed') OR reason = 'damaged')
AND ($source IS NULL OR source = $source) AND ($catalog IS NULL OR catalog = $catalog)
"""
_PRESENT = """
SELECT DISTINCT source, catalog, native_id, fault.path, fault.member, status, reason, detail
FROM items JOIN fault USING (source, catalog, native_id, month)
WHERE availability IN ('online', 'offline') ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class FileFault:
    """A file that was read but cannot be decoded (`undecodable`), or could not be read (`failed`).

    `damaged` marks a file with a complete picture but without its end marker. `reason` is a short
    stable word, `detail` a readable sentence. `path` is the file, or the archive that contains
    `member`.
    """

    source: str
    catalog: str
    native_id: str
    path: str | None
    member: str | None
    status: str
    reason: str
    detail: str | None

    @property
    def why(self) -> str:
        """Status and reason, as counted in reports."""
        return self.status if self.status == self.reason else f"{self.status}: {self.reason}"


def file_faults(
    lake: Lake, source: str | None = None, catalog: str | None = None
) -> list[FileFault]:
    """Return the faults of one catalog or of all, ordered by catalog and native id.

    Files that are gone or in a catalog's trash are omitted: they need no action. Tables that are
    damaged or of another version are skipped. Raises `StorageError` if one cannot be read.
    """
    files = _files(lake, ASSET, FINGERPRINTS, lake.names(ASSET))
    if not files:
        return []
    with lake.query(
        "counts",
        "The fingerprints could not be read",
        hint="They are derived data: delete the file, then run photosync discover.",
    ) as connection:
        view_stored(connection, "fingerprints", FINGERPRINTS, files)
        connection.execute(_FAULTS, {"source": source, "catalog": catalog}).fetchall()
        found = connection.execute("SELECT DISTINCT source, month FROM fault").fetchall()
        parts = (_files(lake, ("catalog", name), ITEMS, [month]) for name, month in found)
        view_stored(connection, "items", ITEMS, tuple(chain.from_iterable(parts)))
        rows = connection.execute(_PRESENT).fetchall()
    return [FileFault(*row) for row in rows]


def _files(lake: Lake, asset: AssetPath, kind: TableKind, names: Iterable[str]) -> tuple[Path, ...]:
    oldest = kind.version if kind.reads_from is None else kind.reads_from
    return tuple(lake.path(asset, name) for name in names if _is_read(lake, asset, name, oldest))


def _is_read(lake: Lake, asset: AssetPath, name: str, oldest: int) -> bool:
    try:
        footer = lake.footer(asset, name)
    except StorageError:
        return False
    return footer is not None and footer.schema_version >= oldest
