"""Writing the sample's files below one folder, with fixed times and a list of the files.

Tests compare the list, and it is checked before an old sample is replaced.
"""

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from photo_assets.model.names import to_text

LAST_TOUCHED = datetime(2025, 3, 1, 10, 10, 10, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One entry of one catalog. `picture` names the image data: equal names are equal data.

    `sha256` is None without bytes (an offline volume, a missing file). `states` are fields of
    `model.item.Item` with the values that a reader should find; keywords are paths in any order.
    `damage` is the status code of the file in the fingerprints.
    """

    catalog: str
    ref: str
    picture: str
    sha256: str | None
    states: Mapping[str, object] = field(default_factory=dict, compare=False)
    damage: str | None = None


@dataclass
class Tree:
    """The target folder, and its written files: relative path -> SHA-256."""

    root: Path
    files: dict[str, str] = field(default_factory=dict)
    wrote: Callable[[int], None] = lambda _count: None
    """Called after each file with the number of files."""

    def write(self, name: str | bytes, content: bytes, when: datetime | None = None) -> str:
        """Write one file; return its SHA-256. `when` is its modification time, wall clock or UTC.

        Raises `OSError` when the file system rejects the name.
        """
        path = os.path.join(os.fsencode(self.root), os.fsencode(name))
        Path(os.fsdecode(path)).parent.mkdir(parents=True, exist_ok=True)
        with open(path, "xb") as stream:
            stream.write(content)
        moment = when or LAST_TOUCHED
        stamp = int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())
        os.utime(path, ns=(stamp * 10**9, stamp * 10**9))
        digest = self.digest(content)
        self.files[to_text(name)] = digest
        self.wrote(len(self.files))
        return digest

    @staticmethod
    def digest(content: bytes) -> str:
        """Return the SHA-256 by which `files` names a file's bytes."""
        return hashlib.sha256(content).hexdigest()
