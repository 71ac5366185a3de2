"""Facts about all months of photos together: the known names and the locked photos.

A photo may be locked because of a photo of another month that shows the same scene, and a table
older than the photos may contain a photo under its former month. Both cases are resolved here.
"""

from collections import defaultdict
from collections.abc import Collection as Several
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

import pyarrow as pa

from photo_assets.lake import Snapshot
from photo_assets.lake.facts_cache import facts_digest
from photo_assets.lake.stored import AssetPath
from photo_assets.model.canonical import canonical
from photo_assets.model.disclosure import Disclosure, DisclosurePolicy, Known
from photo_assets.model.rows import row_to_keyword
from photo_assets.sinks.disclosing.facts import (
    BELOW,
    CROSSING,
    EVERYWHERE,
    ITEMS,
    LOCKED,
    MARKED,
    NAMES,
    STRAYS,
    month_facts,
    same_scene,
)
from photo_assets.sinks.disclosing.joined import Joined
from photo_assets.sinks.disclosing.rules import rules_digest
from photo_assets.workspace import Workspace

_CANNOT = "The disclosed data cannot be determined"


class Collection:
    """The collection of `joined` at one moment. All its methods raise `StorageError`."""

    def __init__(self, joined: Joined) -> None:
        self.joined = joined
        self._tables = Snapshot(joined.lake)
        self._facts = month_facts(joined, self._tables)
        self._together: dict[str, list[Any]] = {}

    @property
    def months(self) -> list[str]:
        """The months of photos, oldest first."""
        return list(self._facts)

    @cached_property
    def known(self) -> Known:
        """The known names of the whole collection."""
        return Known(
            names=self._all(NAMES),
            marked=[row_to_keyword(keyword) for keyword in self._all(MARKED)],
            paths=self._all(BELOW),
            people_roots=self.joined.people_roots,
        )

    def known_digest(self, policy: DisclosurePolicy) -> str:
        """Return a digest of the rules and of the known names that affect the disclosure.

        If people are shown, no name is removed, and a new name changes nothing.
        """
        which = (MARKED,) if policy.people else (NAMES, MARKED, BELOW)
        known = [self._all(name) for name in which]
        return facts_digest(rules_digest(), known, list(self.joined.people_roots))

    def item_months(self, month: str) -> list[str]:
        """Return the months in which the items of a month's photos are."""
        return list(self._facts[month][ITEMS])

    def locked(self, month: str) -> list[str]:
        """Return the photos of a month that are locked for any reason."""
        return sorted({*self._facts[month][LOCKED], *self._locked_from_afar.get(month, ())})

    def digest(self, month: str, assets: Several[AssetPath], of_items: Several[AssetPath]) -> str:
        """Return a digest of the inputs of a month: its tables and those of its items' months.

        It covers the disclosure rules, photos locked by other months, and rows stored in other
        months.
        """
        return facts_digest(
            rules_digest(),
            self._stored(self.opened_for([month]), assets),
            self._stored(self.item_months(month), of_items),
            self._locked_from_afar.get(month, ()),
            self._astray_of.get(month, ()),
        )

    def _stored(
        self, months: Iterable[str], assets: Several[AssetPath]
    ) -> list[tuple[AssetPath, str, str]]:
        found = (
            (asset, one, self._tables.digest(asset, one)) for one in months for asset in assets
        )
        return [(asset, one, stored) for asset, one, stored in found if stored is not None]

    def homes(self, months: Several[str]) -> dict[str, str]:
        """Return photo -> its month, for photos that a table has in another month."""
        return {
            photo: home for month in months for photo, _, home in self._astray_of.get(month, ())
        }

    def opened_for(self, months: Several[str]) -> list[str]:
        """Return the months whose tables together contain all rows of these months."""
        away = {
            one
            for month in months
            for _, at, home in self._astray_of.get(month, ())
            if home == month
            for one in at
        }
        return sorted({*months, *away})

    def _all(self, name: str) -> list[Any]:
        """Return the distinct facts of one name from all months, in a fixed order."""
        if name not in self._together:
            values = (one for facts in self._facts.values() for one in facts[name])
            found = {one if isinstance(one, str) else canonical(one): one for one in values}
            self._together[name] = [found[key] for key in sorted(found)]
        return self._together[name]

    @cached_property
    def _locked_from_afar(self) -> Mapping[str, list[str]]:
        """Month -> the photos locked because of a photo of another month."""
        here = {month: set(facts[LOCKED]) for month, facts in self._facts.items()}
        locked = {photo for photos in here.values() for photo in photos}
        linked = (
            photo for facts in self._facts.values() for photo in (*facts[CROSSING], *facts[STRAYS])
        )
        if not locked or locked.isdisjoint(linked):
            return {}
        found = defaultdict(list)
        with self.joined.opened(_CANNOT, self.months) as connection:
            connection.register("locked_here", pa.table({"photo_id": sorted(locked)}))
            for month, photo in connection.execute(same_scene(EVERYWHERE)).fetchall():
                if photo not in here[month]:
                    found[month].append(photo)
        return {month: sorted(photos) for month, photos in found.items()}

    @cached_property
    def _astray_of(self) -> Mapping[str, list[tuple[str, list[str], str]]]:
        """Month -> photos stored under other months: (photo, those months, its own month).

        A photo is listed under its own month and under the others. Rows without a month stay in
        place.
        """
        at = defaultdict(list)
        for month, facts in self._facts.items():
            for photo in facts[STRAYS]:
                at[photo].append(month)
        if not at:
            return {}
        with self.joined.opened(_CANNOT, self.months) as connection:
            connection.register("strays", pa.table({"photo_id": sorted(at)}))
            query = "SELECT photo_id, min(partition) FROM photos SEMI JOIN strays USING (photo_id)"
            homes = connection.execute(f"{query} GROUP BY photo_id").fetchall()
        found = defaultdict(list)
        for photo, home in sorted(homes):
            for month in {home, *at[photo]}:
                found[month].append((photo, at[photo], home))
        return found


def disclosure_of(workspace: Workspace, policy: DisclosurePolicy) -> Disclosure:
    """Return the disclosure of a workspace's collection. Raises `StorageError`."""
    return Disclosure(policy, Collection(Joined.of(workspace)).known)
