"""Real photos to measure on, where there are some: a folder the user names, or the test data's."""

import os
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

LEAST_PIXELS = 5_000_000
MOST_PHOTOS = 60
_ENDINGS = (".jpg", ".jpeg")


def real_photos(folder: Path | None) -> list[Path]:
    """Return up to 60 JPEG files of five megapixels or more, evenly from all there are; none twice.

    Without `folder`, those of $PHOTO_ASSETS_REAL_DATA, else none. Files are only read.
    """
    named = os.environ.get("PHOTO_ASSETS_REAL_DATA")
    home = folder or (Path(named) if named else None)
    if home is None:
        return []
    candidates = _evenly(sorted(_jpegs(home)), 4 * MOST_PHOTOS)
    large = [path for path in candidates if _is_photo(path, load=False)]
    return [path for path in _evenly(large, MOST_PHOTOS) if _is_photo(path, load=True)]


def _evenly(paths: list[Path], most: int) -> list[Path]:
    return paths[:: max(1, -(-len(paths) // most))]


def _jpegs(home: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(home):
        folders.sort()
        for name in names:
            path = Path(place, name)
            if name.lower().endswith(_ENDINGS) and path.is_file():
                yield path


def _is_photo(path: Path, *, load: bool) -> bool:
    try:
        with Image.open(path) as image:
            if load:
                image.load()
            large = image.width * image.height >= LEAST_PIXELS
            return image.format in {"JPEG", "MPO"} and image.mode in {"RGB", "L"} and large
    except (OSError, ValueError, SyntaxError):
        return False
