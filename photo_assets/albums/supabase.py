"""The copy of albums' names in Supabase, and the record of their changes there.

Rows are made by the Supabase sink; only the name of a row that is there is changed here.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import orjson

from photo_assets.albums.applying import catalog_of, key_of
from photo_assets.albums.sides import CopiedName, Followed
from photo_assets.ledger import AlbumChange
from photo_assets.model.canonical import canonical
from photo_assets.service_calls import PermanentServiceError
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.sinks.supabase.client import TableClient
from photo_assets.sinks.supabase.faults import hint_for
from photo_assets.sinks.supabase.settings import supabase_settings
from photo_assets.sinks.supabase.sink import SupabaseSink
from photo_assets.sinks.supabase.tables import ALBUMS
from photo_assets.workspace import Workspace

_CHANGES: Final = "album_name_changes"
_COLUMNS: Final = ("album_id", "source", "catalog", "album_key", "album_name", "path")
_FIRST: Final = "00000000-0000-0000-0000-000000000000"

Row = dict[str, Any]
Allowed = Callable[[Row], str | None]
"""A row of albums -> the name of it that may be sent, None if none may."""


class SupabaseAlbums:
    """A `sides.Database`: the albums of SmugMug in a project."""

    def __init__(self, client: TableClient, allowed: Allowed) -> None:
        self._client = client
        self._allowed = allowed

    def prepare(self) -> None:
        """Check that the project has the record of changes, and that the key may use it.

        Raises `SinkNotReadyError` with what to do, and `ServiceError`.
        """
        try:
            self._client.find(_CHANGES, "change_id", [_FIRST], "change_id")
        except PermanentServiceError as error:
            raise SinkNotReadyError(error.message, hint=hint_for(error.fault)) from None

    def intend(self, change: AlbumChange) -> None:
        """Record the intent, if the project has the album and may have its new name."""
        for row in self._rows(change):
            if self._may_follow(row, change):
                entry = {
                    "change_id": change.change_id,
                    "album_id": row["album_id"],
                    "album_key": row["album_key"],
                    "field": change.field,
                    "old_name": change.before,
                    "new_name": change.after,
                }
                self._client.add(_CHANGES, [entry], "change_id")

    def follow(self, change: AlbumChange) -> Followed:
        """Take over the new name, and read it back. `ABSENT` if no row may have it."""
        found = Followed.ABSENT
        for row in self._rows(change):
            if not self._may_follow(row, change):
                continue
            # The sink's name of a nameless album is its key.
            if row["album_name"] not in {change.after, change.before or row["album_key"]}:
                return Followed.OTHER
            if row["album_name"] != change.after:
                where = {"album_id": row["album_id"], "album_name": row["album_name"]}
                new = {name: _renamed(row, change)[name] for name in ("album_name", "path")}
                changed = self._client.change(ALBUMS, new, where, "album_id", "album_name")
                if [one["album_name"] for one in changed] != [change.after]:
                    return Followed.OTHER  # somebody was faster
            found = Followed.RENAMED
        return found

    def complete(self, change: AlbumChange) -> None:
        """Add how the change ended; nothing if its intent is not there."""
        end = {"status": change.step.value}
        self._client.change(_CHANGES, end, {"change_id": change.change_id}, "change_id")

    def names(self, catalog: str) -> Iterator[CopiedName]:
        """Yield the names of a catalog's albums, read in pages."""
        where: dict[str, str | bool] = {"source": "smugmug", "catalog": catalog, "gone": False}
        after = _FIRST
        while page := self._client.page(ALBUMS, "album_id", after, where, *_COLUMNS):
            yield from (CopiedName(catalog, one["album_key"], one["album_name"]) for one in page)
            after = page[-1]["album_id"]

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _rows(self, change: AlbumChange) -> list[Row]:
        where: dict[str, str | bool] = {
            "source": "smugmug",
            "catalog": catalog_of(change.album),
            "album_key": key_of(change.album),
            "gone": False,
        }
        return self._client.page(ALBUMS, "album_id", _FIRST, where, *_COLUMNS)

    def _may_follow(self, row: Row, change: AlbumChange) -> bool:
        return self._allowed(_renamed(row, change)) == change.after


def open_database(workspace: Workspace) -> SupabaseAlbums | None:
    """Return the project of the Supabase sink, None if the sink is off or not set up.

    Raises `SinkNotReadyError` if it is set up wrongly.
    """
    if not supabase_settings(workspace.settings.sinks).enabled:
        return None
    sink = SupabaseSink(workspace)
    try:
        client = sink.client()
    except SinkNotReadyError:
        if sink.destination() is None:
            return None
        raise

    def allowed(row: Row) -> str | None:
        shown = orjson.loads(sink.allowed(ALBUMS, row["album_id"], canonical(row)))
        name: str | None = shown.get("album_name")
        return name

    return SupabaseAlbums(client, allowed)


def _renamed(row: Row, change: AlbumChange) -> Row:
    path = [*(row["path"] or [])[:-1], change.after]
    return {**row, "album_name": change.after, "path": path}
