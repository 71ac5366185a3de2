"""Related rows of an image: keywords, people, albums, publications, stacks, copies, sidecars."""

from pathlib import Path

import orjson
import pytest

from photo_assets.model.item import Album, Item, Keyword, Person, Region
from photo_assets.model.vocabulary import AlbumKind, Availability, LinkKind
from photo_assets_tests.catalogs.lightroom.builder import ROOT, Lrcat
from photo_assets_tests.catalogs.lightroom.reading import by_name, items, reader, scanned


@pytest.fixture
def folder(lrcat: Lrcat) -> int:
    return lrcat.folder(lrcat.root(), "2013/")


def _one(lrcat: Lrcat, scratch: Path) -> Item:
    lrcat.close()
    (item,) = items(scanned(lrcat.path, scratch)).values()
    return item


def test_keywords_are_paths_without_the_nameless_root(
    lrcat: Lrcat, folder: int, scratch: Path
) -> None:
    image = lrcat.photo(folder, "a.jpg")
    animal = lrcat.keyword("Animal")
    cat = lrcat.keyword("Cat", animal)
    for synonym in ("Kitty", "Felis catus"):
        lrcat.insert("AgLibraryKeywordSynonym", keyword=cat, name=synonym)
    private = lrcat.keyword("Home|street", includeOnExport=0)
    lrcat.tag(image, cat, cat, private, lrcat.root_keyword, 99999)
    item = _one(lrcat, scratch)
    assert item.keywords == (
        Keyword(path=("Animal", "Cat"), synonyms=("Felis catus", "Kitty")),
        Keyword(path=("Home|street",), private=True),
    )
    assert orjson.loads(str(item.extras))["keywords_not_exported"] == ["Home|street"]


def test_a_keyword_excluded_from_exports_excludes_all_below_it(
    lrcat: Lrcat, folder: int, scratch: Path
) -> None:
    """Its children stayed exportable, and their paths named it."""
    image = lrcat.photo(folder, "a.jpg")
    clients = lrcat.keyword("Clients", includeOnExport=0)
    job = lrcat.keyword("Job 77", clients)
    proofs = lrcat.keyword("Proofs", job)
    places = lrcat.keyword("Places")
    home = lrcat.keyword("Home", places, includeOnExport=0)
    lrcat.tag(image, job, proofs, places, home)
    item = _one(lrcat, scratch)
    assert set(item.keywords) == {
        Keyword(path=("Clients", "Job 77"), private=True),
        Keyword(path=("Clients", "Job 77", "Proofs"), private=True),
        Keyword(path=("Places",)),
        Keyword(path=("Places", "Home"), private=True, private_from=1),
    }
    kept = orjson.loads(str(item.extras))["keywords_not_exported"]
    assert kept == ["Clients|Job 77", "Clients|Job 77|Proofs", "Places|Home"]


def test_keywords_exported_without_those_above_them_or_without_synonyms(
    lrcat: Lrcat, folder: int, scratch: Path
) -> None:
    """ "Export Containing Keywords" is off for the keyword itself, or for one above it."""
    image = lrcat.photo(folder, "a.jpg")
    animals = lrcat.keyword("Animals", includeParents=0)
    mammals = lrcat.keyword("Mammals", animals, includeParents=0)
    cat = lrcat.keyword("Cat", mammals, includeSynonyms=0)
    tiger = lrcat.keyword("Tiger", cat, includeParents=0)
    for keyword, synonym in ((cat, "Kitty"), (tiger, "Tigger")):
        lrcat.insert("AgLibraryKeywordSynonym", keyword=keyword, name=synonym)
    lrcat.tag(image, animals, mammals, cat, tiger)
    assert set(_one(lrcat, scratch).keywords) == {
        Keyword(path=("Animals",)),
        Keyword(path=("Animals", "Mammals"), exported_from=1),
        Keyword(path=("Animals", "Mammals", "Cat"), exported_from=1, private_synonyms=("Kitty",)),
        Keyword(path=("Animals", "Mammals", "Cat", "Tiger"), exported_from=3, synonyms=("Tigger",)),
    }


@pytest.mark.parametrize("value", [None, 1, 1.0, "1"])
def test_a_keyword_is_exported_unless_the_catalog_excludes_it(
    lrcat: Lrcat, folder: int, scratch: Path, value: float | str | None
) -> None:
    image = lrcat.photo(folder, "a.jpg")
    lrcat.db.execute("UPDATE AgLibraryKeyword SET includeOnExport = 0 WHERE name IS NULL")
    marks = {} if value is None else {"includeOnExport": value}
    tag = lrcat.insert(
        "AgLibraryKeyword", name="boat", lc_name="boat", parent=lrcat.root_keyword, **marks
    )
    lrcat.tag(image, tag)
    assert _one(lrcat, scratch).keywords == (Keyword(path=("boat",)),)


def test_cycles_of_keywords_and_sets_end(lrcat: Lrcat, folder: int, scratch: Path) -> None:
    image = lrcat.photo(folder, "a.jpg")
    one, two = lrcat.keyword("one"), lrcat.keyword("two")
    lrcat.db.execute("UPDATE AgLibraryKeyword SET parent = ? WHERE id_local = ?", [two, one])
    lrcat.db.execute("UPDATE AgLibraryKeyword SET parent = ? WHERE id_local = ?", [one, two])
    itself = lrcat.keyword("itself")
    lrcat.db.execute("UPDATE AgLibraryKeyword SET parent = id_local WHERE id_local = ?", [itself])
    lrcat.tag(image, two, itself)
    album = lrcat.collection("album")
    lrcat.db.execute("UPDATE AgLibraryCollection SET parent = id_local")
    lrcat.collect(album, image)
    item = _one(lrcat, scratch)
    assert {keyword.path for keyword in item.keywords} == {("one", "two"), ("itself",)}
    assert [one.path for one in item.albums] == [("album",)]


def test_faces_are_confirmed_guessed_rejected_or_nobody(
    lrcat: Lrcat, folder: int, scratch: Path
) -> None:
    image = lrcat.photo(folder, "a.jpg")
    people = [lrcat.keyword(name, keywordType="person") for name in ("Ada", "Bob", "Cyd", "Dan")]
    ada, bob, cyd, dan = people

    def named(face: int, tag: int, pick: int | None, reject: int | None) -> None:
        lrcat.insert("AgLibraryKeywordFace", face=face, tag=tag, userPick=pick, userReject=reject)

    sure = lrcat.face(image, (0.0, 0.0, 0.2, 0.2))
    named(sure, bob, None, None)
    named(sure, ada, 1, 0)
    guess = lrcat.face(image, (0.2, 0.0, 0.4, 0.2))
    named(guess, bob, None, None)
    named(guess, cyd, 0, 1)
    lrcat.face(image, (0.6, 0.0, 0.8, 0.2))  # unnamed
    ignored = lrcat.face(image, (0.8, 0.0, 1.0, 0.2), ignored=1)
    named(ignored, cyd, 1, 0)
    lrcat.tag(image, ada, dan)
    item = _one(lrcat, scratch)
    assert item.people == (
        Person(name="Ada", region=Region(x=0.1, y=0.1, width=0.2, height=0.2), confirmed=True),
        Person(name="Bob", region=Region(x=0.3, y=0.1, width=0.2, height=0.2), confirmed=False),
        Person(name="Dan"),
    )
    assert orjson.loads(str(item.extras))["unnamed_faces"] == 1


def test_albums_are_collections_of_the_user(lrcat: Lrcat, folder: int, scratch: Path) -> None:
    first, second = lrcat.photo(folder, "a.jpg"), lrcat.photo(folder, "b.jpg")
    outer = lrcat.collection("Travel", "group")
    inner = lrcat.collection("Rome", parent=lrcat.collection("Italy", "group", outer))
    lrcat.collect(inner, second, first)
    unarranged = lrcat.collection("Loose")
    lrcat.insert(
        "AgLibraryCollectionImage", collection=unarranged, image=first, positionInCollection="z"
    )
    lrcat.collect(lrcat.collection("quick collection", systemOnly=1.0), first)
    lrcat.collect(lrcat.collection("Untitled Book", "com.adobe.ag.book.unsaved"), first)
    lrcat.collection("Five Stars", "smart_collection", outer)
    lrcat.collect(424242, first)  # a collection that is not there
    lrcat.close()
    found = by_name(scanned(lrcat.path, scratch))
    rome = Album(
        id=f"collection/{inner}",
        path=("Travel", "Italy", "Rome"),
        kind=AlbumKind.COLLECTION,
        position=1,
    )
    loose = Album(id=f"collection/{unarranged}", path=("Loose",), kind=AlbumKind.COLLECTION)
    assert found["a.jpg"].albums == (loose, rome)
    assert [album.position for album in found["b.jpg"].albums] == [0]
    assert orjson.loads(str(found["a.jpg"].extras))["own_collections"] == ["quick collection"]
    smart = reader(lrcat.path, scratch).smart_collections()
    assert [(one.path, one.kind) for one in smart] == [(("Travel", "Five Stars"), AlbumKind.SMART)]


def test_publications_carry_the_services_own_id(lrcat: Lrcat, folder: int, scratch: Path) -> None:
    image = lrcat.photo(folder, "a.jpg")
    service = lrcat.published("Work", "com.smugmug.lr.publish")
    gallery = lrcat.published("Weddings", parent=service, remoteCollectionId="kN3w")
    lrcat.collect(gallery, image, table="AgLibraryPublishedCollectionImage")
    url = "https://ada.smugmug.com/Weddings/n-kN3w/i-abc"
    lrcat.insert("AgRemotePhoto", collection=gallery, photo=image, remoteId="/image/abc", url=url)
    waiting = lrcat.published("Later", parent=service)
    lrcat.insert("AgRemotePhoto", collection=waiting, photo=image)  # not uploaded yet
    lrcat.insert("AgRemotePhoto", collection=31337, photo=image, remoteId=77.0)
    item = _one(lrcat, scratch)
    published = [link for link in item.links if link.kind is LinkKind.PUBLISHED_AS]
    assert [(link.target, link.detail) for link in published] == [
        ("/image/abc", f"smugmug {url}"),
        ("77.0", None),
    ]
    assert [(album.path, album.kind) for album in item.albums] == [
        (("Work", "Weddings"), AlbumKind.PUBLISHED)
    ]


@pytest.mark.parametrize("version", [14, 5])
def test_copies_and_stacks_point_to_global_ids(home: Path, scratch: Path, version: int) -> None:
    with Lrcat(home / "photos.lrcat", version) as lrcat:
        folder = lrcat.folder(lrcat.root())
        file = lrcat.file(folder, "a.jpg")
        master = lrcat.image(file)
        copies = [lrcat.image(file, masterImage=master, copyName=name) for name in ("B&W", None)]
        orphan = lrcat.image(file, masterImage=31337)
        itself = lrcat.photo(folder, "self.jpg")
        lrcat.db.execute(
            "UPDATE Adobe_images SET masterImage = id_local WHERE id_local = ?", [itself]
        )
        lrcat.stack(copies[1], master, copies[0])
        ids = [lrcat.global_id(image) for image in (master, *copies, orphan)]
    found = items(scanned(home / "photos.lrcat", scratch))
    links = {
        key: [(link.kind, link.target, link.detail) for link in item.links if link.detail != "x"]
        for key, item in found.items()
    }
    copy_of, under = LinkKind.VIRTUAL_COPY_OF, LinkKind.STACKED_UNDER
    assert (copy_of, ids[0], "B&W") in links[ids[1]]
    assert (under, ids[2], None) in links[ids[1]]
    assert (under, ids[2], None) in links[ids[0]]
    assert (copy_of, ids[0], None) in links[ids[2]]
    assert not [link for link in links[ids[2]] if link[0] is under], "the top is under nobody"
    assert orjson.loads(str(found[ids[3]].extras))["master_missing"] is True
    assert {found[key].path for key in ids} == {f"{ROOT}a.jpg"}
    assert orjson.loads(str(found[ids[0]].extras))["stack"]["position"] == 2


def test_stacks_of_lightroom_3(home: Path, scratch: Path) -> None:
    with Lrcat(home / "photos.lrcat", 3) as lrcat:
        folder = lrcat.folder(lrcat.root())
        top, below = lrcat.photo(folder, "top.jpg"), lrcat.photo(folder, "below.jpg")
        lrcat.db.execute("UPDATE Adobe_images SET stackParent = ?, stackPosition = 1.0", [top])
        lrcat.db.execute("UPDATE Adobe_images SET stackPosition = 2.0 WHERE id_local = ?", [below])
        top_id = lrcat.global_id(top)
    found = by_name(scanned(home / "photos.lrcat", scratch))
    under = [link for link in found["below.jpg"].links if link.kind is LinkKind.STACKED_UNDER]
    assert [link.target for link in under] == [top_id]
    assert not [link for link in found["top.jpg"].links if link.kind is LinkKind.STACKED_UNDER]


def test_an_image_of_lightroom_3_that_is_its_own_parent_is_in_no_stack(
    home: Path, scratch: Path
) -> None:
    with Lrcat(home / "photos.lrcat", 3) as lrcat:
        folder = lrcat.folder(lrcat.root())
        alone, top, below = (lrcat.photo(folder, f"{name}.jpg") for name in "abc")
        parents = {alone: alone, top: top, below: top}
        for image, parent in parents.items():
            lrcat.db.execute(
                "UPDATE Adobe_images SET stackParent = ?, stackPosition = 0.0 WHERE id_local = ?",
                [parent, image],
            )
        text = lrcat.photo(folder, "d.jpg")
        lrcat.db.execute(
            "UPDATE Adobe_images SET stackParent = CAST(id_local AS TEXT) WHERE id_local = ?",
            [text],
        )
    found = by_name(scanned(home / "photos.lrcat", scratch))
    stacks = {name: orjson.loads(str(item.extras)).get("stack") for name, item in found.items()}
    assert stacks == {
        "a.jpg": None,
        "b.jpg": {"id": top, "position": 0, "is_top": True},
        "c.jpg": {"id": top, "position": 0, "is_top": False},
        "d.jpg": None,
    }
    linked = {name for name, item in found.items() for link in item.links if "stack" in link.kind}
    assert linked == {"c.jpg"}


def test_a_stack_of_one_image_is_ignored(lrcat: Lrcat, folder: int, scratch: Path) -> None:
    """Of a stack whose other images were removed, the last may stay behind."""
    lrcat.stack(lrcat.photo(folder, "a.jpg"))
    assert "stack" not in orjson.loads(str(_one(lrcat, scratch).extras))


def test_a_raw_and_its_jpeg_are_one_row(lrcat: Lrcat, scratch: Path, tmp_path: Path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for name in ("a.NEF", "a.jpg"):
        (pictures / name).write_bytes(name.encode())
    folder = lrcat.folder(lrcat.root())
    lrcat.image(lrcat.file(folder, "a.NEF", sidecarExtensions="JPG,xmp"), fileFormat="RAW")
    lrcat.close()
    (item,) = items(scanned(lrcat.path, scratch, {ROOT: pictures})).values()
    names = [one["file_name"] for one in orjson.loads(str(item.extras))["sidecars"]]
    assert names == ["a.JPG", "a.xmp"]
    assert item.availability is Availability.ONLINE


def test_several_rows_where_one_is_expected(lrcat: Lrcat, folder: int, scratch: Path) -> None:
    """A real library of 380,300 images has 380,307 rows of develop settings."""
    image = lrcat.photo(folder, "a.jpg")
    settings = [
        lrcat.insert("Adobe_imageDevelopSettings", image=image, text=f"s = {{ Nr = {at} }}")
        for at in range(3)
    ]
    lrcat.db.execute("UPDATE Adobe_images SET developSettingsIDCache = ?", [float(settings[1])])
    for caption in ("first", "second"):
        lrcat.insert("AgLibraryIPTC", image=image, caption=caption)
    older = lrcat.insert("AgLibraryImport", importDate="2012-01-01T00:00:00Z")
    newer = lrcat.insert("AgLibraryImport", importDate="2020-01-01T00:00:00Z")
    for source in (newer, older):
        lrcat.insert("AgLibraryImportImage", image=image, **{"import": source})
    item = _one(lrcat, scratch)
    assert orjson.loads(str(item.extras))["develop_settings"] == "s = { Nr = 1 }"
    assert item.caption == "first"
    assert item.added_time is not None
    assert item.added_time.year == 2012
