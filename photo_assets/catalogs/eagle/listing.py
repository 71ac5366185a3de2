"""What lies in one item's `.info` folder, by stat alone: its documents, its media file, its token.

Reads no content. Links are listed nowhere: they could lead out of the library.
"""

import hashlib
import os
import unicodedata
from dataclasses import dataclass

from photo_assets.model.canonical import canonical_json
from photo_assets.model.media import media_of
from photo_assets.model.names import to_text
from photo_assets.system.file_state import ChangeTimes

DOCUMENT = "metadata.json"
_THUMBNAIL = "_thumbnail.png"


@dataclass(frozen=True, slots=True)
class Entry:
    """One regular file of the folder. `name` is as the file system gave it."""

    name: str
    size: int
    mtime_ns: int
    ctime_ns: int | None  # None: the file system keeps none
    inode: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The regular files of one `.info` folder, sorted by the bytes of their names."""

    entries: tuple[Entry, ...]
    links: int

    @property
    def has_document(self) -> bool:
        """Say whether the item's metadata.json is there."""
        return any(entry.name == DOCUMENT for entry in self.entries)

    def digest(self) -> str:
        """Return a digest over names, sizes and times of everything listed."""
        stats = [(to_text(e.name), e.size, e.mtime_ns, e.ctime_ns) for e in self.entries]
        return hashlib.sha256(canonical_json([stats, self.links])).hexdigest()[:32]

    def media_candidates(self, stated: "Stated") -> tuple[Entry, ...]:
        """Return the files that may be the item's media, the likeliest first.

        A file qualifies by having the stated media type (any, where none is stated); it may have
        another name after a rename. One that looks like a thumbnail or like what an operating
        system left behind qualifies only under exactly the stated name, or, for the thumbnail,
        when the item has none.
        """
        found = [entry for entry in self.entries if stated.allows(entry.name)]
        return tuple(
            sorted(found, key=lambda entry: (not stated.names(entry.name), os.fsencode(entry.name)))
        )


@dataclass(frozen=True, slots=True)
class Stated:
    """What an item's document says about its media file."""

    name: str | None
    ext: str | None
    no_thumbnail: bool

    def names(self, file_name: str) -> bool:
        """Say whether the file has exactly the stated name."""
        return _composed(file_name) == _composed(f"{self.name}.{self.ext}")

    def allows(self, file_name: str) -> bool:
        """Say whether the file may be the item's media."""
        media_type = media_of(file_name)[0]
        if media_type is None or file_name == DOCUMENT:
            return False
        if self.ext and media_type != media_of(f"x.{self.ext}")[0]:
            return False
        if self.names(file_name):
            return True
        is_thumbnail = file_name.endswith(_THUMBNAIL) and not self.no_thumbnail
        return not is_thumbnail and not file_name.startswith(".")


def list_folder(folder: str, change_times: ChangeTimes) -> Listing:
    """Return the listing of `folder`. Raises `OSError` when it cannot be listed."""
    entries: list[Entry] = []
    links = 0
    with os.scandir(folder) as scan:
        for found in scan:
            if found.is_symlink():
                links += 1
            elif found.is_file(follow_symlinks=False):
                stat = found.stat(follow_symlinks=False)
                ctime_ns = change_times.of(stat)
                entries.append(
                    Entry(found.name, stat.st_size, stat.st_mtime_ns, ctime_ns, stat.st_ino)
                )
    return Listing(tuple(sorted(entries, key=lambda entry: os.fsencode(entry.name))), links)


def _composed(name: str) -> str:
    """Return a form in which a name equals itself after macOS decomposed its accents."""
    return unicodedata.normalize("NFC", name)
