"""What the metadata assets read: file paths of stored tables, and where they may spill."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataInputs:
    """Parquet files of the lake. The order of files and of rows within them means nothing.

    `scratch` is where temporary files go (deleted afterwards; about the size of the inputs); the
    system's own temporary folder when not given.
    """

    items: Sequence[Path]
    photos: Sequence[Path]
    members: Sequence[Path]
    fingerprints: Sequence[Path] = ()
    scratch: Path | None = None
    memory_mib: int = 0  # 0: as much as it was measured to need
