"""Two photos that look alike, side by side: what each has, and the group that they belong to.

No picture is compared here: the browser lays one over the other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from photo_assets.lake import Lake
from photo_assets.metadata.fields import CAPTURE_COLUMNS
from photo_assets.model.tables import LOOKALIKE_GROUPS, TableKind
from photo_assets.model.wording import size
from photo_assets.questions import Question
from photo_assets.questions.asking import likeness
from photo_assets.web.collection import Tile
from photo_assets.web.opened import Library
from photo_assets.web.photo_view import PhotoView, Row, item_key, read_photo
from photo_assets.web.values_shown import value_text

_FACTS: Final = (
    ("Name", "file_name", ("file_name",)),
    ("Taken", "capture_time", CAPTURE_COLUMNS),
    ("Dimensions", "dimensions", ("width", "height")),
    ("Albums", "albums", ("albums",)),
    ("Keywords", "keywords", ("keywords",)),
    ("Caption", "caption", ("caption",)),
    ("Rating", "rating", ("rating",)),
)
_MOST_MEMBERS = 24


@dataclass(frozen=True, slots=True)
class Fact:
    """What both photos have under one name; `differs` if it is not the same."""

    words: str
    texts: tuple[str, str]

    @property
    def differs(self) -> bool:
        """Whether the two are different."""
        return self.texts[0] != self.texts[1]


@dataclass(frozen=True, slots=True)
class PairView:
    """Both photos, and `group`: the photos of the star they belong to, [] for none.

    `comparison` says how the pictures differ, in a sentence.
    """

    photos: tuple[Tile, Tile]
    facts: list[Fact]
    comparison: str
    group: list[str]


def view_pair(library: Library, question: Question) -> PairView | None:
    """Return the photos of a question, None if one left the lake. Raises `StorageError`."""
    found = [library.collection.find(photo) for photo in question.photo_ids]
    if len(found) != 2 or found[0] is None or found[1] is None:
        return None
    views = [read_photo(library, month, tile) for month, tile in (found[0], found[1])]
    facts = [
        Fact("Catalogs", (_catalogs(views[0]), _catalogs(views[1]))),
        Fact("Size", (_size(question, 0), _size(question, 1))),
        *(_fact(views, *fact) for fact in _FACTS),
    ]
    return PairView(
        (found[0][1], found[1][1]),
        [one for one in facts if any(one.texts)],
        likeness(question.more or {}),
        _group(library.workspace.lake, question.photo_ids),
    )


def stored_groups(lake: Lake) -> list[Row]:
    """Return the groups of photos that look alike, the most likely first. Raises `StorageError`."""
    return sorted(_rows(lake, LOOKALIKE_GROUPS), key=lambda row: row["place"] or 1 << 31)


def _group(lake: Lake, photos: Iterable[str]) -> list[str]:
    wanted = set(photos)
    for row in _rows(lake, LOOKALIKE_GROUPS):
        members = row["members"] or []
        if len(members) > 2 and wanted <= set(members):
            return list(members[:_MOST_MEMBERS])
    return []


def _rows(lake: Lake, kind: TableKind) -> list[Row]:
    asset = ("identity", "lookalikes")
    if kind.name not in lake.names(asset):
        return []
    rows: list[Row] = lake.read(asset, kind.name, kind).to_pylist()
    return rows


def _catalogs(view: PhotoView) -> str:
    return ", ".join(sorted({"/".join(item_key(row)[:2]) for row in view.items}))


def _size(question: Question, side: int) -> str:
    known = question.values[side].value["file_size"]
    return "" if known is None else size(known)


def _fact(views: list[PhotoView], words: str, name: str, columns: tuple[str, ...]) -> Fact:
    a, b = (value_text(name, [view.unified.get(one) for one in columns]) for view in views)
    return Fact(words, (a, b))
