"""Reading whole exports: parts, albums, copies, several exports, complete accounting."""

import dataclasses
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import Discarded, Failed, Found, Unchanged
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import LinkKind
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

NEWER = "20250720T000000Z"


def with_json(path: str, content: bytes, **changes: object) -> dict[str, bytes]:
    name = path.rpartition("/")[2]
    return {path: content, f"{path}.json": photo_json(name, **changes)}


@pytest.mark.parametrize("kind", ["zip", "tgz", "tar"])
def test_a_photo_and_its_json_meet_across_parts(tmp_path: Path, kind: str) -> None:
    write_part(tmp_path, 1, {f"{YEAR}/a.jpg": jpeg(1)}, kind)
    write_part(tmp_path, 2, {f"{YEAR}/a.jpg.json": photo_json("a.jpg", description="Hé")}, kind)
    item = items(scan(tmp_path))["Photos from 2023/a.jpg"]
    assert item.caption == "Hé"
    assert item.path == str(tmp_path / f"takeout-{STAMP}-001.{kind}")
    assert item.member == f"{YEAR}/a.jpg"
    assert (item.file_mtime_ns, item.file_inode, item.file_size) == (None, None, len(jpeg(1)))


def test_an_unpacked_part_and_a_zipped_one_are_one_export(tmp_path: Path) -> None:
    unpack(tmp_path / f"takeout-{STAMP}-001", {f"{YEAR}/a.jpg": jpeg(1)})
    write_part(tmp_path, 2, {f"{YEAR}/a.jpg.json": photo_json("a.jpg")})
    events = scan(tmp_path)
    item = items(events)["Photos from 2023/a.jpg"]
    assert item.raw is not None
    stat = os.stat(tmp_path / f"takeout-{STAMP}-001" / YEAR / "a.jpg")
    assert (item.member, item.file_inode, item.file_mtime_ns) == (
        None,
        stat.st_ino,
        stat.st_mtime_ns,
    )
    assert problems(events) == {}


@pytest.mark.parametrize("second", ["Takeout 2", "Takeout-2", "Takeout (1)", "Takeout(1)"])
def test_parts_unpacked_beside_each_other_are_one_export(tmp_path: Path, second: str) -> None:
    """Where "Takeout" is there already, the next part is unpacked under a name with a number."""
    more = f"{second}/Google Photos/Photos from 2023"
    entries = {f"{YEAR}/a.jpg": jpeg(1), f"{more}/b.jpg": jpeg(2), f"{second}/Drive/c.jpg": jpeg(3)}
    documents = {
        f"{more}/a.jpg.json": photo_json("a.jpg"),
        f"{YEAR}/b.jpg.json": photo_json("b.jpg"),
    }
    events = scan(unpack(tmp_path, {**entries, **documents, "screenshot.png": jpeg(4)}))
    found = items(events)
    assert set(found) == {"Photos from 2023/a.jpg", "Photos from 2023/b.jpg"}
    assert all(item.raw is not None for item in found.values())
    assert found["Photos from 2023/b.jpg"].path == str(tmp_path / more / "b.jpg")
    assert set(problems(events).values()) == {"not Google Photos"}


def test_a_single_archive_and_the_inner_folder_are_sources_too(tmp_path: Path) -> None:
    entries = with_json(f"{YEAR}/a.jpg", jpeg(1))
    archive = write_part(tmp_path / "one", 1, entries)
    assert set(items(scan(archive))) == {"Photos from 2023/a.jpg"}
    unpack(tmp_path / "two", entries)
    assert set(items(scan(tmp_path / "two" / ROOT))) == {"Photos from 2023/a.jpg"}


def test_albums_are_known_by_content_in_any_language(tmp_path: Path) -> None:
    entries: dict[str, bytes] = {}
    for name in ("metadata", "métadonnées", "metadatos", "Metadaten", "метаданные", "メタデータ"):
        folder = f"Takeout/Google Фото/{name} album"
        entries |= with_json(f"{folder}/a.jpg", jpeg(1))
        entries[f"{folder}/{name}.json"] = album_json(f"Title {name}")
    entries["Takeout/Google Фото/Old/metadata.json"] = b'{"albumData": {"title": "Old one"}}'
    entries |= with_json("Takeout/Google Фото/Old/b.jpg", jpeg(2))
    entries["Takeout/Google Фото/Untitled(2)/metadata.json"] = album_json("")
    entries |= with_json("Takeout/Google Фото/Untitled(2)/c.jpg", jpeg(3))
    write_part(tmp_path, 1, entries)
    found = {
        item.native_id.split("/")[2]: item.albums[0].path[0]
        for item in items(scan(tmp_path)).values()
    }
    assert found == {
        **{
            f"{n} album": f"Title {n}"
            for n in (
                "metadata",
                "métadonnées",
                "metadatos",
                "Metadaten",
                "метаданные",
                "メタデータ",
            )
        },
        "Old": "Old one",
        "Untitled(2)": "Untitled(2)",
    }


@pytest.mark.parametrize(
    ("described", "name"),
    [
        (album_json("x.jpg"), "metadata.json"),
        (b'{"title": "x.jpg"}', "metadata.json"),
        (b'{"title": "x.jpg", "description": "by boat"}', "métadonnées.json"),
        (b'{"title": "x.jpg", "date": {"timestamp": "0"}}', "x.jpg.json"),
        (b'{"albumData": {"title": "x.jpg"}}', "x.jpg.json"),
        (b'{"title": "x.jpg", "access": "protected", "url": "https://x"}', "metadata.json"),
    ],
)
def test_an_album_may_be_called_like_a_picture(tmp_path: Path, described: bytes, name: str) -> None:
    entries = with_json(f"{ROOT}/x.jpg/a.jpg", jpeg(1)) | {f"{ROOT}/x.jpg/{name}": described}
    events = scan(write_part(tmp_path, 1, entries).parent)
    (item,) = items(events).values()
    assert [(album.id, album.path) for album in item.albums] == [(f"{ROOT}/x.jpg", ("x.jpg",))]
    assert problems(events) == {}


def test_an_album_called_like_a_picture_may_hold_that_picture(tmp_path: Path) -> None:
    entries = with_json(f"{ROOT}/x.jpg/x.jpg", jpeg(1)) | {
        f"{ROOT}/x.jpg/metadata.json": album_json("x.jpg")
    }
    (item,) = items(scan(write_part(tmp_path, 1, entries).parent)).values()
    assert ([album.path for album in item.albums], item.raw is None) == ([("x.jpg",)], False)


def test_a_json_of_little_is_a_photos_where_it_is_named_after_it(tmp_path: Path) -> None:
    entries = {f"{YEAR}/x.jpg": jpeg(1), f"{YEAR}/x.jpg.json": b'{"title": "x.jpg"}'}
    (item,) = items(scan(write_part(tmp_path, 1, entries).parent)).values()
    assert (item.albums, item.raw) == ((), '{"title":"x.jpg"}')


def test_an_album_of_references_is_an_album(tmp_path: Path) -> None:
    entries = with_json(f"{YEAR}/a.jpg", jpeg(1))
    entries |= {f"{YEAR}/a.MP4": b"moving", f"{ROOT}/Trip/a.jpg.json": photo_json("a.jpg")}
    entries |= {f"{ROOT}/Trip/meta.json": album_json("Trip", "By boat")}
    events = [*scan(write_part(tmp_path, 1, entries).parent)]
    found = items(events)
    assert [album.path for album in found["Photos from 2023/a.jpg"].albums] == [("Trip",)]
    assert found["Photos from 2023/a.jpg"].albums == found["Photos from 2023/a.MP4"].albums
    assert [e.reason for e in events if isinstance(e, Discarded) and "Trip/a.jpg" in e.ref] == [
        "album reference"
    ]
    assert "By boat" in (found["Photos from 2023/a.jpg"].extras or "")


def test_a_copy_in_an_album_is_an_item_that_points_at_the_year(tmp_path: Path) -> None:
    entries = with_json(f"{YEAR}/a.jpg", jpeg(1)) | {f"{ROOT}/Album/m.json": album_json("Album")}
    entries[f"{ROOT}/Album/a.jpg"] = jpeg(1)
    entries |= with_json(f"{ROOT}/Album/b.jpg", jpeg(2))
    found = items(scan(write_part(tmp_path, 1, entries).parent))
    copy = found["Album/a.jpg"]
    assert copy.albums[0].path == ("Album",)
    assert found["Photos from 2023/a.jpg"].albums == ()
    assert [(link.kind, link.target) for link in copy.links] == [
        (LinkKind.DUPLICATE_OF, f"{YEAR}/a.jpg")
    ]
    assert copy.raw == found["Photos from 2023/a.jpg"].raw, "the JSON of the same file elsewhere"
    assert '"matched_by":"same_file_elsewhere"' in (copy.extras or "")


def test_unwritten_entries_are_named_with_their_reason(tmp_path: Path) -> None:
    entries = with_json(f"{YEAR}/a.jpg", jpeg(1)) | {
        f"{YEAR}/lost.jpg.json": photo_json("lost.jpg"),
        f"{YEAR}/alone.jpg": jpeg(2),
        f"{ROOT}/print-subscriptions.json": b"{}",
        f"{ROOT}/user-generated-memory-titles.json": b'{"memories": []}',
        f"{ROOT}/Trip/shared_album_comments.json": b'{"sharedAlbumComments": []}',
        f"{YEAR}/index.html": b"<html>",
        "Takeout/archive_browser.html": b"<html>",
        "Takeout/Drive/scan.jpg": jpeg(3),
        "Takeout/Keep/note.json": b'{"title": "shopping", "textContent": "milk"}',
        f"{YEAR}/note.xyz": b"named by a photo JSON",
        f"{YEAR}/note.xyz.json": photo_json("note.xyz"),
    }
    events = scan(write_part(tmp_path, 1, entries).parent)
    found = items(events)
    assert set(found) == {f"Photos from 2023/{name}" for name in ("a.jpg", "alone.jpg", "note.xyz")}
    assert '"json":null' in (found["Photos from 2023/alone.jpg"].extras or "")
    short = {
        ref.removeprefix(f"takeout-{STAMP}-001.zip: Takeout/"): why
        for ref, why in problems(events).items()
    }
    assert short == {
        "Google Photos/Photos from 2023/lost.jpg.json": "json without file",
        "Google Photos/print-subscriptions.json": "not a photo's json",
        "Google Photos/user-generated-memory-titles.json": "not a photo's json",
        "Google Photos/Trip/shared_album_comments.json": "not a photo's json",
        "Google Photos/Photos from 2023/index.html": "not a photo",
        "archive_browser.html": "not Google Photos",
        "Drive/scan.jpg": "not Google Photos",
        "Keep/note.json": "not Google Photos",
    }
    assert len(events) == len(entries)


def test_without_any_photo_json_every_picture_of_google_photos_counts(tmp_path: Path) -> None:
    write_part(tmp_path, 1, {f"{YEAR}/a.jpg": jpeg(1), "Takeout/Drive/b.jpg": jpeg(2)})
    assert set(items(scan(tmp_path))) == {"Photos from 2023/a.jpg"}


def test_a_missing_part_is_reported_and_loses_nothing(tmp_path: Path) -> None:
    write_part(tmp_path, 1, {f"{YEAR}/a.jpg": jpeg(1)})
    jsons = write_part(tmp_path, 2, {f"{YEAR}/a.jpg.json": photo_json("a.jpg")})
    write_part(tmp_path, 3, {f"{YEAR}/b.jpg": jpeg(2)})
    first = scan(tmp_path)
    known = {item.native_id: item.change_token for item in items(first).values()}
    probed = catalog(tmp_path).probe(float("inf"))
    jsons.rename(tmp_path.parent / "away.zip")
    second = scan(tmp_path, known)
    assert problems(second) == {
        f"takeout-{STAMP}-002.zip": "missing part",
        f"takeout-{STAMP}-001.zip: {YEAR}/a.jpg": "incomplete export",
    }
    assert [e.native_id for e in second if isinstance(e, Failed)] == [None, f"{YEAR}/a.jpg"]
    assert [e for e in second if isinstance(e, Unchanged)] == [Unchanged(f"{YEAR}/b.jpg")]
    assert catalog(tmp_path).probe(float("inf")).token != probed.token
    assert "002.zip" in catalog(tmp_path).probe(float("inf")).summary


def test_a_new_part_rereads_only_its_photos(tmp_path: Path) -> None:
    write_part(tmp_path, 1, {f"{YEAR}/a.jpg": jpeg(1), f"{YEAR}/b.jpg": jpeg(2)})
    known = {item.native_id: item.change_token for item in items(scan(tmp_path)).values()}
    write_part(tmp_path, 2, {f"{YEAR}/a.jpg.json": photo_json("a.jpg")})
    events = scan(tmp_path, known)
    assert [e.item.native_id for e in events if isinstance(e, Found)] == [f"{YEAR}/a.jpg"]
    assert [e.native_id for e in events if isinstance(e, Unchanged)] == [f"{YEAR}/b.jpg"]


@pytest.mark.parametrize("kind", ["zip", "tgz"])
def test_a_newer_export_takes_precedence_for_the_same_file(tmp_path: Path, kind: str) -> None:
    write_part(tmp_path, 1, with_json(f"{YEAR}/a.jpg", jpeg(1), description="old"), kind)
    before = items(scan(tmp_path))
    write_part(tmp_path, 1, with_json(f"{YEAR}/a.jpg", jpeg(1), description="new"), "zip", NEWER)
    events = scan(tmp_path)
    found = items(events)
    assert set(found) == set(before)
    assert found["Photos from 2023/a.jpg"].caption == "new"
    assert list(problems(events).values()) == ["superseded"]


def test_another_photo_under_the_same_path_is_kept_beside(tmp_path: Path) -> None:
    write_part(tmp_path, 1, with_json(f"{YEAR}/a.jpg", jpeg(1)))
    edited = with_json(f"{YEAR}/a.jpg", jpeg(2)) | {f"{YEAR}/a-edited.jpg": jpeg(3)}
    write_part(tmp_path, 1, edited, "zip", NEWER)
    found = items(scan(tmp_path))
    assert set(found) == {
        "Photos from 2023/a.jpg",
        f"{NEWER}/{YEAR}/a.jpg",
        "Photos from 2023/a-edited.jpg",
    }
    link = found["Photos from 2023/a-edited.jpg"].links[0]
    assert link.target == f"{NEWER}/{YEAR}/a.jpg", "the original of its own export"
    # The older export alone gave its photo the same id.
    assert found["Photos from 2023/a.jpg"].path == str(tmp_path / f"takeout-{STAMP}-001.zip")


def test_a_path_twice_in_one_export_is_one_item_or_two(tmp_path: Path) -> None:
    write_part(tmp_path, 1, with_json(f"{YEAR}/a.jpg", jpeg(1)) | {f"{YEAR}/b.jpg": jpeg(2)})
    write_part(tmp_path, 2, with_json(f"{YEAR}/a.jpg", jpeg(1)) | {f"{YEAR}/b.jpg": jpeg(3)})
    events = scan(tmp_path)
    assert set(items(events)) == {
        "Photos from 2023/a.jpg",
        "Photos from 2023/b.jpg",
        f"Photos from 2023/b.jpg?takeout-{STAMP}-002.zip",
    }
    assert sorted(problems(events).values()) == ["repeated entry", "repeated entry"]


def test_the_same_name_in_several_years_stays_apart(tmp_path: Path) -> None:
    entries: dict[str, bytes] = {}
    for year in (2019, 2020, 2021):
        taken = {"timestamp": str(1_546_300_800 + (year - 2019) * 31_622_400)}
        entries |= with_json(f"{ROOT}/Fotos von {year}/IMG_1.jpg", jpeg(year), photoTakenTime=taken)
    found = items(scan(write_part(tmp_path, 1, entries).parent))
    years = {path: item.capture_time.year for path, item in found.items() if item.capture_time}
    assert years == {f"Fotos von {year}/IMG_1.jpg": year for year in (2019, 2020, 2021)}


def test_nothing_is_read_from_media_when_nothing_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_part(tmp_path, 1, with_json(f"{YEAR}/a.jpg", jpeg(1)))
    known = {item.native_id: item.change_token for item in items(scan(tmp_path)).values()}

    def refuse(refs: list[object]) -> Iterator[object]:
        assert refs == []
        return iter(())

    monkeypatch.setattr(
        "photo_assets.catalogs.google_takeout.photo_reader.iterate_contents", refuse
    )
    events = scan(tmp_path, known)
    assert [type(e) for e in events if not isinstance(e, Discarded)] == [Unchanged]


def test_how_the_parts_are_packed_does_not_matter(tmp_path: Path) -> None:
    entries = with_json(f"{YEAR}/a.jpg", jpeg(1)) | {
        f"{YEAR}/a-edited.jpg": jpeg(2),
        f"{YEAR}/b.MP": b"moving",
    }
    entries |= {f"{ROOT}/Zürich 😀/m.json": album_json("Zürich 😀")} | with_json(
        f"{ROOT}/Zürich 😀/c.jpg", jpeg(3)
    )
    seen = []
    for kind in ("zip", "tgz", "tar"):
        write_part(tmp_path / kind, 1, entries, kind)
        seen.append(placeless(tmp_path / kind))
    unpack(tmp_path / "tree" / f"takeout-{STAMP}-001", entries)
    seen.append(placeless(tmp_path / "tree"))
    assert seen[0] == seen[1] == seen[2] == seen[3]
    assert len(seen[0]) == 4


def placeless(folder: Path) -> list[Item]:
    found = sorted(items(scan(folder)).items())
    return [
        dataclasses.replace(
            item,
            path=None,
            member=None,
            file_mtime_ns=None,
            file_ctime_ns=None,
            file_inode=None,
            change_token=None,
        )
        for _, item in found
    ]


def test_an_empty_folder_is_an_unmounted_one(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    with pytest.raises(CatalogUnavailableError, match="empty"):
        scan(tmp_path)
    with pytest.raises(CatalogUnavailableError, match="empty"):
        catalog(tmp_path).probe(float("inf"))
