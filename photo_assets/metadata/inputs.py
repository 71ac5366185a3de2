"""The inputs of the metadata assets: file paths of stored tables, and a folder for spilling."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataInputs:
    """Parquet files of the lake. The order of files, and of rows within them, has no effect.

    `scratch` is the folder for temporary files (deleted afterwards; about the size of the inputs);
    default: the system's temporary folder.
    """

    items: Sequence[Path]
    photos: Sequence[Path]
    members: Sequence[Path]
    fingerprints: Sequence[Path] = ()
    scratch: Path | None = None
    memory_mib: int = 0  # 0: the measured need
