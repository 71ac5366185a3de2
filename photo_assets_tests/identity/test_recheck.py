"""Contents are reread in rotation, and months with changed contents are reported."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.run import FingerprintRun, fingerprint_items
from photo_assets.identity.recheck import RecheckResult, Share, nightly_share, recheck
from photo_assets.model.vocabulary import Availability
from photo_assets_tests.identity.fingerprints.material import OPTIONS, rewrite
from photo_assets_tests.identity.monthly import FEBRUARY, JANUARY, Collection
from photo_assets_tests.repetition import cases

REREAD = replace(OPTIONS, reread=True)


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    """Four pictures of January and one of February, fingerprinted."""
    found = Collection(tmp_path)
    for seed, name in enumerate(("one", "two", "three", "four")):
        found.add(name, seed)
    found.add("five", 5, month=2)
    found.make()
    return found


def look(
    collection: Collection, share: Share | None = None, catalog: str | None = None
) -> RecheckResult:
    with closing(FingerprintCache(collection.cache)) as cache:

        def read(items: pa.Table) -> FingerprintRun:
            return fingerprint_items(items, cache, REREAD)

        def wanted(_source: str, name: str) -> bool:
            return catalog in {None, name}

        months = [JANUARY, FEBRUARY]
        return recheck(collection.lake, months, read, share or Share(), wanted)


def test_unchanged_contents_make_no_month_due(collection: Collection) -> None:
    done = look(collection)
    assert (done.months, done.changed, done.contents, done.unread) == ((), 0, 5, 0)
    assert done.bytes == sum(path.stat().st_size for path in collection.files.glob("*.jpg"))


def test_a_hidden_change_is_found_and_its_month_rebuilt(
    collection: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a share that keeps no change times."""
    monkeypatch.setattr("photo_assets.system.file_state.ChangeTimes.are_kept_on", lambda *_: False)
    before = collection.rows(FEBRUARY)["five"]
    rewrite(collection.files / "five.jpg")
    done = look(collection)
    assert (done.months, done.changed) == ((FEBRUARY,), 1)
    collection.make(done.months)
    after = collection.rows(FEBRUARY)["five"]
    assert after["sha256"] != before["sha256"]
    assert after["image_data_sha256"] == before["image_data_sha256"]
    assert look(collection).changed == 0


def test_unavailable_files_are_skipped_and_keep_their_fingerprints(
    collection: Collection,
) -> None:
    before = collection.rows()
    collection.unplug("one", Availability.MISSING)
    collection.write_items()
    (collection.files / "two.jpg").unlink()
    done = look(collection)
    assert (done.months, done.contents, done.unread) == ((), 3, 1)
    collection.make()
    assert collection.rows() == before


def test_only_requested_catalogs_are_read(collection: Collection) -> None:
    assert look(collection, catalog="test").contents == 5
    assert look(collection, catalog="another").contents == 0


@pytest.mark.parametrize("parts", cases([1, 2, 3, 10], everyday=[1, 3]))
def test_shares_are_disjoint_and_cover_all_files(collection: Collection, parts: int) -> None:
    read = [look(collection, Share(number, parts)).contents for number in range(parts)]
    assert sum(read) == 5


def test_every_file_is_read_within_one_rotation(
    collection: Collection,
) -> None:
    sizes = [path.stat().st_size for path in collection.files.glob("*.jpg")]
    most = sum(sizes) // 3
    shares = [nightly_share(collection.lake, night, most) for night in range(700_000, 700_004)]
    assert shares[0].parts == 4
    assert {share.number for share in shares} == {0, 1, 2, 3}
    assert nightly_share(collection.lake, 5, sum(sizes)) == Share(0, 1)


def test_shares_of_many_files_are_about_equal() -> None:
    share = Share(3, 10)
    count = sum(share.holds(f"/photos/2020/IMG_{n:04}.jpg") for n in range(10_000))
    assert 850 < count < 1150
