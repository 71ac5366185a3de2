"""Keywords, people, collections and imports of the catalog: the trees that images are added to."""

from photo_assets.sample import plan
from photo_assets.sample.catalogs.lightroom.database import Database, adobe_time, genealogy
from photo_assets.sample.shots import Shot
from photo_assets.sample.tree import LAST_TOUCHED

_TOUCHED = adobe_time(LAST_TOUCHED)
_PRIVATE = frozenset(path[:1] for path in plan.PRIVATE_KEYWORDS.values())
"""Keywords with "Include on Export" off; the keywords below them have it on, as in Lightroom."""
_SYNONYMS = {"Aurora": "Polarlicht", "Sea": "Hav", "Fog": "Nebel"}


class Keywords:
    """The keyword tree below its nameless root."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._nodes: dict[tuple[str, ...], tuple[int, str]] = {}
        root = database.add(
            "AgLibraryKeyword", id_global=True, dateCreated=_TOUCHED, imageCountCache=-1
        )
        self._root = (root, genealogy("", root))
        database.set("genealogy", "AgLibraryKeyword", root, self._root[1])
        database.variable("AgLibraryKeyword_rootTagID", float(root))

    def tag(self, image: int, path: tuple[str, ...], person: bool = False) -> int:
        """Add the keyword at `path` to an image; return the keyword's id."""
        keyword = self._node(path, person)[0]
        self._database.add("AgLibraryKeywordImage", image=image, tag=keyword)
        return keyword

    def _node(self, path: tuple[str, ...], person: bool = False) -> tuple[int, str]:
        if not path:
            return self._root
        if path not in self._nodes:
            parent, lineage = self._node(path[:-1])
            keyword = self._database.add(
                "AgLibraryKeyword",
                id_global=True,
                dateCreated=_TOUCHED,
                imageCountCache=-1,
                includeOnExport=int(path not in _PRIVATE),
                keywordType="person" if person else None,
                lastApplied=_TOUCHED,
                lc_name=path[-1].lower(),
                name=path[-1],
                parent=parent,
            )
            place = genealogy(lineage, keyword)
            self._database.set("genealogy", "AgLibraryKeyword", keyword, place)
            self._nodes[path] = (keyword, place)
            if (synonym := _SYNONYMS.get(path[-1])) is not None:
                self._database.add(
                    "AgLibraryKeywordSynonym",
                    keyword=keyword,
                    name=synonym,
                    lc_name=synonym.lower(),
                )
        return self._nodes[path]


class Collections:
    """Collection sets, collections, one smart collection, the quick collection, one published."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._trips = self._collection("group", "Trips", None)
        self._years: dict[int, tuple[int, str]] = {}
        self._ids: dict[str, int] = {}
        self._counts: dict[int, int] = {}
        self._best = self._collection("collection", "Best of eight years", None)[0]
        quick = self._collection("collection", "quick collection", None, system=1.0)[0]
        self._quick = quick
        smart = self._collection("smart_collection", "Five stars", None)[0]
        database.add(
            "AgLibraryCollectionContent",
            collection=smart,
            owningModule="ag.library.smart_collection",
            content='s = { { criteria = "rating", operation = "==", value = 5, }, '
            'combine = "intersect", }',
        )
        self._published = database.add(
            "AgLibraryPublishedCollection",
            creationId="com.adobe.lightroom.export.flickr",
            name="Photostream",
            isDefaultCollection=1,
            publishedUrl="https://example.org/photos/mara",
            remoteCollectionId="photostream",
            systemOnly=0.0,
        )
        database.set(
            "genealogy",
            "AgLibraryPublishedCollection",
            self._published,
            genealogy("", self._published),
        )

    def add(self, image: int, shot: Shot) -> None:
        """Add an image to the collection of its trip, and to those of its rating."""
        year = shot.taken.year
        if year not in self._years:
            self._years[year] = self._collection("group", str(year), self._trips)
        if shot.trip.key not in self._ids:
            album = self._collection("collection", shot.trip.title, self._years[year])
            self._ids[shot.trip.key] = album[0]
        self._place(self._ids[shot.trip.key], image)
        if shot.rating == 5:
            self._place(self._best, image)
        if plan.published_in_flickr(shot):
            self._publish(image, shot)
        if shot.key == "are-1":
            self._place(self._quick, image)

    def _place(self, collection: int, image: int) -> None:
        position = self._counts.get(collection, 0)
        self._counts[collection] = position + 1
        self._database.add(
            "AgLibraryCollectionImage",
            collection=collection,
            image=image,
            positionInCollection=f"z{position:04d}",
        )

    def _publish(self, image: int, shot: Shot) -> None:
        self._database.add(
            "AgLibraryPublishedCollectionImage", collection=self._published, image=image
        )
        remote = plan.flickr_id(shot)
        self._database.add(
            "AgRemotePhoto",
            id_global=True,
            collection=self._published,
            photo=image,
            photoNeedsUpdating=0.0,
            remoteId=remote,
            url=f"https://example.org/photos/mara/{remote}",
        )

    def _collection(
        self, kind: str, name: str, parent: tuple[int, str] | None, system: float = 0.0
    ) -> tuple[int, str]:
        collection = self._database.add(
            "AgLibraryCollection",
            creationId=f"com.adobe.ag.library.{kind}",
            name=name,
            parent=parent[0] if parent else None,
            systemOnly=system,
        )
        place = genealogy(parent[1] if parent else "", collection)
        self._database.set("genealogy", "AgLibraryCollection", collection, place)
        return collection, place


class Imports:
    """One import per trip, on the evening after it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: dict[str, int] = {}

    def add(self, image: int, shot: Shot) -> None:
        """Record the import of an image."""
        if shot.trip.key not in self._ids:
            minutes = shot.trip.place.offset_min
            sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
            stamp = f"{shot.trip.start:%Y-%m}-{shot.trip.start.day + 1:02d}T21:30:00"
            date = f"{stamp}{sign}{minutes // 60:02d}:{minutes % 60:02d}"
            self._ids[shot.trip.key] = self._database.add("AgLibraryImport", importDate=date)
        self._database.add(
            "AgLibraryImportImage", image=image, **{"import": self._ids[shot.trip.key]}
        )
