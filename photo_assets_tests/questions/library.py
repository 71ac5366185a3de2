"""A workspace whose catalogs a test writes, and whose tables are made as the assets make them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from photo_assets.lake.inputs import photo_table
from photo_assets.library import open_workspace
from photo_assets.model.tables import CONFLICTS, MEMBERS, UNIFIED, TableKind
from photo_assets.questions import Answering, Choice, Question, Queue
from photo_assets.workspace import Workspace
from photo_assets_tests.bench.random_changes import make
from photo_assets_tests.identity.photos.library import Library, taken
from photo_assets_tests.identity.photos.making import Thing

CONFIGURATION = "data_dir: data\n"


def entry(
    source: str,
    id: str = "1",
    content: bytes | None = None,
    month: int = 5,
    image: bytes | None = None,
    **values: Any,
) -> Thing:
    """Return an entry of 2020 whose file holds `content`, by default its id."""
    thing = Thing(
        source=source,
        catalog="main",
        id=id,
        content=content or id.encode(),
        image=image,
        more=(("file_name", f"IMG_{id}.JPG"), *values.items()),
    )
    return taken(thing, 2020, month)


class Asked:
    """A workspace in a folder. `refresh` does what the assets do after a change or an answer."""

    def __init__(self, folder: Path, things: Iterable[Thing], *, made: bool = False) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "photosync.yaml").write_text(CONFIGURATION)
        self.folder = folder
        self.workspace: Workspace = open_workspace(folder / "photosync.yaml")
        self.catalogs = Library(self.workspace.data_dir, things)
        if not made:
            self.refresh()

    def refresh(self) -> None:
        """Store the entries, join them, and build the months that are due."""
        self.catalogs.store()
        make(self.workspace)

    def put(self, *things: Thing) -> None:
        """Add or replace entries, and refresh."""
        self.catalogs.put(*things)
        self.refresh()

    @property
    def answering(self) -> Answering:
        return Answering(self.workspace, "Mara")

    def questions(self, **choice: Any) -> list[Question]:
        return Queue(self.workspace).questions(Choice(**choice))

    def one(self, **choice: Any) -> Question:
        (question,) = self.questions(**choice)
        return question

    def rows(self, kind: TableKind = UNIFIED) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.workspace.lake.read_all(
            ("metadata", kind.name), kind
        ).to_pylist()
        return rows

    def members(self) -> list[dict[str, Any]]:
        """Return the items of all photos."""
        asset = photo_table(MEMBERS)
        rows: list[dict[str, Any]] = self.workspace.lake.read_all(asset, MEMBERS).to_pylist()
        return rows

    def digests(self) -> dict[str, str]:
        """Return the digest of the rows of each month of both metadata assets."""
        lake = self.workspace.lake
        return {
            f"{kind.name}/{month}": lake.digest(("metadata", kind.name), month) or ""
            for kind in (UNIFIED, CONFLICTS)
            for month in lake.names(("metadata", kind.name))
        }

    def written(self) -> dict[str, int]:
        """Return when each table of the lake was written."""
        root = self.workspace.lake.root
        return {
            str(path.relative_to(root)): path.stat().st_mtime_ns for path in root.rglob("*.parquet")
        }
