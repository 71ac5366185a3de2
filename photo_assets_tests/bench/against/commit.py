"""Taking an older commit of this program out of the clone, to be run beside it.

Nothing is checked out: the files of the commit are written to a folder of their own.
"""

import io
import subprocess
import tarfile
from pathlib import Path

DEFAULT = "329d1c2"
"""The last commit that computed photos and metadata as one table each."""
ROOT = Path(__file__).parents[3]


class NoCommitError(Exception):
    """The commit cannot be had here; the message says why, in one line."""


def take_out(commit: str, folder: Path) -> Path:
    """Write the files of `commit` into the new folder `folder` and return it.

    Raises `NoCommitError` where git is not installed, this is no clone, or the commit is none that
    the present one descends from.
    """
    name = _git("rev-parse", "--verify", "--quiet", f"{commit}^{{commit}}").decode().strip()
    if not name:
        raise NoCommitError(f"{commit} is not in this clone (git fetch --unshallow)")
    _git(
        "merge-base",
        "--is-ancestor",
        name,
        "HEAD",
        wrong=f"{commit} is not an ancestor of HEAD here",
    )
    with tarfile.open(fileobj=io.BytesIO(_git("archive", name))) as archive:
        archive.extractall(folder, filter="data")
    return folder


def _git(*arguments: str, wrong: str = "") -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True)
    except FileNotFoundError as error:
        raise NoCommitError("git is not installed") from error
    if done.returncode and arguments[0] != "rev-parse":
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise NoCommitError(wrong or (said[-1] if said else f"git {arguments[0]} failed"))
    return done.stdout
