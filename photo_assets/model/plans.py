"""The Arrow schemas of desired rows, plans and written rows of sinks.

A key names one row of a target forever: a page's photo, a table's primary key.
"""

import hashlib
from typing import Final

import pyarrow as pa

from photo_assets.model.schema import Column as _Column
from photo_assets.model.schema import build_schema
from photo_assets.model.tables import TableKind

CREATE: Final = "create"
UPDATE: Final = "update"
RETIRE: Final = "retire"

NO_MONTH: Final = "none"
"""The partition of rows that do not belong to a photo."""

_ROWS_PER_GROUP: Final = 8_192  # of some KiB each

_TARGET = (
    _Column("target", pa.string(), "table or kind of page in the service", "", "", False),
    _Column("key", pa.string(), "permanent key of the row in the service", "", "", False),
)
_SUBJECT = (
    _Column("photo_id", pa.string(), "the photo that the row belongs to"),
    _Column("month", pa.string(), "the photo's partition, that of its master", "YYYY-MM-01"),
)

DESIRED_FIELDS: tuple[_Column, ...] = (
    *_TARGET,
    *_SUBJECT,
    _Column("content", pa.string(), "the desired content of the row", "canonical JSON", "", False),
    _Column("note", pa.string(), "values that were shortened or left out, and where they are"),
    _Column(
        "withheld",
        pa.bool_(),
        "the row must not be disclosed: an existing row is reduced to `content`, and no new row "
        "is created",
    ),
)
DESIRED = TableKind("desired", 2, build_schema(DESIRED_FIELDS), rows_per_group=_ROWS_PER_GROUP)

WANTED_FIELDS: tuple[_Column, ...] = (
    *DESIRED_FIELDS,
    _Column("digest", pa.string(), "SHA-256 of `content`", "64 hex", "", False),
)
WANTED = TableKind("wanted", 1, build_schema(WANTED_FIELDS), rows_per_group=_ROWS_PER_GROUP)

PLAN_FIELDS: tuple[_Column, ...] = (
    *_TARGET,
    *_SUBJECT,
    _Column(
        "action",
        pa.string(),
        "create; update; retire: the row stays in the service and is marked as obsolete",
        "",
        "",
        False,
    ),
    _Column("before", pa.string(), "the last written content, where it is still known", "JSON"),
    _Column("after", pa.string(), "the content to write", "JSON", "", False),
    _Column("before_digest", pa.string(), "SHA-256 of the last written content", "64 hex"),
    _Column("digest", pa.string(), "SHA-256 of `after`", "64 hex", "", False),
    _Column(
        "reason", pa.string(), "why the row is written: new, the changed fields, …", "", "", False
    ),
    _Column("note", pa.string(), "values that were shortened or left out, and where they are"),
)
PLAN = TableKind("plan", 2, build_schema(PLAN_FIELDS), rows_per_group=_ROWS_PER_GROUP)

PLAN_PART_FIELDS: tuple[_Column, ...] = (
    _Column("first_row", pa.int64(), "place in the plan of the part's first row", "", "", False),
    _Column("rows", pa.int64(), "how many rows the part has", "", "", False),
    _Column(
        "part",
        pa.string(),
        "the partition; retiring, held_back, standing: of what is wanted no more; undo",
        "",
        "",
        False,
    ),
    _TARGET[0],
    _Column("withheld", pa.bool_(), "what is to be there may not be seen", "", "", False),
    _Column("digest", pa.string(), "names the file of the rows", "64 hex", "", False),
    _Column("offset", pa.int64(), "place in that file of the part's first row", "", "", False),
    _Column("actions", pa.string(), "action -> rows", "JSON", "", False),
    _Column("reasons", pa.string(), "reason -> rows", "JSON", "", False),
    _Column("notes", pa.int64(), "rows that have a note", "", "", False),
)
PLAN_PARTS = TableKind("plan_parts", 1, build_schema(PLAN_PART_FIELDS))

WRITTEN_FIELDS: tuple[_Column, ...] = (
    *_TARGET,
    *_SUBJECT,
    _Column("content", pa.string(), "the last written content", "JSON"),
    _Column(
        "digest",
        pa.string(),
        "SHA-256 of `content`; null for a row adopted without reading it",
        "64 hex",
    ),
    _Column("retired", pa.bool_(), "the row is marked as obsolete in the service", "", "", False),
    _Column("number", pa.int64(), "sequence number of the write", "", "", False),
)
WRITTEN = TableKind("written", 2, build_schema(WRITTEN_FIELDS), rows_per_group=_ROWS_PER_GROUP)

DRIFT_FIELDS: tuple[_Column, ...] = (
    *_TARGET,
    _Column(
        "found",
        pa.string(),
        "the current content in the service, where it differs from the last written content",
        "JSON",
    ),
    _Column("why", pa.string(), "the kind of difference, in a few words", "", "", False),
    _Column("place", pa.string(), "the destination in the service"),
    _Column("number", pa.int64(), "sequence number of the last write before it was found"),
)
DRIFT = TableKind("drift", 2, build_schema(DRIFT_FIELDS), reads_from=1)


def content_digest(text: str) -> str:
    """Return the SHA-256 of a canonical text, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
