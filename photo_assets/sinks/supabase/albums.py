"""The albums of the collection: rows without a photo, counted month by month.

`desired` makes the rows of their photos.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from photo_assets.lake.facts_cache import Facts, FactsCache, facts_digest
from photo_assets.lake.inputs import photo_table
from photo_assets.model.canonical import canonical
from photo_assets.model.disclosure import Disclosure
from photo_assets.model.plans import NO_MONTH
from photo_assets.model.tables import MEMBERS, PHOTOS, RELATIONS
from photo_assets.sinks.disclosing import Collection
from photo_assets.sinks.supabase.content import emptied, settle
from photo_assets.sinks.supabase.months import catalog_assets, opened_months
from photo_assets.sinks.supabase.queries import ALBUMS_OF_MONTHS
from photo_assets.sinks.supabase.tables import ALBUMS, NAMED_BY

_RECIPE: Final = 1
_COUNTED_FROM: Final = (
    ("metadata", "unified"),
    *(photo_table(kind) for kind in (PHOTOS, MEMBERS, RELATIONS)),
)


class Albums:
    """The albums of `collection` under `disclosure`. Raises `StorageError`.

    `digest` covers the inputs of all albums; `withheld` are the keys of the withheld albums.
    """

    def __init__(self, collection: Collection, disclosure: Disclosure) -> None:
        self._disclosure = disclosure
        self._of_months = _counted(collection, disclosure)
        self._albums = _together(self._of_months.values())
        known = collection.known_digest(disclosure.policy)
        self.digest = facts_digest(_RECIPE, str(disclosure.policy), known, self._albums)
        kept = FactsCache(collection.joined.kept / "withheld_albums")
        found = kept.of({NO_MONTH: self.digest}, lambda _: {NO_MONTH: {"keys": self._fault()}})
        self.withheld = frozenset(found[NO_MONTH]["keys"])

    def withheld_of(self, month: str) -> list[str]:
        """Return the keys of the withheld albums of a month's photos."""
        albums = self._of_months[month]["albums"]
        return sorted(self.withheld.intersection(album[0] for album in albums))

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield one row of `model.plans.DESIRED` per album, by key."""
        for key, album in self._albums.items():
            content = _content(key, album)
            shown = None if key in self.withheld else self._disclosure.show(content)
            if shown is None:
                left = emptied(content, NAMED_BY[ALBUMS])
                yield {"target": ALBUMS, "key": key, "content": canonical(left), "withheld": True}
            else:
                text, note = settle(shown, ascii(content))
                yield {"target": ALBUMS, "key": key, "content": text, "note": note}

    def _fault(self) -> list[str]:
        return [
            key
            for key, album in self._albums.items()
            if album["withheld"] or self._disclosure.show(_content(key, album)) is None
        ]


def _content(key: str, album: Mapping[str, Any]) -> dict[str, Any]:
    plain = {name: album[name] for name in ("source", "catalog", "album_key", "path", "kind")}
    last = album["path"][-1] if album["path"] else None
    return {
        **plain,
        "album_id": key,
        "album_name": last,
        "photo_count": album["photo_count"],
        "month": None,
        "notes": None,
        "gone": False,
    }


def _together(months: Iterable[Facts]) -> dict[str, dict[str, Any]]:
    """Return key -> album, by key: a photo belongs to one month, so the counts are added.

    Months may have been read at different times: the name does not depend on their order.
    """
    found: dict[str, dict[str, Any]] = {}
    for key, source, catalog, album, path, kind, count, withheld in (
        one for facts in months for one in facts["albums"]
    ):
        same = {"source": source, "catalog": catalog, "album_key": album}
        known = found.setdefault(
            key, {**same, "path": path, "kind": kind, "photo_count": 0, "withheld": True}
        )
        known["path"] = max(known["path"], path)
        known["kind"] = max(known["kind"], kind)
        known["photo_count"] += count
        known["withheld"] &= withheld
    return dict(sorted(found.items()))


def _counted(collection: Collection, disclosure: Disclosure) -> dict[str, Facts]:
    """Return month -> the albums of its photos, each as a row of `queries.ALBUMS_OF_MONTHS`."""
    joined, policy = collection.joined, disclosure.policy
    catalogs = catalog_assets(joined.lake)
    digests = {
        month: facts_digest(
            _RECIPE, policy.archived, collection.digest(month, _COUNTED_FROM, catalogs)
        )
        for month in collection.months
    }

    def make(months: Sequence[str]) -> Mapping[str, Facts]:
        found: dict[str, dict[str, list[Any]]] = {month: {"albums": []} for month in months}
        for batch in joined.batches(months):
            with opened_months(collection, batch, policy) as connection:
                for month, *album in connection.execute(ALBUMS_OF_MONTHS).fetchall():
                    found[month]["albums"].append(album)
        for facts in found.values():
            facts["albums"].sort()
        return found

    return FactsCache(joined.kept / "albums").of(digests, make)
