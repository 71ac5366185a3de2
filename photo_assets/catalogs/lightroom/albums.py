"""The collection tables: albums, Lightroom's internal collections, and their paths.

Ordinary and published collections are stored in two tables of the same form. The path of published
ones begins with their publish service. The stored settings of services are not read: plug-ins store
secrets in them.
"""

from dataclasses import dataclass

from photo_assets.catalogs.lightroom.database import Database, Value
from photo_assets.catalogs.lightroom.values import integer, text, truth
from photo_assets.model.vocabulary import AlbumKind

_SERVICES = ("flickr", "smugmug", "facebook", "behance", "stock", "immich", "google", "piwigo")
_LIGHTROOMS_OWN = "com.adobe.ag.library."


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection. `kind` None: internal to Lightroom (quick collection), not a user's album."""

    id: str
    path: tuple[str, ...]
    kind: AlbumKind | None
    service: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class _Row:
    name: str | None
    parent: int | None
    creation: str
    own: bool
    url: str | None


class Collections:
    """All collections of one of the two tables by local id."""

    def __init__(self, database: Database, *, published: bool) -> None:
        self._published = published
        table = "AgLibraryPublishedCollection" if published else "AgLibraryCollection"
        self._rows = dict(_rows(database, table))
        self._built: dict[int, Collection | None] = {}

    def get(self, collection: Value) -> Collection | None:
        """Return a collection; None for unsaved books and similar ones, and for unknown ids."""
        key = integer(collection)
        if key is None:
            return None
        if key not in self._built:
            self._built[key] = self._build(key)
        return self._built[key]

    def smart(self) -> tuple[Collection, ...]:
        """Return the collections defined by a rule, ordered by path. They store no members."""
        found = (self.get(key) for key in self._rows)
        smart = [one for one in found if one is not None and one.kind is AlbumKind.SMART]
        return tuple(sorted(smart, key=lambda one: (one.path, one.id)))

    def _build(self, key: int) -> Collection | None:
        row = self._rows.get(key)
        if row is None or row.creation.endswith(".unsaved"):
            return None
        chain = self._chain(key)
        plugins = [step.creation for step in chain if not step.creation.startswith(_LIGHTROOMS_OWN)]
        return Collection(
            id=f"{'published' if self._published else 'collection'}/{key}",
            path=tuple(step.name for step in chain if step.name) or (f"({key})",),
            kind=None if row.own else self._kind(row),
            service=_service(plugins[0]) if plugins and plugins[0] else None,
            url=row.url,
        )

    def _kind(self, row: _Row) -> AlbumKind:
        if row.creation.endswith("smart_collection"):
            return AlbumKind.SMART
        return AlbumKind.PUBLISHED if self._published else AlbumKind.COLLECTION

    def _chain(self, key: int) -> list[_Row]:
        """Return a collection with its parent sets, outermost first; a cycle ends the path."""
        chain: list[_Row] = []
        seen: set[int] = set()
        here: int | None = key
        while here is not None and here not in seen and here in self._rows:
            seen.add(here)
            chain.insert(0, self._rows[here])
            here = self._rows[here].parent
        return chain


def _rows(database: Database, table: str) -> list[tuple[int, _Row]]:
    if not database.has(table, "id_local", "name", "parent"):
        return []
    optional = [
        column if database.has(table, column) else "NULL"
        for column in ("creationId", "systemOnly", "publishedUrl")
    ]
    found = database.rows(
        f"SELECT id_local, name, parent, {', '.join(optional)} FROM {table}"  # noqa: S608 - constants
    )
    rows = []
    for id_local, name, parent, creation, own, url in found:
        key = integer(id_local)
        if key is not None:
            row = _Row(text(name), integer(parent), text(creation) or "", truth(own), text(url))
            rows.append((key, row))
    return rows


def _service(plugin: str) -> str:
    """Return the service of a publish plug-in, or the plug-in's id if unknown."""
    return next((word for word in _SERVICES if word in plugin.lower()), plugin)
