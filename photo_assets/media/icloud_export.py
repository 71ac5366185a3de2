"""The tables in the copy of iCloud Photos that Apple sends on request (privacy.apple.com).

Bytes in, values out; readers decide which file a row describes. The copy comes as archives,
`iCloud Photos Part N of M` in the account's language. Each has a folder `Photos` with the tables
`Photo Details.csv`, `Photo Details-1.csv` … beside the files that they describe; `Albums` and
`Memories` contain a table of file names per album. File names are not unique: several parts may
have different files of one name, and a table describes its own folder. Source: public reports of
people who received such copies.
"""

import base64
import csv
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from photo_assets.media.exif.parts import StatedTime
from photo_assets.model.media import is_media
from photo_assets.model.names import clean_text
from photo_assets.model.vocabulary import CaptureKind
from photo_assets.model.wall_time import WallTime, parse_wall_time

MAX_BYTES = 256 * 1024 * 1024

# The prefix of a file's bytes in the checksum of Apple's upload service.
_SALT = b"com.apple.XattrObjectSalt\0com.apple.DataObjectSalt\0"
_VERSION = b"\x01"
_CHECKSUM = re.compile(r"[A-Za-z0-9+/]{28}", re.ASCII)

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_DATE = re.compile(
    r"(?:[A-Za-z]+,? +)?([A-Za-z]{3})[a-z]* +(\d{1,2}), ?(\d{4}) +(\d{1,2}):(\d\d)(?::(\d\d))?"
    r"\s*([AP]M)?\s*(?:GMT|UTC)",
    re.ASCII,
)
_NAME_COLUMNS = frozenset({"imgname", "images", "imagename"})
_MEDIA_NAME = re.compile(r".+\.[A-Za-z0-9]{2,5}")

Row = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class IcloudPhoto:
    """A row of `Photo Details.csv`; None where it states none."""

    name: str  # of a file in the same folder
    checksum: str | None = None  # as computed by `file_checksum`
    favourite: bool | None = None
    hidden: bool | None = None
    deleted: bool | None = None
    created: StatedTime | None = None  # originalCreationDate: an instant in UTC, to the minute
    view_count: int | None = None
    imported: WallTime | None = None  # in UTC, to the minute


@dataclass(frozen=True, slots=True, kw_only=True)
class IcloudDetails:
    """One `Photo Details.csv`. Each line below its first is in `photos` or in `problems`."""

    photos: tuple[IcloudPhoto, ...] = ()
    problems: tuple[str, ...] = ()


def is_details(head: bytes) -> bool:
    """Return whether a file begins like a `Photo Details.csv`, whatever its name."""
    columns = {name.strip().lower() for name in _decoded(head.partition(b"\n")[0]).split(",")}
    return {"imgname", "filechecksum"} <= columns


def is_names(head: bytes) -> bool:
    """Return whether a file begins like the table of an album: one column of file names."""
    rows = [cells for _, cells in _rows(head, [])][:2]
    if not rows or any(len(cells) != 1 for cells in rows):
        return False
    title = rows[0][0].strip().lower()
    return title in _NAME_COLUMNS or any(is_media(cells[0].strip()) for cells in rows)


def parse_details(data: bytes) -> IcloudDetails:
    """Return the rows of a `Photo Details.csv`."""
    photos: list[IcloudPhoto] = []
    problems: list[str] = []
    columns: list[str] = []
    for number, cells in _rows(data, problems):
        if not columns:
            columns = [name.strip().lower() for name in cells]
            continue
        row = dict(zip(columns, (clean_text(cell.strip()) for cell in cells), strict=False))
        if name := row.get("imgname"):
            photos.append(_photo(name, row))
        else:
            problems.append(f"Line {number} of the photo details names no file.")
    return IcloudDetails(photos=tuple(photos), problems=tuple(problems))


def parse_names(data: bytes) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the file names of an album or a memory, each once, in order, and problems.

    The table has one column: `Images`, `imgName` or `imageName`. It may be empty.
    """
    names: dict[str, None] = {}
    problems: list[str] = []
    for number, cells in _rows(data, problems):
        name = clean_text(cells[0].strip())
        is_header = number == 1 and (
            name.lower() in _NAME_COLUMNS or not _MEDIA_NAME.fullmatch(name)
        )
        if name and not is_header:
            names.setdefault(name)
    return tuple(names), tuple(problems)


def file_checksum(chunks: Iterable[bytes]) -> str:
    """Return the checksum of a file's bytes as the tables state it.

    Base64 without padding of a byte 1 and the SHA-1 of Apple's salts and the bytes: the signature
    that its upload service computes for every file, also known from CloudKit's `fileChecksum`.
    """
    digest = hashlib.sha1(_SALT, usedforsecurity=False)
    for chunk in chunks:
        digest.update(chunk)
    return base64.b64encode(_VERSION + digest.digest()).decode("ascii")


def stated_time(text: str) -> WallTime | None:
    """Return the instant, in UTC, of `Tuesday April 7,2020 3:40 PM GMT`; None for anything else."""
    match = _DATE.fullmatch(" ".join(text[:80].split()))
    month = _MONTHS.get(match[1].lower()) if match else None
    if match is None or month is None:
        return None
    hour = int(match[4])
    if match[7] and hour <= 12:
        hour = hour % 12 + (12 if match[7] == "PM" else 0)
    seconds = f":{match[6]}" if match[6] else ""
    return parse_wall_time(
        f"{match[3]}-{month:02}-{int(match[2]):02}T{hour:02}:{match[5]}{seconds}"
    )


def _photo(name: str, row: Row) -> IcloudPhoto:
    created = stated_time(row.get("originalcreationdate", ""))
    checksum, views = row.get("filechecksum", ""), row.get("viewcount", "")
    return IcloudPhoto(
        name=name,
        checksum=checksum if _CHECKSUM.fullmatch(checksum) else None,
        favourite=_answer(row.get("favorite", "")),
        hidden=_answer(row.get("hidden", "")),
        deleted=_answer(row.get("deleted", "")),
        created=None
        if created is None
        else StatedTime(time=created, source="icloud:originalCreationDate", kind=CaptureKind.UTC),
        view_count=int(views) if views.isascii() and views.isdigit() and len(views) < 10 else None,
        imported=stated_time(row.get("importdate", "")),
    )


def _answer(text: str) -> bool | None:
    return {"yes": True, "no": False, "true": True, "false": False}.get(text.lower())


def _rows(data: bytes, problems: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Yield number and cells of the lines that are not blank; a damaged line affects no other."""
    if len(data) > MAX_BYTES:
        problems.append(f"Of {len(data):,} bytes of the table the first {MAX_BYTES:,} are read.")
    text = _decoded(data[:MAX_BYTES]).replace("\0", "")
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip(" \t\r,"):
            try:
                yield number, next(csv.reader([line.rstrip("\r")], strict=True))
            except csv.Error:
                problems.append(f"Line {number} of the table cannot be read.")


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
