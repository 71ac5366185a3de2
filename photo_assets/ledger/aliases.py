"""The aliases of merged photos: looking them up, and storing the changes of one run.

There are two kinds. The items of both photos came together: the old id has no keys any more, and
its alias stays for ever. Or a person decided that two photos are one: the old id keeps its keys,
and its alias ends with the decision. The first kind names the photo to which the keys belong, which
may be an alias of the second kind; that one names the photo that people see.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from photo_assets.ledger.tables import PHOTO_ALIASES, PHOTO_KEYS

_PARAMETERS = 900  # of one statement; SQLite's oldest limit is 999


@dataclass(frozen=True, slots=True)
class Merge:
    """Makes `old_id` an alias of `photo_id`; `why` is a sentence for people."""

    old_id: str
    photo_id: str
    why: str


def own_ids(connection: Connection, photo_ids: Iterable[str]) -> dict[str, str]:
    """Return each id -> the photo that has its keys, whatever people decided."""
    asked = sorted(set(photo_ids))
    found = dict(_aliases(connection, asked, PHOTO_ALIASES.c.decided == 0))
    return {one: found.get(one, one) for one in asked}


def current_ids(connection: Connection, photo_ids: Iterable[str]) -> dict[str, str]:
    """Return each id -> the photo that people see; an id that was never assigned -> itself."""
    own = own_ids(connection, photo_ids)
    asked = sorted(set(own.values()))
    found = dict(_aliases(connection, asked, PHOTO_ALIASES.c.decided == 1))
    return {one: found.get(photo, photo) for one, photo in own.items()}


def all_aliases(connection: Connection) -> dict[str, str]:
    """Return old id -> the photo that people see, for all aliases."""
    c = PHOTO_ALIASES.c
    rows = connection.execute(select(c.old_id, c.photo_id, c.decided)).all()
    decided = {str(old): str(new) for old, new, by in rows if by}
    return {str(old): decided.get(new, str(new)) for old, new, _ in rows}


def decided_aliases(connection: Connection) -> dict[str, str]:
    """Return old id -> photo for the aliases that hold by a decision."""
    c = PHOTO_ALIASES.c
    rows = connection.execute(select(c.old_id, c.photo_id).where(c.decided == 1))
    return {str(old): str(new) for old, new in rows}


def last_merges(connection: Connection, photo_ids: Iterable[str]) -> dict[str, str]:
    """Return photo -> when another one was last merged into it; photos without merges are absent.

    A photo that is one with it by a decision brings those that were merged into it itself.
    """
    found: dict[str, str] = {}
    now = {photo: photo for photo in photo_ids}
    for _ in range(2):
        brought: dict[str, str] = {}
        for old, into, since in _merged_into(connection, sorted(now)):
            brought[old] = now[into]
            found[now[into]] = max(found.get(now[into], ""), since)
        now = brought
    return found


def merge(connection: Connection, merges: Sequence[Merge], now: str) -> None:
    """Add aliases, and redirect keys and aliases of the merged photos to the surviving ones."""
    _drop(connection, [one.old_id for one in merges])
    _insert(connection, merges, now, decided=0)
    new = PHOTO_ALIASES.alias("new")
    gone = select(new.c.old_id).where(new.c.decided == 0)
    for table in (PHOTO_ALIASES, PHOTO_KEYS):
        survivor = select(new.c.photo_id).where(new.c.old_id == table.c.photo_id)
        connection.execute(
            update(table)
            .where(table.c.photo_id.in_(gone))
            .values(photo_id=survivor.scalar_subquery())
        )


def decide(connection: Connection, merges: Sequence[Merge], ended: Sequence[str], now: str) -> None:
    """Add or replace aliases that hold by a decision, and remove those of the `ended` old ids."""
    _drop(connection, [*ended, *(one.old_id for one in merges)])
    _insert(connection, merges, now, decided=1)


def _drop(connection: Connection, old_ids: Sequence[str]) -> None:
    c = PHOTO_ALIASES.c
    for some in _parts(old_ids):
        ended = delete(PHOTO_ALIASES).where(c.old_id.in_(some), c.decided == 1)
        connection.execute(ended)


def _insert(connection: Connection, merges: Sequence[Merge], now: str, *, decided: int) -> None:
    if merges:
        rows = [{**asdict(one), "since": now, "decided": decided} for one in merges]
        connection.execute(insert(PHOTO_ALIASES), rows)


def _aliases(
    connection: Connection, old_ids: Sequence[str], kind: ColumnElement[bool]
) -> Iterator[tuple[str, str]]:
    c = PHOTO_ALIASES.c
    for some in _parts(old_ids):
        query = select(c.old_id, c.photo_id).where(c.old_id.in_(some), kind)
        for old, new in connection.execute(query):
            yield str(old), str(new)


def _merged_into(
    connection: Connection, photo_ids: Sequence[str]
) -> Iterator[tuple[str, str, str]]:
    c = PHOTO_ALIASES.c
    for some in _parts(photo_ids):
        query = select(c.old_id, c.photo_id, c.since).where(c.photo_id.in_(some))
        for old, new, since in connection.execute(query):
            yield str(old), str(new), str(since)


def _parts(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _PARAMETERS):
        yield values[start : start + _PARAMETERS]
