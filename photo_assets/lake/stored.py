"""Which tables a lake has, and what their footers say. No rows, and no writing."""

import os
from datetime import UTC, datetime
from pathlib import Path

from photo_assets.lake.footer import Footer, read_footer
from photo_assets.model.errors import StorageError

DAMAGED = "damaged"
_ENDING = ".parquet"

AssetPath = tuple[str, str]
"""(layer, asset), the asset key in Dagster."""


class StoredTables:
    """The tables in the tree of Parquet files under `root`.

    `footers` is the folder in which footers are cached (`snapshot`); None: they are not.
    """

    def __init__(self, root: Path, footers: Path | None = None) -> None:
        self.root = root
        self.footers = footers

    def path(self, asset: AssetPath, name: str) -> Path:
        """Return the path of the partition or table `name` of `asset`."""
        return self.root.joinpath(*asset, f"{name}{_ENDING}")

    def footer(self, asset: AssetPath, name: str) -> Footer | None:
        """Return the stored footer, None if there is no such table."""
        return read_footer(self.path(asset, name))

    def digest(self, asset: AssetPath, name: str) -> str | None:
        """Return the digest of the stored content, None if nothing is stored.

        `DAMAGED` if the file cannot be parsed: a caller that compares digests then rewrites it.
        """
        try:
            footer = self.footer(asset, name)
        except StorageError:
            return DAMAGED
        return footer.digest if footer else None

    def names(self, asset: AssetPath) -> list[str]:
        """Return the stored partitions or tables of `asset`, sorted."""
        try:
            entries = os.listdir(self.root.joinpath(*asset))
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted(name for entry in entries if (name := table_name(entry)) is not None)

    def assets(self, layer: str) -> list[str]:
        """Return the assets of `layer` that have stored tables, sorted."""
        folder = self.root / layer
        return sorted(p.name for p in folder.iterdir() if p.is_dir()) if folder.is_dir() else []

    def catalogs(self) -> list[str]:
        """Return the sources that have stored items, sorted.

        A table of the layer that is named after its asset is no month of items.
        """
        found = self.assets("catalog")
        return [name for name in found if not self.path(("catalog", name), name).is_file()]

    def files(self, asset: AssetPath) -> list[Path]:
        """Return the files of all partitions of `asset`, sorted; for lazy engines."""
        folder = self.root.joinpath(*asset)
        return [folder / f"{name}{_ENDING}" for name in self.names(asset)]

    def changed_at(self, asset: AssetPath) -> datetime | None:
        """Return when a table of `asset` was last written, None if nothing is stored."""
        times = [path.stat().st_mtime for path in self.files(asset)]
        return datetime.fromtimestamp(max(times), UTC) if times else None


def table_name(entry: str) -> str | None:
    """Return the name of the table in a file of an asset's folder, None if it contains none."""
    hidden = entry.startswith(".")
    return entry.removesuffix(_ENDING) if entry.endswith(_ENDING) and not hidden else None
