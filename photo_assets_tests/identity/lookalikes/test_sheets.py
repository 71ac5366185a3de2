"""Contact sheets: drawn once, redrawn when anything on them changes, deleted when outdated."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image

from photo_assets.identity.lookalikes import LookalikeOptions, build_lookalikes
from photo_assets.identity.lookalikes.sheets import SheetCounts, publish_sheets
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree
from photo_assets_tests.identity.lookalikes.making import Shot, write_tables

HASH = 0x0F0F_1234_5678_9ABC
OTHER = ~HASH & (2**64 - 1)
RED = (200, 30, 30)


class Shelf:
    """A lake, a tree of thumbnails, and a folder of sheets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sheets = folder / "contact_sheets" / "lookalikes"
        self.tree = ThumbnailTree(folder / "thumbs")

    def publish(self, shots: Sequence[Shot], most: int = 200, crowd: int = 50) -> SheetCounts:
        inputs = write_tables(self.folder, shots)
        tables = build_lookalikes(inputs, LookalikeOptions(crowd=crowd))
        return publish_sheets(inputs, tables, self.tree, self.sheets, most)

    def add_thumbnail(self, shot: Shot, number: int, size: ThumbnailSize) -> None:
        path = self.tree.path(size, shot.sha256(number))
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (size.long_edge, size.long_edge // 2), RED).save(path)

    def state(self) -> dict[str, int]:
        return {path.name: path.stat().st_mtime_ns for path in self.sheets.iterdir()}


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_a_photo_with_a_preview_alone_has_an_empty_tile(shelf: Shelf) -> None:
    shots = [PAIR[0], Shot(photo="b", phash=HASH ^ 0b11, name="two.jpg", is_preview=True)]
    shelf.add_thumbnail(shots[0], 0, ThumbnailSize.SMALL)
    counts = shelf.publish(shots)
    assert (counts.written, counts.without_picture) == (1, 1)


PAIR = [
    Shot(photo="a", phash=HASH, name="one.jpg", taken=datetime(2020, 5, 1, 12, 30)),
    Shot(photo="b", phash=HASH ^ 0b11, name="two.jpg", size=5_100_000),
]


def colors(path: Path) -> set[tuple[int, ...]]:
    with Image.open(path) as image:
        found = image.convert("RGB").resize((64, 64)).getcolors(64 * 64)
    return {tuple(c // 32 for c in color) for _, color in found or () if isinstance(color, tuple)}


def test_a_group_has_a_sheet_and_is_on_the_page(shelf: Shelf) -> None:
    drawn = shelf.publish(PAIR)
    (sheet,) = drawn.sheets
    assert (drawn.written, drawn.not_drawn, drawn.without_picture) == (1, 0, 2)
    with Image.open(sheet) as image:
        assert image.format == "JPEG"
        assert image.width > 400
    page = drawn.page.read_text(encoding="utf-8")
    assert f'src="{sheet.name}"' in page
    for words in ("one.jpg", "two.jpg", "distance 2", "300 x 200, 5.1 MB", "2020-05-01 12:30:00"):
        assert words in page
    assert len(drawn.previews) == 1
    assert len(drawn.previews[0]) <= 32_768


def test_running_again_writes_nothing(shelf: Shelf) -> None:
    shelf.publish(PAIR)
    before = shelf.state()
    again = shelf.publish(PAIR)
    assert (again.written, again.removed) == (0, 0)
    assert shelf.state() == before
    assert len(again.previews) == 1


def test_a_new_thumbnail_is_drawn(shelf: Shelf) -> None:
    bare = shelf.publish(PAIR).sheets[0]
    red = tuple(c // 32 for c in RED)
    assert red not in colors(bare)
    shelf.add_thumbnail(PAIR[0], 0, ThumbnailSize.TINY)
    drawn = shelf.publish(PAIR)
    assert (drawn.written, drawn.removed, drawn.without_picture) == (1, 1, 1)
    assert red in colors(drawn.sheets[0])
    shelf.add_thumbnail(PAIR[0], 0, ThumbnailSize.SMALL)
    assert shelf.publish(PAIR).written == 1


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\xff\xd8\xff\xe0 cut off"])
def test_a_damaged_thumbnail_affects_only_its_tile(shelf: Shelf, content: bytes) -> None:
    path = shelf.tree.path(ThumbnailSize.TINY, PAIR[0].sha256(0))
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert shelf.publish(PAIR).written == 1


def test_sheets_of_removed_groups_are_deleted_and_other_files_stay(shelf: Shelf) -> None:
    old = shelf.publish(PAIR).sheets[0]
    (shelf.sheets / "my notes.txt").write_text("mine")
    (shelf.sheets / "holiday.jpg").write_text("mine")
    drawn = shelf.publish([Shot(photo="a", phash=HASH), Shot(photo="c", phash=OTHER)])
    assert drawn.removed == 1
    assert not old.exists()
    assert sorted(shelf.state()) == ["holiday.jpg", "index.html", "my notes.txt"]
    assert "0 groups shown" in drawn.page.read_text()


def test_at_most_the_requested_number_is_drawn_and_the_page_states_it(shelf: Shelf) -> None:
    others = [Shot(photo=f"c{n}", phash=OTHER ^ n) for n in (0, 1)]
    drawn = shelf.publish([*PAIR, *others], most=1)
    assert (len(drawn.sheets), drawn.not_drawn) == (1, 1)
    page = drawn.page.read_text()
    assert "1 group shown" in page
    assert "distance 1" in page  # the more likely one
    none = shelf.publish([*PAIR, *others], most=0)
    assert (none.sheets, none.removed, none.not_drawn) == ((), 1, 2)


def test_names_are_escaped_on_the_page(shelf: Shelf) -> None:
    evil = '<img src=x onerror="alert(1)">\n\u202egpj.exe\x1b[31m \uefe9.jpg'
    drawn = shelf.publish([Shot(photo="a", phash=HASH, name=evil), PAIR[1]])
    page = drawn.page.read_text(encoding="utf-8")
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;\\n\\u202egpj.exe\\x1b[31m" in page
    assert not re.search("[\x00-\x09\x0b-\x1f\u202e\uef80-\uefff]", page)


def test_very_long_and_unusual_names_fit(shelf: Shelf) -> None:
    names = ["x" * 255 + ".jpg", "写真" * 60 + ".jpg"]
    shots = [Shot(photo=str(n), phash=HASH ^ n, name=name) for n, name in enumerate(names)]
    (sheet,) = shelf.publish(shots).sheets
    with Image.open(sheet) as image:
        assert image.width < 2_000


def test_a_crowd_shows_some_photos_and_their_number(shelf: Shelf) -> None:
    drawn = shelf.publish([Shot(photo=f"{n:03d}", phash=HASH) for n in range(80)])
    page = drawn.page.read_text()
    assert "80 photos alike; their pairs are not listed" in page
    assert page.count("in the crowd") == 24
    assert len(drawn.sheets) == 1


def test_without_groups_the_page_is_empty(shelf: Shelf) -> None:
    drawn = shelf.publish([])
    assert (drawn.sheets, drawn.previews) == ((), ())
    assert drawn.page.is_file()
