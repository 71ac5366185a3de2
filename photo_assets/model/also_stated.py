"""What an entry states besides its own columns: a second clock, or what it stated before.

An item has one value a field. Where its catalog states two of a field that may not both be right,
or no longer states what it once did, the other one is kept in the item's extras under `KEY`, and
the metadata room weighs it as one more statement of that entry: it is asked about when nothing else
says the same. Readers write it with `to_extras`; what a question is, is decided in `metadata`.
"""

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from photo_assets.model.vocabulary import CaptureKind, Precision

KEY = "also_stated"
"""The key in an item's extras; a list of objects with the fields of `AlsoStated`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoStated:
    """One further statement of an entry. Names and units are those of `model.item.Item`.

    `by` says in a few words who or what states it, `stated_at` when it did (UTC).
    """

    by: str
    stated_at: datetime | None = None
    caption: str | None = None
    favourite: bool | None = None
    gps_latitude: float | None = None
    gps_longitude: float | None = None
    capture_time: datetime | None = None
    capture_offset_min: int | None = None
    capture_kind: CaptureKind | None = None
    capture_precision: Precision | None = None


_FIELDS = tuple(field.name for field in dataclasses.fields(AlsoStated))

COLUMNS: tuple[str, ...] = tuple(name for name in _FIELDS if name not in {"by", "stated_at"})
"""The columns of an item that a further statement may give."""


def to_extras(statements: Iterable[AlsoStated]) -> list[dict[str, Any]] | None:
    """Return the statements as the value of `KEY`; None without any."""
    return [
        {name: value for name, value in dataclasses.asdict(one).items() if value is not None}
        for one in statements
    ] or None


def from_extras(extras: dict[str, Any]) -> list[AlsoStated]:
    """Return the statements in an item's extras, which `to_extras` wrote and JSON passed on."""
    found = []
    for said in extras.get(KEY) or ():
        values = {name: said[name] for name in _FIELDS if name in said}
        for name in ("stated_at", "capture_time"):
            if name in values:
                values[name] = datetime.fromisoformat(values[name])
        found.append(AlsoStated(**values))
    return found
