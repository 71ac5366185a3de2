"""Every place that counts open questions names the same number of each kind."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from photo_assets.library import open_workspace
from photo_assets.questions import Answering, Queue
from photo_assets.questions.question import DIFFERENT
from photo_assets_tests.cli.running import Project, make_project
from photo_assets_tests.questions.alike import find
from photo_assets_tests.questions.library import Asked, entry
from photo_assets_tests.web.visiting import served


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two captions, a duplicate, and two pairs that look alike, of which one photo was merged."""
    made = make_project(tmp_path)
    asked = Asked(
        made.home,
        [
            entry("lightroom", "1", caption="By the sea"),
            entry("eagle", "1", caption="At the lake"),
            *(entry("lightroom", n, month=6) for n in ("2", "3", "4")),
            entry("lightroom", "4 again", b"4", month=6),
        ],
    )
    find(asked, ("1", "2", 3), ("2", "3", 7))
    return made


def document(project: Project, *arguments: str) -> Any:
    done = project.run_here(*arguments, "--json")
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def counts(project: Project) -> list[dict[str, int]]:
    """Return what each command and the page count, by kind."""
    listed = document(project, "conflicts")
    asked: dict[str, int] = {}
    for one in document(project, "resolve")["questions"]:
        asked[one["kind"]] = asked.get(one["kind"], 0) + 1
    with served(lambda: open_workspace(project.home / "photosync.yaml")) as page:
        client = page.visitor()
        first = client.get("/").text
        total = re.search(
            r"<h1>Questions <span class=\"quiet\">(\d+)<", client.get("/questions").text
        )
    shown = re.findall(r"/questions/one\?kind=(\w+)\">(\d+) ", first)
    assert total is not None and int(total[1]) == sum(asked.values())
    return [
        asked,
        document(project, "status")["questions"],
        document(project, "resolve", "--list")["open_questions"],
        listed["by_kind"] | listed["other_questions"],
        {kind: int(number) for kind, number in shown},
    ]


def test_all_count_the_same_before_and_after_an_answer(project: Project) -> None:
    workspace = open_workspace(project.home / "photosync.yaml")
    expected = {"lookalike": 2, "duplicate": 1, "metadata_mismatch": 1}
    assert counts(project) == [expected] * 5
    question = Queue(workspace).questions()[0]
    Answering(workspace).answer(question, DIFFERENT)  # the tables still list the pair
    assert counts(project) == [{**expected, "lookalike": 1}] * 5
    status = project.run_here("status").stdout
    assert "3 open questions: 1 lookalike, 1 duplicate, 1 metadata_mismatch" in status
    said = project.run_here("conflicts").stdout
    other = (
        "Also open: 1 question of the kind lookalike. To answer: photosync resolve --kind lookalike"
    )
    assert said.endswith(f"2 open conflicts. To answer them: photosync resolve\n{other}\n")
    assert "\n3 open questions: 1 lookalike" in project.run_here("resolve", "--list").stdout
