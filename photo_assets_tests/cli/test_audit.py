"""`photosync audit` on a real project: one photo that one account shares and the other does not."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest

from photo_assets.lake import Lake
from photo_assets.model.tables import UNIFIED, VISIBILITY
from photo_assets_tests.cli.running import Project, make_project
from photo_assets_tests.services.immich.server import KEY, ImmichServer

MONTH = "2020-05-01"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """Two accounts with the same two photos, of which `family` shares one by a link."""
    project = make_project(tmp_path_factory.mktemp("shared"))
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(ImmichServer().running()) for name in ("family", "home")
        }
        for server in servers.values():
            server.store.add("a.jpg")
            server.store.add("b.jpg")
        store = servers["family"].store
        store.put_album("For everyone", [next(iter(store.assets))], hasSharedLink=True)
        lines = "".join(
            f"    {name}: {{endpoint: '{server.base_url}', requests_per_second: 1000}}\n"
            for name, server in servers.items()
        )
        project.configure(f"catalogs:\n  immich:\n{lines}")
        yield replace(project, variables={"IMMICH_API_KEY": KEY})


def audited(project: Project, *arguments: str) -> tuple[int, dict[str, Any]]:
    done = project.run_here("audit", "--visibility-check", "--json", *arguments)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def stored(project: Project) -> list[dict[str, Any]]:
    lake = Lake(project.home / "data" / "lake")
    rows: list[dict[str, Any]] = lake.read_all(("metadata", "visibility"), VISIBILITY).to_pylist()
    return rows


def test_a_person_finds_approves_and_revokes_what_is_too_visible(shared: Project) -> None:
    early = shared.run_here("audit", "--visibility-check")
    assert (early.returncode, "photosync discover" in early.stderr) == (4, True)

    done = shared.run_here("discover")
    assert done.returncode in (0, 1), done.stderr
    code, found = audited(shared)
    (one,) = found.pop("discrepancies")
    assert (code, found) == (
        1,
        {
            "total": 1,
            "by_kind": {"too_visible": 1},
            "by_catalog": {"immich/family": 1},
            "waiting_months": 0,
        },
    )
    photo = one["photo_id"]
    assert one["close"] == "Make it private at immich/family, or approve unlisted for it there."
    assert (one["stated"], one["effective"]) == ("album with a link", "private")
    assert one["since"] is not None
    said = shared.run_here("audit", "--visibility-check")
    assert said.returncode == 1
    assert "immich/family: 1 too visible" in said.stdout
    assert f"{photo}  " in said.stdout
    assert audited(shared, "--catalog", "immich/home")[1]["total"] == 0
    assert audited(shared, "--month", "2020")[0] == 1
    assert audited(shared, "--month", "2021")[0] == 0

    def approve(target: str, level: str) -> str:
        given = shared.run_here("audit", "approve", photo, target, level, "--why", "a wedding")
        assert given.returncode == 0, given.stderr
        return given.stdout.split()[1].rstrip(":")

    for target, level in (
        ("immich/home", "unlisted"),
        ("immich/family", "friends"),
        ("notion", "public"),
    ):
        approve(target, level)
        assert audited(shared)[0] == 1, (target, level)
    number = approve("immich/family", "unlisted")
    assert approve("immich/family", "unlisted") == number, "it stands already"
    code, found = audited(shared)
    assert (code, found["total"], found["waiting_months"]) == (0, 0, 1)

    assert [len(row["discrepancies"]) for row in stored(shared)].count(1) == 1
    shared.run_here("discover")
    assert not any(row["discrepancies"] for row in stored(shared))
    assert audited(shared)[1]["waiting_months"] == 0
    lake = Lake(shared.home / "data" / "lake")
    assert (
        lake.read_all(("metadata", "unified"), UNIFIED)["visibility"].to_pylist() == ["private"] * 2
    )

    listed = json.loads(shared.run_here("audit", "approvals", "--json").stdout)["approvals"]
    assert [(row["target"], row["level"], row["why"], row["merged_into"]) for row in listed] == [
        ("immich/home", "unlisted", "a wedding", None),
        ("immich/family", "friends", "a wedding", None),
        ("notion", "public", "a wedding", None),
        ("immich/family", "unlisted", "a wedding", None),
    ]
    assert "unlisted at immich/family" in shared.run_here("audit", "approvals").stdout

    revoked = shared.run_here("audit", "revoke", number, "--why", "the link is old")
    assert f"Revoked approval {number}" in revoked.stdout
    code, found = audited(shared)
    assert (code, found["total"], found["waiting_months"]) == (1, 1, 1), "at once"
    shared.run_here("discover")
    assert sum(len(row["discrepancies"]) for row in stored(shared)) == 1
    again = shared.run_here("audit", "revoke", number, "--why", "twice")
    assert (again.returncode, "nothing was stored" in again.stderr) == (4, True)

    for arguments, text in (
        (("no-photo", "immich/home", "private"), "There is no photo"),
        ((photo, "immich/nowhere", "private"), "There is no catalog"),
        ((photo, "immich/home", "everyone"), "'everyone' is not a level of immich/home"),
        ((photo, "immich/home", "unknown"), "'unknown' is not a level of immich/home"),
    ):
        refused = shared.run_here("audit", "approve", *arguments, "--why", "x")
        assert refused.returncode not in (0, 1)
        assert text in refused.stderr
    assert shared.run_here("audit").returncode == 2
