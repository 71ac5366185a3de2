"""The metadata of a month whose files are away or unreadable."""

from pathlib import Path

from photo_assets.defs.identity.rendering import describe_fingerprints
from photo_assets_tests.identity.monthly import JANUARY, Collection


def test_known_files_that_are_away_are_not_counted_as_unavailable(tmp_path: Path) -> None:
    collection = Collection(tmp_path)
    for seed, name in enumerate(("one", "two", "three", "four")):
        collection.add(name, seed)
    collection.make()
    told = describe_fingerprints(collection.made[JANUARY])
    assert (told["ok"], told["kept_unavailable"], told["kept_unreadable"]) == (4, 0, 0)
    assert told["reasons"].value.startswith("No faults.")

    collection.unplug("one")
    (collection.files / "two.jpg").unlink()
    (collection.files / "two.jpg").mkdir()
    collection.change("two", file_mtime_ns=5)
    collection.add("five", 5)
    collection.unplug("five")
    collection.change("five", file_size=None, file_mtime_ns=None)
    collection.make()
    told = describe_fingerprints(collection.made[JANUARY])
    assert (told["ok"], told["unavailable"], told["failed"]) == (4, 1, 0)
    assert (told["kept_unavailable"], told["kept_unreadable"]) == (1, 1)
    assert "| offline | 1 |" in told["reasons"].value
    assert "| not_a_file | 1 |" in told["reasons"].value
    assert told["dagster/partition_row_count"] == 5
