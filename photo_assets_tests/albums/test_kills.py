"""Processes that rename are killed at random moments: in the end, every album agrees everywhere."""

import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import pytest

from photo_assets.albums.plan import approve, make_plan, read_plan
from photo_assets.albums.running import verify_all
from photo_assets.catalogs.smugmug.renaming_sign_in import SOURCE
from photo_assets.ledger import AlbumChanges, Step
from photo_assets.library import open_workspace
from photo_assets_tests.albums.account import RenamedAccount
from photo_assets_tests.albums.lake import Photos, album
from photo_assets_tests.services.supabase.stack import Stack
from photo_assets_tests.time_limit import PATIENCE_S

PROGRAM = "photo_assets_tests.albums.apply"


def killed_at_work(account: RenamedAccount, file: Path, after_s: float) -> bool:
    """Kill a process that renames, a while after its first change; return whether it ran."""
    before = patches(account)
    process = subprocess.Popen([sys.executable, "-m", PROGRAM, str(file)])
    deadline = time.monotonic() + PATIENCE_S
    while patches(account) == before and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    time.sleep(after_s)
    running = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    return running


def patches(account: RenamedAccount) -> int:
    return sum(one.method == "PATCH" for one in account.server.log.all())


@pytest.mark.slow
@pytest.mark.parametrize(("albums", "kills"), [(60, 5), (1_000, 200)])
def test_every_album_has_one_name_everywhere_after_kills(
    account: RenamedAccount,
    supabase: Stack,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    albums: int,
    kills: int,
) -> None:
    monkeypatch.setenv("SUPABASE_URL", supabase.api_url)
    monkeypatch.setenv("SUPABASE_SECRET_KEY", supabase.keys.secret_key)
    file = tmp_path / "photosync.yaml"
    file.write_text(
        f"data_dir: data\ncatalogs:\n  smugmug:\n    me: {{endpoint: '{account.server.base_url}',"
        " requests_per_second: 1000}\nalbums: {rename: [smugmug/me], renames_per_second: 1000}\n"
        "sinks: {supabase: {requests_per_second: 1000}}\n"
    )
    workspace = open_workspace(file)
    values = account.workspace.credentials.read(SOURCE, "me") or {}
    workspace.credentials.write(SOURCE, "me", values)
    photos, listed = Photos(workspace), []
    for number in range(albums):
        one = account.library.add_album(f"Event {number}")
        name = one.node.name
        photos.add("smugmug", album(one.key, name), datetime(2024, 5, 1 + number % 28, 12))
        listed.append({"catalog": "me", "album_key": one.key, "name": name, "path": [name]})
    supabase.execute(
        "insert into albums (album_id, source, catalog, album_key, album_name, path, row_digest)"
        " select gen_random_uuid(), 'smugmug', 'me', key, name, array[name], 'd'"
        " from unnest(%s::text[], %s::text[]) as t (key, name)",
        [row["album_key"] for row in listed],
        [row["name"] for row in listed],
    )
    photos.write(listed)
    make_plan(workspace)
    approve(workspace, read_plan(workspace), "mara")

    chance = random.Random(albums)
    hits = sum(killed_at_work(account, file, chance.uniform(0, 0.3)) for _ in range(kills))
    assert hits >= kills // 2, f"{hits} of {kills} kills found it at work"
    names = {one.node.name for one in account.library.albums.values()}
    assert all(name.startswith("Event ") for name in names)
    subprocess.run([sys.executable, "-m", PROGRAM, str(file)], check=True, timeout=PATIENCE_S)

    changes = AlbumChanges(workspace.ledger).all()
    assert {one.step for one in changes} == {Step.DONE}
    assert len(changes) == albums
    assert verify_all(workspace)["smugmug/me"].findings == ()
    expected = {(f"smugmug/me/{one.key}", one.node.name) for one in account.library.albums.values()}
    assert {(one.album, one.after) for one in changes} == expected
    assert supabase.execute("select status, count(*) from album_name_changes group by 1") == [
        ("done", albums)
    ]
