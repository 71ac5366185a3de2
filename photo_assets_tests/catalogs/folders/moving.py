"""A tree in which files are moved, and its discovery."""

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.first_ids import first_ids_of
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.discovery.report import read_report
from photo_assets_tests.catalogs.folders.reading import catalog
from photo_assets_tests.catalogs.folders.trees import SETTLED_NS, place, small


class Bench:
    """A tree of photos and its discovery folder."""

    def __init__(self, root: Path) -> None:
        self.tree, self.staging = root / "photos", root / "staging"
        self.made = 0

    def shoot(self, name: str) -> None:
        """Put a photo there whose size and time no other has."""
        self.made += 1
        content = small(10 ** (self.made % 9)) + b"\0" * self.made
        place(self.tree, name, content, SETTLED_NS + self.made)

    def move(self, old: str, new: str) -> None:
        (self.tree / new).parent.mkdir(parents=True, exist_ok=True)
        (self.tree / old).rename(self.tree / new)

    def copy(self, old: str, new: str) -> None:
        """Copy with its time, like `cp -p` and moving files between disks."""
        (self.tree / new).parent.mkdir(parents=True, exist_ok=True)
        if (self.tree / old).is_dir():
            shutil.copytree(self.tree / old, self.tree / new)
        else:
            shutil.copy2(self.tree / old, self.tree / new)

    def remove(self, name: str) -> None:
        path = self.tree / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    def act(self, *steps: tuple[str, ...]) -> None:
        """Perform the steps: ("move", old, new), ("remove", name) and so on."""
        for what, *names in steps:
            getattr(self, what)(*names)

    def files(self) -> set[str]:
        """Return the names of all files in the tree."""
        paths = self.tree.rglob("*")
        return {str(path.relative_to(self.tree)) for path in paths if path.is_file()}

    def discover(self, **options: Any) -> Discovery:
        found = discover(catalog(self.tree), self.staging, **options)
        assert found.accounting.balanced
        return found

    @property
    def folder(self) -> Path:
        return catalog_folder(self.staging, "folders", "test")

    def table(self) -> pa.Table:
        manifest = load_manifest(self.folder)
        assert manifest is not None
        return pa.concat_tables([read_part(self.folder, part) for part in manifest.months.values()])

    def rows(self) -> dict[str, dict[str, Any]]:
        rows = self.table().to_pylist()
        found = {row["native_id"]: row for row in rows}
        assert len(found) == len(rows)
        return found

    def first_ids(self) -> dict[str, str]:
        """Return for every row the id that its photo is known by."""
        table = self.table()
        told = zip(table["native_id"].to_pylist(), first_ids_of(table).to_pylist(), strict=True)
        found = {native_id: first_id or native_id for native_id, first_id in told}
        assert len(set(found.values())) == len(found), "no two entries have one first id"
        return found

    def missing(self) -> set[str]:
        return {i for i, row in self.rows().items() if row["availability"] == "missing"}

    def moved(self) -> dict[str, str]:
        """Return the moves in the report: new path -> old path."""
        entries = read_report(self.folder).to_pylist()
        moved = [entry for entry in entries if entry["outcome"] == "moved"]
        return {e["ref"]: e["detail"].removeprefix("It was ").removesuffix(".") for e in moved}

    def settles(self) -> None:
        """Compare the result with scans that read all again, or have no memory of the last one."""
        rows = self.rows()
        assert self.discover().changed_months == ()
        again = self.discover(full=True)
        assert (again.changed_months, again.accounting.moved) == ((), 0)
        shutil.rmtree(self.folder / "memory")
        assert self.discover().changed_months == ()
        assert self.rows() == rows
