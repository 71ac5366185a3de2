"""Finding the conflicts of a chunk: contradictions, and pictures listed twice, missing or damaged.

The search works on arrays; only conflicts found become objects.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.metadata import sentences
from photo_assets.metadata.conflict import Conflict, ConflictKind, Stated
from photo_assets.metadata.fields import Fact
from photo_assets.metadata.rules import FieldRules
from photo_assets.metadata.statements import (
    NO_ROW,
    Bools,
    Ints,
    Statements,
    codes_of,
    first_of_each,
)
from photo_assets.metadata.values import to_json
from photo_assets.metadata.verdicts import Verdict
from photo_assets.model.vocabulary import Availability

_WHO = ("source", "catalog", "native_id", "exif", "stated_at")
_WHERE = (*_WHO, "path", "member", "availability", "is_master", "carrier")


class ConflictFinder:
    """Finds the conflicts of the photos of one chunk."""

    def __init__(self, photos: pa.Table, statements: Statements, rules: FieldRules) -> None:
        self._statements = statements
        self._rules = rules
        self._photos = photos
        self._items = np.flatnonzero(statements.items)
        masters = np.flatnonzero(statements.master & statements.items)
        self._master = first_of_each(statements.photo[masters], masters, statements.photo_count)

    def mismatches(self, verdict: Verdict) -> Iterator[Conflict]:
        """Yield a conflict for every photo with an open disagreement on the fact.

        An item that withdrew its value is listed with a null value.
        """
        statements, fact = self._statements, verdict.fact
        asked = verdict.open[statements.photo] & verdict.strong
        asked[statements.carriers[asked & statements.further]] = True
        rows = np.flatnonzero(asked)
        for photo, group in self._by_photo(rows, _WHO, fact.columns):
            values = [Stated.about(row, to_json(fact, _columns(fact, row))) for row in group]
            shown = verdict.shown[photo]
            proposal = next(
                v.value for v, row in zip(values, group, strict=True) if row["#"] == shown
            )
            yield self._conflict(
                photo,
                ConflictKind.METADATA_MISMATCH,
                fact=fact,
                values=values,
                proposal=proposal,
                rule=verdict.rule.value,
                detail=sentences.mismatch(self._name(photo), fact, values),
            )

    def duplicates(self) -> Iterator[Conflict]:
        """Yield pictures that one catalog lists several times, with all their locations."""
        statements = self._statements
        rows = self._items[~statements.trashed[self._items]]
        rows = rows[~self._expected(rows)]
        carrier = codes_of(statements.table["carrier"].combine_chunks())[rows]
        group = statements.photo[rows] * (int(carrier.max(initial=0)) + 1) + carrier
        _, inverse, count = np.unique(group, return_inverse=True, return_counts=True)
        rows = rows[count[inverse] > 1]
        for photo, items in self._by_photo(rows, _WHERE):
            carriers = sorted(item["carrier"] for item in items)
            counts = [(name, len(list(same))) for name, same in groupby(carriers)]
            yield self._conflict(
                photo,
                ConflictKind.DUPLICATE,
                values=[_stated(item, presence_counts=False) for item in items],
                proposal=self._master_key(photo),
                rule="master",
                detail=sentences.duplicate(self._name(photo), counts, len(items)),
            )

    def missing_masters(self) -> Iterator[Conflict]:
        """Yield photos whose master's file is missing; an offline file is not missing."""
        statements = self._statements
        missing = pc.equal(self._photos["master_availability"], Availability.MISSING.value)
        wanted = _bools(missing)[statements.photo[self._items]]
        for photo, items in self._by_photo(self._items[wanted], _WHERE):
            best = _best(items)
            master = self._master_key(photo)
            name = f"{master['source']}/{master['catalog']}"
            yield self._conflict(
                photo,
                ConflictKind.MISSING_MASTER,
                values=[_stated(item) for item in items],
                proposal=_key(best) if best else None,
                rule="best_available",
                detail=sentences.missing_master(
                    self._name(photo), name, best["carrier"] if best else None
                ),
            )

    def orphans(self) -> Iterator[Conflict]:
        """Yield photos with a missing file and without any file that is online or offline.

        A photo whose every item is in the trash is not a conflict.
        """
        statements = self._statements
        orphaned = self._photos_with(Availability.MISSING)
        orphaned &= ~self._photos_with(Availability.ONLINE, Availability.OFFLINE)
        rows = self._items[orphaned[statements.photo[self._items]]]
        for photo, items in self._by_photo(rows, _WHERE):
            trashed = sum(item["availability"] == Availability.TRASHED for item in items)
            yield self._conflict(
                photo,
                ConflictKind.ORPHANED,
                values=[_stated(item) for item in items],
                proposal=None,
                rule="review",
                detail=sentences.orphaned(self._name(photo), len(items) - trashed, trashed),
            )

    def undecodable(self, damage: pa.Table) -> Iterator[Conflict]:
        """Yield photos with files that were read but cannot be decoded.

        An answer is valid for these bytes; the conflict reopens when other bytes are damaged.
        """
        first = self._photos["p"][0].as_py()
        for p, group in groupby(damage.to_pylist(), key=lambda row: row["p"]):
            files = list(group)
            yield self._conflict(
                p - first,
                ConflictKind.UNDECODABLE,
                values=[_damaged(file) for file in files],
                proposal=None,
                rule="review",
                detail=sentences.undecodable(self._name(p - first), files),
            )

    def _photos_with(self, *words: Availability) -> Bools:
        """Return which photos have an item with one of these availabilities."""
        statements = self._statements
        found = pc.is_in(
            statements.table["availability"], value_set=pa.array([*words], pa.string())
        )
        photos = np.zeros(statements.photo_count, dtype=np.bool_)
        photos[statements.photo[_bools(found)]] = True
        return photos

    def _expected(self, rows: Ints) -> Bools:
        """Return which rows belong to catalogs that list pictures several times by design."""
        names = pa.array(sorted(self._rules.copies_expected_in), pa.string())
        by_kind = pc.is_in(self._statements.table["source"], value_set=names)
        by_name = pc.is_in(self._statements.table["carrier"], value_set=names)
        return _bools(pc.or_(by_kind, by_name))[rows]

    def _by_photo(
        self, rows: Ints, names: tuple[str, ...], values: tuple[str, ...] = ()
    ) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Yield (photo, its rows as dictionaries); "#" is the row's number."""
        if not len(rows):
            return
        taken = self._statements.table.select(names).take(pa.array(rows))
        for name in values:
            taken = taken.append_column(name, self._statements.column(name).take(pa.array(rows)))
        taken = taken.append_column("#", pa.array(rows))
        photos = self._statements.photo[rows].tolist()
        paired = zip(photos, taken.to_pylist(), strict=True)
        for photo, group in groupby(paired, key=lambda pair: pair[0]):
            yield photo, [row for _, row in group]

    def _conflict(self, photo: int, kind: ConflictKind, **rest: Any) -> Conflict:
        photo_id = self._photos["photo_id"][photo].as_py()
        month = self._photos["month"][photo].as_py()
        return Conflict(index=photo, photo_id=photo_id, kind=kind, month=month, **rest)

    def _name(self, photo: int) -> str:
        name = self._of_master(photo, "file_name")
        return sentences.short(name) if name else "A photo"

    def _of_master(self, photo: int, column: str) -> str | None:
        row = self._master[photo]
        value: str | None = None if row == NO_ROW else self._statements.table[column][row].as_py()
        return value

    def _master_key(self, photo: int) -> dict[str, str]:
        names = ("source", "catalog", "native_id")
        return {name: self._photos[f"master_{name}"][photo].as_py() for name in names}


def _columns(fact: Fact, row: dict[str, Any]) -> list[Any]:
    return [row[name] for name in fact.columns]


def _key(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in ("source", "catalog", "native_id")}


def _stated(row: dict[str, Any], *, presence_counts: bool = True) -> Stated:
    """Return the location of an item as a value.

    Evidence is the item and, if `presence_counts`, whether its file is gone: answers to other
    conflicts stay valid while a file is unavailable.
    """
    key = (row["source"], row["catalog"], row["native_id"])
    value = {
        "path": row["path"],
        "member": row["member"],
        "availability": row["availability"],
        "master": row["is_master"],
    }
    gone = row["availability"] in {Availability.MISSING, Availability.TRASHED}
    return Stated(*key, value, row["stated_at"], (*key, gone and presence_counts))


def _damaged(row: dict[str, Any]) -> Stated:
    """Return the damage of a file as a value. Evidence is the catalog and the bytes."""
    names = ("path", "member", "availability", "reason", "detail")
    value = {name: row[name] for name in names}
    key = (row["source"], row["catalog"], row["native_id"])
    return Stated(*key, value, None, (*key[:2], row["sha256"]))


def _best(items: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Return the first online item, else the first offline one."""
    for wanted in (Availability.ONLINE, Availability.OFFLINE):
        for item in items:
            if item["availability"] == wanted and not item["is_master"]:
                return item
    return None


def _bools(array: pa.ChunkedArray) -> Bools:
    return np.asarray(array.to_numpy(), dtype=np.bool_)
