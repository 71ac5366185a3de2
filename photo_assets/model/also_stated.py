"""Further values that an entry states for a column: a second clock, or an earlier value.

An item has one value per field. Where its catalog states two values that contradict each other, or
no longer states an earlier value, the other value is kept in the item's extras under `KEY`. The
`metadata` package treats it as a further statement of that entry. Readers write it with
`to_extras`; `metadata` decides whether it makes a conflict.
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

    `by` names the person or program that states it, in a few words; `stated_at` is the time of the
    statement (UTC).
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
"""The columns of an item for which a further statement is possible."""


def to_extras(statements: Iterable[AlsoStated]) -> list[dict[str, Any]] | None:
    """Return the statements as the value of `KEY`; None without any."""
    return [
        {name: value for name, value in dataclasses.asdict(one).items() if value is not None}
        for one in statements
    ] or None


def from_extras(extras: dict[str, Any]) -> list[AlsoStated]:
    """Return the statements in an item's extras, written by `to_extras` and read back from JSON."""
    found = []
    for stated in extras.get(KEY) or ():
        values = {name: stated[name] for name in _FIELDS if name in stated}
        for name in ("stated_at", "capture_time"):
            if name in values:
                values[name] = datetime.fromisoformat(values[name])
        found.append(AlsoStated(**values))
    return found
