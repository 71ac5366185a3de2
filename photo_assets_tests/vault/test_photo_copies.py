"""Which photos lack copies, how many each needs, and which items of a service have any."""

from hashlib import md5, sha1, sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.configuration.vault import VaultSettings
from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.model.canonical import canonical
from photo_assets.model.tables import (
    ITEMS,
    MEMBERS,
    ORIGINALS,
    PHOTOS,
    UNIFIED,
    TableKind,
)
from photo_assets.vault.copies import examine_items
from photo_assets.vault.photo_copies import items_of, needed_by_original, short_photos
from photo_assets_tests.vault.library import MONTH, VaultLibrary, flip_bit

_STORES = {"home": "1" * 32, "nas": "2" * 32}


def blob(text: str) -> bytes:
    return sha256(text.encode()).digest()


def write(
    lake: Lake,
    asset: tuple[str, str],
    kind: TableKind,
    *rows: dict[str, Any],
    extra: dict[str, str] | None = None,
) -> None:
    """Write rows; columns that they do not state are null, 0, false or empty text."""
    empty = {
        pa.binary(32): bytes(32),
        pa.int32(): 0,
        pa.int8(): 0,
        pa.bool_(): False,
        pa.string(): "",
    }
    plain = {field.name: empty.get(field.type) for field in kind.schema if not field.nullable}
    table = pa.Table.from_pylist([{**plain, **row} for row in rows], schema=kind.schema)
    lake.write(asset, MONTH, kind, table, extra=extra or {})


def photos(lake: Lake, *rows: dict[str, Any]) -> None:
    """Write a photo for each row: `id`, the `blobs` of its items, and its unified values."""
    members = [
        {
            "photo_id": row["id"],
            "source": "folders",
            "catalog": "nas",
            "native_id": f"{row['id']}-{number}",
            "sha256": one,
        }
        for row in rows
        for number, one in enumerate(row["blobs"])
    ]
    write(lake, photo_table(MEMBERS), MEMBERS, *members)
    masters = [{"photo_id": row["id"], "sha256": row["blobs"][0]} for row in rows]
    write(lake, photo_table(PHOTOS), PHOTOS, *masters)
    unified = [
        {"photo_id": row["id"], "file_name": f"{row['id']}.jpg", **row.get("values", {})}
        for row in rows
        if "values" not in row or row["values"] is not None
    ]
    write(lake, ("metadata", "unified"), UNIFIED, *unified)


def stored(lake: Lake, **stores: list[str]) -> None:
    """Write in which stores each blob was at the last run."""
    rows = [{"sha256": blob(name), "stores": held} for name, held in stores.items()]
    ids = canonical({**_STORES, "old": "3" * 32})
    write(lake, ("vault", "originals"), ORIGINALS, *rows, extra={"stores": ids})


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(tmp_path / "lake")


def test_photos_with_too_few_copies_are_named(lake: Lake) -> None:
    photos(
        lake,
        {"id": "both", "blobs": [blob("a")]},
        {"id": "one", "blobs": [blob("b")]},
        {"id": "pair", "blobs": [blob("a"), blob("b"), None]},
        {"id": "gone", "blobs": [blob("c")]},
        {"id": "online", "blobs": [None]},
        {"id": "removed", "blobs": [blob("d")]},
        {"id": "reduced", "blobs": [None, blob("a")]},  # only a smaller file is known
    )
    stored(lake, a=["home", "nas"], b=["home"], d=["home", "old"])
    count, short = short_photos(lake, VaultSettings(copies=2), _STORES, {})
    assert count == 7
    assert [(one.photo_id, one.originals, one.copies, one.needed) for one in short] == [
        ("gone", 1, 0, 2),
        ("one", 1, 1, 2),
        ("online", 0, 0, 2),
        ("pair", 2, 1, 2),
        ("reduced", 0, 0, 2),
        ("removed", 1, 1, 2),  # a store that is no longer configured does not count
    ]
    assert [one.photo_id for one in short_photos(lake, VaultSettings(), _STORES, {})[1]] == [
        "gone",
        "online",
        "reduced",
    ]


def test_copies_of_another_store_and_those_a_check_missed_do_not_count(lake: Lake) -> None:
    photos(lake, {"id": "a", "blobs": [blob("a")]}, {"id": "b", "blobs": [blob("b")]})
    stored(lake, a=["home", "nas"], b=["home", "nas"])

    def copies(ids: dict[str, str | None], lost: dict[str, set[bytes]]) -> dict[str, int]:
        short = short_photos(lake, VaultSettings(copies=3), ids, lost)[1]
        return {one.photo_id: one.copies for one in short}

    assert copies({**_STORES}, {}) == {"a": 2, "b": 2}
    assert copies({**_STORES}, {"nas": {blob("a")}}) == {"a": 1, "b": 2}
    assert copies({**_STORES, "nas": "4" * 32}, {}) == {"a": 1, "b": 1}, "an exchanged disk"
    assert copies({**_STORES, "nas": None}, {}) == {"a": 2, "b": 2}, "away: as it was"
    renamed: dict[str, str | None] = {"home": "1" * 32, "attic": "2" * 32}
    assert copies(renamed, {}) == {"a": 2, "b": 2}
    assert copies(renamed, {"attic": {blob("b")}}) == {"a": 2, "b": 1}


def test_a_photo_whose_albums_are_not_known_yet_needs_the_most(lake: Lake) -> None:
    photos(lake, {"id": "new", "blobs": [blob("a")], "values": None})
    stored(lake, a=["home", "nas"])
    rules = VaultSettings.model_validate({"more_copies": [{"album": "x", "copies": 3}]})
    assert [one.needed for one in short_photos(lake, rules, _STORES, {})[1]] == [3]
    assert needed_by_original(lake, rules) == {blob("a"): 3}
    assert short_photos(lake, VaultSettings(), _STORES, {})[1] == []


@pytest.mark.parametrize(
    ("rule", "matched"),
    [
        ({"album": "family"}, {"album", "below"}),
        ({"album": "Family / 2024"}, {"below"}),
        ({"keyword": "WEDDING"}, {"keyword"}),
        ({"label": "red"}, {"label", "below"}),
        ({"label": "red", "album": "Family"}, {"below"}),
        ({"album": "Fam"}, set()),
        ({"album": "x' OR true --"}, set()),
    ],
)
def test_rules_raise_the_number_of_copies(
    lake: Lake, rule: dict[str, str], matched: set[str]
) -> None:
    values = {
        "album": {"albums": ["Other", "Family"]},
        "below": {"albums": ["Family / 2024"], "label": "Red"},
        "keyword": {"keywords": [["Events", "Wedding", "Anna"]]},
        "label": {"label": "Red"},
        "none": {"label": "Blue"},
    }
    rows = [{"id": name, "blobs": [blob(name)], "values": one} for name, one in values.items()]
    photos(lake, *rows)
    stored(lake, **{name: ["home", "nas"] for name in values})
    settings = VaultSettings.model_validate(
        {"copies": 2, "more_copies": [{**rule, "copies": 3}, {"keyword": "wedding", "copies": 1}]}
    )
    assert {one.photo_id for one in short_photos(lake, settings, _STORES, {})[1]} == matched
    assert needed_by_original(lake, settings) == {blob(name): 3 for name in matched}


@pytest.mark.parametrize("rule", [{"copies": 3}, {"album": "a", "copies": 0}, {"album": "a"}])
def test_a_rule_without_condition_or_with_zero_copies_is_refused(rule: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="more_copies"):
        VaultSettings.model_validate({"more_copies": [rule]})


def test_items_of_a_service_are_safe_only_with_copies_of_their_bytes(
    library: VaultLibrary,
) -> None:
    home, lake = library.store("home"), library.lake
    here, damaged = library.add("here.jpg"), library.add("damaged.jpg")
    content = library.file("here.jpg").read_bytes()
    stated = {"md5": md5(content).digest(), "sha1": sha1(content).digest(), "sha256": here}
    for row in library.rows:
        if row["sha256"] == here:
            row.update(stated)
    drive = {"source": "google_drive", "catalog": "me", "month": MONTH}
    downloaded = {**drive, "native_id": "downloaded", "status": "ok", "sha256": here}
    edited = {**drive, "native_id": "edited", "status": "ok", "sha256": here}
    library.rows += [downloaded, edited]
    library.write()
    for one, name in ((here, "here.jpg"), (damaged, "damaged.jpg")):
        with library.file(name).open("rb") as stream:
            home.put(one, stream)
    flip_bit(home.path(damaged), 7)
    size, other = len(content), md5(b"other").digest()
    items: dict[str, dict[str, Any]] = {
        "by sha256": {"sha256": here},
        "by md5": {"md5": stated["md5"], "file_size": size},
        "by sha1": {"sha1": stated["sha1"]},
        "trash": {"sha256": here, "availability": "trashed"},
        "gone": {"sha256": here, "availability": "missing"},
        "downloaded": {},
        "edited": {"md5": other, "file_size": size},
        "other size": {"md5": stated["md5"], "file_size": size + 1},
        "other sha256": {"sha256": blob("other"), "md5": stated["md5"], "file_size": size},
        "damaged": {"sha256": damaged},
        "alone": {},
        "waiting": {"sha256": here, "month": "2021-07-01"},
    }
    common = {**drive, "availability": "online", "media_kind": "image"}
    rows = [{**common, "native_id": name, **values} for name, values in items.items()]
    write(lake, ("catalog", "google_drive"), ITEMS, *rows)

    def safe(*, by_sha1: bool) -> set[str]:
        found = items_of(lake, VaultSettings(), "google_drive", "me", by_sha1=by_sha1)
        assert {item.native_id for item in found} == set(items) - {"gone"}
        report = examine_items(found, [home], {"2021-07-01"})
        return {name for name, one in report.found.items() if one not in report.short}

    proven = {"by sha256", "by md5", "trash"}
    assert safe(by_sha1=True) == proven | {"by sha1"}
    assert safe(by_sha1=False) == proven


def test_items_that_are_files_here_are_not_examined(library: VaultLibrary) -> None:
    row = {"source": "folders", "catalog": "nas", "native_id": "a", "month": MONTH}
    item = {**row, "availability": "online", "media_kind": "image", "path": "/photos/a.jpg"}
    write(library.lake, ("catalog", "folders"), ITEMS, {**item, "sha256": blob("a")})
    items = items_of(library.lake, VaultSettings(), "folders", "nas", by_sha1=True)
    report = examine_items(items, [library.store("home")])
    assert [one.error for one in report.short] == ["is a file here: name its folder instead"]
