"""Usage counts of names that may become options, by month: counted once, and cached.

`vocabularies` selects the options.
"""

from collections.abc import Iterator, Sequence
from typing import Final

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.lake import Lake
from photo_assets.lake.facts_cache import facts_digest
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.stored import AssetPath
from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import PHOTOS, RELATIONS, TableKind
from photo_assets.sinks.disclosing import Collection, shown_months

USED: Final = TableKind(
    "used_names",
    1,
    pa.schema([("partition", pa.string()), ("name", pa.string()), ("photos", pa.int64())]),
)
"""`name`: the field, a blank, and the name as JSON; a keyword is the list of its levels."""

_MADE_FROM: Final = "made_from"
_NAME: Final = "used_names"
_COUNTED_FROM: Final = (("metadata", "unified"), photo_table(PHOTOS), photo_table(RELATIONS))
_FIELDS: Final = {
    "keywords": "unnest(keywords)",
    "people": "unnest(people)",
    "collections": "unnest(albums)",
    "camera": "camera_model",
    "lens": "lens",
}
_OF_A_FIELD: Final = (
    "SELECT partition, '{field} ' || to_json(name) AS name, count(*) AS photos"
    " FROM (SELECT partition, {names} AS name FROM shown) WHERE name IS NOT NULL GROUP BY ALL"
)
_COUNTS: Final = " UNION ALL ".join(
    _OF_A_FIELD.format(field=field, names=names) for field, names in _FIELDS.items()
)


def used_names(collection: Collection, policy: DisclosurePolicy) -> pa.Table:
    """Return the names on disclosed photos, as `USED`, by month and name.

    Raises `StorageError`.
    """
    digests = {
        month: facts_digest(
            USED.version, policy.archived, collection.digest(month, _COUNTED_FROM, ())
        )
        for month in collection.months
    }
    store: Lake = Lake(collection.joined.kept)
    asset: AssetPath = ("notion", _NAME)
    known, kept = _kept(store, asset)
    due = [month for month, digest in digests.items() if known.get(month) != digest]
    if not due and known.keys() == digests.keys():
        return kept
    parts = by_month(kept)
    for month in due:
        parts.pop(month, None)
    for table in _count(collection, due, policy):
        parts |= by_month(table)
    whole = [parts[month] for month in sorted(digests) if month in parts]
    table = pa.concat_tables([USED.schema.empty_table(), *whole])
    extra = {_MADE_FROM: orjson.dumps(digests).decode()}
    store.write(asset, _NAME, USED, table, extra=extra)
    return table


def by_month(used: pa.Table) -> dict[str, pa.Table]:
    """Return month -> its rows, for a table sorted by month."""
    runs = pc.run_end_encode(used["partition"].combine_chunks())
    ends = runs.run_ends.to_pylist()
    starts = [0, *ends]
    return {
        month: used.slice(start, end - start)
        for month, start, end in zip(runs.values.to_pylist(), starts, ends, strict=False)
    }


def _kept(store: Lake, asset: AssetPath) -> tuple[dict[str, str], pa.Table]:
    """Return the cache: month -> the digest of the inputs, and the counts."""
    try:
        footer = store.footer(asset, _NAME)
        if footer is not None and footer.schema_version == USED.version:
            made_from: dict[str, str] = orjson.loads(footer.extra[_MADE_FROM])
            return made_from, store.read(asset, _NAME, USED)
    except (StorageError, KeyError, ValueError):
        pass  # derived: recounted
    return {}, USED.schema.empty_table()


def _count(
    collection: Collection, months: Sequence[str], policy: DisclosurePolicy
) -> Iterator[pa.Table]:
    for batch in collection.joined.batches(months):
        with shown_months(
            "The Notion options cannot be selected", collection, batch, policy
        ) as connection:
            counts = connection.sql(_COUNTS).to_arrow_table().cast(USED.schema)
            yield counts.sort_by([("partition", "ascending"), ("name", "ascending")])
