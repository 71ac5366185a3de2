"""`docs/adding-a-sink.md` is followed: its files, in a folder outside, become a whole sink."""

import json
import os
from pathlib import Path

import pytest
from PIL import Image

from photo_assets.sinks import registry
from photo_assets_tests.following import CONTRACT, Followed, follow

# One process for all: most of what each command costs is starting.
COMMANDS = """
import sys
from photo_assets.cli.main import run
print(*(int(run(command.split())) for command in sys.argv[1:]))
from photo_assets.definitions import defs
found = defs()
graph = found.resolve_asset_graph()
print(*(key.to_user_string() for key in graph.materializable_asset_keys))
print(*(key.name for key in graph.asset_check_keys if 'cards' in key.asset_key.path[-1]))
print(*(one.name for one in (*found.jobs, *found.schedules)))
"""


@pytest.fixture
def followed(tmp_path: Path) -> Followed:
    return follow("adding-a-sink.md", tmp_path, "sinks", "SinkSpec", "cards")


@pytest.mark.parametrize(
    "which",
    [
        "without_credentials or put_right",
        pytest.param("test", marks=pytest.mark.slow),
    ],
)
def test_the_sink_fulfills_the_contract(followed: Followed, which: str) -> None:
    suite = str(followed.outside / "test_contract.py")
    assert " passed" in followed.run(CONTRACT, suite, "-k", which)


def test_the_added_sink_is_complete(followed: Followed) -> None:
    assert "cards" not in registry.sinks()  # not in this process
    photos = followed.project / "photos"
    photos.mkdir()
    picture = photos / "IMG_20200601_120000.jpg"
    Image.new("RGB", (40, 30), (90, 60, 30)).save(picture)
    os.utime(picture, (1_600_000_000, 1_600_000_000))  # else it may still be written
    text = "catalogs: {folders: {here: {path: photos}}}\nsinks:\n"
    text += "".join(f"  {name}: {{enabled: false}}\n" for name in registry.sinks())
    for name, settings in (
        ("unset", ""),
        ("among_photos", "  cards: {folder: photos/cards}\n"),
        ("photosync", "  cards: {folder: cards}\n"),
    ):
        (followed.project / f"{name}.yaml").write_text(text + settings)
    commands = [
        *("--config unset.yaml doctor", "--config among_photos.yaml doctor"),
        *("schema", "--config photosync.yaml doctor", "discover", "replicate cards"),
        *("replicate --execute", "verify"),
    ]
    told = followed.run(COMMANDS, *commands)
    assert "Cards are not set up: there is no folder for them." in told
    # Among the photos they would be written into what is only ever read.
    assert "`sinks.cards.folder` (" in told
    assert '"CardsSettings": {' in told
    assert '"captions": {' in told
    assert "OK    cards: set up; " in told
    assert "Waiting to be written: cards 1 row." in told
    assert "1 to create\n  Nothing was sent." in told
    assert "created 1, updated 0, unchanged 0, failed 0, left 0" in told
    assert "1 row read, 0 differ" in told
    (card,) = (followed.project / "cards").glob("*.json")
    assert json.loads(card.read_text())["capture_time"] == "2020-06-01 12:00:00"

    codes, assets, checks, names = told.splitlines()[-4:]
    assert codes.split()[4:] == ["0"] * 4
    assert {"sink/cards_plan", "sink/cards_files"} <= set(assets.split())
    assert {"follows_the_view", "written_rows_are_unchanged", "every_row_fits_the_limits"} <= set(
        checks.split()
    )
    assert {"cards_plan", "cards_files", "verify_cards", "sweep_cards"} <= set(names.split())
