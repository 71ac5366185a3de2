"""The wanted pages: one per photo, made one month of photos at a time."""

from collections.abc import Collection as Several
from collections.abc import Iterator
from functools import cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

import pyarrow as pa

from photo_assets.configuration.sinks import Sinks
from photo_assets.lake.facts_cache import facts_digest
from photo_assets.lake.inputs import photo_table
from photo_assets.lake.stored import AssetPath
from photo_assets.model.disclosure import Disclosure
from photo_assets.model.plans import DESIRED
from photo_assets.model.tables import MEMBERS, PHOTOS, RELATIONS, THUMBNAILS
from photo_assets.sinks.disclosing import Collection, Joined, shown_months
from photo_assets.sinks.inputs import PLAN_RECIPE, content_settings
from photo_assets.sinks.notion.content import PageWriter
from photo_assets.sinks.notion.fields import IDS_OF, owned
from photo_assets.sinks.notion.settings import NAME, notion_settings
from photo_assets.sinks.notion.spec import SPEC
from photo_assets.sinks.notion.vocabularies import Vocabularies

PAGES: Final = "pages"
_CANNOT = "The pages for Notion cannot be computed"
_MADE_FROM: Final[tuple[AssetPath, ...]] = (
    ("metadata", "unified"),
    *(photo_table(kind) for kind in (PHOTOS, MEMBERS, RELATIONS)),
)
_DRAWN: Final[AssetPath] = ("vault", "thumbnails")

_BATCH = 2048
_CALLED = {"albums": "albums AS collections"}
_COLUMNS: Final = ", ".join(["partition", *(_CALLED.get(name, name) for name in SPEC.columns)])
_IDS_OF: Final = tuple(source for source, _ in IDS_OF.values())
# The cover shows the master's blob; if that has no thumbnail, another blob of the same photo.
_ROWS = f"""
WITH drawn AS (SELECT DISTINCT sha256 FROM thumbnails WHERE status = 'drawn'),
others AS (
  SELECT photo_id, partition,
         min(m.sha256) FILTER (WHERE d.sha256 IS NOT NULL) AS shown,
         list({{'source': source, 'catalog': catalog, 'native_id': native_id}})
           FILTER (WHERE source IN {_IDS_OF}) AS entries
  FROM marked_members m LEFT JOIN drawn d ON m.sha256 = d.sha256
  WHERE NOT m.withheld GROUP BY photo_id, partition
)
SELECT u.*, p.sha256, p.master_path, o.entries,
       lower(hex(coalesce(d.sha256, o.shown))) AS cover,
       u.photo_id IN (SELECT photo_id FROM locked_photos) AS withheld
FROM (SELECT {_COLUMNS} FROM viewed) u
LEFT JOIN photos p ON u.photo_id = p.photo_id AND u.partition = p.partition
LEFT JOIN others o ON u.photo_id = o.photo_id AND u.partition = o.partition
LEFT JOIN drawn d ON p.sha256 = d.sha256
ORDER BY u.partition, u.photo_id
"""  # noqa: S608


class DesiredPages:
    """The pages of the collection in `joined`, according to the settings. Raises `StorageError`.

    `disclosure` applies to them and to pages that were made earlier.
    """

    def __init__(self, joined: Joined, sinks: Sinks) -> None:
        self._sinks = sinks
        self._settings = notion_settings(sinks)
        self._collection = Collection(joined)
        self.disclosure = Disclosure(self._settings.policy, self._collection.known)

    def partitions(self) -> dict[str, str]:
        """Return the months of photos, each with a digest of the inputs of its pages."""
        known = self._collection.known_digest(self._settings.policy)
        said = content_settings(self._sinks, NAME)
        return {
            month: facts_digest(
                PLAN_RECIPE,
                said,
                known,
                self._collection.digest(month, _MADE_FROM, (_DRAWN,)),
                self._vocabularies.digest(month),
            )
            for month in self._collection.months
        }

    def of(self, months: Several[str]) -> Iterator[tuple[str, pa.Table]]:
        """Yield the content of each photo's page, by month and photo.

        The page of a photo that may not be shown is withheld.
        """
        there = set(months).intersection(self._collection.months)
        for batch in self._collection.joined.batches(there):
            yield from self._pages(batch)

    def _pages(self, months: Several[str]) -> Iterator[tuple[str, pa.Table]]:
        with shown_months(_CANNOT, self._collection, months, self._settings.policy) as connection:
            items = {one for month in months for one in self._collection.item_months(month)}
            self._collection.joined.view(connection, "thumbnails", THUMBNAILS, [_DRAWN], items)
            for batch in connection.sql(_ROWS).to_arrow_reader(_BATCH):
                rows = map(self._row, batch.to_pylist())
                for month, some in groupby(rows, key=itemgetter("month")):
                    yield month, pa.Table.from_pylist(list(some), schema=DESIRED.schema)

    @cached_property
    def _vocabularies(self) -> Vocabularies:
        return Vocabularies(self._collection, self._settings, self.disclosure)

    @cached_property
    def _writer(self) -> PageWriter:
        names = frozenset(owned(self._settings))
        return PageWriter(names, self._vocabularies.of, covers=self._settings.covers)

    def _row(self, row: dict[str, Any]) -> dict[str, Any]:
        photo = row["photo_id"]
        named = {"target": PAGES, "key": photo, "photo_id": photo, "month": row["partition"]}
        shown = None if row["withheld"] else self.disclosure.show(row)
        if shown is None:
            return {**named, "content": self._writer.withhold(photo), "withheld": True}
        content, note = self._writer.write(shown)
        return {**named, "content": content, "note": note}
