"""Which photos lack copies, how many each needs, and which items of a service have any."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.configuration.vault import VaultSettings
from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.model.tables import EDGES, ITEMS, MEMBERS, ORIGINALS, UNIFIED, TableKind
from photo_assets.vault.copies import examine_items
from photo_assets.vault.photo_copies import items_of, needed_by_original, short_photos
from photo_assets_tests.vault.library import MONTH, VaultLibrary, flip_bit

_STORES = ["home", "nas"]


def blob(text: str) -> bytes:
    return sha256(text.encode()).digest()


def write(lake: Lake, asset: tuple[str, str], kind: TableKind, *rows: dict[str, Any]) -> None:
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
    lake.write(asset, MONTH, kind, table)


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
    unified = [
        {"photo_id": row["id"], "file_name": f"{row['id']}.jpg", **row.get("values", {})}
        for row in rows
    ]
    write(lake, ("metadata", "unified"), UNIFIED, *unified)


def stored(lake: Lake, **stores: list[str]) -> None:
    """Write in which stores each blob was at the last run."""
    rows = [{"sha256": blob(name), "stores": held} for name, held in stores.items()]
    write(lake, ("vault", "originals"), ORIGINALS, *rows)


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
    )
    stored(lake, a=["home", "nas"], b=["home"], d=["home", "old"])
    count, short = short_photos(lake, VaultSettings(copies=2), _STORES)
    assert count == 6
    assert [(one.photo_id, one.originals, one.copies, one.needed) for one in short] == [
        ("gone", 1, 0, 2),
        ("one", 1, 1, 2),
        ("online", 0, 0, 2),
        ("pair", 2, 1, 2),
        ("removed", 1, 1, 2),  # a store that is no longer configured does not count
    ]
    assert [one.photo_id for one in short_photos(lake, VaultSettings(), _STORES)[1]] == [
        "gone",
        "online",
    ]


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
        "none": {},
    }
    rows = [{"id": name, "blobs": [blob(name)], "values": one} for name, one in values.items()]
    photos(lake, *rows)
    stored(lake, **{name: ["home", "nas"] for name in values})
    settings = VaultSettings.model_validate(
        {"copies": 2, "more_copies": [{**rule, "copies": 3}, {"keyword": "wedding", "copies": 1}]}
    )
    assert {one.photo_id for one in short_photos(lake, settings, _STORES)[1]} == matched
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
    for one, name in ((here, "here.jpg"), (damaged, "damaged.jpg")):
        with library.file(name).open("rb") as content:
            home.put(one, content)
    flip_bit(home.path(damaged), 7)
    names = {"stated": here, "equal": None, "chained": None, "looks": None, "alone": None}
    names |= {"damaged": damaged, "trash": here, "gone": here}
    drive = {"source": "google_drive", "catalog": "me", "month": MONTH, "photo_id": "p"}
    state = {"trash": "trashed", "gone": "missing"}
    items = [
        {**drive, "native_id": name, "file_name": f"{name}.jpg"}
        | {"availability": state.get(name, "online"), "media_kind": "image"}
        for name in names
    ]
    local = {"source": "folders", "catalog": "nas", "native_id": "here", "photo_id": "p"}
    members = [{**item, "sha256": names[str(item["native_id"])]} for item in items]
    columns = set(MEMBERS.schema.names)
    rows = [{k: v for k, v in row.items() if k in columns} for row in members]
    write(lake, photo_table(MEMBERS), MEMBERS, *rows, {**local, "sha256": here})
    columns = set(ITEMS.schema.names)
    rows = [{k: v for k, v in item.items() if k in columns} for item in items]
    write(lake, ("catalog", "google_drive"), ITEMS, *rows)

    def edge(step: int, one: str, other: str) -> dict[str, Any]:
        ends = {"a_source": "google_drive", "a_catalog": "me", "a_native_id": one}
        if other == "here":
            ends |= {"b_source": "folders", "b_catalog": "nas", "b_native_id": "here"}
        else:
            ends |= {"b_source": "google_drive", "b_catalog": "me", "b_native_id": other}
        return {"photo_id": "p", "step": step, **ends}

    edges = [edge(1, "equal", "here"), edge(1, "chained", "equal"), edge(2, "looks", "here")]
    write(lake, photo_table(EDGES), EDGES, *edges)
    report = examine_items(items_of(lake, VaultSettings(), "google_drive", "me"), [home])
    assert {one.path: (one.stores, one.error) for one in report.short} == {
        "alone.jpg (alone)": ((), "its bytes are not known"),
        "damaged.jpg (damaged)": ((), None),
        "looks.jpg (looks)": ((), "its bytes are not known"),
    }
    safe = {name for name, one in report.found.items() if one.stores}
    assert safe == {"stated", "equal", "chained", "trash"}


def test_items_that_are_files_here_are_not_examined(library: VaultLibrary) -> None:
    row = {"source": "folders", "catalog": "nas", "native_id": "a", "month": MONTH}
    item = {**row, "availability": "online", "media_kind": "image", "path": "/photos/a.jpg"}
    write(library.lake, ("catalog", "folders"), ITEMS, item)
    member = {**row, "photo_id": "p", "sha256": blob("a")}
    write(library.lake, photo_table(MEMBERS), MEMBERS, member)
    items = items_of(library.lake, VaultSettings(), "folders", "nas")
    report = examine_items(items, [library.store("home")])
    assert [one.error for one in report.short] == ["is a file here: name its folder instead"]
