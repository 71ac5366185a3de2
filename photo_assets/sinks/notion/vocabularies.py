"""The options of the properties of all pages, and a digest of those a month's pages use.

They are chosen by how often each name is used; a month's names are counted once, and cached.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.lake import Lake
from photo_assets.lake.facts_cache import facts_digest
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.stored import AssetPath
from photo_assets.model.disclosure import Disclosure, DisclosurePolicy
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import PHOTOS, RELATIONS, TableKind
from photo_assets.sinks.disclosing import Collection, shown_months
from photo_assets.sinks.disclosing.joined import FEW_VALUES
from photo_assets.sinks.notion.fields import TREATMENTS, most_options, owned
from photo_assets.sinks.notion.known_schema import existing_options
from photo_assets.sinks.notion.options import Vocabulary, choose, last_level
from photo_assets.sinks.notion.settings import NotionSettings

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
    for batch in collection.joined.batches(months, FEW_VALUES):
        with shown_months(
            "The Notion options cannot be selected", collection, batch, policy
        ) as connection:
            counts = connection.sql(_COUNTS).to_arrow_table().cast(USED.schema)
            yield counts.sort_by([("partition", "ascending"), ("name", "ascending")])


class Vocabularies:
    """The vocabulary of each property in `of`, chosen for the whole collection.

    Raises `StorageError`.
    """

    def __init__(
        self, collection: Collection, settings: NotionSettings, disclosure: Disclosure
    ) -> None:
        used = used_names(collection, settings.policy)
        names = used["name"].combine_chunks().dictionary_encode()
        codes = names.indices.to_numpy()
        times = np.bincount(codes, used["photos"].to_numpy(), len(names.dictionary))
        said = [_said(name, disclosure) for name in names.dictionary.to_pylist()]
        self.of = _choose(collection, settings, said, times.astype(int).tolist())
        options = np.frombuffer(b"".join(map(self._option, said)), "V16")
        numbered = used.select(["partition"]).append_column("code", pa.array(codes))
        self._digests = {
            month: hashlib.sha256(options[part["code"].to_numpy()].tobytes()).hexdigest()
            for month, part in by_month(numbered).items()
        }

    def digest(self, month: str) -> str | None:
        """Return a digest of the options of the names on a month's pages, None without names."""
        return self._digests.get(month)

    def _option(self, said: tuple[str, str | None]) -> bytes:
        """Return 16 bytes that identify the option of a name."""
        field, name = said
        option = self.of[field].option(name) if name is not None and field in self.of else None
        return hashlib.blake2b(orjson.dumps(option), digest_size=16).digest()


def _said(used: str, disclosure: Disclosure) -> tuple[str, str | None]:
    """Return the field of a used name, and its disclosed value: for a keyword, the last level."""
    field, _, text = used.partition(" ")
    name: Any = orjson.loads(text)
    shown = disclosure.show_names(TREATMENTS[field], [name])
    path = shown[0] if shown else ()
    return field, last_level([path] if isinstance(path, str) else path)


def _choose(
    collection: Collection,
    settings: NotionSettings,
    said: Sequence[tuple[str, str | None]],
    times: Sequence[int],
) -> Mapping[str, Vocabulary]:
    names = owned(settings)
    most = {field: count for field, count in most_options(settings).items() if field in names}
    uses: dict[str, Counter[str]] = {field: Counter() for field in most}
    for (field, name), count in zip(said, times, strict=True):
        if name is not None and field in most:
            uses[field][name] += count
    existing = existing_options(collection.joined.lake)
    return {
        field: choose(uses[field], existing.get(field, ()), count) for field, count in most.items()
    }
