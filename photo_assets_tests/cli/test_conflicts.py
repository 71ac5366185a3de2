"""`photosync conflicts` lists each conflict that `status` counts, and names the other questions."""

import json
import re
from collections import Counter

import pytest

from photo_assets.cli.conflict_listing import chosen_conflicts, other_questions, print_conflicts
from photo_assets.library import open_workspace
from photo_assets.metadata.conflict import ConflictKind
from photo_assets.model.tables import CONFLICTS
from photo_assets.questions import Choice, Queue
from photo_assets_tests.cli.running import Project, make_photos, make_project

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="{rating}"/></rdf:RDF></x:xmpmeta>'
)


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Seven photos in two catalogs that rate them otherwise, each listed twice in one of them."""
    folder = tmp_path_factory.mktemp("disputed")
    project = make_project(folder)
    for name, rating in (("nas", 2), ("nas/again", 2), ("card", 5)):
        make_photos(folder / name, 7)
        for picture in (folder / name).glob("*.JPG"):
            picture.with_suffix(".xmp").write_text(XMP.format(rating=rating))
    (folder / "nas" / "no\x1b[31mpicture.jpg").write_bytes(b"no picture")
    project.configure(
        "catalogs:\n  folders:\n"
        f"    nas: {{path: {folder}/nas, settle_seconds: 0}}\n"
        f"    card: {{path: {folder}/card, settle_seconds: 0}}\n"
    )
    done = project.run_here("discover")
    assert "15 open questions: 7 duplicate, 7 metadata_mismatch, 1 undecodable" in done.stdout
    return project


def document(project: Project, *arguments: str) -> dict[str, object]:
    done = project.run_here("conflicts", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_it_lists_what_status_counts(disputed: Project) -> None:
    found = document(disputed)
    counted = json.loads(disputed.run_here("status", "--json").stdout)["questions"]
    assert found["by_kind"] == counted
    assert counted == {"duplicate": 7, "metadata_mismatch": 7, "undecodable": 1}
    conflicts = found["conflicts"]
    assert isinstance(conflicts, list)
    assert Counter(each["kind"] for each in conflicts) == counted
    assert found["by_field"] == {"rating": 7}
    assert sum(found["by_month"].values()) == 15  # type: ignore[attr-defined]


def test_a_conflict_is_listed_with_every_value_and_the_proposal(
    disputed: Project,
) -> None:
    conflicts = document(disputed, "--field", "rating")["conflicts"]
    assert isinstance(conflicts, list)
    assert len(conflicts) == 7
    for each in conflicts:
        assert {value["value"] for value in each["values"]} == {2, 5}
        assert each["proposal"] == 5
        assert len(each["evidence_digest"]) == 64


def test_each_kind_is_shown_with_some_of_it_and_the_command_that_shows_all(
    disputed: Project,
) -> None:
    said = disputed.run_here("conflicts").stdout
    assert len(re.findall(r"^  \d{4}-\d{2}  ", said, re.MULTILINE)) == 5 + 5 + 1
    assert "\nmetadata_mismatch: 7\n" in said
    assert "Rating: folders/nas says 2 and folders/card says 5." in said or (
        "Rating: folders/card says 5 and folders/nas says 2." in said
    )
    assert said.endswith("\n15 open conflicts. To answer them: photosync resolve\n")
    rest = "  and 2 more: photosync conflicts --kind metadata_mismatch --limit 0\n"
    assert rest in said
    whole = disputed.run_here(*rest.split("photosync ")[1].split()).stdout
    assert whole.count("Rating: ") == 7
    assert "more: " not in whole


@pytest.mark.parametrize("by", ["kind", "field", "month"])
def test_the_command_for_the_rest_of_a_group_shows_that_group(disputed: Project, by: str) -> None:
    said = disputed.run_here("conflicts", "--by", by, "--limit", "1").stdout.splitlines()
    groups = [line.rsplit(": ", 1) for line in said if not line.startswith(" ")][:-1]
    assert sum(int(count) for _, count in groups) == 15
    commands = [line.split("photosync ")[1].split() for line in said if " more: " in line]
    sizes = [len(document(disputed, *command[1:])["conflicts"]) for command in commands]  # type: ignore[arg-type]
    assert sizes == [int(count) for _, count in groups if int(count) > 1]


def test_months_and_years_choose(disputed: Project) -> None:
    by_month = document(disputed)["by_month"]
    assert isinstance(by_month, dict)
    for month, count in by_month.items():
        assert document(disputed, "--month", month)["total"] == count
    assert document(disputed, "--month", "2026-01-01") == document(disputed, "--month", "2026-01")
    in_year = sum(n for month, n in by_month.items() if month.startswith("2026"))
    assert document(disputed, "--month", "2026")["total"] == in_year
    none = disputed.run_here("conflicts", "--month", "1999-01")
    assert (none.returncode, none.stdout) == (0, "No open conflict matches.\n")


@pytest.mark.parametrize(
    "wrong",
    [
        ("--kind", "quarrel"),
        ("--field", "keywords"),
        ("--month", "May"),
        ("--month", "2017-13"),
        ("--by", "camera"),
        ("--limit", "-1"),
    ],
)
def test_invalid_filters_are_refused(disputed: Project, wrong: tuple[str, str]) -> None:
    done = disputed.run_here("conflicts", *wrong)
    assert done.returncode == 2, done.stdout
    assert wrong[0] in done.stderr


def test_names_cannot_control_the_terminal(disputed: Project) -> None:
    said = disputed.run_here("conflicts", "--kind", "undecodable").stdout
    assert "\x1b" not in said
    assert "cannot be decoded" in said


def test_before_the_first_join_there_are_none(project: Project) -> None:
    make_photos(project.user / "nas", 1)
    project.configure(f"catalogs: {{folders: {{nas: {{path: {project.user}/nas}}}}}}")
    done = project.run_here("conflicts")
    assert (done.returncode, done.stdout) == (0, "No open conflicts.\n")
    assert document(project)["total"] == 0


def test_conflicts_of_all_months_are_listed_and_damage_is_reported(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.configure("catalogs: {}")
    workspace = open_workspace(project.home / "photosync.yaml")
    for month in ("2026-01-01", "2026-02-01", None):
        rows = [row(kind, month) for kind in ConflictKind]
        table = CONFLICTS.schema.empty_table().from_pylist(rows, schema=CONFLICTS.schema)
        workspace.lake.write(("metadata", "conflicts"), month or "none", CONFLICTS, table)
    queue = Queue(workspace)
    found = chosen_conflicts(queue, Choice())
    assert [each["month"] for each in found] == [None] * 5 + ["2026-01-01"] * 5 + ["2026-02-01"] * 5
    print_conflicts(found, other_questions(queue), Choice(), "month", 1)
    assert "photosync conflicts --month unknown --limit 0" in capsys.readouterr().out
    assert len(chosen_conflicts(queue, Choice(month="unknown"))) == 5
    workspace.lake.path(("metadata", "conflicts"), "none").write_bytes(b"PAR1")
    assert project.run_here("conflicts").returncode == 4
    assert json.loads(project.run_here("status", "--json").stdout)["questions"] == {
        kind.value: 2 for kind in ConflictKind
    }


def row(kind: ConflictKind, month: str | None) -> dict[str, object]:
    return {
        "conflict_id": f"{kind}{month}",
        "photo_id": "p",
        "kind": kind.value,
        "values": [],
        "proposal": "null",
        "detail": "A photo.",
        "evidence_digest": bytes(32),
        "month": month,
    }
