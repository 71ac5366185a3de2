"""One conflict as a value: its stable id, the digest of its evidence, and its row.

The id depends on photo, kind and field alone, so a conflict keeps its id while its values change.
The digest depends on the set of (catalog, value) pairs; it changes when the conflict needs a new
answer.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from photo_assets.metadata.fields import Fact

_NAMESPACE = uuid.UUID("5a0d4c2e-6f0b-5d53-9a53-2f8a3c0f6c11")


class ConflictKind(StrEnum):
    """The kind of conflict."""

    DUPLICATE = "duplicate"  # one catalog lists the picture several times
    METADATA_MISMATCH = "metadata_mismatch"  # statements contradict each other
    MISSING_MASTER = "missing_master"  # the master's file is gone
    ORPHANED = "orphaned"  # files are missing and none is left, but in the trash
    UNDECODABLE = "undecodable"  # a file was read, but cannot be decoded


ABOUT_FILES = frozenset({ConflictKind.MISSING_MASTER, ConflictKind.ORPHANED})
"""Kinds about the location of a photo's files; the others are about its metadata."""


def conflict_id(photo_id: str, kind: ConflictKind, field_name: str | None = None) -> str:
    """Return the UUID of a conflict; the same in every run on every machine."""
    return str(uuid.uuid5(_NAMESPACE, f"{photo_id}\n{kind}\n{field_name or ''}"))


@dataclass(frozen=True, slots=True)
class Stated:
    """One stated value. `evidence` is the part that counts as evidence."""

    source: str
    catalog: str
    native_id: str
    value: Any
    stated_at: datetime | None
    evidence: tuple[Any, ...]

    @classmethod
    def about(cls, row: dict[str, Any], value: Any) -> "Stated":
        """Return the statement of a fact in `row`.

        Evidence is the catalog and the value: neither a re-import under new native ids nor reading
        the EXIF from another equal file is new evidence.
        """
        catalog = "" if row["exif"] else row["catalog"]
        return cls(
            row["source"],
            row["catalog"],
            row["native_id"],
            value,
            row["stated_at"],
            (row["source"], catalog, value),
        )

    def to_row(self) -> dict[str, Any]:
        """Return the row of `STATED_VALUE`."""
        return {
            "source": self.source,
            "catalog": self.catalog,
            "native_id": self.native_id,
            "value": orjson.dumps(self.value).decode(),
            "stated_at": self.stated_at,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """One conflict about one photo. `index` is the photo's position in its chunk."""

    index: int
    photo_id: str
    kind: ConflictKind
    fact: Fact | None = None
    values: Sequence[Stated]
    proposal: Any
    rule: str
    detail: str
    month: str | None
    id: str = field(init=False)
    evidence_digest: bytes = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", conflict_id(self.photo_id, self.kind, self.field))
        evidence = sorted({orjson.dumps(stated.evidence) for stated in self.values})
        digest = hashlib.sha256(b"\n".join((self.kind.encode(), *evidence))).digest()
        object.__setattr__(self, "evidence_digest", digest)

    @property
    def field(self) -> str | None:
        """The conflicting fact, for metadata_mismatch."""
        return self.fact.name if self.fact else None

    def to_row(self, *, reopened: bool) -> dict[str, Any]:
        """Return the row of `CONFLICTS`."""
        again = " It was decided before; the values have changed since." if reopened else ""
        return {
            "conflict_id": self.id,
            "photo_id": self.photo_id,
            "kind": self.kind.value,
            "field": self.field,
            "values": [stated.to_row() for stated in self.values],
            "proposal": orjson.dumps(self.proposal).decode(),
            "rule": self.rule,
            "detail": self.detail + again,
            "evidence_digest": self.evidence_digest,
            "month": self.month,
        }
