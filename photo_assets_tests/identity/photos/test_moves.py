"""An entry whose file moved keeps its photo, even if its bytes were never read."""

from pathlib import Path

import pytest

from photo_assets.catalogs.eagle.catalog import EagleCatalog
from photo_assets.catalogs.flickr.catalog import FlickrCatalog
from photo_assets.catalogs.folders.catalog import FoldersCatalog
from photo_assets.catalogs.google_drive.catalog import GoogleDriveCatalog
from photo_assets.catalogs.google_photos.catalog import GooglePhotosCatalog
from photo_assets.catalogs.google_takeout.catalog import TakeoutCatalog
from photo_assets.catalogs.immich.catalog import ImmichCatalog
from photo_assets.catalogs.lightroom.catalog import LightroomCatalog
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.registry import PATH_BASED, SOURCES
from photo_assets.catalogs.smugmug.catalog import SmugMugCatalog
from photo_assets.identity.photos import explain
from photo_assets.ledger import PhotoRegistry
from photo_assets.ledger.keys import item_key
from photo_assets.model.item import Link
from photo_assets.model.vocabulary import LinkKind
from photo_assets_tests.identity.photos.making import Key, Thing, ids, link, run, store
from photo_assets_tests.repetition import combinations

COPY = link(LinkKind.VIRTUAL_COPY_OF, "a.cr2")


def first(native_id: str) -> Link:
    return link(LinkKind.FIRST_ID, native_id)


def stays(folder: Path, registry: PhotoRegistry, *things: Thing) -> dict[Key, str]:
    """Join twice: the second time nothing changes and nothing is written to the ledger."""
    found = ids(run(folder, registry, things))
    again = run(folder, registry, things)
    assert ids(again) == found
    summary = again.summary
    assert (summary.new_photos, summary.keys_written, summary.merged_photos) == (0, 0, 0)
    return found


def test_readers_and_their_specs_agree_which_ids_are_paths() -> None:
    readers: tuple[type[Catalog], ...] = (
        *(EagleCatalog, FoldersCatalog, LightroomCatalog, TakeoutCatalog),
        *(FlickrCatalog, GoogleDriveCatalog, GooglePhotosCatalog, ImmichCatalog, SmugMugCatalog),
    )
    assert {one.source for one in readers} == set(SOURCES)
    assert {one.source for one in readers if one.ids_are_paths} == PATH_BASED


@pytest.mark.parametrize(
    ("source", "links", "content"),
    combinations(
        ("folders", "google_takeout"),
        ((), (COPY,)),
        (None, b"v1"),
        everyday=[
            ("folders", (), b"v1"),
            ("google_takeout", (), None),
            ("folders", (COPY,), None),
        ],
    ),
)
def test_a_moved_entry_keeps_its_photo(
    tmp_path: Path,
    sqlite_registry: PhotoRegistry,
    source: str,
    links: tuple[Link, ...],
    content: bytes | None,
) -> None:
    old = Thing(source=source, id="old/a", links=links, content=content)
    before = stays(tmp_path, sqlite_registry, old)[old.key]
    new = Thing(source=source, id="new/a", links=(*links, first("old/a")))
    assert stays(tmp_path, sqlite_registry, new)[new.key] == before
    unknown = Thing(source=source, id="new/b", links=links)
    assert stays(tmp_path, sqlite_registry, new, unknown)[unknown.key] != before
    copy = bool(links)
    assert sqlite_registry.photo_of(item_key(source, "nas", "old/a", copy=copy)) == before
    assert sqlite_registry.photo_of(item_key(source, "nas", "new/a", copy=copy)) is None


def test_several_moves_between_joins_are_one_move(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    one = Thing(id="1")
    before = stays(tmp_path, sqlite_registry, one)[one.key]
    five = Thing(id="5", links=(first("1"),))
    assert stays(tmp_path, sqlite_registry, five)[five.key] == before
    assert stays(tmp_path, sqlite_registry, one)[one.key] == before, "and back"


def test_cyclic_renames_keep_their_photos(tmp_path: Path, sqlite_registry: PhotoRegistry) -> None:
    names = ("a", "b", "c")
    before = stays(tmp_path, sqlite_registry, *(Thing(id=name) for name in names))
    moved = [Thing(id=n, links=(first(f),)) for n, f in zip(names, ("b", "c", "a"), strict=True)]
    after = stays(tmp_path, sqlite_registry, *moved)
    for thing, old in zip(moved, ("b", "c", "a"), strict=True):
        assert after[thing.key] == before["folders", "nas", old]


def test_a_new_file_in_an_old_place_is_a_new_photo(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    old = Thing(id="a")
    before = stays(tmp_path, sqlite_registry, old)[old.key]
    moved = Thing(id="b", links=(first("a"),))
    second = Thing(id="a", links=(first("a#2"),))
    found = stays(tmp_path, sqlite_registry, moved, second)
    assert (found[moved.key], found[second.key] == before) == (before, False)
    third = Thing(id="a", links=(first("a#3"),))
    away = Thing(id="c", links=(first("a#2"),))
    again = stays(tmp_path, sqlite_registry, moved, away, third)
    assert again[moved.key] == before
    assert again[away.key] == found[second.key]
    assert again[third.key] not in found.values()


def test_the_same_first_id_in_another_catalog_is_another_entry(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    here, there = Thing(id="a"), Thing(id="a", catalog="card")
    before = stays(tmp_path, sqlite_registry, here, there)
    moved = Thing(id="b", links=(first("a"),))
    after = stays(tmp_path, sqlite_registry, moved, there)
    assert (after[moved.key], after[there.key]) == (before[here.key], before[there.key])


def test_a_picture_that_was_edited_and_moved_keeps_its_photo(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    old = Thing(id="a", content=b"v1")
    before = stays(tmp_path, sqlite_registry, old)[old.key]
    new = Thing(id="b", content=b"v2", image=b"pixels of v1", links=(first("a"),))
    assert stays(tmp_path, sqlite_registry, new)[new.key] == before


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("links", [(), (COPY,)])
def test_old_and_new_row_of_a_month_half_written_are_one_photo(
    tmp_path: Path, sqlite_registry: PhotoRegistry, known: bool, links: tuple[Link, ...]
) -> None:
    """The months of a catalog are written one by one, and the row went to another month."""
    old = Thing(id="old/a", links=links)
    new = Thing(id="new/a", links=(*links, first("old/a")))
    other = Thing(id="new/b", links=links)
    if known:
        before = stays(tmp_path, sqlite_registry, old)
    found = stays(tmp_path, sqlite_registry, old, new, other)
    assert found[old.key] == found[new.key] != found[other.key]
    assert not known or found[old.key] == before[old.key]
    assert stays(tmp_path, sqlite_registry, new, other)[new.key] == found[new.key]


def test_explain_names_the_step(tmp_path: Path, sqlite_registry: PhotoRegistry) -> None:
    old, new = Thing(id="old/a"), Thing(id="new/a", links=(first("old/a"),))
    tables = run(tmp_path, sqlite_registry, [old, new])
    said = explain(store(tmp_path, [old, new]), tables, "/".join(old.key), "/".join(new.key))
    assert [(one.step, one.key, one.value) for one in said.chain] == [(3, "first_id", "old/a")]
