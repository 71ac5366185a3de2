"""`identity/lookalikes` in the graph: made with the other joins, checked, quiet when nothing is new."""

from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from photo_assets.defs.identity.lookalike_checks import (
    no_flat_picture_is_in_a_pair,
    pairs_are_as_close_as_stated,
    pairs_are_of_two_photos,
)
from photo_assets.defs.joins import lookalikes_due
from photo_assets.defs.keys import LOOKALIKES as KEY
from photo_assets.defs.resources import PhotoLibrary
from photo_assets.model.tables import LOOKALIKE_GROUPS, LOOKALIKES, UNIFIED
from photo_assets_tests.defs.daemon import Daemon, workspace
from photo_assets_tests.defs.settled import Settled

ASSET = ("identity", "lookalikes")
CHECKS = (pairs_are_of_two_photos, pairs_are_as_close_as_stated, no_flat_picture_is_in_a_pair)


def caption(text: str) -> str:
    """Return a sidecar with nothing else in it."""
    return f"""<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{text}</rdf:li></rdf:Alt></dc:description>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def stored() -> pa.Table:
    return workspace().lake.read(ASSET, "lookalikes", LOOKALIKES)


def metadata(daemon: Daemon) -> dict[str, Any]:
    event = daemon.instance.get_latest_materialization_event(KEY)
    assert event is not None and event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def passed(check: dg.AssetChecksDefinition) -> bool:
    result = check(PhotoLibrary())
    assert isinstance(result, dg.AssetCheckResult)
    return result.passed


def test_a_smaller_copy_is_a_candidate_and_has_a_sheet(alikes: Settled) -> None:
    daemon = alikes.daemon
    assert daemon.failures == []
    (pair,) = stored().to_pylist()
    assert pair["distance"] <= 6
    (group,) = workspace().lake.read(ASSET, "lookalike_groups", LOOKALIKE_GROUPS).to_pylist()
    assert group["photo_count"] == 2
    seen = metadata(daemon)
    assert (seen["dagster/row_count"], seen["groups"], seen["sheets_drawn"]) == (1, 1, 1)
    assert Path(seen["contact_sheets"]).name == "index.html"
    assert "data:image/jpeg;base64," in seen["most_likely_groups"]
    assert len(seen["most_likely_groups"]) < 150_000
    assert "| different bits | pairs |" in seen["pairs_by_distance"]
    assert all(passed(check) for check in CHECKS)


def test_unchanged_inputs_write_nothing(alikes: Settled) -> None:
    daemon = alikes.daemon
    data = workspace().data_dir
    folders = (data / "lake" / "identity" / "lookalikes", data / "contact_sheets")
    before = {p: p.stat().st_mtime_ns for folder in folders for p in folder.rglob("*.*")}
    assert len(before) == 4
    assert daemon.execute("lookalikes")
    assert before == {p: p.stat().st_mtime_ns for folder in folders for p in folder.rglob("*.*")}
    assert metadata(daemon)["changed"] is False
    assert not lookalikes_due(workspace())


def test_a_new_picture_starts_a_search_and_an_edited_caption_does_not(alikes: Settled) -> None:
    project, daemon = alikes
    searched = metadata(daemon)["duration_s"], stored()
    lake = workspace().data_dir / "lake" / "identity"
    before = {p: p.stat().st_mtime_ns for p in (lake / "lookalikes").iterdir()}
    events = len(daemon.instance.fetch_materializations(KEY, limit=9).records)
    (project / "photos" / "1.jpg.xmp").write_text(caption("Seen from the pier."))
    daemon.look_again()
    daemon.settle()
    (captions,) = {
        row["caption"]
        for row in workspace().lake.read_all(("metadata", "unified"), UNIFIED).to_pylist()
        if row["caption"]
    }
    assert captions == "Seen from the pier."
    assert not lookalikes_due(workspace())
    assert (metadata(daemon)["duration_s"], stored()) == searched
    assert before == {p: p.stat().st_mtime_ns for p in (lake / "lookalikes").iterdir()}
    assert len(daemon.instance.fetch_materializations(KEY, limit=9).records) >= events
    with Image.open(project / "photos" / "2.jpg") as image:
        image.resize((50, 38), Image.Resampling.LANCZOS).save(project / "photos" / "other.jpg")
    daemon.look_again()
    daemon.settle()
    assert stored().num_rows == 2


def test_another_distance_makes_them_due(alikes: Settled) -> None:
    project = alikes.project
    assert not lookalikes_due(workspace())
    settings = project / "photosync.yaml"
    settings.write_text(settings.read_text() + "identity: {lookalikes: {distance: 2}}\n")
    assert lookalikes_due(workspace())


@pytest.mark.parametrize(
    ("change", "failing"),
    [
        ({"distance": 7}, pairs_are_as_close_as_stated),
        ({"b_photo_id": "0"}, pairs_are_of_two_photos),
        ({"group_id": "nowhere"}, pairs_are_of_two_photos),
    ],
)
def test_a_wrong_pair_fails_its_check(
    alikes: Settled, change: dict[str, object], failing: dg.AssetChecksDefinition
) -> None:
    lake = workspace().lake
    footer = lake.footer(ASSET, "lookalikes")
    assert footer is not None
    rows = [{**row, **change} for row in stored().to_pylist()]
    table = pa.Table.from_pylist(rows, schema=LOOKALIKES.schema)
    lake.write(ASSET, "lookalikes", LOOKALIKES, table, extra=footer.extra)
    assert [check for check in CHECKS if not passed(check)] == [failing]


def test_a_flat_picture_in_a_pair_fails_its_check(alikes: Settled) -> None:
    project, daemon = alikes
    Image.new("RGB", (64, 48), "grey").save(project / "photos" / "grey.jpg")
    Image.new("RGB", (65, 48), "grey").save(project / "photos" / "grey2.jpg")
    daemon.look_again()
    daemon.settle()
    lake = workspace().lake
    (pair,) = stored().to_pylist()  # the grey ones are in none
    assert passed(no_flat_picture_is_in_a_pair)
    footer = lake.footer(ASSET, "lookalikes")
    assert footer is not None
    files = lake.files(("identity", "fingerprints"))
    flat = [
        row["sha256"] for path in files for row in pq.read_table(path).to_pylist() if row["flat"]
    ]
    assert len(flat) == 2
    table = pa.Table.from_pylist([{**pair, "a_sha256": flat[0]}], schema=LOOKALIKES.schema)
    lake.write(ASSET, "lookalikes", LOOKALIKES, table, extra=footer.extra)
    assert not passed(no_flat_picture_is_in_a_pair)
