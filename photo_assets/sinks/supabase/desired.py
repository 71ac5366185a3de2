"""The wanted rows, made from the lake's tables one month of photos at a time."""

from collections.abc import Collection as Several
from collections.abc import Iterator
from functools import cached_property
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.configuration.sinks import Sinks
from photo_assets.lake.facts_cache import facts_digest
from photo_assets.model.canonical import canonical
from photo_assets.model.disclosure import Disclosure
from photo_assets.model.plans import DESIRED, NO_MONTH
from photo_assets.sinks.disclosing import JOINED, Collection, Joined
from photo_assets.sinks.inputs import PLAN_RECIPE, content_settings
from photo_assets.sinks.supabase.albums import Albums
from photo_assets.sinks.supabase.content import emptied, parse, settle
from photo_assets.sinks.supabase.months import FINGERPRINTED, catalog_assets, opened_months
from photo_assets.sinks.supabase.queries import QUERIES
from photo_assets.sinks.supabase.settings import NAME, supabase_settings
from photo_assets.sinks.supabase.tables import NAMED_BY

_ROWS: Final = 2048  # of one table


class DesiredRows:
    """The rows of all tables, of the collection in `joined`. Raises `StorageError`.

    `disclosure` applies to them and to rows that were made earlier. A row that may not be sent is
    withheld, as are the rows of a withheld album.
    """

    def __init__(self, joined: Joined, sinks: Sinks) -> None:
        self._said = content_settings(sinks, NAME)
        self._collection = Collection(joined)
        self.disclosure = Disclosure(supabase_settings(sinks).policy, self._collection.known)

    def partitions(self) -> dict[str, str]:
        """Return the months of photos and the albums, each with a digest of its inputs."""
        collection = self._collection
        recipe = (PLAN_RECIPE, self._said, collection.known_digest(self.disclosure.policy))
        joined = [asset for _, asset in JOINED.values()]
        of_items = [*catalog_assets(collection.joined.lake), FINGERPRINTED]
        digests = {
            month: facts_digest(
                recipe,
                collection.digest(month, joined, of_items),
                self._albums.withheld_of(month),
            )
            for month in collection.months
        }
        return {**digests, NO_MONTH: facts_digest(recipe, self._albums.digest)}

    def of(self, partitions: Several[str]) -> Iterator[tuple[str, pa.Table]]:
        """Yield the rows of some partitions: albums by key, months by table and key."""
        albums = list(self._albums.rows()) if NO_MONTH in partitions else []
        if albums:
            yield NO_MONTH, _table(albums)
        there = set(partitions).intersection(self._collection.months)
        for batch in self._collection.joined.batches(there):
            yield from self._months(batch)

    def _months(self, months: Several[str]) -> Iterator[tuple[str, pa.Table]]:
        policy = self.disclosure.policy
        with opened_months(self._collection, months, policy) as connection:
            found = {to: connection.sql(query).to_arrow_table() for to, query in QUERIES.items()}
        for month in sorted(months):
            for target, table in found.items():
                mine = table.filter(pc.equal(table["partition"], month))
                for batch in mine.to_batches(_ROWS):
                    yield month, _table([self._row(target, row) for row in batch.to_pylist()])

    @cached_property
    def _albums(self) -> Albums:
        return Albums(self._collection, self.disclosure)

    def _row(self, target: str, row: dict[str, Any]) -> dict[str, Any]:
        named = {"target": target, "key": row["key"], "photo_id": row["photo_id"]}
        named["month"] = row["partition"]
        content = parse(row["content"])
        withheld = row["withheld"] or content.get("album_id") in self._albums.withheld
        shown = None if withheld else self.disclosure.show(content)
        if shown is None:
            left = emptied(content, NAMED_BY[target])
            return {**named, "content": canonical(left), "withheld": True}
        text, note = settle(shown, row["content"])
        return {**named, "content": text, "note": note}


def _table(rows: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=DESIRED.schema)
