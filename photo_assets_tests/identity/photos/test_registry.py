"""Which photos keep their ids and which get new ones: edits, merges, splits, reused file names."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from photo_assets.ledger import Audit, Ledger, PhotoRegistry
from photo_assets.ledger.keys import blob_key, item_key
from photo_assets.model.vocabulary import LinkKind
from photo_assets_tests.identity.photos.making import Thing, exif, ids, link, run

HASH = link(LinkKind.IMPORT_HASH, "408546219:IMG_1.JPG:4711")


@pytest.fixture
def registry(ledger: Ledger) -> PhotoRegistry:
    return PhotoRegistry(ledger)


def lightroom(id: str, catalog: str = "main", **more: Any) -> Thing:
    return Thing(source="lightroom", catalog=catalog, id=id, **more)


def test_an_edited_file_keeps_its_photo(tmp_path: Path, registry: PhotoRegistry) -> None:
    before, after = lightroom("1", content=b"v1"), lightroom("1", content=b"v2")
    old = ids(run(tmp_path, registry, [before]))[before.key]
    tables = run(tmp_path, registry, [after])
    assert ids(tables)[after.key] == old
    assert tables.summary.new_photos == 0
    # An old copy found later belongs to the photo, and does not take the id from the entry.
    copy = Thing(id="backup/1.jpg", content=b"v1")
    found = ids(run(tmp_path, registry, [after, copy]))
    assert found[after.key] == old
    assert found[copy.key] != old


def test_merged_photos_keep_the_older_id(
    tmp_path: Path, registry: PhotoRegistry, ledger: Ledger
) -> None:
    a = Thing(id="a", content=b"v1")
    b = lightroom("1", content=b"v2")
    first = ids(run(tmp_path, registry, [a]))
    second = ids(run(tmp_path, registry, [a, b]))
    assert second[b.key] != second[a.key]
    bridge = lightroom("2", catalog="laptop", content=b"v2", image=b"pixels of v1")
    tables = run(tmp_path, registry, [a, b, bridge])
    third = ids(tables)
    assert set(third.values()) == {first[a.key]}
    assert tables.summary.merged_photos == 1
    assert registry.aliases() == {second[b.key]: first[a.key]}
    assert registry.resolve(second[b.key]) == first[a.key]
    assert registry.resolve(first[a.key]) == first[a.key]
    assert registry.resolve("never given out") is None
    assert registry.photo_of(blob_key(bytes.fromhex(_sha(b"v2")))) == first[a.key]


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_aliases_never_form_a_chain(tmp_path: Path, registry: PhotoRegistry) -> None:
    c, b, a = (lightroom(name, content=name.encode()) for name in "cba")
    known: list[Thing] = []
    for thing in (a, b, c):  # a is the oldest
        known.append(thing)
        found = ids(run(tmp_path, registry, known))
    bc = lightroom("bc", catalog="x", content=b"b", image=b"pixels of c")
    run(tmp_path, registry, [a, b, c, bc])
    ab = lightroom("ab", catalog="x", content=b"a", image=b"pixels of b")
    last = ids(run(tmp_path, registry, [a, b, c, bc, ab]))
    assert set(last.values()) == {found[a.key]}
    assert registry.aliases() == {found[b.key]: found[a.key], found[c.key]: found[a.key]}


def test_a_split_leaves_the_id_with_the_anchor(
    tmp_path: Path, registry: PhotoRegistry, ledger: Ledger
) -> None:
    a = lightroom("1", content=b"v1", links=(HASH,))
    b = lightroom("1", catalog="laptop", content=b"v2", links=(HASH,))
    joined = ids(run(tmp_path, registry, [a, b]))
    assert joined[a.key] == joined[b.key]
    bare = [lightroom("1", content=b"v1"), lightroom("1", catalog="laptop", content=b"v2")]
    tables = run(tmp_path, registry, bare)
    apart = ids(tables)
    assert tables.summary.split_photos == 1
    anchor = min((_sha(b"v1"), a), (_sha(b"v2"), b))[1]
    (other,) = {a.key, b.key} - {anchor.key}
    assert apart[anchor.key] == joined[a.key]
    assert apart[other] != joined[a.key]
    (entry,) = Audit(ledger).about(apart[other])
    assert entry.action == "photo.split"
    assert joined[a.key] in str(entry.detail)
    # After any number of joins and splits, every id was assigned before, and none is two photos.
    for _ in range(2):
        again = ids(run(tmp_path, registry, [a, b]))
        assert set(again.values()) == {joined[a.key]}
        split = ids(run(tmp_path, registry, bare))
        assert split[anchor.key] == joined[a.key]
        assert split[other] not in {*registry.aliases(), joined[a.key]}


@pytest.mark.parametrize("source", ["folders", "google_takeout"])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        (exif("2019-08-04T11:28:12"), exif("2021-01-01T00:00:00")),  # another picture
        (exif("2019-08-04T11:28:12", "1"), exif("2019-08-04T11:28:12", "2")),  # another camera
        (exif("2019-08-04T11:28:12"), None),
        (None, exif("2019-08-04T11:28:12")),
        (None, None),  # only the name matches
    ],
)
def test_a_reused_file_name_is_another_photo(
    tmp_path: Path, sqlite_registry: PhotoRegistry, source: str, old: str | None, new: str | None
) -> None:
    before = Thing(source=source, id="DCIM/IMG_0001.JPG", content=b"v1", exif=old)
    after = Thing(source=source, id="DCIM/IMG_0001.JPG", content=b"v2", exif=new)
    first = ids(run(tmp_path, sqlite_registry, [before]))[before.key]
    second = run(tmp_path, sqlite_registry, [after])
    assert ids(second)[after.key] != first
    assert sqlite_registry.aliases() == {}
    assert run(tmp_path, sqlite_registry, [after]).summary.keys_written == 0
    # The first picture returns under another name, and has its earlier id.
    back = Thing(source=source, id="found.jpg", content=b"v1", exif=old)
    assert ids(run(tmp_path, sqlite_registry, [after, back]))[back.key] == first


def test_a_picture_edited_in_place_keeps_its_photo(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    time = exif("2019-08-04T11:28:12")
    shot = Thing(id="a.jpg", content=b"v1", exif=time)
    first = ids(run(tmp_path, sqlite_registry, [shot]))[shot.key]
    tagged = Thing(id="renamed.jpg", content=b"v2", image=b"pixels of v1")
    assert ids(run(tmp_path, sqlite_registry, [tagged]))[tagged.key] == first
    recoded = Thing(id="renamed.jpg", content=b"v3", exif=time)
    # The last reading of renamed.jpg had no EXIF time: only the name would match.
    assert ids(run(tmp_path, sqlite_registry, [recoded]))[recoded.key] != first
    again = Thing(id="a.jpg", content=b"v4", exif=time)
    assert ids(run(tmp_path, sqlite_registry, [again]))[again.key] == first


def test_a_name_is_not_inherited_while_its_old_content_exists_elsewhere(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    time = exif("2019-08-04T11:28:12")
    shot = Thing(id="a.jpg", content=b"v1", exif=time)
    first = ids(run(tmp_path, sqlite_registry, [shot]))[shot.key]
    moved = Thing(id="b.jpg", content=b"v1", exif=time)
    taker = Thing(id="a.jpg", content=b"v2", exif=time)
    found = ids(run(tmp_path, sqlite_registry, [taker, moved]))
    assert found[moved.key] == first
    assert found[taker.key] != first


def test_swapped_names_keep_their_photos(tmp_path: Path, sqlite_registry: PhotoRegistry) -> None:
    a, b = Thing(id="a", content=b"v1"), Thing(id="b", content=b"v2")
    before = ids(run(tmp_path, sqlite_registry, [a, b]))
    x, y = Thing(id="a", content=b"v2"), Thing(id="b", content=b"v1")
    after = run(tmp_path, sqlite_registry, [x, y])
    assert ids(after)[x.key] == before[b.key]
    assert ids(after)[y.key] == before[a.key]
    assert after.summary.new_photos == after.summary.merged_photos == 0


def test_a_hundred_reused_names_are_separate_photos(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    def shots(card: str, folder: str) -> list[Thing]:
        return [
            Thing(
                id=f"{folder}IMG_{n:04d}.JPG",
                content=f"{card}{n}".encode(),
                exif=exif(f"20{card}-01-01T00:00:{n % 60:02d}", str(n)),
            )
            for n in range(100)
        ]

    first = ids(run(tmp_path, sqlite_registry, shots("19", "")))
    tables = run(tmp_path, sqlite_registry, [*shots("20", ""), *shots("19", "archive/")])
    second = ids(tables)
    for n in range(100):
        name = f"IMG_{n:04d}.JPG"
        assert second["folders", "nas", f"archive/{name}"] == first["folders", "nas", name]
        assert second["folders", "nas", name] not in first.values()
    assert tables.summary.merged_photos == 0


def test_an_item_read_for_the_first_time_keeps_its_photo(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    unread = Thing(id="a.jpg")
    first = ids(run(tmp_path, sqlite_registry, [unread]))[unread.key]
    read = Thing(id="a.jpg", content=b"v1")
    assert ids(run(tmp_path, sqlite_registry, [read]))[read.key] == first
    gone = Thing(id="a.jpg", status="unavailable")
    tables = run(tmp_path, sqlite_registry, [gone])
    assert ids(tables)[gone.key] == first
    assert tables.summary.keys_written == 0  # content that was read is not forgotten
    other = lightroom("1", content=b"v9")
    late = Thing(id="late.jpg")
    before = ids(run(tmp_path, sqlite_registry, [other, late]))
    both = run(tmp_path, sqlite_registry, [other, Thing(id="late.jpg", content=b"v9")])
    assert len(set(ids(both).values())) == 1
    assert both.summary.merged_photos == 1
    assert set(ids(both).values()) <= set(before.values())


def test_a_removed_and_restored_catalog_finds_its_photos(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    things = [Thing(id="a", content=b"1"), lightroom("1", content=b"1"), lightroom("2")]
    before = ids(run(tmp_path, sqlite_registry, things))
    run(tmp_path, sqlite_registry, things[:1])
    assert ids(run(tmp_path, sqlite_registry, things)) == before


def test_a_virtual_copy_that_becomes_the_master_merges_nothing(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    master = lightroom("m", content=b"x")
    copy = lightroom("v", content=b"x", links=(link(LinkKind.VIRTUAL_COPY_OF, "m"),))
    before = ids(run(tmp_path, sqlite_registry, [master, copy]))
    promoted = lightroom("v", content=b"x")
    demoted = lightroom("m", content=b"x", links=(link(LinkKind.VIRTUAL_COPY_OF, "v"),))
    tables = run(tmp_path, sqlite_registry, [promoted, demoted])
    after = ids(tables)
    assert after[promoted.key] == before[master.key]  # the photo stays with the file
    assert after[demoted.key] not in before.values()
    assert tables.summary.merged_photos == 0


def test_item_keys_are_unambiguous() -> None:
    keys = {
        item_key("a", "b", "c/d"),
        item_key("a", "b/c", "d"),
        item_key("a/b", "c", "d"),
        item_key("a", "b%2Fc", "d"),
        item_key("a", "b", "c/d", copy=True),
        item_key("a", "b", "x" * 600),
        item_key("a", "b", "x" * 601),
    }
    assert len(keys) == 7
    assert all(len(key.encode()) <= 512 for key in keys)
    assert item_key("folders", "nas", "2019/IMG 1.jpg") == "item:folders/nas/2019/IMG 1.jpg"
