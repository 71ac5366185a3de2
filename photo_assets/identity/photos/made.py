"""The record of a finished join: the inputs of the stored photos by month.

Written last, by one rename: a killed join leaves the older record, whose tables differ from the
stored ones, so it is due. The record is derived data; without it everything is joined again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from photo_assets.identity.answers import Answer, ids_in, settle_answers
from photo_assets.identity.last_known import ASSET as FINGERPRINTS
from photo_assets.identity.masters import Item, months_of_items
from photo_assets.identity.monthly import month_inputs
from photo_assets.identity.photos.master import MasterHierarchy
from photo_assets.identity.sides import months_of, photos_of
from photo_assets.lake import Lake, Snapshot, StoredTables
from photo_assets.lake.inputs import photo_table
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.canonical import canonical_json, inputs_digest
from photo_assets.model.tables import EDGES, MEMBERS, PHOTOS, RELATIONS, TableKind
from photo_assets.system.durable import require_directory, write_bytes

KINDS: tuple[TableKind, ...] = (PHOTOS, MEMBERS, EDGES, RELATIONS)
_RECIPE = 1  # raised when the same items give different photos
_NAME = "made.json"


@dataclass(frozen=True, slots=True)
class Made:
    """One finished join.

    `recipe`: the versions and settings used. `inputs`: month of items -> digest of their tables.
    `tables`: kind -> month of photos -> digest of the table. `sources`: month of photos -> the
    months its items are in. `revision`: of the registry at that time. `engine` wrote the item
    memory, whose tables have the digests `known`; None without a memory. `otherwise`: the months
    whose tables differed when everything was last joined although no input had changed. `decided`:
    the questions whose answers joined photos. `masters`: the items that people had chosen.
    """

    recipe: str
    inputs: Mapping[str, str]
    tables: Mapping[str, Mapping[str, str]]
    sources: Mapping[str, Sequence[str]]
    revision: str
    engine: str
    known: Mapping[str, str] | None
    otherwise: Sequence[str] = ()
    decided: Sequence[str] = ()
    masters: Sequence[Sequence[str]] = ()

    def version(self, month: str) -> str:
        """Return the version of a month's photos and of everything known of their items."""
        tables = {kind: months.get(month) for kind, months in self.tables.items()}
        items = {source: self.inputs.get(source) for source in self.sources.get(month, ())}
        return inputs_digest([tables, items])

    @property
    def months(self) -> list[str]:
        """The months that have photos, oldest first."""
        return sorted(self.tables[PHOTOS.name])


def recipe_of(hierarchy: MasterHierarchy) -> str:
    """Return the recipe by which items become photos; if it changes, all items are joined again."""
    versions = [kind.version for kind in KINDS]
    return inputs_digest([_RECIPE, versions, hierarchy.rules, hierarchy.sources])


def inputs_by_month(lake: StoredTables) -> dict[str, str]:
    """Return month -> digest of the month's items as identity reads them, for months with items."""
    tables = Snapshot.of(lake)
    months = {m for source in tables.catalogs() for m in tables.names(("catalog", source))}
    found = {month: month_inputs(tables, month) for month in sorted(months)}
    return {
        month: inputs_digest([tables.digest(FINGERPRINTS, month), catalogs])
        for month, catalogs in found.items()
        if catalogs
    }


def stored_digests(lake: StoredTables) -> dict[str, dict[str, str]]:
    """Return kind -> month -> digest of the stored tables."""
    tables = Snapshot.of(lake)
    return {
        kind.name: {
            month: tables.digest(photo_table(kind), month) or ""
            for month in tables.names(photo_table(kind))
        }
        for kind in KINDS
    }


def read_made(folder: Path) -> Made | None:
    """Return the record in `folder`, None if there is no readable one."""
    try:
        values: dict[str, Any] = orjson.loads((folder / _NAME).read_bytes())
        return Made(**values)
    except (OSError, ValueError, TypeError):
        return None


def write_made(folder: Path, made: Made) -> None:
    """Write the record. Raises `StorageError`."""
    require_directory(folder)
    write_bytes(folder / _NAME, canonical_json(made))


def whole(lake: StoredTables, folder: Path) -> Made | None:
    """Return the record if it matches the stored tables: no join is running or was killed."""
    made = read_made(folder)
    return made if made is not None and made.tables == stored_digests(lake) else None


def due_months(
    lake: Lake,
    folder: Path,
    recipe: str,
    registry: PhotoRegistry,
    answers: Sequence[Answer] = (),
    masters: Sequence[Item] = (),
) -> list[str]:
    """Return the months whose items changed since photos were built from them, oldest first.

    A month is also due if an answer about a photo with items there joins photos since then, or does
    so no more, or if an item there is a chosen master since then, or no more. All months are due if
    the stored tables or the recipe changed.
    """
    tables = Snapshot.of(lake)
    made = whole(tables, folder)
    months = {*changed_months(made, inputs_by_month(tables), recipe)}
    if made is not None and made.recipe == recipe:
        asked = [photos_of(one) or () for one in changed_answers(made, registry, answers)]
        photos = registry.current_ids(one for pair in asked for one in pair) if asked else {}
        months |= months_of(lake, {*photos.values()})
        months |= months_of_items(lake, changed_masters(made, masters))
    return sorted(months)


def changed_months(made: Made | None, inputs: Mapping[str, str], recipe: str) -> list[str]:
    """Return the months that differ from the inputs of the last join, if there was one."""
    if made is None or made.recipe != recipe:
        return sorted(inputs)
    months = sorted({*inputs, *made.inputs})
    return [month for month in months if inputs.get(month) != made.inputs.get(month)]


def joining(registry: PhotoRegistry, answers: Sequence[Answer]) -> list[str]:
    """Return the questions whose answers join photos, sorted."""
    if not any(one.same for one in answers):
        return []
    return sorted(settle_answers(answers, registry.own_ids(ids_in(answers))).joined)


def changed_answers(made: Made, registry: PhotoRegistry, answers: Sequence[Answer]) -> set[str]:
    """Return the questions whose answers join photos now but did not then, or the reverse."""
    return {*made.decided} ^ {*joining(registry, answers)}


def changed_masters(made: Made, masters: Sequence[Item]) -> set[Item]:
    """Return the items that people chose since the last join, or chose no more."""
    return {(source, catalog, native_id) for source, catalog, native_id in made.masters} ^ {
        *masters
    }
