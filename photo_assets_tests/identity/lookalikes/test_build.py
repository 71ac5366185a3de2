"""From stored tables to pairs and groups: exact, with evidence, and nothing merged."""

from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.identity.lookalikes import (
    LookalikeInputs,
    LookalikeOptions,
    Turn,
    build_lookalikes,
)
from photo_assets.identity.lookalikes.turns import turned
from photo_assets.model.errors import StorageError
from photo_assets_tests.identity.lookalikes.making import Shot, write_tables

HASH = 0b1011 << 40 | 0xABCDEF


def pairs(inputs: LookalikeInputs, options: LookalikeOptions | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = build_lookalikes(
        inputs, options or LookalikeOptions()
    ).pairs.to_pylist()
    return found


def one_pair(inputs: LookalikeInputs, options: LookalikeOptions | None = None) -> dict[str, Any]:
    (found,) = pairs(inputs, options)
    return found


@st.composite
def collections(draw: st.DrawFn) -> list[Shot]:
    """Draw photos of one to three blobs over a few close hashes, some flat, some shared."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    centres = [int(n) for n in rng.integers(0, 1 << 63, 3)]
    shots = []
    for number in range(draw(st.integers(0, 40))):
        phash = centres[number % 3]
        for bit in rng.integers(0, 64, draw(st.integers(0, 5))):
            phash ^= 1 << int(bit)
        photo = f"photo-{draw(st.integers(0, 25)):02d}"
        shots.append(Shot(photo=photo, phash=phash, flat=draw(st.integers(0, 9)) == 0))
    return shots


def expected(shots: list[Shot], options: LookalikeOptions) -> dict[tuple[str, str], int]:
    """Return the pairs and distances of comparing every blob with every other one."""
    live = [shot for shot in shots if not shot.flat and shot.phash is not None]
    holders: dict[int, set[str]] = {}
    for shot in live:
        assert shot.phash is not None
        holders.setdefault(shot.phash, set()).add(shot.photo)
    near = {
        a: sum(len(holders[b]) for b in holders if (a ^ b).bit_count() <= options.distance)
        for a in holders
    }
    found: dict[tuple[str, str], int] = {}
    for a in live:
        for b in live:
            assert a.phash is not None and b.phash is not None
            bits = (a.phash ^ b.phash).bit_count()
            crowded = near[a.phash] >= options.crowd and near[b.phash] >= options.crowd
            if a.photo < b.photo and bits <= options.distance and not crowded:
                key = (a.photo, b.photo)
                found[key] = min(bits, found.get(key, 64))
    return found


@given(shots=collections(), distance=st.integers(0, 8), crowd=st.sampled_from([3, 6, 50]))
@settings(max_examples=15, deadline=None)
def test_pairs_of_photos_match_brute_force(shots: list[Shot], distance: int, crowd: int) -> None:
    options = LookalikeOptions(distance=distance, crowd=crowd)
    with TemporaryDirectory() as folder:
        inputs = write_tables(Path(folder), shots)
        tables = build_lookalikes(inputs, options)
        again = build_lookalikes(inputs, options)
    found = {
        (row["a_photo_id"], row["b_photo_id"]): row["distance"] for row in tables.pairs.to_pylist()
    }
    assert found == expected(shots, options)
    assert len(found) == tables.pairs.num_rows
    assert tables.pairs.equals(again.pairs) and tables.groups.equals(again.groups)
    groups = {row["group_id"]: row for row in tables.groups.to_pylist()}
    assert len(groups) == tables.groups.num_rows
    for row in tables.pairs.to_pylist():
        assert {row["a_photo_id"], row["b_photo_id"]} <= set(groups[row["group_id"]]["members"])
    assert sorted(row["place"] for row in groups.values()) == [*range(1, len(groups) + 1)]


def test_the_two_closest_blobs_represent_a_pair(tmp_path: Path) -> None:
    shots = [
        Shot(photo="a", phash=HASH ^ 0b11, content=b"far"),
        Shot(photo="a", phash=HASH, content=b"near", is_master=False, dhash=5),
        Shot(photo="b", phash=HASH, content=b"other", dhash=6, sides=(400, 200)),
    ]
    row = one_pair(write_tables(tmp_path, shots))
    assert row["distance"] == 0
    assert row["a_sha256"] == shots[1].sha256(1)
    assert row["b_sha256"] == shots[2].sha256(2)
    assert row["dhash_distance"] == 2
    assert (row["a_aspect"], row["b_aspect"]) == (1.5, 2.0)
    assert row["aspect_difference"] == pytest.approx(0.25)
    assert row["turn"] == "none"
    assert row["capture_difference_s"] is None


def test_a_preview_makes_a_candidate_without_a_blob(tmp_path: Path) -> None:
    shots = [
        Shot(photo="a", phash=HASH),
        Shot(photo="b", phash=HASH ^ 0b11, is_preview=True, sides=(320, 160)),
        Shot(photo="c", phash=HASH, is_preview=True, flat=True),
    ]
    row = one_pair(write_tables(tmp_path, shots))
    assert (row["a_photo_id"], row["b_photo_id"], row["distance"]) == ("a", "b", 2)
    assert (row["a_sha256"], row["b_sha256"]) == (shots[0].sha256(0), None)
    assert (row["a_aspect"], row["b_aspect"]) == (1.5, 2.0)


def test_two_previews_make_a_candidate_and_one_photo_none(tmp_path: Path) -> None:
    shots = [
        Shot(photo="a", phash=HASH, is_preview=True),
        Shot(photo="a", phash=HASH ^ 0b1, is_preview=True, is_master=False),
        Shot(photo="a", phash=HASH, is_master=False),
        Shot(photo="b", phash=HASH, is_preview=True),
    ]
    row = one_pair(write_tables(tmp_path, shots))
    assert (row["a_photo_id"], row["b_photo_id"], row["distance"]) == ("a", "b", 0)
    assert row["b_sha256"] is None


def test_flat_pictures_videos_and_virtual_copies_are_in_no_pair(tmp_path: Path) -> None:
    shots = [
        Shot(photo="a", phash=HASH),
        Shot(photo="b", phash=HASH, flat=True),
        Shot(photo="c", phash=None),
        Shot(photo="d", phash=HASH, is_copy=True),
    ]
    assert pairs(write_tables(tmp_path, shots)) == []


def test_a_chain_of_photos_is_not_one_group(tmp_path: Path) -> None:
    """a~b and b~c, and a is 8 bits from c: the only group is b's, and no pair has a and c."""
    shots = [
        Shot(photo="a", phash=HASH ^ 0b1111),
        Shot(photo="b", phash=HASH),
        Shot(photo="c", phash=HASH ^ 0b11110000),
    ]
    tables = build_lookalikes(write_tables(tmp_path, shots), LookalikeOptions(distance=6))
    assert [(row["a_photo_id"], row["b_photo_id"]) for row in tables.pairs.to_pylist()] == [
        ("a", "b"),
        ("b", "c"),
    ]
    (group,) = tables.groups.to_pylist()
    assert group["kind"] == "star"
    assert group["centre_photo_id"] == "b"
    assert group["members"] == ["b", "a", "c"]
    assert group["largest_distance"] == 4


def test_many_photos_with_the_same_hash_are_one_row(tmp_path: Path) -> None:
    """A hundred blank scans would be five thousand pairs."""
    shots = [Shot(photo=f"blank-{n:03d}", phash=HASH) for n in range(100)]
    shots += [Shot(photo="x", phash=HASH ^ 0xFF0000), Shot(photo="y", phash=HASH ^ 0xFF0001)]
    tables = build_lookalikes(write_tables(tmp_path, shots), LookalikeOptions(crowd=50))
    assert [row["b_photo_id"] for row in tables.pairs.to_pylist()] == ["y"]
    star, crowd = tables.groups.to_pylist()
    assert (star["kind"], crowd["kind"]) == ("star", "crowd")
    assert (crowd["photo_count"], crowd["phash"], len(crowd["members"])) == (100, HASH, 50)
    assert crowd["centre_photo_id"] is None
    assert (tables.summary.crowds, tables.summary.crowded_photos) == (1, 100)


def test_a_series_with_many_close_hashes_is_one_row(tmp_path: Path) -> None:
    """A fixed camera gives thousands of hashes that differ by a bit or two."""
    shots = [Shot(photo=f"{n:03d}", phash=HASH ^ (1 << n % 6) ^ (1 << n // 6)) for n in range(36)]
    tables = build_lookalikes(write_tables(tmp_path, shots), LookalikeOptions(crowd=20))
    (group,) = tables.groups.to_pylist()
    assert (group["kind"], group["photo_count"], tables.pairs.num_rows) == ("crowd", 36, 0)


NOON = datetime(2020, 5, 1, 12)


@pytest.mark.parametrize(
    ("a", "b", "seconds"),
    [
        ({"taken": NOON}, {"taken": datetime(2020, 5, 1, 12, 0, 2)}, 2.0),
        ({"taken": NOON}, {"taken": NOON, "kind": "utc"}, None),
        ({"taken": NOON, "offset": 120}, {"taken": NOON, "kind": "utc"}, 7200.0),
        ({"taken": NOON, "kind": "utc"}, {"taken": NOON, "kind": "utc"}, 0.0),
        ({"taken": NOON, "precision": "day"}, {"taken": NOON}, None),
        ({"taken": NOON}, {}, None),
        ({"taken": NOON, "kind": "utc"}, {"taken": NOON, "kind": "file"}, None),
        ({"taken": NOON}, {"taken": NOON, "kind": "name"}, None),
    ],
)
def test_time_between_captures(
    tmp_path: Path, a: dict[str, Any], b: dict[str, Any], seconds: float | None
) -> None:
    shots = [Shot(photo="a", phash=HASH, **a), Shot(photo="b", phash=HASH, **b)]
    assert one_pair(write_tables(tmp_path, shots))["capture_difference_s"] == seconds


def test_a_guess_of_the_master_does_not_hide_another_entrys_statement(tmp_path: Path) -> None:
    later = NOON + timedelta(seconds=9)
    shots = [
        Shot(photo="a", phash=HASH, content=b"a", taken=NOON, kind="file"),
        Shot(photo="a", phash=HASH, content=b"a", taken=NOON, is_master=False),
        Shot(photo="b", phash=HASH, taken=later),
    ]
    assert one_pair(write_tables(tmp_path, shots))["capture_difference_s"] == 9.0


def test_pairs_related_by_a_catalog_are_marked_and_come_last(tmp_path: Path) -> None:
    shots = [
        Shot(photo="jpeg", phash=HASH),
        Shot(photo="raw", phash=HASH),
        Shot(photo="p", phash=~HASH & (2**64 - 1)),
        Shot(photo="q", phash=~HASH & (2**64 - 1) ^ 0b11),
    ]
    inputs = write_tables(tmp_path, shots, [("raw_jpeg_pair", "jpeg", "raw")])
    tables = build_lookalikes(inputs, LookalikeOptions())
    assert [row["relation"] for row in tables.pairs.to_pylist()] == ["raw_jpeg_pair", None]
    assert [row["members"] for row in tables.groups.to_pylist()] == [["p", "q"], ["jpeg", "raw"]]
    assert tables.summary.related_pairs == 1


def test_turned_copies_are_found_only_if_enabled(tmp_path: Path) -> None:
    quarter = int(turned(np.array([HASH], np.uint64), Turn.ROTATED_90)[0])
    mirrored = int(turned(np.array([HASH], np.uint64), Turn.MIRRORED)[0])
    shots = [
        Shot(photo="b", phash=HASH, sides=(300, 200)),
        Shot(photo="a", phash=quarter ^ 0b11, sides=(200, 300)),
        Shot(photo="c", phash=mirrored ^ 0b1111),
    ]
    inputs = write_tables(tmp_path, shots)
    assert pairs(inputs) == []
    found = {
        (row["a_photo_id"], row["b_photo_id"]): row
        for row in pairs(inputs, LookalikeOptions(mirrored_and_rotated=True))
    }
    # b turned clockwise looks like a, so a must be turned counterclockwise to look like b.
    assert found["a", "b"]["turn"] == "rotated_270"
    assert found["a", "b"]["distance"] == 2
    assert found["a", "b"]["aspect_difference"] == pytest.approx(0.0)
    assert found["a", "b"]["dhash_distance"] is None
    assert (found["b", "c"]["turn"], found["b", "c"]["distance"]) == ("mirrored", 4)


def test_an_empty_input_gives_empty_tables(tmp_path: Path) -> None:
    nothing = LookalikeInputs(members=(), relations=())
    tables = build_lookalikes(nothing, LookalikeOptions(mirrored_and_rotated=True))
    assert (tables.pairs.num_rows, tables.groups.num_rows) == (0, 0)


def test_a_damaged_table_is_reported(tmp_path: Path) -> None:
    inputs = write_tables(tmp_path, [Shot(photo="a", phash=HASH)])
    inputs.members[0].write_bytes(b"PAR1 no more")
    with pytest.raises(StorageError, match="look-alikes"):
        build_lookalikes(inputs, LookalikeOptions())


def test_the_folder_for_spilling_is_left_empty(tmp_path: Path) -> None:
    pairs(write_tables(tmp_path, [Shot(photo="a", phash=HASH)]))
    assert list((tmp_path / "scratch").iterdir()) == []
