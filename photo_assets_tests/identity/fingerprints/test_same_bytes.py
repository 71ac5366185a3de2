"""The same bytes in several places: read everywhere, decoded once."""

import dataclasses
import shutil
import zipfile
from pathlib import Path

from photo_assets.identity.fingerprints.cache import FingerprintCache, SameBytes
from photo_assets.identity.fingerprints.options import Conditions
from photo_assets.identity.fingerprints.record import Part
from photo_assets.identity.fingerprints.tasks import Task
from photo_assets.media.content import ContentRef
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree
from photo_assets_tests.identity.fingerprints.material import (
    BLIND,
    OPTIONS,
    item_of,
    photo,
    rows,
    run,
)


def test_a_copy_is_read_and_not_decoded(tmp_path: Path, cache: FingerprintCache) -> None:
    original = photo(tmp_path, "a.jpg", 1)
    first = rows(run([item_of(original, "it")], cache))["it"]
    copy = tmp_path / "elsewhere" / "IMG_1.JPG"
    copy.parent.mkdir()
    shutil.copy(original, copy)
    result = run([item_of(copy, "it")], cache, BLIND)
    row = rows(result)["it"]
    assert (result.computed, result.bytes_read) == (1, original.stat().st_size)
    told = ("status", "phash", "dhash", "width", "exif", "image_data_sha256", "sha256", "md5")
    assert {name: row[name] for name in told} == {name: first[name] for name in told}


def test_an_archive_entry_may_be_a_copy(tmp_path: Path, cache: FingerprintCache) -> None:
    original = photo(tmp_path, "a.jpg", 2)
    first = rows(run([item_of(original, "it")], cache))["it"]
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.write(original, "Photos/a.jpg")
    item = item_of(tmp_path / "t.zip", "it", member="Photos/a.jpg", media_type="image/jpeg")
    item = dataclasses.replace(item, media_kind=item_of(original).media_kind)
    row = rows(run([item], cache, BLIND))["it"]
    assert (row["status"], row["phash"]) == ("ok", first["phash"])


def test_other_bytes_are_decoded(tmp_path: Path, cache: FingerprintCache) -> None:
    run([item_of(photo(tmp_path, "a.jpg", 3), "it")], cache)
    row = rows(run([item_of(photo(tmp_path, "b.jpg", 4), "it")], cache, BLIND))["it"]
    assert (row["status"], row["reason"]) == ("undecodable", "too_many_pixels")


def test_another_extension_may_select_another_decoder(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    """A RAW file's picture is its preview; the same bytes named .tif would show another picture."""
    original = photo(tmp_path, "a.jpg", 5)
    run([item_of(original, "it")], cache)
    shutil.copy(original, tmp_path / "a.nef")
    row = rows(run([item_of(tmp_path / "a.nef", "it")], cache, BLIND))["it"]
    assert row["status"] == "undecodable"


def test_a_copy_whose_thumbnails_were_never_drawn_is_decoded(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    original = photo(tmp_path, "a.jpg", 6)
    run([item_of(original, "it")], cache)
    shutil.copy(original, tmp_path / "b.jpg")
    tree = ThumbnailTree(tmp_path / "thumbs")
    options = dataclasses.replace(OPTIONS, thumbnails=tree)
    row = rows(run([item_of(tmp_path / "b.jpg", "it")], cache, options))["it"]
    assert all(tree.path(size, row["sha256"]).is_file() for size in ThumbnailSize)


def test_results_of_the_current_run_are_used_for_copies(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    original = photo(tmp_path, "a.jpg", 7)
    run([item_of(original, "it")], cache)
    ((_, _, known),) = cache.find_same(rows(run([item_of(original, "it")], cache))["it"]["sha256"])
    empty = FingerprintCache(tmp_path / "other.sqlite")
    same = SameBytes(empty, Conditions.of(OPTIONS))
    task = Task(ContentRef("/x/b.jpg", None), "image", frozenset(Part), None)
    digests = {"content_size": known.content_size, "sha256": known.sha256.hex()}
    task.take(Part.DIGESTS, digests)
    same.fill(task)
    assert Part.PICTURE in task.left
    same.add(ContentRef("/x/a.jpg", None), known)
    same.fill(task)
    assert not task.left - {Part.IMAGE_DATA}
    assert task.finish(known.picture_conditions or "", None).phash == known.phash
    empty.close()
