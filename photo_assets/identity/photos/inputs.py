"""The inputs, results and options of the identity join. No queries."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from photo_assets.identity.answers import Answer
from photo_assets.identity.masters import Item


@dataclass(frozen=True, slots=True)
class PhotoInputs:
    """The Parquet files of item and fingerprint tables: all catalogs, all months, in any order.

    `path_based`: sources whose native id is a path, which another picture may reuse.
    `trusted_sha1`: sources whose stated SHA-1 is that of the file's bytes. Immich states
    sha1("path:" + path) for assets of external libraries; its reader omits those.
    `answers`: what people decided about pairs of photos. `masters`: the items that they chose as
    masters.
    """

    items: tuple[Path, ...] = ()
    fingerprints: tuple[Path, ...] = ()
    path_based: frozenset[str] = frozenset()
    trusted_sha1: frozenset[str] = frozenset()
    answers: Sequence[Answer] = ()
    masters: Sequence[Item] = ()
    memory_mib: int = 0  # 0: the measured need
    temp_directory: Path | None = None  # None: a new folder in the system's temporary folder
    key_copy: Path | None = None  # folder of the copy of the ledger's keys; None: no copy is kept
    threads: int | None = None


@dataclass(frozen=True, slots=True)
class UiiCollision:
    """Several blobs with the same short name. They are different photos and stay separate."""

    uii: str
    blobs: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoSummary:
    """Counts of one run, for people and for checks.

    Steps: 0 alone, 1 same bytes, 2 same image data, 3 asserted id, 4 a person's decision. An item
    counts under the strongest step that joins it; a photo counts under every step of its edges.
    """

    items: int
    photos: int
    items_by_step: Mapping[int, int]
    photos_by_step: Mapping[int, int]
    new_photos: int
    merged_photos: int
    split_photos: int
    keys_written: int
    uii_collisions: tuple[UiiCollision, ...]
    relations: Mapping[str, int]
    relations_without_target: int  # the link points to an entry that is not in the catalog
    relations_within_photo: int  # both ends are the same photo
    ambiguous: Mapping[str, int] = field(default_factory=dict)  # key kind -> values not joined by
    contradicted_digests: int = 0  # the digest in the catalog differs from the file's
    empty_files: int = 0  # zero bytes: never joined
    contradicted_decisions: int = 0  # not followed: other decisions keep the photos apart
    repeated_rows: int = 0  # items found in two partitions: the newer month's row is used
    items_by_month: Mapping[str, Mapping[str, int]] = field(default_factory=dict)  # by source first

    def share(self, step: int) -> float:
        """Return the share of items, 0..1, whose strongest step is `step`."""
        return self.items_by_step.get(step, 0) / self.items if self.items else 0.0


@dataclass(frozen=True, slots=True)
class PhotoTables:
    """The four tables of `model.tables` (PHOTOS, MEMBERS, EDGES, RELATIONS), sorted."""

    photos: pa.Table
    members: pa.Table
    edges: pa.Table
    relations: pa.Table
    summary: PhotoSummary
