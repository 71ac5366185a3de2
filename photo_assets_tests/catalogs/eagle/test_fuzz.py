"""Libraries damaged at random, reproducibly: a bad entry affects no other, and rows stay valid."""

import json
import random
import shutil
import time
from datetime import date
from pathlib import Path

import pytest

from photo_assets.catalogs.eagle.catalog import EagleCatalog
from photo_assets.catalogs.eagle.settings import EagleSettings
from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError
from photo_assets.model.events import Accounting, Found, Unchanged
from photo_assets.model.rows import item_to_row, row_to_item, rows_to_table
from photo_assets_tests.catalogs.eagle.building import LibraryBuilder, folder, jpeg

HOSTILE: tuple[object, ...] = (
    None,
    True,
    -1,
    2**63,
    -(10**400),
    1e308,
    float("nan"),
    float("inf"),
    "",
    "\ud83d",
    "\x00",
    "../../etc/passwd",
    "x" * 5000,
    [],
    [None, 1, "a", ["b"], {}],
    {},
    {"a": {"b": [1]}},
    [["x"] * 3] * 3,
)
BROKEN_TEXTS = (
    b"",
    b"null",
    b"[" * 100_000,
    b'{"a":' * 5000,
    b"\xff\xfe{}",
    b"\xef\xbb\xbf{}",
    b'{"star":' + b"9" * 5000 + b"}",
    b'{"id":"LX0"',
)


def template(tmp_path: Path) -> Path:
    library = LibraryBuilder(tmp_path / "template.library")
    library.folders([folder("A", "a", folder("B", "b")), folder("C", "a")])
    library.add("LX0", tags=["x", "y"], folders=["A", "B"], star=3, annotation="say")
    library.add("LX1", media=jpeg(taken="2020:02:03 04:05:06"), comments=[{"a": 1}])
    library.add("LX2", ext="mp4", media=b"\0" * 64, duration=3)
    return library.root


def damage(root: Path, dice: random.Random) -> None:
    documents = sorted(root.glob("images/*/metadata.json"))
    target = dice.choice([*documents * 4, *sorted(root.glob("*.json"))])
    content = target.read_bytes()
    match dice.randrange(5):
        case 0:
            target.write_bytes(content[: dice.randrange(len(content))])
        case 1:
            spoiled = bytearray(content)
            for _ in range(dice.randrange(1, 6)):
                spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
            target.write_bytes(spoiled)
        case 2:
            target.write_bytes(dice.choice(BROKEN_TEXTS))
        case 3:
            value = json.loads(content)
            value[dice.choice(list(value))] = dice.choice(HOSTILE)
            target.write_text(json.dumps(value))
        case _:
            media = dice.choice([p for p in sorted(root.glob("images/*/*")) if p not in documents])
            spoiled = bytearray(media.read_bytes())
            spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
            media.write_bytes(spoiled[: dice.randrange(1, len(spoiled) + 1)])


def check(root: Path) -> bool:
    """Scan as the pipeline does; return whether the library could be opened."""
    reader = EagleCatalog("main", EagleSettings(path=root))
    try:
        events = list(reader.scan({}))
    except (CatalogUnreadableError, CatalogUnavailableError):
        return False
    accounting = Accounting()
    for event in events:
        accounting.count(event)
    assert accounting.balanced
    assert accounting.found == 3
    items = [event.item for event in events if isinstance(event, Found)]
    table = rows_to_table([item_to_row(item, date(2026, 1, 1)) for item in items])
    for item, row in zip(items, table.to_pylist(), strict=True):
        assert row_to_item(row).digest() == item.digest() == row["item_digest"]
        json.loads(item.raw or "null")
        json.loads(item.extras or "null")
    known = {item.native_id: item.change_token for item in items}
    again = list(reader.scan(known))
    assert {e.native_id for e in again if isinstance(e, Unchanged)} == set(known)
    return True


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rounds: int) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    source, root = template(tmp_path), tmp_path / "damaged.library"
    opened = 0
    for seed in range(rounds):
        shutil.copytree(source, root)
        dice = random.Random(seed)
        for _ in range(dice.randrange(1, 4)):
            if any(root.glob("images/*/metadata.json")):
                try:
                    damage(root, dice)
                except (ValueError, TypeError, AttributeError, IndexError, RecursionError):
                    continue  # the document was already damaged by the first change
        try:
            opened += check(root)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}") from error
        shutil.rmtree(root)
    assert rounds // 3 < opened < rounds


def test_two_hundred_damaged_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch, 200)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_ten_thousand_damaged_libraries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run(tmp_path, monkeypatch, 10_000)
