"""Related rows of an image in other tables: keywords, faces, collections, publications, stacks."""

from dataclasses import dataclass

from photo_assets.catalogs.lightroom.albums import Collections
from photo_assets.catalogs.lightroom.columns import CORNERS
from photo_assets.catalogs.lightroom.database import Database, Value
from photo_assets.catalogs.lightroom.keywords import Keywords
from photo_assets.catalogs.lightroom.merge import ByImage, Row, query_by_image, table_by_image
from photo_assets.catalogs.lightroom.record import Face, Fields, Membership, Publication
from photo_assets.catalogs.lightroom.stacks import Relations, Stacked
from photo_assets.catalogs.lightroom.values import integer, truth
from photo_assets.model.item import Keyword

# Lightroom's sort key of images without a manual order.
_UNARRANGED = (None, "", "z")


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativesOfImage:
    """The relatives of one image, each tuple in an order that does not depend on the run."""

    imports: tuple[Value, ...]
    keywords: tuple[Keyword, ...]
    faces: tuple[Face, ...]
    memberships: tuple[Membership, ...]
    publications: tuple[Publication, ...]
    master: str | None
    stacked: Stacked | None


class Relatives:
    """Streams over the related tables; images are requested in ascending order."""

    def __init__(self, database: Database) -> None:
        self._keywords = Keywords(database)
        self._collections = Collections(database, published=False)
        self._published = Collections(database, published=True)
        self._relations = Relations(database)
        self._tags = table_by_image(database, "AgLibraryKeywordImage", ("tag",))
        self._faces = _faces(database)
        self._names = _face_names(database)
        self._members = _members(database, "AgLibraryCollectionImage")
        self._published_members = _members(database, "AgLibraryPublishedCollectionImage")
        self._remote = table_by_image(
            database, "AgRemotePhoto", ("collection", "remoteId", "url"), key="photo"
        )
        self._stacks = table_by_image(database, "AgLibraryFolderStackImage", ("stack", "position"))
        self._imports = _imports(database)

    def take(self, image: int, fields: Fields) -> RelativesOfImage:
        """Return the related rows of `image`; `fields` is its own row."""
        tags = [tag for (tag,) in self._tags.take(image)]
        return RelativesOfImage(
            imports=tuple(date for (date,) in self._imports.take(image)),
            keywords=self._resolved(tags),
            faces=self._faces_of(image),
            memberships=(
                *_memberships(self._collections, self._members.take(image)),
                *_memberships(self._published, self._published_members.take(image)),
            ),
            publications=tuple(
                Publication(self._published.get(collection), remote_id, url)
                for collection, remote_id, url in self._remote.take(image)
            ),
            master=self._relations.master(image, fields.get("masterImage")),
            stacked=self._stacked(image, fields),
        )

    def _resolved(self, tags: list[Value]) -> tuple[Keyword, ...]:
        found = {keyword for tag in tags if (keyword := self._keywords.get(tag)) is not None}
        return tuple(sorted(found, key=lambda keyword: (keyword.path, keyword.person)))

    def _faces_of(self, image: int) -> tuple[Face, ...]:
        names: dict[Value, list[Row]] = {}
        for face, *named in self._names.take(image):
            names.setdefault(face, []).append(tuple(named))
        found: list[Face] = []
        for face, ignored, orientation, *corners in self._faces.take(image):
            if not truth(ignored):
                for person, confirmed in self._people(names.get(face, [])) or [(None, False)]:
                    found.append(Face(person, confirmed, tuple(corners), orientation))
        return tuple(found)

    def _people(self, named: list[Row]) -> list[tuple[str | None, bool]]:
        """Return the person confirmed by the user, otherwise all guesses that were not rejected."""
        people: list[tuple[str | None, bool]] = [
            (keyword.path[-1], truth(picked))
            for tag, picked, rejected in named
            if (keyword := self._keywords.get(tag)) is not None and not truth(rejected)
        ]
        return [one for one in people if one[1]] or people

    def _stacked(self, image: int, fields: Fields) -> Stacked | None:
        found = self._stacks.take(image)
        if found:
            return self._relations.stacked(image, *found[0])
        parent, position = fields.get("stackParent"), fields.get("stackPosition")
        return self._relations.stacked_in_3(image, parent, position)


def _memberships(collections: Collections, rows: list[Row]) -> list[Membership]:
    found = []
    for collection, sort_key, rank in rows:
        known = collections.get(collection)
        if known is not None:
            position = None if sort_key in _UNARRANGED else integer(rank)
            found.append(Membership(known, position))
    return sorted(found, key=lambda one: (one.collection.path, one.collection.id))


def _members(database: Database, table: str) -> ByImage:
    if not database.has(table, "image", "collection"):
        return ByImage(iter(()))
    sort_key = "positionInCollection" if database.has(table, "positionInCollection") else "NULL"
    rank = f"row_number() OVER (PARTITION BY collection ORDER BY {sort_key}, rowid) - 1"
    source = f"{table} NOT INDEXED"
    return query_by_image(database, "image", f"collection, {sort_key}, {rank}", source)


def _faces(database: Database) -> ByImage:
    if not database.has("AgLibraryFace", "image", "imageOrientation", *CORNERS):
        return ByImage(iter(()))
    ignored = "ignored" if database.has("AgLibraryFace", "ignored") else "NULL"
    selected = f"rowid, {ignored}, imageOrientation, {', '.join(CORNERS)}"
    return query_by_image(database, "image", selected, "AgLibraryFace NOT INDEXED")


def _face_names(database: Database) -> ByImage:
    links = ("face", "tag", "userPick", "userReject")
    if not database.has("AgLibraryKeywordFace", *links):
        return ByImage(iter(()))
    source = "AgLibraryKeywordFace k NOT INDEXED CROSS JOIN AgLibraryFace f ON f.rowid = k.face"
    return query_by_image(
        database, "f.image", "f.rowid, k.tag, k.userPick, k.userReject", source, "k.rowid"
    )


def _imports(database: Database) -> ByImage:
    if not database.has("AgLibraryImportImage", "image", "import") or not database.has(
        "AgLibraryImport", "importDate"
    ):
        return ByImage(iter(()))
    source = "AgLibraryImportImage l NOT INDEXED CROSS JOIN AgLibraryImport i ON i.rowid = l.import"
    return query_by_image(database, "l.image", "i.importDate", source, "l.rowid")
