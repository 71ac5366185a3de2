"""Conflicts about a photo's files: listed twice, master missing, no file left."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from photo_assets.model.item import Item
from photo_assets.model.vocabulary import Availability
from photo_assets_tests.configured import default_rules
from photo_assets_tests.metadata.collection import Collection, item, one

ONLINE, OFFLINE = Availability.ONLINE, Availability.OFFLINE
MISSING, TRASHED = Availability.MISSING, Availability.TRASHED


def at(source: str, where: Availability, native_id: str = "1", **more: Any) -> Item:
    return item(
        source, native_id, **{"availability": where, "path": f"/{source}/{native_id}", **more}
    )


def kinds(conflicts: list[dict[str, Any]]) -> list[str]:
    return [conflict["kind"] for conflict in conflicts]


def test_a_picture_listed_twice_lists_all_locations_and_the_master(tmp_path: Path) -> None:
    row, conflicts = one(
        tmp_path, at("lightroom", ONLINE, "a"), at("lightroom", OFFLINE, "b"), at("eagle", ONLINE)
    )
    (conflict,) = conflicts
    assert conflict["kind"] == "duplicate"
    assert [v["native_id"] for v in conflict["values"]] == ["a", "b"]
    assert [orjson.loads(v["value"])["master"] for v in conflict["values"]] == [True, False]
    assert orjson.loads(conflict["proposal"])["native_id"] == "a"
    assert conflict["detail"] == (
        "IMG_1.JPG: lightroom/main lists it 2 times; all 2 entries are kept."
    )
    assert row["conflict_count"] == 1


@pytest.mark.parametrize(
    "items",
    [
        (at("lightroom", ONLINE, "a"), at("lightroom", TRASHED, "b")),
        (at("lightroom", ONLINE, "a", catalog="x"), at("lightroom", ONLINE, "b", catalog="y")),
        (at("lightroom", ONLINE), at("eagle", ONLINE)),
        (at("google_takeout", ONLINE, "year"), at("google_takeout", ONLINE, "album")),
    ],
    ids=["trashed", "two catalogs", "two sources", "copies by design"],
)
def test_not_a_duplicate(tmp_path: Path, items: tuple[Item, ...]) -> None:
    assert one(tmp_path, *items)[1] == []


@pytest.mark.parametrize("where", [OFFLINE, MISSING])
def test_a_duplicate_conflict_keeps_its_evidence_while_a_copy_is_unavailable(
    tmp_path: Path, where: Availability
) -> None:
    def asked(folder: str, second: Availability) -> tuple[str, bytes]:
        items = at("lightroom", ONLINE, "a"), at("lightroom", second, "b")
        (conflict,) = one(tmp_path / folder, *items)[1]
        assert conflict["kind"] == "duplicate"
        return conflict["conflict_id"], conflict["evidence_digest"]

    assert asked("there", ONLINE) == asked("away", where)


def test_a_missing_master_proposes_the_best_other_item(tmp_path: Path) -> None:
    _, conflicts = one(
        tmp_path, at("lightroom", MISSING), at("eagle", OFFLINE), at("folders", ONLINE)
    )
    (conflict,) = conflicts
    assert conflict["kind"] == "missing_master"
    assert orjson.loads(conflict["proposal"])["source"] == "folders"
    assert "folders/main has it" in conflict["detail"]


def test_an_offline_master_is_not_missing(tmp_path: Path) -> None:
    assert one(tmp_path, at("lightroom", OFFLINE), at("eagle", ONLINE))[1] == []


def test_a_photo_without_any_file_is_orphaned(tmp_path: Path) -> None:
    row, conflicts = one(tmp_path, at("lightroom", MISSING), at("eagle", TRASHED))
    assert kinds(conflicts) == ["missing_master", "orphaned"]
    assert conflicts[0]["proposal"] == "null"
    assert conflicts[1]["detail"] == (
        "IMG_1.JPG: None of its files is left: 1 missing and 1 in the trash. Nothing is deleted."
    )
    # File locations are in its availability, not in its conflict count.
    assert (row["availability"], row["conflict_count"]) == ("missing", 0)


@pytest.mark.parametrize(
    "items",
    [
        (at("eagle", TRASHED),),
        (at("eagle", TRASHED, "a"), at("eagle", TRASHED, "b")),
        (at("eagle", TRASHED), at("google_takeout", TRASHED), at("lightroom", TRASHED)),
    ],
    ids=["one", "twice in one library", "in three catalogs"],
)
def test_a_photo_entirely_in_the_trash_is_not_a_conflict(
    tmp_path: Path, items: tuple[Item, ...]
) -> None:
    row, conflicts = one(tmp_path, *items)
    assert (row["availability"], conflicts) == ("trashed", [])


def test_a_library_with_a_trash_orphans_only_missing_files(tmp_path: Path) -> None:
    """305 items in the trash of one real library were 305 conflicts."""
    photos = [[at("eagle", TRASHED, str(n))] for n in range(305)]
    photos += [[at("eagle", MISSING, "gone")], [at("eagle", ONLINE, "here")]]
    tables = Collection(photos).build(tmp_path)
    assert tables.summary.conflicts == {"orphaned": 1, "missing_master": 1}


def test_offline_everywhere_is_not_orphaned(tmp_path: Path) -> None:
    row, conflicts = one(tmp_path, at("lightroom", OFFLINE), at("eagle", TRASHED))
    assert (row["availability"], conflicts) == ("offline", [])


def key(each: Item) -> tuple[str, str, str]:
    return each.source, each.catalog, each.native_id


def fault(
    reason: str = "decode_error", status: str = "undecodable", sha: int = 7
) -> dict[str, Any]:
    detail = "OSError: image file is truncated (25 bytes not processed)"
    return {
        "status": status,
        "reason": reason,
        "detail": detail,
        "path": "/folders/1",
        "sha256": bytes([sha]) * 32,
    }


def test_an_undecodable_file_is_a_conflict(tmp_path: Path) -> None:
    damaged, whole = at("folders", ONLINE), at("eagle", ONLINE)
    row, conflicts = one(tmp_path, damaged, whole, faults={key(damaged): fault()})
    (conflict,) = conflicts
    assert (conflict["kind"], conflict["rule"]) == ("undecodable", "review")
    assert conflict["detail"] == (
        "IMG_1.JPG: its file in folders/main cannot be decoded: OSError: image file is truncated "
        "(25 bytes not processed)."
    )
    (value,) = conflict["values"]
    assert (value["source"], value["native_id"]) == ("folders", "1")
    told = orjson.loads(value["value"])
    assert (told["path"], told["reason"]) == ("/folders/1", "decode_error")
    assert row["conflict_count"] == 1


def test_several_damaged_files_of_a_photo_are_one_conflict(tmp_path: Path) -> None:
    items = [at("folders", ONLINE, str(n)) for n in range(3)] + [at("eagle", OFFLINE)]
    collection = Collection([[at("lightroom", ONLINE)], items])
    collection.faults = {key(each): fault(sha=n) for n, each in enumerate(items[1:])}
    conflicts = collection.build(tmp_path).conflicts.to_pylist()
    (asked,) = [c for c in conflicts if c["kind"] == "undecodable"]
    assert asked["photo_id"] == collection.photo_id(1)
    assert [(v["source"], v["native_id"]) for v in asked["values"]] == [
        ("eagle", "1"),
        ("folders", "1"),
        ("folders", "2"),
    ]
    assert "3 of its files in eagle/main and folders/main cannot" in asked["detail"]


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (MISSING, fault()),
        (TRASHED, fault()),
        (ONLINE, fault("no_decoder")),  # a missing decoder does not mean that the file is damaged
        (ONLINE, fault("permission_denied", "failed")),
        (ONLINE, fault("offline", "unavailable")),
    ],
    ids=["gone", "trashed", "no decoder", "not read", "away"],
)
def test_no_damage(tmp_path: Path, where: Availability, said: dict[str, Any]) -> None:
    each = at("folders", where)
    assert "undecodable" not in kinds(one(tmp_path, each, faults={key(each): said})[1])


def test_an_answer_about_damage_is_valid_for_the_same_bytes(tmp_path: Path) -> None:
    each = at("folders", ONLINE)
    digests = []
    for name, said, asked in (
        ("a", fault(), each),
        ("b", fault("timeout"), at("folders", ONLINE, path="/elsewhere/1")),
        ("c", fault(sha=8), each),
    ):
        (conflict,) = one(tmp_path / name, asked, faults={key(asked): said})[1]
        digests.append((conflict["conflict_id"], conflict["evidence_digest"]))
    assert digests[0] == digests[1]
    assert digests[0][0] == digests[2][0] and digests[0][1] != digests[2][1]


def test_external_names_stay_on_one_line(tmp_path: Path) -> None:
    name = "a\nb\u202e" + "x" * 300 + ".jpg"
    _, conflicts = one(tmp_path, at("lightroom", MISSING, file_name=name))
    for conflict in conflicts:
        assert conflict["detail"].isprintable()
        assert len(conflict["detail"]) < 250


def test_a_photo_with_very_many_places_is_processed(tmp_path: Path) -> None:
    many = [
        item("folders", str(n), gps_latitude=10.0 + n / 1e7, gps_longitude=20.0) for n in range(500)
    ]
    far = item("eagle", "far", gps_latitude=11.0, gps_longitude=20.0)
    collection = Collection([many, [*many[:1], far]])
    tables = collection.build(tmp_path)
    asked = {c["photo_id"] for c in tables.conflicts.to_pylist() if c["field"] == "gps"}
    assert asked == {collection.photo_id(1)}


def test_an_empty_collection_gives_two_empty_tables(tmp_path: Path) -> None:
    tables = Collection([]).build(tmp_path, default_rules())
    assert (tables.unified.num_rows, tables.conflicts.num_rows) == (0, 0)
    assert tables.summary.share_without_conflict == 1.0
