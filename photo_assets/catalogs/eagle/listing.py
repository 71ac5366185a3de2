"""The listing of one item's `.info` folder, by stat only: its document, its media file, its token.

Reads no content. Symbolic links are not listed: they could lead out of the library.
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
    """One regular file of the folder. `name` is the name in the file system."""

    name: str
    size: int
    mtime_ns: int
    ctime_ns: int | None  # None: the file system does not record it
    inode: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The regular files of one `.info` folder, sorted by the bytes of their names."""

    entries: tuple[Entry, ...]
    links: int

    @property
    def has_document(self) -> bool:
        """Return whether the item's metadata.json exists."""
        return any(entry.name == DOCUMENT for entry in self.entries)

    def digest(self) -> str:
        """Return a digest over names, sizes and times of everything listed."""
        stats = [(to_text(e.name), e.size, e.mtime_ns, e.ctime_ns) for e in self.entries]
        return hashlib.sha256(canonical_json([stats, self.links])).hexdigest()[:32]

    def media_candidates(self, stated: "StatedMedia") -> tuple[Entry, ...]:
        """Return the files that may be the item's media file, the most likely first.

        A file qualifies if it has the stated media type (any type, where none is stated); its name
        may differ after a rename. A thumbnail or a file of the operating system qualifies only with
        exactly the stated name, or, for a thumbnail, when the item has no other file.
        """
        found = [entry for entry in self.entries if stated.allows(entry.name)]
        return tuple(
            sorted(found, key=lambda entry: (not stated.names(entry.name), os.fsencode(entry.name)))
        )


@dataclass(frozen=True, slots=True)
class StatedMedia:
    """The description of the media file in an item's document."""

    name: str | None
    ext: str | None
    no_thumbnail: bool

    def names(self, file_name: str) -> bool:
        """Return whether the file has exactly the stated name."""
        return _composed(file_name) == _composed(f"{self.name}.{self.ext}")

    def allows(self, file_name: str) -> bool:
        """Return whether the file may be the item's media."""
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
    """Return a normalized form, equal for names before and after macOS decomposed their accents."""
    return unicodedata.normalize("NFC", name)
