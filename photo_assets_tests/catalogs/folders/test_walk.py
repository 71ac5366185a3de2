import os
import time
from pathlib import Path

import pytest

from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError
from photo_assets.model.events import Discarded, Failed, Found, Unchanged
from photo_assets.model.names import to_path
from photo_assets_tests.catalogs.contract import tokens_of
from photo_assets_tests.catalogs.folders.reading import (
    catalog,
    discards,
    extras,
    failures,
    items,
    scan,
)
from photo_assets_tests.catalogs.folders.trees import odd_tree, place, small
from photo_assets_tests.media.xmp.packets import packet

not_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


def test_every_file_of_the_tree_is_named_by_exactly_one_event(tmp_path: Path) -> None:
    tree = odd_tree(tmp_path)
    named = [
        event.item.native_id if isinstance(event, Found) else getattr(event, "ref", "")
        for event in scan(tree)
    ]
    assert len(named) == len(set(named))
    walked = set()
    for folder, directories, files in os.walk(tree):
        directories[:] = [d for d in directories if d != "@eaDir"]
        links = [d for d in directories if os.path.islink(os.path.join(folder, d))]
        walked |= {os.path.relpath(os.path.join(folder, n), tree) for n in files + links}
    assert {to_path(name) for name in named} == walked | {"@eaDir"}


def test_links_are_never_followed_neither_out_nor_in_circles(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    place(outside, "secret.jpg", small(1))
    tree = tmp_path / "tree"
    place(tree, "a.jpg", small(2))
    (tree / "file.jpg").symlink_to(outside / "secret.jpg")
    (tree / "folder").symlink_to(outside)
    (tree / "loop").symlink_to(tree)
    (tree / "dangling.jpg").symlink_to(tmp_path / "nowhere")
    events = scan(tree)
    assert sorted(items(tree)) == ["a.jpg"]
    assert discards(events) == dict.fromkeys(
        ["file.jpg", "folder", "loop", "dangling.jpg"], "symbolic link"
    )


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    place(tmp_path / "real", "a.jpg", small(1))
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert sorted(items(tmp_path / "link")) == ["a.jpg"]


def test_a_folder_turned_link_while_it_is_walked_leads_nowhere(tmp_path: Path) -> None:
    place(tmp_path / "outside", "secret.jpg", small(1))
    tree = tmp_path / "tree"
    place(tree, "a.jpg", small(2))
    place(tree, "b/c.jpg", small(3))
    events = catalog(tree).scan({})
    assert isinstance(next(events), Found)
    (tree / "b").rename(tmp_path / "moved")
    (tree / "b").symlink_to(tmp_path / "outside")
    assert [(e.ref, e.reason) for e in events if isinstance(e, Discarded)] == [("b", "vanished")]


def test_names_of_every_kind_come_back_byte_for_byte(tmp_path: Path) -> None:
    names = [
        b"line\nbreak.jpg",
        b"latin-\xe9.jpg",
        "caf\u00e9.jpg".encode(),
        "cafe\u0301.jpg".encode(),
        b"Twin.jpg",
        b"twin.jpg",
        b"x" * 251 + b".jpg",
        "\uefe9.jpg".encode(),
        b"%2e%2e.jpg",
        b"back\\slash.jpg",
    ]
    for number, name in enumerate(names):
        place(tmp_path, name, small(number))
    found = items(tmp_path)
    assert {os.fsencode(to_path(native_id)) for native_id in found} == set(names)
    for item in found.values():
        assert item.path is not None
        assert os.path.exists(to_path(item.path))


def test_a_path_longer_than_the_system_s_limit_is_read(tmp_path: Path) -> None:
    handle = os.open(tmp_path, os.O_RDONLY)
    name = "d" * 250
    for _ in range(20):
        os.mkdir(name, dir_fd=handle)
        below = os.open(name, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = below
    with os.fdopen(os.open("a.jpg", os.O_WRONLY | os.O_CREAT, dir_fd=handle), "wb") as stream:
        stream.write(small(1))
    os.utime("a.jpg", (1, 1), dir_fd=handle)
    os.close(handle)
    (native_id,) = items(tmp_path)
    assert len(native_id) > 5000


def test_a_file_still_being_written_waits_and_keeps_its_row(tmp_path: Path) -> None:
    now = time.time_ns()
    place(tmp_path, "done.jpg", small(1))
    place(tmp_path, "fresh.jpg", small(2), now)
    place(tmp_path, "edited.jpg", small(3))
    place(tmp_path, "edited.jpg.xmp", packet(), now)
    place(tmp_path, "half.jpg.part", b"\xff\xd8")
    place(tmp_path, "future.jpg", small(4), now + 10**18)
    events = scan(tmp_path, settle_seconds=3600)
    waiting = {e.ref: e.native_id for e in events if isinstance(e, Discarded)}
    assert waiting == {
        "fresh.jpg": "fresh.jpg",
        "edited.jpg": "edited.jpg",
        "edited.jpg.xmp": None,
        "half.jpg.part": None,
    }
    assert set(discards(events).values()) == {"still being written"}
    assert sorted(items(tmp_path, settle_seconds=3600)) == ["done.jpg", "future.jpg"]
    assert sorted(items(tmp_path, settle_seconds=0)) == [
        "done.jpg",
        "edited.jpg",
        "fresh.jpg",
        "future.jpg",
    ]


def test_probe_sees_a_file_settle(tmp_path: Path) -> None:
    place(tmp_path, "a.jpg", small(1), time.time_ns() - 1800 * 10**9)
    first = catalog(tmp_path, settle_seconds=3600).probe(time.monotonic() + 9).token
    # A shorter settle time has the same effect as waiting.
    assert catalog(tmp_path, settle_seconds=60).probe(time.monotonic() + 9).token != first


def test_an_empty_file_fails_and_a_damaged_one_stays_a_photo(tmp_path: Path) -> None:
    place(tmp_path, "empty.jpg", b"")
    place(tmp_path, "damaged.jpg", b"this is not a picture")
    events = scan(tmp_path)
    assert failures(events)["empty.jpg"].native_id == "empty.jpg"
    item = items(tmp_path)["damaged.jpg"]
    assert item.width is None
    assert "not a picture" in extras(item)["problems"][0]


def test_a_broken_sidecar_fails_alone_and_keeps_the_values_of_the_row(tmp_path: Path) -> None:
    place(tmp_path, "a.jpg", small(1))
    place(tmp_path, "a.jpg.xmp", packet(attributes='xmp:Rating="4"'))
    reader = catalog(tmp_path)
    good = tokens_of(list(reader.scan({})))
    place(tmp_path, "a.jpg.xmp", b"<x:xmpmeta")
    events = list(reader.scan(good))
    assert failures(events)["a.jpg"].native_id == "a.jpg", "the row read before stands"
    assert "a.jpg.xmp" in failures(events)
    new = list(reader.scan({}))
    assert [e.item.change_token for e in new if isinstance(e, Found)] == [None]
    assert list(failures(new)) == ["a.jpg.xmp"]


def test_other_files_and_excluded_names_are_accounted_for(tmp_path: Path) -> None:
    place(tmp_path, "notes.txt", b"x")
    place(tmp_path, ".DS_Store", b"x")
    place(tmp_path, "@eaDir/thumb.jpg", small(1))
    place(tmp_path, "My.lrdata/preview.jpg", small(2))
    place(tmp_path, "keep/tmp1.jpg", small(3))
    assert discards(scan(tmp_path)) == {
        "notes.txt": "not a picture",
        ".DS_Store": "excluded",
        "@eaDir": "excluded",
        "My.lrdata": "excluded",
    }
    assert discards(scan(tmp_path, exclude=("keep",)))["keep"] == "excluded"
    digests = {catalog(tmp_path, exclude=e).settings_digest for e in ((), ("keep",))}
    digests.add(catalog(tmp_path, exclude=(), rating_five_is_favourite=True).settings_digest)
    assert len(digests) == 3
    assert catalog(tmp_path, settle_seconds=3).settings_digest == catalog(tmp_path).settings_digest


def test_a_missing_root_is_unavailable_and_an_empty_one_is_not(tmp_path: Path) -> None:
    with pytest.raises(CatalogUnavailableError, match="gone"):
        scan(tmp_path / "gone")
    place(tmp_path, "file", b"x")
    with pytest.raises(CatalogUnreadableError):
        scan(tmp_path / "file")
    (tmp_path / "empty").mkdir()
    assert scan(tmp_path / "empty") == []
    assert catalog(tmp_path / "empty").probe(time.monotonic() + 9).token is not None


def test_a_file_that_vanishes_or_changes_between_listing_and_reading(tmp_path: Path) -> None:
    for name in ("a.jpg", "b.jpg", "c.jpg", "d.jpg"):
        place(tmp_path, name, small(1))
    events = catalog(tmp_path).scan({})
    assert isinstance(next(events), Found)
    (tmp_path / "b.jpg").unlink()
    place(tmp_path, "c.jpg", small(1) + b"more")
    (tmp_path / "d.jpg").unlink()
    os.mkfifo(tmp_path / "d.jpg")
    rest = list(events)
    assert [(e.ref, e.reason, e.native_id) for e in rest if isinstance(e, Discarded)] == [
        ("b.jpg", "vanished", "b.jpg"),
        ("c.jpg", "still being written", "c.jpg"),
        ("d.jpg", "still being written", "d.jpg"),
    ]


@not_root
def test_unreadable_entries_fail_by_name(tmp_path: Path) -> None:
    place(tmp_path, "a.jpg", small(1))
    place(tmp_path, "b/c.jpg", small(2))
    (tmp_path / "a.jpg").chmod(0)
    (tmp_path / "b").chmod(0)
    try:
        found = failures(scan(tmp_path))
    finally:
        (tmp_path / "b").chmod(0o755)
    assert found["a.jpg"].reason == "no permission"
    assert found["a.jpg"].native_id == "a.jpg"
    assert found["b"].reason == "folder not readable"
    assert found["b"].native_prefix == "b/"


@pytest.mark.parametrize(
    ("change", "again"),
    [
        ("nothing", []),
        ("touch photo", ["IMG.CR2", "IMG.JPG"]),
        ("touch sidecar", ["IMG.CR2"]),
        ("add long sidecar", ["IMG.CR2"]),
        ("remove sidecar", ["IMG.CR2"]),
        ("remove raw", ["IMG.JPG"]),
        ("add adjustments", ["IMG.CR2", "IMG.JPG", "IMG.MOV"]),
        ("replace still, same size and time", ["IMG.JPG", "IMG.MOV"]),
    ],
)
def test_only_changed_files_are_read_again(tmp_path: Path, change: str, again: list[str]) -> None:
    raw = place(tmp_path, "IMG.CR2", small(1))
    still = place(tmp_path, "IMG.JPG", small(2))
    place(tmp_path, "IMG.MOV", small(3))
    sidecar = place(tmp_path, "IMG.xmp", packet())
    place(tmp_path, "other.jpg", small(4))
    reader = catalog(tmp_path)
    known = tokens_of(list(reader.scan({})))
    before = reader.probe(time.monotonic() + 9).token
    match change:
        case "touch photo":
            os.utime(raw, ns=(5, 5))
        case "touch sidecar":
            os.utime(sidecar, ns=(5, 5))
        case "add long sidecar":
            place(tmp_path, "IMG.CR2.xmp", packet())
        case "remove sidecar":
            Path(sidecar).unlink()
        case "remove raw":
            Path(raw).unlink()
        case "add adjustments":
            place(tmp_path, "IMG.AAE", b"<plist/>")
        case "replace still, same size and time":
            place(tmp_path, "new", small(5))
            os.replace(tmp_path / "new", still)
    events = list(reader.scan(known))
    assert sorted(e.item.native_id for e in events if isinstance(e, Found)) == again
    assert [e for e in events if isinstance(e, Failed)] == []
    unchanged = [e.native_id for e in events if isinstance(e, Unchanged)]
    assert "other.jpg" in unchanged
    assert (reader.probe(time.monotonic() + 9).token == before) == (change == "nothing")
