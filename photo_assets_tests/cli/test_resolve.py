"""`photosync resolve` answers, undoes and lists, as a person or a script does it."""

import json
import os
import pty
import select
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from photo_assets.ledger import Decisions
from photo_assets.library import open_workspace
from photo_assets.questions import Answering, Queue
from photo_assets_tests.cli.running import COMMAND, Project, make_project
from photo_assets_tests.questions.library import Asked, entry
from photo_assets_tests.time_limit import PATIENCE_S

DOWN, UP = "\x1b[B", "\x1b[A"


@pytest.fixture(scope="module")
def disputed(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Two captions, two titles, two ratings and an exact duplicate, in tables; no catalog."""
    folder = tmp_path_factory.mktemp("disputed")
    project = make_project(folder)
    Asked(
        project.home,
        [
            entry("lightroom", "1", caption="By the sea", title="Sea\x1b[31m", rating=2),
            entry("eagle", "1", caption="At the lake", title="Lake", rating=4),
            entry("lightroom", "2", month=6),
            entry("lightroom", "2 again", b"2", month=6),
        ],
    )
    return project


@pytest.fixture
def project(disputed: Project, tmp_path: Path) -> Project:
    shutil.copytree(disputed.home, tmp_path / "home")
    return Project(tmp_path / "home", disputed.user)


def queue(project: Project) -> Queue:
    return Queue(open_workspace(project.home / "photosync.yaml"))


def answers(project: Project) -> list[Any]:
    ledger = open_workspace(project.home / "photosync.yaml").ledger
    return [json.loads(one.answer) for one in Decisions(ledger).all()]


def resolve(project: Project, *arguments: str, stdin: str = "") -> str:
    done = project.run_here("resolve", "--no-refresh", *arguments, stdin=stdin)
    assert done.returncode == 0, done.stderr
    return done.stdout


def id_of(project: Project, field: str | None) -> str:
    (found,) = (one.id for one in queue(project).questions() if one.field == field)
    return found


def press(project: Project, keys: Sequence[str], *arguments: str) -> str:
    """Run the dialogue on a terminal, press a key whenever it waits for one, and return all."""
    ours, theirs = pty.openpty()
    command = [*COMMAND, "resolve", "--no-refresh", *arguments]
    environment = {**project.environment(), "TERM": "xterm"}
    environment.pop("EDITOR", None), environment.pop("VISUAL", None)
    process = subprocess.Popen(
        command, cwd=project.home, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    said, waiting = "", list(keys)
    seen = 0
    try:
        while True:
            assert select.select([ours], [], [], PATIENCE_S)[0], said
            try:
                said += os.read(ours, 65_536).decode()
            except OSError:
                break  # the process ended
            if waiting and _waits(said[seen:]):
                seen = len(said)
                os.write(ours, waiting.pop(0).encode())
        assert process.wait(PATIENCE_S) == 0, said
    finally:
        process.kill()
        os.close(ours)
    assert not waiting, said
    return said


def _waits(said: str) -> bool:
    return "? help" in said or ": " in said.rpartition("\n")[2]


def test_keys_on_a_terminal_answer_skip_go_back_and_undo(project: Project) -> None:
    said = press(project, ["?", "A", "U", DOWN, UP, "B", "S", "Q"], "--kind", "metadata_mismatch")
    assert "1 of 3" in said and "use this value" in said and " is right?" in said
    assert "Stored: " in said and "Undone." in said
    assert "Answered 1; 2 questions stay open." in said
    assert "\x1b[31m" not in said  # a title cannot control the terminal
    first, undone, second = answers(project)
    assert undone == {"withdrawn": True}
    assert first != second


def test_undoing_again_and_again_goes_back_through_the_answers_of_the_sitting(
    project: Project,
) -> None:
    titles = ("--kind", "metadata_mismatch", "--plain")
    # The first question is answered twice, the second once; then all three answers are undone.
    said = resolve(project, *titles, stdin="t One\nk\nt none\nt 3\nu\nu\nu\nu\nq\n")
    assert "Undone. The answer before is valid again: One." in said
    assert said.count("Undone") == 3 and "There is nothing to undo in this sitting" in said
    assert "Answered 0; 3 questions stay open." in said
    assert [one.kind for one in queue(project).questions()].count("metadata_mismatch") == 3
    given = answers(project)
    assert given[:2] == [{"value": "One"}, {"value": None}]
    assert given[3:] == [{"withdrawn": True}, {"value": "One"}, {"withdrawn": True}]


def test_a_text_is_combined_on_one_line(project: Project) -> None:
    press(project, ["C", " too\r"], "--field", "caption")
    (answer,) = answers(project)
    words = answer["value"].removesuffix(" too")
    assert words in ("By the sea At the lake", "At the lake By the sea")


def test_a_value_that_is_no_value_is_refused_and_asked_for_again(project: Project) -> None:
    said = press(project, ["T", "nine\r", "T", "***\r"], "--field", "rating")
    assert "0 to 5, or stars such as ***" in said
    assert answers(project) == [{"value": 3}]


def test_lines_answer_without_control_characters(project: Project) -> None:
    said = resolve(project, "--plain", stdin="?\nt Both\nc\nt none\nr\nt nine\nk\ns\n")
    assert not [char for char in said if not char.isprintable() and char != "\n"]
    kinds = [one.kind for one in queue(project).questions()]
    assert len(kinds) == 4 - len(answers(project))
    assert "The answers are applied by the next `photosync discover`" in said


def test_an_id_is_answered_with_each_option(project: Project) -> None:
    resolve(project, id_of(project, "rating"), "--use", "lightroom/main", "--why", "She says so")
    resolve(project, id_of(project, "caption"), "--combine")
    resolve(project, id_of(project, "title"), "--value", '"Shore"')
    resolve(project, id_of(project, None), "--reviewed")
    first, second, *rest = answers(project)
    assert first == {"value": 2}
    assert set(second["value"].splitlines()) == {"By the sea", "At the lake"}
    assert rest == [{"value": "Shore"}, {"reviewed": True}]
    assert resolve(project) == "No open questions.\n"
    listed = json.loads(resolve(project, "--list", "--json"))["decisions"]
    assert [(one["answer"], one["why"]) for one in listed][-1] == ({"value": 2}, "She says so")
    assert all(one["stands"] for one in listed)
    said = resolve(project, "--list", "--limit", "1")
    assert said.endswith("\n4 decisions, 3 not shown: --limit 0.\nNo open questions.\n")
    assert "yes, keep all entries" in said or "seen, leave it as it is" in said
    assert "Undone: 1 decision." in resolve(project, "--undo")
    assert len(queue(project).questions()) == 1


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("rating", "--value", "9"), 2),
        (("rating", "--value", "nine"), 2),
        (("rating", "--use", "flickr"), 2),
        (("rating", "--combine"), 2),
        (("rating", "--reviewed"), 2),
        (("rating", "--use", "eagle", "--combine"), 2),
        (("rating", "--list"), 2),
        ((None, "--reviewed"), 2),
        ((None, "--rule", "caption"), 2),
        ((None, "--undo", "7"), 2),
        ((None, "--undo"), 2),
        ((None, "--list", "--undo"), 2),
    ],
)
def test_what_does_not_fit_stores_nothing(
    project: Project, arguments: tuple[str | None, ...], code: int
) -> None:
    field, *options = arguments
    given = [id_of(project, field), *options] if field else options
    done = project.run_here("resolve", *map(str, given))
    assert done.returncode == code, done.stdout + done.stderr
    assert answers(project) == []


def test_a_rule_shows_what_it_would_do_and_is_undone_as_one(project: Project) -> None:
    shown = project.run_here("resolve", "--rule", "caption=lightroom")
    assert "Prefer the caption of lightroom: 1 photo, 1 of them would lose text." in shown.stdout
    assert "loses At the lake (eagle/main)" in shown.stdout
    assert "--yes" in shown.stderr and answers(project) == []
    said = resolve(project, "--rule", "caption=lightroom", "--yes")
    assert answers(project) == [{"value": "By the sea"}]
    batch = said.split("--undo ")[1].split()[0]
    assert "Undone: 1 decision." in resolve(project, "--undo", batch)
    assert answers(project)[-1] == {"withdrawn": True}


def test_simple_answers_are_counted_apart(project: Project) -> None:
    dry = json.loads(resolve(project, "--auto-resolve", "simple", "--dry-run", "--json"))
    assert (dry["preview"], dry["decisions"]) == ({"answered": 1}, [])
    resolve(project, "--auto-resolve", "simple")
    (made,) = json.loads(resolve(project, "--list", "--json"))["decisions"]
    assert (made["made_by"], made["answer"]) == ("automatic", {"reviewed": True})


def test_a_question_that_was_answered_elsewhere_is_said_so_and_the_next_one_asked(
    project: Project,
) -> None:
    workspace = open_workspace(project.home / "photosync.yaml")
    questions = Queue(workspace).questions()
    process = project.start(
        "resolve", "--plain", "--no-refresh", stdin=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdin is not None and process.stdout is not None
    said = ""
    while "? help" not in said:  # it has read its questions
        said += process.stdout.readline().decode()
    first = questions[0]
    answer = {"reviewed": True} if first.field is None else {"value": first.proposal}
    Answering(workspace, "somebody").answer(first, answer)
    key = "r" if first.field is None else "a"
    said += process.communicate(f"{key}\nq\n".encode(), PATIENCE_S)[0].decode()
    assert process.returncode == 0
    assert "Somebody answered this question meanwhile" in said
    assert "2 of 4" in said
    assert len(answers(project)) == 1
