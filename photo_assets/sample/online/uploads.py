"""One file in an account, with what its owner states of it there, and the list of them on disk."""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from photo_assets.configuration.project_folders import SAMPLE_ACCOUNTS

FOLDER: Final = SAMPLE_ACCOUNTS
"""The folder of the sample with the lists, and the files that exist nowhere else."""


ACCOUNT: Final = "mara"
"""The name of the catalog of each account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file in an account. `file` is its path below the sample, `picture` as in `tree.Entry`.

    `taken` to `orientation` are what the file's own EXIF states; None where it has none. `moves`
    names the upload that is the movie of this live photo. `place` is latitude and longitude.
    `checksums` False: of the checksums that the service states, this file lacks those that old or
    withheld files lack.
    """

    name: str
    file: str
    picture: str
    taken: datetime | None = None
    offset_min: int | None = None
    make: str | None = None
    model: str | None = None
    lens: str | None = None
    f_number: float | None = None
    exposure_s: float | None = None
    iso: int | None = None
    focal_mm: float | None = None
    place: tuple[float, float] | None = None
    width: int = 0
    height: int = 0
    orientation: int = 1
    albums: tuple[str, ...] = ()
    title: str | None = None
    caption: str | None = None
    keywords: tuple[str, ...] = ()
    rating: int | None = None
    favourite: bool = False
    public: bool = False
    trashed: bool = False
    checksums: bool = True
    id: str | None = None
    moves: str | None = None


def write_list(uploads: Iterable[Upload]) -> bytes:
    """Return the JSON of an account's uploads, in their order."""
    return orjson.dumps([dataclasses.asdict(one) for one in uploads], option=orjson.OPT_INDENT_2)


def read_uploads(root: Path, source: str) -> list[Upload]:
    """Return the uploads to a service (the name of its catalogs) of the sample at `root`."""
    stored: list[dict[str, Any]] = orjson.loads((root / FOLDER / f"{source}.json").read_bytes())
    return [_upload(one) for one in stored]


def _upload(stored: dict[str, Any]) -> Upload:
    taken, place = stored["taken"], stored["place"]
    return Upload(
        **stored
        | {
            "taken": taken and datetime.fromisoformat(taken),
            "place": place and (place[0], place[1]),
            "albums": tuple(stored["albums"]),
            "keywords": tuple(stored["keywords"]),
        }
    )
