"""Pushing to a remote with the git program: never forced, and said when it is refused."""

import os
import stat
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from photo_assets.vault.history.git_program import RemoteError
from photo_assets.vault.history.remote import (
    is_public,
    is_pushed,
    last_error,
    push,
    remote_head,
)
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets_tests.vault.history.commits import commit, contents
from photo_assets_tests.vault.history.reading import git


@pytest.fixture
def repository(tmp_path: Path) -> HistoryRepository:
    commit(tmp_path / "h.git", contents(1), 1)
    git(tmp_path, "init", "-q", "--bare", "remote.git")
    return HistoryRepository(tmp_path / "h.git")


def head_of(folder: Path) -> str:
    return git(folder, "rev-parse", "refs/heads/main").strip()


def test_each_commit_is_pushed_once(repository: HistoryRepository, tmp_path: Path) -> None:
    remote = f"file://{tmp_path}/remote.git"
    assert remote_head(repository, remote) is None
    push(repository, remote)
    assert is_pushed(repository, remote)
    commit(repository.folder, contents(2), 2)
    assert not is_pushed(repository, remote)
    push(repository, remote)
    assert head_of(tmp_path / "remote.git") == head_of(repository.folder)
    assert remote_head(repository, remote) == head_of(repository.folder)
    git(tmp_path / "remote.git", "fsck", "--strict")
    (tmp_path / "remote.git").rename(tmp_path / "away.git")
    push(repository, remote)  # nothing to do: nobody is called
    assert not is_pushed(repository, f"file://{tmp_path}/another.git")


def test_commits_of_others_are_never_overwritten(
    repository: HistoryRepository, tmp_path: Path
) -> None:
    remote = f"file://{tmp_path}/remote.git"
    commit(tmp_path / "other.git", contents(7), 7)
    git(tmp_path / "other.git", "push", "-q", remote, "refs/heads/main")
    theirs = head_of(tmp_path / "remote.git")
    with pytest.raises(RemoteError, match="has commits that are not in it") as refused:
        push(repository, remote)
    assert "vault.history.remote" in str(refused.value)
    assert head_of(tmp_path / "remote.git") == theirs
    assert last_error(repository, remote) == str(refused.value)
    commit(repository.folder, contents(2), 2)  # costs nothing else
    git(tmp_path / "remote.git", "update-ref", "-d", "refs/heads/main")
    push(repository, remote)
    assert last_error(repository, remote) is None


def test_a_remote_that_refuses_or_is_not_there_is_named(
    repository: HistoryRepository, tmp_path: Path
) -> None:
    with pytest.raises(RemoteError, match=r"not a git repository|does not (appear|exist)"):
        push(repository, f"file://{tmp_path}/nowhere.git")
    hook = tmp_path / "remote.git" / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho the quota is used up; exit 1\n")
    hook.chmod(hook.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(RemoteError, match="pre-receive hook declined"):
        push(repository, f"file://{tmp_path}/remote.git")


def test_without_git_one_line_says_so(
    repository: HistoryRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RemoteError, match="git program is not installed"):
        push(repository, "ssh://git@example.org/history.git")


def test_variables_and_hooks_of_another_repository_have_no_effect(
    repository: HistoryRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    (hooks / "pre-push").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran; exit 1\n")
    (hooks / "pre-push").chmod(0o755)
    (tmp_path / "config").write_text(
        f"[core]\n\thooksPath = {hooks}\n[push]\n\tfollowTags = true\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    push(repository, f"file://{tmp_path}/remote.git")
    assert not (tmp_path / "ran").exists()


class _Server(BaseHTTPRequestHandler):
    """Answers as a git server does that lets everybody read, or nobody without a password."""

    public = True
    waits = threading.Event()

    def do_GET(self) -> None:
        if self.path.startswith("/slow"):
            self.waits.wait(20)
        if self.path.startswith("/private") and "Authorization" not in self.headers:
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="git"')
            self.end_headers()
            return
        lines = b"001e# service=git-upload-pack\n0000"
        name = b"a" * 40 + b" refs/heads/main\0agent=x\n"
        lines += b"%04x" % (len(name) + 4) + name + b"0000"
        self.send_response(200)
        self.send_header("Content-Type", "application/x-git-upload-pack-advertisement")
        self.send_header("Content-Length", str(len(lines)))
        self.end_headers()
        self.wfile.write(lines)

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    _Server.waits.clear()
    found = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    thread = threading.Thread(target=found.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{found.server_port}"
    _Server.waits.set()
    found.shutdown()
    found.server_close()


def test_a_remote_that_anyone_can_read_is_public(
    repository: HistoryRepository, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "--version")
    helper = "!f() { echo username=me; echo password=secret-canary; }; f"
    (tmp_path / "config").write_text(f'[credential]\n\thelper = "{helper}"\n')
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    assert is_public(repository, f"{server}/public.git")
    assert not is_public(repository, f"{server}/private.git")
    assert remote_head(repository, f"{server}/private.git") == "a" * 40  # with the user's helper
    assert not is_public(repository, f"file://{tmp_path}/remote.git")


def test_a_remote_without_an_answer_ends_in_time(
    repository: HistoryRepository, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("photo_assets.vault.history.remote.LOOK_S", 1.0)
    with pytest.raises(RemoteError, match="did not answer within 1 s"):
        push(repository, f"{server}/slow.git", 1.0)


def test_the_environment_is_not_changed(repository: HistoryRepository, tmp_path: Path) -> None:
    before = dict(os.environ)
    push(repository, f"file://{tmp_path}/remote.git")
    assert dict(os.environ) == before
