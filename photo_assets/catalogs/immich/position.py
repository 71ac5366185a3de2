"""The position in an Immich account's changes: a time, and what was already seen from then on.

Immich has no change feed: changes are the assets updated since a time. The times of transactions
that overlap are not in the order in which they become visible, so each scan looks a minute back and
recognizes what it has seen. Measured with the server's source, 3.x: comparisons include the time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson

from photo_assets.catalogs.online.service import Record
from photo_assets.model.canonical import canonical, canonical_digest

_LOOK_BACK: Final = timedelta(minutes=1)
_MOST_SEEN: Final = 500  # less than one page, so that a probe sees all of them in one call


@dataclass(frozen=True, slots=True)
class Position:
    """`owner`: id of the account. `updated` and `trashed` digest what was seen since `after`."""

    owner: str
    after: str
    updated: str = ""
    trashed: str = ""

    def text(self) -> str:
        """Return the position as a cursor."""
        return canonical([self.owner, self.after, self.updated, self.trashed])


def read_position(cursor: str) -> Position:
    """Return the position that `Position.text` wrote."""
    values: list[Any] = orjson.loads(cursor)
    return Position(*values)


def seen(records: Iterable[Record], after: str = "") -> str:
    """Return a digest of the records updated since `after`; "" for none."""
    entries = sorted((r["id"], r["updatedAt"]) for r in records if r["updatedAt"] >= after)
    return canonical_digest(entries) if entries else ""


def position_now(owner: str, now: datetime) -> Position:
    """Return the position before a listing that begins at `now` on the server's clock."""
    return Position(owner, instant_text(now - _LOOK_BACK))


def moved(
    before: Position, now: datetime, updated: list[Record], trashed: list[Record]
) -> Position:
    """Return the position after what was found since `before`; `now` on the server's clock."""
    if (seen(updated), seen(trashed)) == (before.updated, before.trashed):
        return before
    after = max(before.after, instant_text(now - _LOOK_BACK))
    times = sorted(record["updatedAt"] for record in (*updated, *trashed))
    if len([time for time in times if time >= after]) > _MOST_SEEN:  # after an import
        after = times[-_MOST_SEEN]
    return Position(before.owner, after, seen(updated, after), seen(trashed, after))


def instant_text(moment: datetime) -> str:
    """Return an instant in UTC as Immich writes it, which also is its order."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
