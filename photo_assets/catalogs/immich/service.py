"""An Immich account as pages of assets, albums, tags and stacks, and what changed in it.

The assets are listed in the order of their capture times, each page from the last time of the page
before, so that assets which come and go between two pages shift nothing.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import ClassVar, Final

import orjson

from photo_assets.catalogs.immich.client import ImmichClient, Json
from photo_assets.catalogs.immich.item import ImmichItems
from photo_assets.catalogs.immich.position import (
    moved,
    position_now,
    read_position,
    seen,
)
from photo_assets.catalogs.immich.refusals import refusal
from photo_assets.catalogs.immich.tables import (
    ALBUMS,
    MOTION,
    SERVER,
    STACKS,
    TAGS,
    album_head,
    members_of,
    motion_records,
    stack_record,
)
from photo_assets.catalogs.online.service import (
    ITEMS,
    CursorLostError,
    OnlineService,
    Page,
    Record,
    Rows,
    Tables,
)
from photo_assets.catalogs.protocol import Figure
from photo_assets.media.content import RemoteContent
from photo_assets.model.canonical import canonical
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import ScanEvent
from photo_assets.service_calls import CallStatistics, ServiceError
from photo_assets.service_calls.download import Download

_EVERYTHING: Final = "1970-01-01T00:00:00.000Z"
_DETAILS: Final = {"withExif": True, "withPeople": True}
_OTHERS: Final = ("archive", "hidden")
"""Visibilities that earlier servers leave out of a search without one, and 3.2 does not."""

_PHASES: Final[dict[str, Json]] = {
    "kept": {},
    **{name: {"visibility": name} for name in _OTHERS},
    "trash": {"trashedAfter": _EVERYTHING},
}
"""The searches that together list everything, in this order."""

_UNUSED: Final = frozenset({"thumbhash", "owner", "resized"})


class ImmichService(OnlineService):
    """The service. `turn` alternates between what the second call of a probe asks for.

    `again`: how to give photosync another API key, for people.
    """

    tables: ClassVar[tuple[str, ...]] = (ALBUMS, TAGS, STACKS, MOTION, SERVER)

    def __init__(
        self, client: ImmichClient, items: ImmichItems, turn: Callable[[], bool], again: str
    ) -> None:
        self._client = client
        self._items = items
        self._turn = turn
        self._again = again
        self._owner = ""
        self._finds_others = False

    def cursor(self) -> str:
        """Return the position now, by the server's clock."""
        self._owner = self._client.me()
        return position_now(self._owner, self._client.server_time).text()

    def check(self) -> None:
        """Ask whose key it is, and for one asset: these are two permissions."""
        self._client.me()
        self._client.search("assets", size=1)

    def pages(self, kind: str, after: str | None, tables: Tables) -> Iterator[Page]:
        """Yield all assets, in the trash or not; the albums and tags with their assets; stacks."""
        if kind == ITEMS:
            self._finds_others = bool(tables[SERVER])
            yield from self._asset_pages(after)
        elif kind in (ALBUMS, TAGS):
            yield from self._group_pages(kind, after)
        else:
            stacks = self._client.stacks() if kind == STACKS else []
            yield Page([stack_record(stack) for stack in stacks])

    def changes(self, cursor: str, tables: Tables) -> Iterator[Page]:
        """Yield assets updated or trashed since, and the albums that changed."""
        position = read_position(cursor)
        self._owner = self._client.me()
        if self._owner != position.owner:  # the key is of another account than the last scan's
            raise CursorLostError
        self._finds_others = bool(tables[SERVER])
        updated: list[Record] = []
        trashed: list[Record] = []
        yield from self._changed(updated, updatedAfter=position.after)
        for visibility in () if self._finds_others else _OTHERS:
            yield from self._changed([], updatedAfter=position.after, visibility=visibility)
        yield from self._changed(trashed, trashedAfter=position.after)
        now = moved(position, self._client.server_time, updated, trashed)
        heads = {album["id"]: album_head(album) for album in self._client.albums()}
        known = tables[ALBUMS]
        changed = [head for key, head in heads.items() if known.get(key, {}).get("head") != head]
        filled = [self._with_members(ALBUMS, head) for head in changed]
        yield Page(filled, removed=sorted(known.keys() - heads.keys()), kind=ALBUMS)
        if now != position:
            stacks = [stack_record(stack) for stack in self._client.stacks()]
            gone = tables[STACKS].keys() - {stack["id"] for stack in stacks}
            yield Page(stacks, removed=sorted(gone), kind=STACKS)
        yield Page([], cursor=now.text())

    def peek(self, cursor: str, tables: Tables) -> str:
        """Ask for updated assets; then for albums and for trashed assets, by turns."""
        position = read_position(cursor)
        found, _ = self._client.search("updated assets", updatedAfter=position.after)
        if (updated := seen(found)) != position.updated:
            return f"updated {updated}"
        if self._turn():
            found, _ = self._client.search("trashed assets", trashedAfter=position.after)
            trashed = seen(found)
            return "" if trashed == position.trashed else f"trashed {trashed}"
        heads = sorted(map(canonical, map(album_head, self._client.albums())))
        known = sorted(canonical(album["head"]) for album in tables[ALBUMS].values())
        return "" if heads == known else "albums " + canonical(heads)

    def item(self, record: Record, tables: Tables) -> ScanEvent:
        """Read an asset."""
        return self._items.event(record, tables)

    def concerned(self, before: Tables, after: Tables, rows: Rows) -> Collection[str]:
        """Return the assets of albums, tags and stacks that differ."""
        ids: set[str] = set()
        for kind in self.tables:
            old, new = before[kind], after[kind]
            for key in old.keys() | new.keys():
                if old.get(key) != new.get(key):
                    ids |= members_of(old.get(key)) | members_of(new.get(key))
        return ids

    def fetch(self, content: RemoteContent, download: Download) -> None:
        """Ask for an asset's file."""
        self._client.original(content.native_id, download)

    def fetch_preview(self, content: RemoteContent, download: Download) -> None:
        """Ask for an asset's thumbnail."""
        self._client.preview(content.native_id, download)

    def unavailable(self, error: ServiceError) -> CatalogUnavailableError | None:
        """Explain a refused key."""
        return refusal(error, self._again)

    @property
    def statistics(self) -> CallStatistics:
        """The calls so far."""
        return self._client.caller.statistics

    def figures(self) -> Mapping[str, Figure]:
        """Return what the key may not see."""
        gaps = sorted({*self._client.not_permitted, "the locked folder"})
        return {"not_permitted": ", ".join(gaps)}

    def _changed(self, found: list[Record], **query: str) -> Iterator[Page]:
        """Yield the pages of a search for changes, and add what it finds to `found`."""
        number: str | None = "1"
        while number is not None:
            assets, number = self._client.search(
                "assets changed since the last scan",
                page=int(number),
                order="asc",
                **query,
                **_DETAILS,
            )
            self._learn(assets, query)
            found += [{"id": one["id"], "updatedAt": one["updatedAt"]} for one in assets]
            yield self._assets(assets)

    def _asset_pages(self, after: str | None) -> Iterator[Page]:
        phase, since, number = orjson.loads(after) if after else ("kept", _EVERYTHING, 1)
        self._owner = self._owner or self._client.me()
        following: str | None = ""
        while following is not None:
            within, query = phase, _PHASES[phase]
            assets, more = self._client.search(
                f"assets ({phase})", page=number, takenAfter=since, order="asc", **query, **_DETAILS
            )
            self._learn(assets, query)
            if more is not None:
                since, number = _continued(assets, since, number)
            else:
                phase, since, number = self._after(phase), _EVERYTHING, 1
            following = canonical([phase, since, number]) if phase else None
            yield self._assets(assets, following, within)

    def _after(self, phase: str) -> str:
        """Return the search after `phase`, "" for none."""
        later = [*_PHASES, ""][[*_PHASES].index(phase) + 1 :]
        return next(one for one in later if one not in _OTHERS or not self._finds_others)

    def _learn(self, assets: list[Json], query: Json) -> None:
        if "visibility" not in query:
            self._finds_others |= any(asset.get("visibility") in _OTHERS for asset in assets)

    def _assets(self, assets: list[Json], following: str | None = None, within: str = "") -> Page:
        """Return a page of the account's own assets: partners' assets are listed too."""
        own = [_pruned(asset) for asset in assets if asset["ownerId"] == self._owner]
        beside = {MOTION: motion_records(own)}
        if self._finds_others:
            beside[SERVER] = [{"id": SERVER, "members": []}]
        return Page(own, next=following, within=within, beside=beside)

    def _group_pages(self, kind: str, after: str | None) -> Iterator[Page]:
        """Yield the albums or tags one by one, each with the ids of its assets."""
        listed = self._client.albums() if kind == ALBUMS else self._client.tags()
        heads = sorted(map(album_head if kind == ALBUMS else _tag_head, listed), key=_id)
        heads = [head for head in heads if after is None or head["id"] > after]
        for head in heads[:-1]:
            yield Page([self._with_members(kind, head)], next=head["id"])
        yield Page([self._with_members(kind, head) for head in heads[-1:]])

    def _with_members(self, kind: str, head: Record) -> Record:
        if head.get("assetCount") == 0:
            return {"id": head["id"], "head": head, "members": []}
        query = {"albumIds": [head["id"]]} if kind == ALBUMS else {"tagIds": [head["id"]]}
        found = self._client.search_all(f"the assets of one of the {kind}", **query)
        return {"id": head["id"], "head": head, "members": sorted({one["id"] for one in found})}


def _continued(assets: list[Json], since: str, number: int) -> tuple[str, int]:
    """Return the time and the page of it where a listing goes on after `assets`.

    A page begins with the assets of the last time again; a page of that time alone is not repeated.
    """
    last = assets[-1]["fileCreatedAt"] if assets else since
    if last == since:
        return since, number + 1
    return last, 2 if assets[0]["fileCreatedAt"] == last else 1


def _tag_head(tag: Json) -> Record:
    return {"id": tag["id"], "value": tag.get("value") or tag.get("name")}


def _id(record: Record) -> str:
    return str(record["id"])


def _pruned(asset: Json) -> Record:
    record = {name: value for name, value in asset.items() if name not in _UNUSED}
    if isinstance(people := record.get("people"), list):
        keep = [p for p in people if isinstance(p, dict)]
        record["people"] = [
            {name: value for name, value in person.items() if name != "thumbnailPath"}
            for person in keep
        ]
    return record


def slot(now: datetime, seconds: int) -> bool:
    """Return whether the number of the present time slot of `seconds` is odd."""
    return int(now.timestamp() // seconds) % 2 == 1
