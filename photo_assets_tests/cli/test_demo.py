"""`photosync demo`: the sample through the whole graph, and nothing of the person's touched."""

import json
import re
import signal
import sqlite3
import subprocess
import urllib.request
from collections import Counter, defaultdict
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import fastjsonschema
import pytest

from photo_assets.library import open_workspace
from photo_assets.model.tables import ITEMS, MEMBERS, PHOTOS
from photo_assets.sample import make_sample, plan
from photo_assets.sample.online import ACCOUNT, read_uploads
from photo_assets.sample.shots import all_shots
from photo_assets.vault.history.published import photo_schema
from photo_assets_tests.cli.running import Project
from photo_assets_tests.services.sample.serving import SERVICES
from photo_assets_tests.time_limit import PATIENCE_S
from photo_assets_tests.vault.history.reading import objects_of, photos_of


@pytest.mark.slow
def test_the_demo_ends_with_commands_that_work(project: Project) -> None:
    mine = "catalogs: {}  # mine\n"
    project.configure(mine)
    done = project.run("demo", seconds=600)
    assert done.returncode == 0, done.stderr
    assert sorted(p.name for p in project.home.iterdir()) == [
        "dagster.yaml",
        "data",
        "photosync.yaml",
        "workspace.yaml",
    ]
    assert sorted(p.name for p in (project.home / "data").iterdir()) == ["demo", "sample"]
    assert (project.home / "photosync.yaml").read_text() == mine
    assert not list(project.user.iterdir())
    total = re.search(r"^total +(\S+) +(\S+) +(\S+) +(\S+)", done.stdout, re.MULTILINE)
    assert total is not None
    found, written, discarded, failed = (int(n.replace(",", "")) for n in total.groups())
    assert found == written + discarded + failed > 300
    for source in SERVICES:
        row = re.search(rf"^{source}/mara +(\d+) +(\d+) +0 +0 ", done.stdout, re.MULTILINE)
        assert row is not None and row[1] == row[2] != "0", done.stdout
    example = re.search(r"--config (\S+) explain '(.+)' '(.+)'$", done.stdout, re.MULTILINE)
    assert example is not None, done.stdout
    explained = project.run("--config", example[1], "explain", example[2], example[3])
    assert "One photo" in explained.stdout, explained.stderr
    planned = re.search(r"to be written: notion (\S+) rows, supabase (\S+) rows\.", done.stdout)
    assert planned is not None, done.stdout
    assert re.search(r"--config (\S+) replicate\n +previews what would be written", done.stdout)
    for sink, rows in zip(("notion", "supabase"), planned.groups(), strict=True):
        shown = project.run("--config", example[1], "plan", "show", sink, "--limit", "0")
        assert f"for {sink}: {rows} to create (not sent)." in shown.stdout
    require_whole_history(project.home / "data" / "sample")
    require_true_photos(project.home / "data" / "sample")
    checked = project.run("--config", example[1], "doctor")
    assert "OK    history: 1 commit, " in checked.stdout
    for source in SERVICES:
        assert f"OK    {source}/mara: responds" in checked.stdout
    again = project.run("demo", seconds=600)
    assert again.returncode == 0
    assert "Months written: catalog/eagle 0, catalog/flickr 0" in again.stdout
    assert "Creating the sample" not in again.stderr
    fresh = project.run("demo", "--fresh", seconds=600)
    assert fresh.returncode == 0, fresh.stderr
    assert "Creating the sample" in fresh.stderr


@pytest.mark.slow
@pytest.mark.usefixtures("ctrl_c")
def test_the_demo_writes_to_a_notion_that_runs_here(project: Project) -> None:
    project.variables["NOTION_ARCHIVE_TOKEN"] = "ntn_of_a_real_account"
    process = project.start("demo", "--sinks", stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    said = ""
    while "See http" not in said:
        line = process.stdout.readline().decode()
        assert line, said
        said += line
    pages = re.search(r"created (\d+), updated 0, unchanged 0, failed 0, left 0", said)
    assert pages is not None, said
    assert "Supabase: not written" in said
    address = re.search(r"See (http://127\.0\.0\.1:\d+):", said)
    assert address is not None
    first = read(address[1])
    listed = re.findall(rb'<a href="(/page/[^"]+)"><img [^>]*src="(/cover/[^"]+)"', first)
    assert len(listed) > 100
    assert f"{int(pages[1]):,} pages".encode() in first
    page, cover = (part.decode() for part in listed[0])
    assert b"<th>" in read(address[1] + page)
    assert read(address[1] + cover).startswith(b"\xff\xd8")
    process.send_signal(signal.SIGINT)
    rest, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    assert rest.decode().startswith("Stopped")
    made = project.home / "data" / "demo"
    assert not list(made.glob("sinks-*"))
    with closing(sqlite3.connect(made / "ledger.sqlite")) as ledger:
        assert ledger.execute("select count(*) from sink_requests").fetchone() == (0,)
    after = project.run("demo", seconds=600)
    assert "Waiting to be written: notion" in after.stdout, after.stderr


def require_whole_history(sample: Path) -> None:
    """Require a record of every photo, as its schema describes, and no address of a service."""
    workspace = open_workspace(sample / "photosync.yaml")
    folder = workspace.history.folder
    records = photos_of(folder)
    photos = workspace.lake.read_all(("identity", "photos"), PHOTOS)
    assert records.keys() == {*photos["photo_id"].to_pylist()}
    valid = fastjsonschema.compile(photo_schema())
    for record in records.values():
        valid(record)
    items = [one for record in records.values() for one in record["instances"]]
    sources = workspace.lake.catalogs()
    tables = [workspace.lake.read_all(("catalog", source), ITEMS) for source in sources]
    assert len(items) == sum(table.num_rows for table in tables)
    addresses = {
        address
        for table in tables
        for name in ("url", "raw", "links", "extras", "change_token")
        for value in table[name].to_pylist()
        for address in re.findall(r"[a-z]+://[^\s\"'\\\\]{8,}", str(value or ""))
    }
    assert len(addresses) > 20
    everything = b"\n".join(objects_of(folder)).decode(errors="replace")
    said = str([table.select(["caption", "title"]).to_pylist() for table in tables])
    assert not [one for one in addresses if one in everything and one not in said]


def require_true_photos(sample: Path) -> None:
    """Compare the photos of the demo with what its entries really show."""
    with TemporaryDirectory() as folder:
        made = make_sample(Path(folder) / "library")
    shows = {(entry.catalog, entry.ref): entry.picture for entry in made.entries + made.online}
    lake = open_workspace(sample / "photosync.yaml").lake
    for source in SERVICES:  # whose entries the sample knows by the names of their files
        named = {one.id or one.title: one.name for one in read_uploads(sample / "library", source)}
        for row in lake.read_all(("catalog", source), ITEMS).to_pylist():
            stated = json.loads(row["extras"] or "{}").get("original_name") or row["native_id"]
            name = named[stated] if source == "flickr" else row["file_name"]
            catalog = f"{source}/{ACCOUNT}"
            shows[catalog, row["native_id"]] = shows[catalog, name]
    photos, photos_of, items = defaultdict(set), defaultdict(set), Counter[str]()
    for row in lake.read_all(("identity", "members"), MEMBERS).to_pylist():
        shown = shows[f"{row['source']}/{row['catalog']}", row["native_id"]]
        photos[row["photo_id"]].add(shown.rpartition(" ")[0])
        photos_of[shown].add(row["photo_id"])
        items[shown] += 1
    assert all(len(shots) == 1 for shots in photos.values())
    # Nothing proves what an offline file is, what Flickr was given by the phone, nor what was picked
    # in Google Photos.
    shots = all_shots(20)
    by_phone = {shot.key for shot in shots if plan.in_flickr(shot) and shot.camera.phone}
    picked = {shot.key for shot in shots if plan.picked_in_google_photos(shot)}
    alone = plan.VIRTUAL_COPIES | plan.OFFLINE_SHOTS | by_phone | picked
    several = {shown for shown, found in photos_of.items() if len(found) > 1}
    assert several == {f"{key} jpeg" for key in alone if items[f"{key} jpeg"] > 1}


def read(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=PATIENCE_S) as reply:
        found: bytes = reply.read()
        return found
