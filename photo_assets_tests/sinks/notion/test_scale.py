"""Exactly one page per photo, whatever the service does and however often a kill occurs."""

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from photo_assets.sinks.engine.planning import make_plan
from photo_assets.sinks.notion.sink import NotionSink
from photo_assets.workspace import Workspace
from photo_assets_tests.services.notion.control import NotionControl
from photo_assets_tests.services.server import running_process
from photo_assets_tests.sinks.notion.collection import photo, photo_id, write_collection
from photo_assets_tests.sinks.notion.conftest import make_workspace, set_up
from photo_assets_tests.sinks.notion.storm import (
    apply_through,
    let_loose,
    share_used,
    too_many_in_any_window,
)

TOKEN = "ntn_storm"
EVERY = 10  # each tenth photo has a thumbnail, so that covers are among it


@dataclass(frozen=True)
class StandIn:
    """A stand-in that is another process."""

    url: str
    control: NotionControl


@pytest.fixture
def stand_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """A stand-in that outlives its clients."""
    monkeypatch.setenv("NOTION_ARCHIVE_TOKEN", TOKEN)
    with running_process("photo_assets_tests.services.notion", "--token", TOKEN) as url:
        control = NotionControl(url)
        yield StandIn(url, control)
        control.close()


@pytest.mark.slow
def test_a_small_storm(stand_in: StandIn, tmp_path: Path) -> None:
    weather(stand_in, tmp_path, photos=80, kills=3, rate=30, alive_s=(1.8, 3.0), at_once=16)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_photos_twenty_percent_faults_fifty_kills(
    stand_in: StandIn, tmp_path: Path
) -> None:
    photos = int(os.environ.get("PHOTO_ASSETS_STORM_PHOTOS", "10000"))
    rate = float(os.environ.get("PHOTO_ASSETS_STORM_RATE", "40"))
    # Fifty lives are shorter than the whole: 2.1 calls a page, at most as fast as the rate allows.
    alive = (1.0, max(4.0, photos * 2.1 / rate / 29))
    weather(stand_in, tmp_path, photos=photos, kills=50, rate=rate, alive_s=alive, at_once=32)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_rate_is_used_while_work_waits(stand_in: StandIn, tmp_path: Path) -> None:
    """At four times the rate the service allows, so that a busy machine can keep it."""
    share = weather(stand_in, tmp_path, photos=250, kills=4, rate=10, alive_s=(10, 20), at_once=16)
    assert share >= 0.9


def weather(
    stand_in: StandIn,
    folder: Path,
    *,
    photos: int,
    kills: int,
    rate: float,
    alive_s: tuple[float, float],
    at_once: int,
) -> float:
    """Send photos through a storm, then change some; return the share of the rate that was used."""
    control = stand_in.control
    root = control.root()["page_id"]
    workspace = make_workspace(
        folder,
        stand_in.url,
        root,
        requests_per_second=rate,
    )
    source = set_up(workspace)
    control.order("/__settings", query_delay=0.02)
    client: Any = _vendor_client(stand_in.url)
    client.data_sources.update(source, properties={"Status": {"status": {}}})
    control.clear_log()
    rows = [photo(number) for number in range(photos)]
    write_collection(workspace, rows, thumbnails=False)
    edited: dict[str, str] = {}
    chance = random.Random(7)

    def somebody_works_there() -> None:
        if not edited:
            pages = control.pages(source)
            some = [page["id"] for page in chance.sample(pages, min(len(pages), 20))]
            edited.update(dict.fromkeys(some, ""))
        for page in edited:
            status = chance.choice(["Not started", "In progress", "Done"])
            control.human_edit(page, {"Status": status})
            edited[page] = status

    _draw_some(workspace, rows)
    let_loose(control, 0.2, seed=5)
    plan = make_plan(workspace, NotionSink(workspace), "all").plan
    assert plan.rows == photos
    storm = apply_through(
        str(folder / "photosync.yaml"),
        plan.plan_id,
        kills=kills,
        alive_s=alive_s,
        at_once=at_once,
        seed=3,
        meanwhile=somebody_works_there,
    )
    arrivals = control.arrivals()
    share = share_used(arrivals, storm, rate, at_once)
    faults = sum(bool(one.fault) for one in arrivals)
    print(
        f"{photos} photos, {len(arrivals)} calls, {faults} faults, {storm.killed} killed, "
        f"{storm.ended} ended, {share:.3f} of the rate used"
    )
    assert storm.killed >= kills // 3, f"{storm.killed} of {kills} kills found it at work"
    assert storm.last == {"left": 0, "failed": 0, "stopped": None}
    _check_pages(control, source, photos, edited)
    assert too_many_in_any_window(arrivals, rate) == {}

    # What people edited is changed by us as well, and stays what they made of it.
    control.clear()
    changed = [
        photo(number, rating=5) if number % 20 == 0 else photo(number) for number in range(photos)
    ]
    write_collection(workspace, changed, thumbnails=False)
    _draw_some(workspace, rows)
    again = make_plan(workspace, NotionSink(workspace), "changed").plan
    # Those that had five stars already are as they were.
    assert again.rows == sum(n % 20 == 0 and n % 6 != 5 for n in range(photos))
    apply_through(
        str(folder / "photosync.yaml"),
        again.plan_id,
        kills=0,
        alive_s=alive_s,
        at_once=at_once,
        seed=4,
        meanwhile=somebody_works_there,
    )
    _check_pages(control, source, photos, edited)
    complaints = control.complaints()
    assert complaints == {"violations": [], "refused": []}
    return share


def _draw_some(workspace: Workspace, rows: list[dict[str, Any]]) -> None:
    from photo_assets.model.tables import THUMBNAILS
    from photo_assets_tests.sinks.notion.collection import MONTH, blob, draw, table_of

    numbers = range(0, len(rows), EVERY)
    drawn = [{"sha256": blob(n), "month": MONTH, "status": "drawn"} for n in numbers]
    for number in numbers:
        draw(workspace, number)
    workspace.lake.write(
        ("vault", "thumbnails"), MONTH, THUMBNAILS, table_of(THUMBNAILS.schema, drawn)
    )


def _check_pages(control: NotionControl, source: str, photos: int, edited: dict[str, str]) -> None:
    pages = control.pages(source)
    found = [
        "".join(part["plain_text"] for part in page["properties"]["Photo UUID"]["rich_text"])
        for page in pages
    ]
    assert len(found) == photos
    assert set(found) == {photo_id(number) for number in range(photos)}
    covers = sum(page["cover"] is not None for page in pages)
    assert covers == len(range(0, photos, EVERY))
    status = {page["id"]: page["properties"]["Status"]["status"] for page in pages}
    assert edited
    for page, chosen in status.items():
        name = chosen["name"] if chosen else None
        assert name == edited.get(page)


def _vendor_client(url: str) -> Any:
    import notion_client

    return notion_client.Client(auth=TOKEN, base_url=url, retry=False)
