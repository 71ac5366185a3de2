"""Reading a history with git itself, or with dulwich where git is missing."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from dulwich.objects import Commit
from dulwich.repo import Repo

GIT = shutil.which("git")


def git(folder: Path, *arguments: str) -> str:
    """Run git and return its output; skips the test where it is missing."""
    if GIT is None:
        pytest.skip("git is not installed")
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        [GIT, "-c", "safe.directory=*", *arguments],
        cwd=folder,
        env=plain,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def files_of(folder: Path) -> dict[str, bytes]:
    """Return path -> content of the files of the last commit."""
    with Repo(str(folder)) as repo:
        commit = repo[b"refs/heads/main"]
        assert isinstance(commit, Commit)
        entries = repo.object_store.iter_tree_contents(commit.tree)
        return {e.path.decode(): repo[e.sha].as_raw_string() for e in entries}


def photos_of(folder: Path) -> dict[str, Any]:
    """Return photo id -> record of the last commit."""
    found = files_of(folder)
    return {
        path.rsplit("/", 1)[1].removesuffix(".json"): json.loads(content)
        for path, content in found.items()
        if path.startswith("photos/")
    }


def objects_of(folder: Path) -> list[bytes]:
    """Return the content of every object of a repository, reachable or not."""
    with Repo(str(folder)) as repo:
        return [repo[name].as_raw_string() for name in repo.object_store]
