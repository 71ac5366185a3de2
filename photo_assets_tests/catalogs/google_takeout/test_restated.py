"""What a newer statement does to an older one: in one folder, in later exports, of two accounts."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from photo_assets.catalogs.discovery.discover import catalog_folder, discover
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.google_takeout.versions import Version
from photo_assets.model.events import Accounting, Discarded, Found, ScanEvent
from photo_assets.model.item import Item
from photo_assets.model.rows import row_to_item
from photo_assets_tests.catalogs.google_takeout.export import (
    ROOT,
    STAMP,
    YEAR,
    album_json,
    catalog,
    items,
    jpeg,
    photo_json,
    problems,
    scan,
    unpack,
    write_part,
)
from photo_assets_tests.media.archives.build import write_zip

NEWER, NEWEST = "20250720T000000Z", "20260101T000000Z"
A = f"{YEAR}/a.jpg"
KEY = "Photos from 2023/a.jpg"
BERLIN = {"latitude": 52.5, "longitude": 13.4, "altitude": 0.0}


def stamp(seconds: int) -> dict[str, str]:
    return {"timestamp": str(seconds), "formatted": ""}


def said(name: str = A, form: str = ".json", content: bytes | None = None, **changes: Any) -> Any:
    title = changes.pop("title", name.rpartition("/")[2])
    return {name: content or jpeg(1), f"{name}{form}": photo_json(title, **changes)}


def at(**changes: Any) -> str:
    return f"https://photos.google.com/photo/AF1QipM{changes['id']}"


def also(item: Item) -> list[dict[str, Any]]:
    return list(orjson.loads(item.extras or "{}").get("also_stated", []))


def balanced(events: list[ScanEvent]) -> Accounting:
    accounting = Accounting()
    for event in events:
        accounting.count(event)
    assert accounting.balanced
    return accounting


def superseded(events: list[ScanEvent]) -> list[str]:
    return [e.ref for e in events if isinstance(e, Discarded) and e.reason == "superseded"]


def albums(item: Item) -> list[str]:
    return sorted(album.path[0] for album in item.albums)


# Two JSONs of one file in one folder.


@pytest.mark.parametrize(
    ("old", "new", "winner"),
    [
        ({}, {}, "new"),
        ({"photoLastModifiedTime": stamp(9)}, {}, "new"),
        ({"photoLastModifiedTime": stamp(9)}, {"photoLastModifiedTime": stamp(8)}, "old"),
        ({"modificationTime": stamp(9)}, {"photoLastModifiedTime": stamp(8)}, "old"),
        ({"creationTime": stamp(9)}, {"creationTime": stamp(8)}, "old"),
        ({"imageViews": "9"}, {"imageViews": "8"}, "new"),
        ({"photoTakenTime": stamp(99)}, {}, "new"),
        ({"url": None}, {}, "new"),
    ],
)
@pytest.mark.parametrize("kind", ["tree", "zip"])
def test_the_newer_of_two_jsons_wins_by_content(
    tmp_path: Path, kind: str, old: dict[str, Any], new: dict[str, Any], winner: str
) -> None:
    entries = said(description="old", **old) | said(
        form=".supplemental-metadata.json", description="new", **new
    )
    entries[f"{YEAR}/a-edited.jpg"] = jpeg(2)
    entries[f"{YEAR}/a.MP4"] = b"moving"
    if kind == "tree":
        unpack(tmp_path, entries)
    else:
        write_part(tmp_path, 1, entries)
    events = scan(tmp_path)
    found = items(events)
    assert {item.caption for item in found.values()} == {winner}
    assert set(found) == {KEY, "Photos from 2023/a-edited.jpg", "Photos from 2023/a.MP4"}
    for name in ("a-edited.jpg", "a.MP4"):
        assert found[f"Photos from 2023/{name}"].links[0].target == A
    loser = ".json" if winner == "new" else ".supplemental-metadata.json"
    assert [ref.endswith(f"a.jpg{loser}") for ref in superseded(events)] == [True]
    assert sorted(problems(events).values()) == ["superseded"]
    assert balanced(events).found == 5


def test_the_statement_that_loses_is_not_lost(tmp_path: Path) -> None:
    entries = said(description="The pier", favorited=True) | said(
        form=".supplemental-metadata.json", description=""
    )
    item = items(scan(unpack(tmp_path, entries)))[KEY]
    assert (item.caption, item.favourite) == (None, None)
    assert also(item) == [{"by": "an earlier export", "caption": "The pier", "favourite": True}]


def test_two_jsons_of_different_photos_are_no_versions(tmp_path: Path) -> None:
    entries = said(f"{YEAR}/b(1).jpg") | {
        f"{YEAR}/b.jpg(1).json": photo_json("b.jpg"),
        f"{YEAR}/b.jpg": jpeg(3),
        f"{YEAR}/b.jpg.supplemental-metadata.json": photo_json("b.jpg"),
    }
    assert superseded(scan(unpack(tmp_path, entries))) == []


def test_one_name_in_two_parts_is_decided_by_content_too(tmp_path: Path) -> None:
    write_part(tmp_path, 1, said(description="old", photoLastModifiedTime=stamp(8)))
    newer = photo_json("a.jpg", description="new", photoLastModifiedTime=stamp(9))
    write_part(tmp_path, 2, {f"{A}.json": newer})
    events = scan(tmp_path)
    assert items(events)[KEY].caption == "new"
    assert superseded(events) == [f"takeout-{STAMP}-001.zip: {A}.json"]


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        (Version(modified=2, created=1), Version(modified=1, created=2), True),
        (Version(modified=2), Version(created=9, views=9), False),
        (Version(created=1, is_new_form=True), Version(created=1, views=5), True),
        (Version(views=2), Version(views=1), True),
        (Version(), Version(), False),
    ],
)
def test_what_dates_a_statement(one: Version, other: Version, later: bool) -> None:
    assert one.is_later_than(other) is later
    assert not (later and other.is_later_than(one))


# Later exports of one account.


@pytest.mark.parametrize(
    ("before", "column", "value"),
    [
        ({"description": "The pier"}, "caption", "The pier"),
        ({"favorited": True}, "favourite", True),
        ({"geoData": BERLIN}, "gps_latitude", 52.5),
        ({"geoDataExif": BERLIN}, "gps_longitude", 13.4),
    ],
)
def test_what_a_later_export_no_longer_holds_is_kept_beside(
    tmp_path: Path, before: dict[str, Any], column: str, value: object
) -> None:
    write_part(tmp_path, 1, said(**before))
    assert also(items(scan(tmp_path))[KEY]) == []
    write_part(tmp_path, 1, said(), "zip", NEWER)
    events = scan(tmp_path)
    (stated,) = also(items(events)[KEY])
    assert stated[column] == value
    assert stated["stated_at"] == "2024-06-12T10:34:30+00:00"
    assert superseded(events) == [f"takeout-{STAMP}-001.zip: {A}"]
    balanced(events)
    write_part(tmp_path, 1, said(**before), "zip", NEWEST)
    assert also(items(scan(tmp_path))[KEY]) == [], "it is stated again"


def test_what_a_later_export_restates_is_replaced(tmp_path: Path) -> None:
    write_part(tmp_path, 1, said(description="old", people=[{"name": "Ann"}], geoData=BERLIN))
    moved = BERLIN | {"latitude": 1.0}
    write_part(tmp_path, 1, said(description="new", people=[], geoData=moved), "zip", NEWER)
    item = items(scan(tmp_path))[KEY]
    assert (item.caption, item.people, item.gps_latitude) == ("new", (), 1.0)
    assert also(item) == []


def test_people_stay_until_a_later_export_says_who_it_is(tmp_path: Path) -> None:
    write_part(tmp_path, 1, said(people=[{"name": "Ann"}]))
    write_part(tmp_path, 1, said(), "zip", NEWER)
    assert [person.name for person in items(scan(tmp_path))[KEY].people] == ["Ann"]
    write_part(tmp_path, 1, said(people=[{"name": "Bo"}]), "zip", NEWEST)
    assert [person.name for person in items(scan(tmp_path))[KEY].people] == ["Bo"]


def test_an_unnamed_export_is_dated_by_what_it_states(tmp_path: Path) -> None:
    write_part(tmp_path, 1, said(description="old", photoLastModifiedTime=stamp(8)))
    unpack(tmp_path, said(description="new", photoLastModifiedTime=stamp(9)))
    assert items(scan(tmp_path))[KEY].caption == "new"


def rows_after(source: Path, staging: Path, *, full: bool = False) -> dict[str, Item]:
    discovery = discover(catalog(source), staging, full=full)
    assert discovery.accounting.balanced
    assert discovery.manifest is not None
    folder = catalog_folder(staging, "google_takeout", "test")
    tables = [read_part(folder, part) for part in discovery.manifest.months.values()]
    found = [row_to_item(row) for table in tables for row in table.to_pylist()]
    return {item.native_id.removeprefix(f"{ROOT}/"): item for item in found}


@pytest.mark.parametrize("full", [False, True])
def test_an_export_that_takes_the_place_of_another_loses_nothing(
    tmp_path: Path, full: bool
) -> None:
    source, staging = tmp_path / "source", tmp_path / "staging"
    trip = {
        f"{ROOT}/Trip/m.json": album_json("Trip"),
        f"{ROOT}/Trip/a.jpg.json": photo_json("a.jpg"),
    }
    before = said(description="The pier", people=[{"name": "Ann"}]) | trip
    old = write_part(source, 1, before)
    rows_after(source, staging)
    old.unlink()
    write_part(source, 1, said(), "zip", NEWER)
    after = rows_after(source, staging, full=full)[KEY]
    assert (after.caption, albums(after)) == (None, ["Trip"])
    assert [person.name for person in after.people] == ["Ann"]
    (stated,) = also(after)
    assert (stated["caption"], stated["stated_at"][:10]) == ("The pier", "2024-06-12")
    again = rows_after(source, staging, full=True)
    assert again[KEY] == after, "the same after any number of scans"
    write_part(source, 1, said(description="The harbour"), "zip", NEWEST)
    restated = rows_after(source, staging)[KEY]
    assert (restated.caption, also(restated)) == ("The harbour", [])


def test_an_earlier_export_that_is_removed_takes_nothing_along(tmp_path: Path) -> None:
    source, staging = tmp_path / "source", tmp_path / "staging"
    old = write_part(source, 1, said(description="The pier"))
    write_part(source, 1, said(), "zip", NEWER)
    both = rows_after(source, staging)[KEY]
    old.unlink()
    alone = rows_after(source, staging)[KEY]
    assert also(alone) == also(both) != []


def test_another_picture_under_a_known_path_inherits_nothing(tmp_path: Path) -> None:
    source, staging = tmp_path / "source", tmp_path / "staging"
    old = write_part(source, 1, said(description="The pier", url=at(id="1")))
    rows_after(source, staging)
    old.unlink()
    write_part(source, 1, said(content=jpeg(7), url=at(id="2")), "zip", NEWER)
    assert also(rows_after(source, staging)[KEY]) == []


@pytest.mark.parametrize("form", [".json", ".supplemental-metadata.json"])
def test_a_json_that_changes_is_read_again_with_its_photo_alone(tmp_path: Path, form: str) -> None:
    other = said(f"{YEAR}/b.jpg", content=jpeg(2))
    unpack(tmp_path, said() | said(form=".supplemental-metadata.json") | other)
    known = {item.native_id: item.change_token for item in items(scan(tmp_path)).values()}
    assert items(scan(tmp_path, known)) == {}
    unpack(tmp_path, {f"{A}{form}": photo_json("a.jpg", description="said again")})
    assert set(items(scan(tmp_path, known))) == {KEY}


REAL_ID = "AF1QipNROxHhA6zPiB-6qxYHF9BzV-kBq-9K95TCnYbV"


@pytest.mark.parametrize(
    ("name", "content"), [(A, jpeg(9)), (f"{YEAR}/a(1).jpg", jpeg(1)), (f"{YEAR}/b.jpg", jpeg(9))]
)
def test_the_latest_statement_is_about_the_item_wherever_it_is(
    tmp_path: Path, name: str, content: bytes
) -> None:
    url = f"https://photos.google.com/photo/{REAL_ID}"
    write_part(tmp_path, 1, said(description="old", favorited=True, url=url))
    later = said(name, content=content, description="new", url=url, title="a.jpg")
    write_part(tmp_path, 1, later, "zip", NEWER)
    found = [event.item for event in scan(tmp_path) if isinstance(event, Found)]
    assert len(found) == 2
    assert [item.caption for item in found] == ["new", "new"]
    (first,) = (item for item in found if item.native_id == A)
    assert [stated["favourite"] for stated in also(first)] == [True]


# Albums over several exports.


def trip(
    *names: str, title: str = "Trip", folder: str = "Trip", **changes: Any
) -> dict[str, bytes]:
    entries = {f"{ROOT}/{folder}/metadata.json": album_json(title)}
    for name in names:
        entries[f"{ROOT}/{folder}/{name}.json"] = photo_json(name, **changes)
    return entries


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        ({}, ["Trip"]),
        (trip("a.jpg"), ["Trip"]),
        (trip(), []),
        (trip("b.jpg") | said(f"{YEAR}/b.jpg", content=jpeg(2)), []),
        (trip("a.jpg", folder="Trip(1)"), ["Trip"]),
        (trip(folder="Trip(1)"), []),
        (trip("a.jpg", title="Journey", folder="Journey"), ["Journey", "Trip"]),
        ({f"{ROOT}/Trip/other.jpg": jpeg(5)}, ["Trip"]),
    ],
)
def test_membership_ends_only_where_the_later_export_holds_the_album(
    tmp_path: Path, later: dict[str, bytes], expected: list[str]
) -> None:
    write_part(tmp_path, 1, said() | trip("a.jpg"))
    assert albums(items(scan(tmp_path))[KEY]) == ["Trip"]
    write_part(tmp_path, 1, said() | later, "zip", NEWER)
    events = scan(tmp_path)
    assert albums(items(events)[KEY]) == expected
    balanced(events)


@pytest.mark.parametrize(
    ("later", "expected"), [(trip(), []), ({}, ["Trip"]), (trip("a.jpg"), ["Trip"])]
)
def test_a_copy_in_an_album_leaves_it_with_the_later_export(
    tmp_path: Path, later: dict[str, bytes], expected: list[str]
) -> None:
    copy = said(f"{ROOT}/Trip/a.jpg")
    write_part(tmp_path, 1, said() | trip() | copy)
    write_part(tmp_path, 1, said() | later, "zip", NEWER)
    found = items(scan(tmp_path))
    assert albums(found["Trip/a.jpg"]) == expected
    assert set(found) == {KEY, "Trip/a.jpg"}


def test_an_export_with_a_part_missing_ends_no_membership(tmp_path: Path) -> None:
    write_part(tmp_path, 1, said() | trip("a.jpg"))
    write_part(tmp_path, 1, said() | trip(), "zip", NEWER)
    write_part(tmp_path, 3, said(f"{YEAR}/c.jpg", content=jpeg(3)), "zip", NEWER)
    assert albums(items(scan(tmp_path))[KEY]) == ["Trip"]


def test_a_membership_that_came_back_and_went_again(tmp_path: Path) -> None:
    source, staging = tmp_path / "source", tmp_path / "staging"
    for made, held, expected in (
        (STAMP, trip("a.jpg"), ["Trip"]),
        (NEWER, {}, ["Trip"]),
        (NEWEST, trip(), []),
        ("20260202T000000Z", {}, []),
        ("20260303T000000Z", trip("a.jpg"), ["Trip"]),
    ):
        for old in source.glob("*.zip"):
            old.unlink()
        write_part(source, 1, said() | held, "zip", made)
        assert albums(rows_after(source, staging)[KEY]) == expected, made


# Two accounts.

INDEX = b'<html><h1 class="header_title">Archive for %s</h1></html>'


def two_exports(folder: Path, how: str, one: dict[str, bytes], other: dict[str, bytes]) -> None:
    if how == "two times":
        write_part(folder, 1, one)
        write_part(folder, 1, other, "zip", NEWER)
    elif how == "two folders":
        unpack(folder / "ann", one)
        unpack(folder / "bo", other)
    elif how == "side by side":
        unpack(folder, one)
        unpack(folder, {"Takeout 2" + name.removeprefix("Takeout"): x for name, x in other.items()})
    else:
        folder.mkdir(exist_ok=True)
        write_zip(folder / "ann.zip", one)
        write_zip(folder / "bo.zip", other)


@pytest.mark.parametrize("how", ["two times", "two folders", "side by side", "two archives"])
@pytest.mark.parametrize("tell", ["address", "ids"])
def test_two_accounts_make_two_statements_of_one_picture(
    tmp_path: Path, how: str, tell: str
) -> None:
    ids: list[str | None] = [at(id="1"), at(id="2")] if tell == "ids" else [None, None]
    pages = [INDEX % name for name in (b"ann@example.com", b"bo@example.org")]
    exports = [
        said(description=caption, url=url)
        | trip("a.jpg", url=url)
        | ({"Takeout/archive_browser.html": page} if tell == "address" else {})
        for caption, url, page in zip(("Ann says", "Bo says"), ids, pages, strict=True)
    ]
    two_exports(tmp_path, how, exports[0], exports[1])
    events = scan(tmp_path)
    found = [event.item for event in events if isinstance(event, Found)]
    assert {item.caption for item in found} == {"Ann says", "Bo says"}
    assert len({item.native_id for item in found}) == 2
    assert A in {item.native_id for item in found}
    assert superseded(events) == []
    assert [also(item) for item in found] == [[], []]
    balanced(events)
    told = repr(events) + catalog(tmp_path).probe(float("inf")).summary
    assert "example" not in told


@pytest.mark.parametrize("how", ["two times", "two folders", "side by side", "two archives"])
@pytest.mark.parametrize("tell", ["address", "ids", "nothing"])
def test_one_account_makes_one(tmp_path: Path, how: str, tell: str) -> None:
    page = {"Takeout/archiv_uebersicht.html": INDEX % b"Ann@Example.com"}
    url = at(id="1") if tell == "ids" else "https://lh3.googleusercontent.com/-x"
    old = said(description="old", url=url, photoLastModifiedTime=stamp(8))
    new = said(description="new", url=f"{url}?new", photoLastModifiedTime=stamp(9))
    if tell == "address":
        old, new = old | page, new | page
    two_exports(tmp_path, how, old, new)
    events = scan(tmp_path)
    assert {path: item.caption for path, item in items(events).items()} == {KEY: "new"}
    balanced(events)


def test_each_account_has_generations_of_its_own(tmp_path: Path) -> None:
    for made, caption, item in (
        (STAMP, "Ann before", "1"),
        (NEWER, "Bo says", "2"),
        (NEWEST, "Ann says", "1"),
    ):
        write_part(tmp_path, 1, said(description=caption, url=at(id=item)), "zip", made)
    events = scan(tmp_path)
    found = [event.item for event in events if isinstance(event, Found)]
    assert {item.native_id: item.caption for item in found} == {
        A: "Ann says",
        f"{NEWER}/{A}": "Bo says",
    }
    assert superseded(events) == [f"takeout-{STAMP}-001.zip: {A}"]


def test_an_album_of_one_account_ends_none_of_the_other(tmp_path: Path) -> None:
    write_part(tmp_path, 1, said(url=at(id="1")) | {f"{ROOT}/Trip/m.json": album_json("Trip")})
    write_part(tmp_path, 2, {f"{ROOT}/Trip/a.jpg.json": photo_json("a.jpg", url=at(id="1"))})
    write_part(tmp_path, 1, said(url=at(id="2")) | trip(), "zip", NEWER)
    found = items(scan(tmp_path))
    assert albums(found[KEY]) == ["Trip"]
    assert albums(found[f"{NEWER}/{A}"]) == []


def test_a_photo_uploaded_anew_is_no_other_account(tmp_path: Path) -> None:
    others: dict[str, bytes] = {}
    for number in range(3):
        name = f"{YEAR}/{number}.jpg"
        others |= said(name, content=jpeg(10 + number), url=at(id=f"same{number}"))
    write_part(tmp_path, 1, said(description="old", url=at(id="1")) | others)
    write_part(tmp_path, 1, said(description="new", url=at(id="2")) | others, "zip", NEWER)
    found = items(scan(tmp_path))
    assert found[KEY].caption == "new"
    assert len(found) == 4
