"""Values that Google stated about a photo in earlier exports and no longer states.

A later export replaces the values that it states. A value that it no longer states is not lost: it
is kept with the item as a further statement (`model.also_stated`), which becomes a conflict. Values
from removed exports are taken from the photo's last row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import orjson

from photo_assets.catalogs.google_takeout.albums import AlbumFolder
from photo_assets.catalogs.google_takeout.documents import flag_field, text_field
from photo_assets.catalogs.google_takeout.places import position_of
from photo_assets.catalogs.google_takeout.versions import Version
from photo_assets.media.record import MediaRecord
from photo_assets.model.also_stated import AlsoStated, from_extras
from photo_assets.model.plausible import stated_text

BEFORE = "an earlier export"
"""The `by` of values that a later export no longer states."""

RECALLED = ("native_id", "file_size", "albums", "extras", "raw")
"""The columns of a last row that `RecalledValues` is built from."""

_NOTHING = MediaRecord()
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

Fields = Mapping[str, Any]
Statements = dict[str, tuple[Any, datetime | None]]
"""Values by name, each with the time of the export that states it."""


@dataclass(frozen=True, slots=True)
class History:
    """The current and withdrawn statements about one photo. `people` is Google's list."""

    current: Statements = field(default_factory=dict)
    withdrawn: Statements = field(default_factory=dict)
    people: list[Any] | None = None

    def then(self, stamp: str, fields: Fields) -> "History":
        """Return the history after a later JSON; `fields` are empty without one."""
        statements = _statements(stamp, fields)
        before = self.withdrawn | self.current
        people = fields.get("people")
        return History(
            current=statements,
            withdrawn={name: before[name] for name in before.keys() - statements.keys()},
            people=people if isinstance(people, list) else self.people,
        )

    def also_stated(self) -> list[AlsoStated]:
        """Return the withdrawn values by the last export that stated them, the latest last."""
        columns: dict[datetime | None, dict[str, Any]] = {}
        for name, (value, when) in sorted(self.withdrawn.items()):
            fields = {name: value}
            if name == "place":
                fields = dict(zip(("gps_latitude", "gps_longitude"), value, strict=True))
            columns.setdefault(when, {}).update(fields)
        return [
            AlsoStated(by=BEFORE, stated_at=when, **columns[when])
            for when in sorted(columns, key=lambda when: when or _LONG_AGO)
        ]


@dataclass(frozen=True, slots=True)
class RecalledValues:
    """The values of earlier exports in a photo's last row. `stamp` is that of its export."""

    size: int | None
    stamp: str
    version: Version
    history: History
    albums: tuple[AlbumFolder, ...]

    def is_of(self, size: int, version: Version) -> bool:
        """Return whether the row is of this file or item: another one may now have its path."""
        if self.version.photo_id is not None and version.photo_id is not None:
            return self.version.photo_id == version.photo_id
        return self.size == size


def recalled(row: Fields) -> RecalledValues | None:
    """Return the values of a last row with the columns `RECALLED`; None without any."""
    extras, fields = _loaded(row["extras"]), _loaded(row["raw"])
    stamp = extras.get("export") or ""
    history = History(people=extras.get("earlier_people")).then(stamp, fields)
    for statement in from_extras(extras):
        if statement.by == BEFORE:
            history.withdrawn.update(_withdrawn(statement))
    albums = tuple(AlbumFolder(a["id"], a["path"][-1], None, None) for a in row["albums"] or ())
    if not (history.current or history.withdrawn or history.people or albums):
        return None
    version = Version.of(fields, is_new_form=False)
    return RecalledValues(row["file_size"], stamp, version, history, albums)


def _statements(stamp: str, fields: Fields) -> Statements:
    fields = dict(fields)
    place = position_of(fields, _NOTHING)
    stated = {
        "caption": stated_text(text_field(fields, "description")),
        "favourite": flag_field(fields, "favorited") or None,
        "place": (place.latitude, place.longitude) if place is not None else None,
    }
    when = _moment(stamp)
    return {name: (value, when) for name, value in stated.items() if value is not None}


def _withdrawn(statement: AlsoStated) -> Statements:
    values: dict[str, Any] = {"caption": statement.caption, "favourite": statement.favourite}
    if statement.gps_latitude is not None and statement.gps_longitude is not None:
        values["place"] = (statement.gps_latitude, statement.gps_longitude)
    return {n: (value, statement.stated_at) for n, value in values.items() if value is not None}


def _moment(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _loaded(text: str | None) -> dict[str, Any]:
    """Return the JSON object of a column that this reader wrote."""
    loaded: dict[str, Any] = orjson.loads(text) if text else {}
    return loaded
