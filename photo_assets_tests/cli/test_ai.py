"""`photosync ai` as a person runs it, and what of the replies is where before and after approval."""

import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from photo_assets.ledger import AiProposals
from photo_assets.library import open_workspace
from photo_assets.model.errors import ExitCode
from photo_assets.sinks.engine.sink_tables import desired_asset
from photo_assets.sinks.supabase.tables import AI_METADATA
from photo_assets_tests.cli.running import Project, make_photos
from photo_assets_tests.services.openai.app import CANARY, Endpoint, build_app
from photo_assets_tests.services.server import StandIn

INSIDE = ("ledger.sqlite", "history.git", "lake/ai/")
"""Where proposals are kept: the ledger, its history, and the table that no sink reads."""


@pytest.fixture
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture
def stand_in(endpoint: Endpoint) -> Iterator[StandIn]:
    with StandIn(build_app(endpoint)).running() as running:
        yield running


def configure(project: Project, photos: Path, url: str, ceiling: int) -> None:
    project.configure(
        f'catalogs: {{folders: {{nas: {{path: "{photos}", settle_seconds: 0}}}}}}\n'
        "ai:\n"
        "  enabled: true\n"
        f"  endpoint: {url}/v1\n"
        "  model: stand-in\n"
        "  photos: [{catalog: folders/nas}]\n"
        f"  ceiling: {{photos: {ceiling}}}\n"
    )


def outside(project: Project) -> Iterator[tuple[str, str]]:
    """Yield each file of the project with its content as text, except where proposals are kept."""
    for path in sorted(project.home.rglob("*")):
        name = str(path.relative_to(project.home))
        if not path.is_file() or any(kept in name for kept in INSIDE):
            continue
        yield name, path.read_bytes().decode("latin-1")
        if path.suffix == ".parquet":
            yield name, str(pq.read_table(path).to_pylist())


def where(project: Project, text: str) -> set[str]:
    return {name for name, content in outside(project) if text in content}


def described(project: Project) -> set[tuple[str, str]]:
    """Return photo and description of the rows of approved AI values that Supabase is to have."""
    lake = open_workspace(project.home / "photosync.yaml").lake
    tables = map(pq.read_table, lake.files(desired_asset("supabase")))
    rows = [row for table in tables for row in table.to_pylist() if row["target"] == AI_METADATA]
    said = [json.loads(row["content"]) for row in rows]
    assert all(one["approved"] and one["approved_by"] and one["approved_at"] for one in said)
    return {(one["photo_id"], one["ai_description"]) for one in said}


def test_nothing_unapproved_is_anywhere_outside(
    project: Project, tmp_path: Path, endpoint: Endpoint, stand_in: StandIn
) -> None:
    make_photos(tmp_path / "photos", 3)
    configure(project, tmp_path / "photos", stand_in.base_url, ceiling=2)
    assert project.run_here("discover").returncode == ExitCode.OK
    dry = project.run_here("ai", "run", "--dry-run")
    host = stand_in.base_url.removeprefix("http://")
    assert dry.returncode == ExitCode.OK and endpoint.asked.total() == 0
    assert f"without metadata, names or texts, go to {host}" in dry.stderr
    assert "3 photos to ask" in dry.stderr and "allows 2 of them" in dry.stderr

    done = project.run_here("ai", "run")
    assert done.returncode == ExitCode.ATTENTION, done.stdout + done.stderr
    assert f"go to {host}" in done.stderr
    assert "1 photo waits: ai.ceiling.photos is reached" in done.stderr
    configure(project, tmp_path / "photos", stand_in.base_url, ceiling=9)
    assert project.run_here("ai", "run").returncode == ExitCode.OK
    assert endpoint.asked.total() == 3 and set(endpoint.asked.values()) == {1}
    assert CANARY not in done.stdout + done.stderr
    assert where(project, CANARY) == set()

    listed = json.loads(project.run_here("ai", "review", "--json").stdout)
    assert len(listed) == 3 and {one["state"] for one in listed} == {"pending"}
    refused = project.run_here("ai", "approve", "--all")
    assert refused.returncode == ExitCode.USAGE and CANARY in refused.stdout  # the preview
    waits = "3 proposals of an AI model wait for your answer"
    assert waits in project.run_here("status").stdout
    first, second, third = listed
    approved = project.run_here("ai", "approve", first["id"][:12], "--why", "looked at it")
    assert approved.returncode == ExitCode.OK, approved.stderr
    edit = ("--description", "Our own words", "--tags", "own, words")
    assert project.run_here("ai", "approve", second["id"], *edit).returncode == ExitCode.OK
    assert project.run_here("ai", "reject", third["id"]).returncode == ExitCode.OK
    assert project.run_here("resolve", "--refresh").returncode == ExitCode.OK

    names = where(project, first["description"])
    for there in ("lake/metadata/unified/", "lake/sink/notion", "lake/sink/supabase"):
        assert any(there in name for name in names), names
    assert where(project, "Our own words")
    edited = (second["photo_id"], "Our own words")
    assert described(project) == {(first["photo_id"], first["description"]), edited}
    for one in (second, third):
        assert where(project, one["description"]) == set()
    assert where(project, second["tags"][1]) == where(project, third["tags"][1]) == set()

    for kind, target in (("csv", "a.csv"), ("json", "a.json"), ("xmp", "sidecars")):
        written = project.run_here("ai", "export", target, "--format", kind)
        assert "Wrote 2 photos" in written.stdout, written.stderr
    sidecar = (project.home / "sidecars" / f"{second['photo_id']}.xmp").read_text()
    assert "Our own words" in sidecar and CANARY not in sidecar
    assert where(project, third["description"]) == set()

    batch = approved.stdout.split("photosync ai undo ")[1].split()[0]
    assert "Taken back: 1 answer" in project.run_here("ai", "undo", batch).stdout
    assert project.run_here("resolve", "--refresh").returncode == ExitCode.OK
    left = where(project, first["description"])
    assert not any("lake/metadata/" in name for name in left), left
    assert described(project) == {edited}
    workspace = open_workspace(project.home / "photosync.yaml")
    assert AiProposals(workspace.ledger).released().keys() == {second["photo_id"]}


def test_what_is_wrong_is_said_before_anything_is_sent(project: Project, tmp_path: Path) -> None:
    make_photos(tmp_path / "photos", 1)
    project.configure(f'catalogs: {{folders: {{nas: {{path: "{tmp_path}/photos"}}}}}}\n')
    off = project.run_here("ai", "run")
    assert off.returncode == ExitCode.CONFIGURATION and "ai.enabled is false" in off.stderr
    assert "nothing is sent" in project.run_here("ai", "status").stdout
    assert project.run_here("ai", "cost").returncode == ExitCode.OK
    for lines, words in (
        ("enabled: true", "needs an endpoint and a model"),
        ("enabled: true, endpoint: 'http://localhost/v1', model: m", "needs `photos`"),
        (
            "enabled: true, endpoint: 'https://api.openai.com/v1', model: m, photos: [{label: red}]",
            "needs `prices`",
        ),
        ("photos: [{}]", "name an album, a label, a catalog or months"),
        ("photos: [{months: 2024-13}]", "write a month or a range of months"),
        ("key_env: sk-1234567890abcdefghij", "the name of an environment variable"),
    ):
        project.configure(f"ai: {{{lines}}}\n")
        said = project.run_here("ai", "status")
        assert said.returncode == ExitCode.CONFIGURATION, lines
        assert words in said.stderr, said.stderr
