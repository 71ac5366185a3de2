"""What joins items and what does not, step by step."""

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from photo_assets.identity.photos import build_photos
from photo_assets.ledger import PhotoRegistry, open_ledger
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import EDGES, MEMBERS, PHOTOS, RELATIONS
from photo_assets.model.vocabulary import LinkKind
from photo_assets_tests.configured import default_hierarchy, photo_inputs
from photo_assets_tests.identity.photos.making import (
    Thing,
    groups,
    ids,
    link,
    rows,
    run,
    same,
    store,
)


@pytest.fixture
def registry(tmp_path: Path) -> PhotoRegistry:
    return PhotoRegistry(open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}"))


def stated(**digests: Any) -> tuple[tuple[str, Any], ...]:
    return tuple(digests.items())


def test_an_empty_input_gives_empty_tables(tmp_path: Path, registry: PhotoRegistry) -> None:
    tables = build_photos(photo_inputs(), registry, default_hierarchy())
    for table, kind in (
        (tables.photos, PHOTOS),
        (tables.members, MEMBERS),
        (tables.edges, EDGES),
        (tables.relations, RELATIONS),
    ):
        assert table.schema.equals(kind.schema)
        assert table.num_rows == 0


def test_items_without_fingerprints_are_separate_photos(
    tmp_path: Path, registry: PhotoRegistry
) -> None:
    a, b = Thing(id="a"), Thing(id="b", status="failed")
    tables = run(tmp_path, registry, [a, b])
    assert not same(tables, a, b)
    assert {row["step"] for row in rows(tables.members)} == {0}
    assert {row["master_reason"] for row in rows(tables.photos)} == {"only item"}


def test_same_bytes_are_one_photo_whatever_the_name(
    tmp_path: Path, registry: PhotoRegistry
) -> None:
    a = Thing(id="IMG_1.jpg", content=b"x")
    b = Thing(source="eagle", catalog="lib", id="K1", content=b"x")
    c = Thing(id="IMG_2.jpg", content=b"y")
    tables = run(tmp_path, registry, [a, b, c])
    assert groups(tables) == {frozenset({a.key, b.key}), frozenset({c.key})}
    (edge,) = rows(tables.edges)
    assert (edge["step"], edge["key"]) == (1, "sha256")
    assert edge["value"] == hashlib.sha256(b"x").hexdigest()
    assert tables.photos["uii"].to_pylist().count(edge["value"][:16]) == 1
    assert tables.summary.items_by_step == {0: 1, 1: 2}
    assert tables.summary.share(1) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("source", "digests", "key"),
    [
        ("google_drive", stated(sha256=hashlib.sha256(b"x").digest()), "sha256"),
        ("google_drive", stated(md5=hashlib.md5(b"x").digest(), file_size=1), "md5+size"),
        ("immich", stated(sha1=hashlib.sha1(b"x").digest()), "sha1"),
    ],
)
def test_a_stated_digest_matches_a_local_file(
    tmp_path: Path, registry: PhotoRegistry, source: str, digests: Any, key: str
) -> None:
    local = Thing(id="a", content=b"x")
    remote = Thing(source=source, id="r1", more=digests)
    tables = run(tmp_path, registry, [local, remote])
    assert same(tables, local, remote)
    assert [edge["key"] for edge in rows(tables.edges)] == [key]
    # The remote item's blob is then known without a download.
    assert set(tables.members["sha256"].to_pylist()) == {hashlib.sha256(b"x").digest()}


@pytest.mark.parametrize(
    ("source", "digests"),
    [
        ("google_drive", stated(md5=hashlib.md5(b"x").digest(), file_size=2)),
        ("google_drive", stated(md5=hashlib.md5(b"x").digest())),
        ("somewhere", stated(sha1=hashlib.sha1(b"x").digest())),
        ("google_drive", stated(sha1=hashlib.sha1(b"x").digest())),
    ],
)
def test_a_stated_digest_that_proves_nothing_joins_nothing(
    tmp_path: Path, registry: PhotoRegistry, source: str, digests: Any
) -> None:
    local = Thing(id="a", content=b"x")
    remote = Thing(source=source, id="r1", more=digests)
    assert not same(run(tmp_path, registry, [local, remote]), local, remote)


def test_an_md5_that_two_contents_have_joins_nothing(
    tmp_path: Path, registry: PhotoRegistry
) -> None:
    md5 = hashlib.md5(b"crafted").digest()
    one = Thing(source="d", id="1", more=stated(sha256=b"1" * 32, md5=md5, file_size=9))
    two = Thing(source="d", id="2", more=stated(sha256=b"2" * 32, md5=md5, file_size=9))
    bare = Thing(source="d", id="3", more=stated(md5=md5, file_size=9))
    tables = run(tmp_path, registry, [one, two, bare])
    assert len(groups(tables)) == 3
    assert tables.summary.ambiguous == {"md5+size": 1}


def test_computed_digests_take_precedence_over_stated_ones(
    tmp_path: Path, registry: PhotoRegistry
) -> None:
    lie = Thing(id="a", content=b"x", more=stated(sha256=hashlib.sha256(b"y").digest()))
    other = Thing(id="b", content=b"y")
    tables = run(tmp_path, registry, [lie, other])
    assert not same(tables, lie, other)
    assert tables.summary.contradicted_digests == 1


def test_empty_files_are_never_the_same(tmp_path: Path, registry: PhotoRegistry) -> None:
    things = [Thing(id=name, content=b"", image=b"") for name in "abc"]
    things.append(Thing(source="google_drive", id="d", more=stated(file_size=0, md5=b"0" * 16)))
    tables = run(tmp_path, registry, things)
    assert len(groups(tables)) == 4
    assert tables.summary.empty_files == 4
    assert tables.photos["sha256"].null_count == 4


def test_one_short_name_for_two_blobs_is_reported_and_never_merged(
    tmp_path: Path, registry: PhotoRegistry
) -> None:
    one = Thing(source="d", id="1", more=stated(sha256=b"12345678" + b"a" * 24))
    two = Thing(source="d", id="2", more=stated(sha256=b"12345678" + b"b" * 24))
    tables = run(tmp_path, registry, [one, two])
    assert not same(tables, one, two)
    (collision,) = tables.summary.uii_collisions
    assert collision.uii == b"12345678".hex()
    assert collision.blobs == tuple(sorted((b"12345678" + c * 24).hex() for c in (b"a", b"b")))
    assert tables.photos["uii"].to_pylist() == [collision.uii] * 2


def test_same_image_data_is_one_photo_with_two_blobs(
    tmp_path: Path, registry: PhotoRegistry
) -> None:
    a = Thing(id="a", content=b"v1", image=b"pixels", sides=(30, 20))
    b = Thing(id="b", content=b"v2", image=b"pixels", sides=(20, 30))  # turned by a tag
    c = Thing(id="c", content=b"v3", image=b"pixels")
    tables = run(tmp_path, registry, [a, b, c])
    assert same(tables, a, b, c)
    assert tables.photos["blob_count"].to_pylist() == [3]
    assert {edge["step"] for edge in rows(tables.edges)} == {2}


@pytest.mark.parametrize(
    "other",
    [
        Thing(id="b", content=b"v2", image=b"pixels", sides=(300, 200)),  # different dimensions
        Thing(id="b", content=b"v2", image=b"pixels", sides=(30, 20), flat=True),
        Thing(id="b", content=b"v2", image=b"pixels", more=stated(media_type="image/png")),
        Thing(id="b", content=b"v2", image=b""),
    ],
)
def test_safeguards_for_equal_image_data(
    tmp_path: Path, registry: PhotoRegistry, other: Thing
) -> None:
    a = Thing(id="a", content=b"v1", image=other.image, sides=(30, 20))
    assert not same(run(tmp_path, registry, [a, other]), a, other)


def lightroom(id: str, *links: Any, catalog: str = "main", **more: Any) -> Thing:
    return Thing(source="lightroom", catalog=catalog, id=id, links=links, **more)


@pytest.mark.parametrize(
    "detail",
    [
        "flickr",
        "com.adobe.ag.export.flickr",
        "com.adobe.ag.export.flickr https://www.flickr.com/photos/me/53001",
        "https://www.flickr.com/photos/me/53001",
    ],
)
def test_asserted_ids_join(tmp_path: Path, registry: PhotoRegistry, detail: str) -> None:
    hash_ = link(LinkKind.IMPORT_HASH, "408546219:IMG_1.JPG:4711")
    a = lightroom("1", hash_, content=b"before")
    b = lightroom("1", hash_, catalog="laptop", content=b"after")
    flickr = Thing(source="flickr", catalog="me", id="53001")
    published = lightroom("2", link(LinkKind.PUBLISHED_AS, "53001", detail), content=b"raw")
    uploaded = Thing(id="b.jpg", content=b"uploaded")
    tag = link(LinkKind.TAGGED_SHA1, hashlib.sha1(b"uploaded").hexdigest())
    tagged = Thing(source="flickr", catalog="me", id="53002", links=(tag,))
    once = Thing(source="eagle", id="K1")
    twice = Thing(source="eagle", id="K2", links=(link(LinkKind.DUPLICATE_OF, "K1"),))
    tables = run(tmp_path, registry, [a, b, flickr, published, uploaded, tagged, once, twice])
    assert groups(tables) == {
        frozenset({a.key, b.key}),
        frozenset({flickr.key, published.key}),
        frozenset({uploaded.key, tagged.key}),
        frozenset({once.key, twice.key}),
    }
    assert {(e["step"], e["key"]) for e in rows(tables.edges)} == {
        (3, "import_hash"),
        (3, "published_as"),
        (3, "tagged_sha1"),
        (3, "duplicate_of"),
    }


def test_asserted_ids_that_prove_nothing(tmp_path: Path, registry: PhotoRegistry) -> None:
    twice = link(LinkKind.IMPORT_HASH, "1:IMG_1.JPG:1")
    copied = link(LinkKind.TAGGED_SHA1, hashlib.sha1(b"1").hexdigest())
    unknown = link(LinkKind.TAGGED_SHA1, hashlib.sha1(b"nowhere").hexdigest())
    things = [
        lightroom("1", twice, content=b"1"),
        lightroom("2", twice, content=b"2"),  # repeated within its catalog
        lightroom("3", twice, catalog="laptop", content=b"3"),
        lightroom("4", link(LinkKind.PUBLISHED_AS, "77", "flickr")),
        lightroom("5", link(LinkKind.PUBLISHED_AS, "77", "flickr")),  # two of them claim it
        lightroom(
            "6", link(LinkKind.PUBLISHED_AS, "78", "com.smugmug https://s/flickr")
        ),  # another service's id
        Thing(source="flickr", catalog="me", id="77"),
        Thing(source="flickr", catalog="me", id="78"),
        Thing(source="flickr", catalog="me", id="79", links=(copied,)),
        Thing(source="flickr", catalog="me", id="80", links=(copied,)),  # of photo 79, with its tag
        Thing(source="flickr", catalog="me", id="81", links=(unknown,)),
        Thing(source="flickr", catalog="you", id="82", links=(unknown,)),
        Thing(source="eagle", catalog="a", id="K1"),
        Thing(source="eagle", catalog="b", id="K2", links=(link(LinkKind.DUPLICATE_OF, "K1"),)),
        lightroom("7", link(LinkKind.DOCUMENT_ID, "xmp.did:1"), content=b"7"),
        lightroom("8", link(LinkKind.DOCUMENT_ID, "xmp.did:1"), content=b"8"),
    ]
    tables = run(tmp_path, registry, things)
    assert tables.edges.num_rows == 0
    assert len(groups(tables)) == len(things)
    assert tables.summary.ambiguous == {"import_hash": 1, "published_as": 1, "tagged_sha1": 1}
    assert tables.summary.relations == {"document_id": 1}


def test_a_virtual_copy_is_a_separate_photo_without_a_blob(
    tmp_path: Path, registry: PhotoRegistry
) -> None:
    master = lightroom("m", content=b"x")
    copy = lightroom("v", link(LinkKind.VIRTUAL_COPY_OF, "m"), content=b"x")
    file = Thing(id="a.jpg", content=b"x")
    tables = run(tmp_path, registry, [master, copy, file])
    assert groups(tables) == {frozenset({master.key, file.key}), frozenset({copy.key})}
    photos = {row["photo_id"]: row for row in rows(tables.photos)}
    found = ids(tables)
    assert photos[found[copy.key]]["sha256"] is None
    assert photos[found[copy.key]]["blob_count"] == 0
    (relation,) = rows(tables.relations)
    assert relation["kind"] == "virtual_copy_of"
    assert relation["from_photo_id"] == found[copy.key]
    assert relation["to_photo_id"] == found[master.key]


def test_relations_do_not_join(tmp_path: Path, registry: PhotoRegistry) -> None:
    kinds = [
        LinkKind.RAW_JPEG_PAIR,
        LinkKind.LIVE_VIDEO_OF,
        LinkKind.EDIT_OF,
        LinkKind.DERIVED_FROM,
        LinkKind.STACKED_UNDER,
    ]
    top = Thing(id="top", content=b"top")
    others = [
        Thing(id=f"{k}", content=k.encode(), links=(link(k, "top"), link(k, "gone"))) for k in kinds
    ]
    twin = Thing(id="twin", content=b"top", links=(link(LinkKind.EDIT_OF, "top"),))
    tables = run(tmp_path, registry, [top, twin, *others])
    assert tables.photos.num_rows == 1 + len(kinds)
    assert tables.summary.relations == {k.value: 1 for k in kinds}
    assert tables.summary.relations_without_target == len(kinds)
    assert tables.summary.relations_within_photo == 1


def test_an_item_in_two_months_is_one_item(tmp_path: Path, registry: PhotoRegistry) -> None:
    old = store(tmp_path, [Thing(id="a", content=b"x")])
    new = store(tmp_path, [Thing(id="a", content=b"y")])
    moved = pq.read_table(new.items[0])
    at = moved.schema.get_field_index("month")
    moved = moved.set_column(at, moved.schema.field("month"), pa.array(["2024-05-01"]))
    pq.write_table(moved, new.items[0])
    both = photo_inputs(
        items=new.items + old.items, fingerprints=old.fingerprints + new.fingerprints
    )
    tables = build_photos(both, registry, default_hierarchy())
    assert tables.members["month"].to_pylist() == ["2024-05-01"]
    assert tables.summary.repeated_rows >= 1


def test_a_damaged_table_is_reported(tmp_path: Path, registry: PhotoRegistry) -> None:
    bad = tmp_path / "bad.parquet"
    bad.write_bytes(b"PAR1 and then nothing")
    with pytest.raises(StorageError, match=r"bad\.parquet"):
        build_photos(photo_inputs(items=(bad,)), registry, default_hierarchy())
    assert registry.counts() == {"photos": 0, "aliases": 0, "keys": 0}


HOSTILE = [
    "a/b/c",
    "a\nb",
    "it's",
    '"; DROP TABLE item; --',
    "100%",
    "%2F",
    "😀\u202e.jpg",
    "é",
    "e\u0301",
    "IMG.JPG",
    "img.jpg",
    "x" * 3000,
    "x" * 3001,
    " lead",
    "\\",
    "",
]


def test_hostile_ids_stay_separate(tmp_path: Path, ledger: Any) -> None:
    registry = PhotoRegistry(ledger)
    things = [Thing(id=name) for name in HOSTILE]
    first = run(tmp_path, registry, things)
    assert len(groups(first)) == len(HOSTILE)
    again = run(tmp_path, registry, reversed(things))
    assert ids(again) == ids(first)
    assert again.summary.keys_written == 0
