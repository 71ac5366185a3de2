"""The Arrow schemas of what sinks want to write, are about to write, and have written.

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
"""The partition of rows that are of no photo."""

_TARGET = (
    _Column("target", pa.string(), "table or kind of page in the service", "", "", False),
    _Column("key", pa.string(), "what names the row there forever", "", "", False),
)
_SUBJECT = (
    _Column("photo_id", pa.string(), "the photo it is about"),
    _Column("month", pa.string(), "the photo's partition, that of its master", "YYYY-MM-01"),
)

DESIRED_FIELDS: tuple[_Column, ...] = (
    *_TARGET,
    *_SUBJECT,
    _Column("content", pa.string(), "what the row should be", "canonical JSON", "", False),
    _Column("note", pa.string(), "what could not be said in full, and where it went"),
    _Column(
        "withheld",
        pa.bool_(),
        "it may not be there: content is what is left of the row where it was sent before, and "
        "where it was not, none is made",
    ),
)
DESIRED = TableKind("desired", 2, build_schema(DESIRED_FIELDS))

WANTED_FIELDS: tuple[_Column, ...] = (
    *DESIRED_FIELDS,
    _Column("digest", pa.string(), "SHA-256 of `content`", "64 hex", "", False),
)
WANTED = TableKind("wanted", 1, build_schema(WANTED_FIELDS))

PLAN_FIELDS: tuple[_Column, ...] = (
    *_TARGET,
    *_SUBJECT,
    _Column(
        "action",
        pa.string(),
        "create; update; retire: the row stays there and is marked as no longer true",
        "",
        "",
        False,
    ),
    _Column("before", pa.string(), "what was written last, where it is still known", "JSON"),
    _Column("after", pa.string(), "what will be written", "JSON", "", False),
    _Column("before_digest", pa.string(), "SHA-256 of what was written last", "64 hex"),
    _Column("digest", pa.string(), "SHA-256 of `after`", "64 hex", "", False),
    _Column("reason", pa.string(), "why: new, the fields that changed, …", "", "", False),
    _Column("note", pa.string(), "what could not be said in full, and where it went"),
)
PLAN = TableKind("plan", 2, build_schema(PLAN_FIELDS))

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
    _Column("content", pa.string(), "what was written last", "JSON"),
    _Column("digest", pa.string(), "SHA-256 of it; nothing when adopted unseen", "64 hex"),
    _Column("retired", pa.bool_(), "it is marked there as no longer true", "", "", False),
    _Column("number", pa.int64(), "counts up in the order of the writes", "", "", False),
)
WRITTEN = TableKind("written", 2, build_schema(WRITTEN_FIELDS))

DRIFT_FIELDS: tuple[_Column, ...] = (
    *_TARGET,
    _Column("found", pa.string(), "what is there instead of what was written", "JSON"),
    _Column("why", pa.string(), "how it differs, a few words", "", "", False),
    _Column("place", pa.string(), "the destination in the service"),
    _Column("number", pa.int64(), "the last write before it was found"),
)
DRIFT = TableKind("drift", 2, build_schema(DRIFT_FIELDS), reads_from=1)


def content_digest(text: str) -> str:
    """Return the SHA-256 of a canonical text, 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()
