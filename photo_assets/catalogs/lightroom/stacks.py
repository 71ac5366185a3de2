"""Stacks and virtual copies: the related images, by global id."""

from dataclasses import dataclass

from photo_assets.catalogs.lightroom.database import Database, Value
from photo_assets.catalogs.lightroom.values import integer, number, text

_TOPS = """
    SELECT stack, image FROM (
        SELECT stack, image, count(*) OVER (PARTITION BY stack) AS images, row_number() OVER (
            PARTITION BY stack ORDER BY CAST(position AS REAL), image, rowid) AS rank
        FROM AgLibraryFolderStackImage NOT INDEXED
    ) WHERE rank = 1 AND images > 1
"""


@dataclass(frozen=True, slots=True)
class Stacked:
    """An image's position in a stack. `top`: the top image's global id, None for that image."""

    stack: int
    position: int | None
    top: str | None


class Relations:
    """Global ids of the images that others refer to: masters and tops of stacks."""

    def __init__(self, database: Database) -> None:
        self._masters = _ids(database, "masterImage")
        self._parents = _ids(database, "stackParent")
        self._tops: dict[int, tuple[int, str | None]] = {}
        if database.has("AgLibraryFolderStackImage", "stack", "image", "position"):
            for stack, image, name in database.rows(
                f"SELECT stack, t.image, i.id_global FROM ({_TOPS}) t "  # noqa: S608 - a constant
                "LEFT JOIN Adobe_images i ON i.rowid = t.image"
            ):
                key, top = integer(stack), integer(image)
                if key is not None and top is not None:
                    self._tops[key] = (top, text(name))

    def master(self, image: int, master: Value) -> str | None:
        """Return the global id of the image that `image` is a virtual copy of."""
        key = integer(master)
        return self._masters.get(key) if key is not None and key != image else None

    def stacked(self, image: int, stack: Value, position: Value) -> Stacked | None:
        """Return an image's position in a folder stack (Lightroom 4 and later)."""
        key = integer(stack)
        if key is None or key not in self._tops:
            return None
        top, name = self._tops[key]
        return Stacked(key, integer(number(position)), None if top == image else name)

    def stacked_in_3(self, image: int, parent: Value, position: Value) -> Stacked | None:
        """Return an image's position in a stack of Lightroom 3, where the top is the parent.

        A top is its own parent, and so is every image without a stack (measured).
        """
        key = integer(parent)
        if key is None or (key == image and key not in self._parents):
            return None
        top = None if key == image else self._parents.get(key)
        return Stacked(key, integer(number(position)), top)


def _ids(database: Database, column: str) -> dict[int, str]:
    """Return the global ids of the images that `column` of another image names."""
    if not database.has("Adobe_images", column):
        return {}
    found = database.rows(
        "SELECT DISTINCT o.id_local, o.id_global FROM Adobe_images i NOT INDEXED "  # noqa: S608
        f"CROSS JOIN Adobe_images o ON o.rowid = i.{column} WHERE i.{column} <> i.rowid"
    )
    pairs = ((integer(key), text(name)) for key, name in found)
    return {key: name for key, name in pairs if key is not None and name is not None}
