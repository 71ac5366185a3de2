"""A small library as stored tables, thumbnails and files, for the pages that show it.

The rules that join and merge are the real ones where the pages show their results.
"""

import dataclasses
import hashlib
import io
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
from PIL import Image

from photo_assets.lake.by_month import write_by_month
from photo_assets.lake.inputs import photo_table
from photo_assets.library import open_workspace
from photo_assets.model.item import Album, Item, Keyword, Person
from photo_assets.model.rows import item_to_row, rows_to_table
from photo_assets.model.tables import (
    CONFLICTS,
    ITEMS,
    LOOKALIKES,
    MEMBERS,
    PHOTOS,
    RELATIONS,
    THUMBNAILS,
    UNIFIED,
    TableKind,
)
from photo_assets.model.vocabulary import AlbumKind
from photo_assets.thumbnails.tree import ThumbnailSize
from photo_assets.workspace import Workspace
from photo_assets_tests.metadata.collection import TODAY, Collection, item

TAKEN = datetime(2026, 3, 5, 12, 30)


@dataclass
class Library:
    """Photos to store. Each has the items of its catalogs, master first, and a picture or none."""

    folder: Path
    photos: list[list[Item]] = field(default_factory=list)
    pictures: dict[int, bytes] = field(default_factory=dict)

    @property
    def configuration(self) -> Path:
        return self.folder / "photosync.yaml"

    def open(self) -> Workspace:
        return open_workspace(self.configuration)

    def photo_id(self, index: int) -> str:
        return Collection([]).photo_id(index)

    def add(self, *items: Item, color: str | None = None) -> str:
        """Add a photo and return its id; with a color, its master is a file with thumbnails."""
        index = len(self.photos)
        stored = [*items]
        if color is not None:
            stream = io.BytesIO()
            Image.new("RGB", (120, 80), color).save(stream, "JPEG", comment=str(index).encode())
            path = self.folder / "files" / f"{index}.jpg"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(stream.getvalue())
            self.pictures[index] = stream.getvalue()
            size = len(stream.getvalue())
            stored[0] = dataclasses.replace(stored[0], path=str(path), file_size=size)
        self.photos.append(stored)
        return self.photo_id(index)

    def store(self) -> Workspace:
        """Write everything and return the workspace."""
        self.configuration.write_text("catalogs: {}\n")
        workspace = self.open()
        collection = Collection(self.photos)
        built = collection.build(self.folder / "built")
        rows = [item_to_row(each, TODAY) for photo in self.photos for each in photo]
        for source in {row["source"] for row in rows}:
            mine = sorted((r for r in rows if r["source"] == source), key=lambda row: row["month"])
            write_by_month(workspace.lake, ("catalog", source), ITEMS, [rows_to_table(mine)])
        photos, members = collection._identity()
        blobs = {
            self.photo_id(index): hashlib.sha256(content).digest()
            for index, content in self.pictures.items()
        }
        for row in photos:
            row["sha256"] = blobs.get(row["photo_id"])
        home = {row["photo_id"]: row["month"] for row in photos}
        for row in members:
            row["sha256"] = blobs.get(row["photo_id"]) if row["is_master"] else None
            row["home"] = home[row["photo_id"]]
        self._write(workspace, photo_table(PHOTOS), PHOTOS, photos)
        self._write(workspace, photo_table(MEMBERS), MEMBERS, members, by="home")
        for name, kind, table in (
            ("unified", UNIFIED, built.unified),
            ("conflicts", CONFLICTS, built.conflicts),
        ):
            ordered = table.sort_by("month")
            write_by_month(workspace.lake, ("metadata", name), kind, [ordered])
        drawn = [
            {"sha256": blobs[photo], "month": home[photo], "status": "drawn"} for photo in blobs
        ]
        self._write(workspace, ("vault", "thumbnails"), THUMBNAILS, drawn)
        for index, content in self.pictures.items():
            encoded = dict.fromkeys(ThumbnailSize, content)
            workspace.thumbnails.write(blobs[self.photo_id(index)], encoded)
        return workspace

    def _write(
        self,
        workspace: Workspace,
        asset: tuple[str, str],
        kind: TableKind,
        rows: list[dict[str, Any]],
        by: str = "month",
    ) -> None:
        fields = [
            *kind.schema,
            *([pa.field(by, pa.string())] if by not in kind.schema.names else []),
        ]
        table = pa.Table.from_pylist(rows, pa.schema(fields)).sort_by(by)
        write_by_month(workspace.lake, asset, kind, [table], by=by)


def relate(workspace: Workspace, month: str, one: str, other: str) -> None:
    """Store that a photo is the edited version of another, and that the two look alike."""
    relation = {
        "kind": "edit_of",
        "from_photo_id": one,
        "to_photo_id": other,
        **{"source": "lightroom", "catalog": "main", "from_native_id": "1", "to_native_id": "2"},
    }
    table = pa.Table.from_pylist([relation], RELATIONS.schema)
    workspace.lake.write(photo_table(RELATIONS), month, RELATIONS, table)
    a, b = sorted((one, other))
    pair = {"a_photo_id": a, "b_photo_id": b, "distance": 3, "turn": "none", "group_id": "0" * 16}
    table = pa.Table.from_pylist([pair], LOOKALIKES.schema)
    workspace.lake.write(("identity", "lookalikes"), "lookalikes", LOOKALIKES, table)


def everyday(folder: Path) -> Library:
    """Return a library of some months with albums, a question, locked and trashed photos."""
    library = Library(folder)
    colors = ("#b44", "#4b4", "#44b", "#bb4", "#4bb", "#b4b")
    for n in range(60):
        albums = (
            (Album(id="a", path=("Trips", "Harz"), kind=AlbumKind.ALBUM),) if n % 3 == 0 else ()
        )
        library.add(
            item(
                "lightroom",
                f"L{n}",
                file_name=f"IMG_{n:04}.JPG",
                capture_time=TAKEN.replace(month=1 + n // 20, day=1 + n % 20),
                albums=albums,
                title=f"Picture {n}",
            ),
            color=colors[n % len(colors)],
        )
    return library


def with_text(index: int, text: str) -> Item:
    """Return an item that has a text in every field of text."""
    return item(
        "lightroom",
        f"{index} {text}",
        file_name=f"{text}.jpg",
        path=f"/pictures/{text}.jpg",
        capture_time=TAKEN,
        title=text,
        caption=f"{text}\nand a second line",
        label=text,
        keywords=(Keyword(path=(text, f"{text} below")),),
        people=(Person(name=text),),
        albums=(Album(id="1", path=(text,), kind=AlbumKind.ALBUM),),
        sublocation=text,
        city=text,
        state=text,
        country=text,
        creator=text,
        copyright=text,
        camera_make=text,
        camera_model=text,
        lens=text,
    )
