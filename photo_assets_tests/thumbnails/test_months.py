"""A month of thumbnails: existing ones are counted, missing ones are drawn."""

import hashlib
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.lake import Lake
from photo_assets.model.tables import FINGERPRINTS, THUMBNAILS
from photo_assets.thumbnails.months import ASSET, Draw, due_months, incomplete_months, make_month
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree

MONTH = "2021-05-01"


def blob(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def fingerprint(name: str, **fields: Any) -> dict[str, Any]:
    return {
        "source": "folders",
        "catalog": "nas",
        "native_id": name,
        "month": MONTH,
        "path": f"/photos/{name}",
        "status": "ok",
        "sha256": blob(name),
        "phash": 2**64 - 7,  # Arrow would guess a signed column and refuse it
        **fields,
    }


def write_fingerprints(lake: Lake, *rows: dict[str, Any]) -> None:
    table = pa.Table.from_pylist(list(rows), schema=FINGERPRINTS.schema)
    lake.write(("identity", "fingerprints"), MONTH, FINGERPRINTS, table)


def put(tree: ThumbnailTree, name: str, content: bytes = b"jpeg") -> None:
    for size in ThumbnailSize:
        path = tree.path(size, blob(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def stored(lake: Lake) -> dict[bytes, dict[str, Any]]:
    rows = lake.read(ASSET, MONTH, THUMBNAILS).to_pylist()
    return {row["sha256"]: row for row in rows}


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


@pytest.fixture
def tree(tmp_path: Path) -> ThumbnailTree:
    return ThumbnailTree(tmp_path / "thumbs")


def drawing(tree: ThumbnailTree, asked: list[str]) -> Draw:
    def draw(items: pa.Table) -> None:
        for name in items["native_id"].to_pylist():
            asked.append(name)
            if name != "unreadable":
                put(tree, name)

    return draw


def test_only_missing_thumbnails_are_drawn(lake: Lake, tree: ThumbnailTree) -> None:
    write_fingerprints(
        lake,
        fingerprint("there"),
        fingerprint("gone"),
        fingerprint("unreadable"),
        fingerprint("broken", phash=None, status="undecodable", reason="decode_error"),
        fingerprint("film", phash=None),
        fingerprint("away", phash=None, sha256=None, status="unavailable", reason="offline"),
        fingerprint("copy", sha256=blob("there")),
    )
    put(tree, "there")
    asked: list[str] = []
    made = make_month(lake, tree, MONTH, drawing(tree, asked))
    assert sorted(asked) == ["gone", "unreadable"]
    statuses = {sha256: row["status"] for sha256, row in stored(lake).items()}
    assert statuses == {
        blob("there"): "drawn",
        blob("gone"): "drawn",
        blob("unreadable"): "missing",
        blob("broken"): "undecodable",
    }
    assert (made.newly_drawn, made.counts["drawn"], made.bytes) == (1, 2, 6 * len(b"jpeg"))
    assert stored(lake)[blob("broken")]["reason"] == "decode_error"


def test_an_empty_file_left_by_a_power_failure_does_not_count(
    lake: Lake, tree: ThumbnailTree
) -> None:
    write_fingerprints(lake, fingerprint("a"))
    put(tree, "a", b"")
    asked: list[str] = []
    make_month(lake, tree, MONTH, drawing(tree, asked))
    assert asked == ["a"]
    assert stored(lake)[blob("a")]["status"] == "drawn"


def test_disabled_thumbnails_are_only_counted(lake: Lake, tree: ThumbnailTree) -> None:
    write_fingerprints(lake, fingerprint("a"), fingerprint("b"))
    put(tree, "a")
    made = make_month(lake, tree, MONTH, None)
    assert made.counts == {"drawn": 1, "missing": 1}


def test_a_second_run_writes_nothing_and_is_not_due(lake: Lake, tree: ThumbnailTree) -> None:
    write_fingerprints(lake, fingerprint("a"))
    assert due_months(lake, tree) == [MONTH]
    first = make_month(lake, tree, MONTH, drawing(tree, []))
    assert due_months(lake, tree) == []
    second = make_month(lake, tree, MONTH, drawing(tree, []))
    assert (second.written.changed, second.version) == (False, first.version)


def test_another_folder_makes_every_month_due(
    lake: Lake, tree: ThumbnailTree, tmp_path: Path
) -> None:
    write_fingerprints(lake, fingerprint("a"))
    make_month(lake, tree, MONTH, drawing(tree, []))
    assert due_months(lake, ThumbnailTree(tmp_path / "elsewhere")) == [MONTH]


def test_deleted_thumbnails_are_detected_on_disk(lake: Lake, tree: ThumbnailTree) -> None:
    write_fingerprints(lake, fingerprint("a"), fingerprint("unreadable"))
    make_month(lake, tree, MONTH, drawing(tree, []))
    assert incomplete_months(lake, tree) == []  # thumbnails that never existed are not missing
    tree.path(ThumbnailSize.SMALL, blob("a")).unlink()
    assert due_months(lake, tree) == []
    assert incomplete_months(lake, tree) == [MONTH]
