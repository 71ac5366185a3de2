"""Measures a commit of the history against pygit2 and git: some records changed among many.

    python -m photo_assets_tests.bench.history_commits 100000 1000 FOLDER [--git] [--json FILE]

All start from copies of one repository with the same records in one pack each time. Ours and
pygit2's run alternately, the best of three counts. pygit2 writes the same blobs, trees and commit
and syncs nothing; ours is durable when it returns. `--git`: also `git add -A` and `git commit` in a
work tree of the same files. The records are the sample's form with other values.
"""

import argparse
import json
import random
import resource
import shutil
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pygit2

from photo_assets.vault.history.committing import committing
from photo_assets.vault.history.packs import BLOB
from photo_assets.vault.history.published import published_files
from photo_assets.vault.history.records import LedgerFacts, photo_path, photo_record, text_of
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.trees import Change
from photo_assets_tests.bench.history_records import record_row

_AUTHOR = "photosync <photosync@localhost>"
_ROUNDS = 3


def measure_commits(photos: int, changed: int, folder: Path, *, with_git: bool) -> dict[str, float]:
    """Return seconds of each, ours over the others', bytes a change, and memory in MiB."""
    ids = sorted(str(uuid.UUID(int=random.Random(n).getrandbits(128))) for n in range(photos))
    base = folder / "base.git"
    started = time.perf_counter()
    _ours(base, ids, 0)
    figures = {"photos": float(photos), "changed": float(changed)}
    figures["first_commit_s"] = time.perf_counter() - started
    figures["first_bytes_a_photo"] = _size(base) / photos
    times: dict[str, list[float]] = {"ours": [], "pygit2": []}
    for number in range(1, _ROUNDS + 1):
        some = sorted(random.Random(number).sample(ids, changed))
        texts = {one: _text(one, number) for one in some}
        for name, write in (("ours", _write_ours), ("pygit2", _write_pygit2)):
            copy = folder / f"{name}.git"
            shutil.rmtree(copy, ignore_errors=True)
            shutil.copytree(base, copy)
            before = _size(copy)
            started = time.perf_counter()
            tree = write(copy, texts)
            times[name].append(time.perf_counter() - started)
            figures[f"{name}_bytes_a_change"] = (_size(copy) - before) / changed
            figures[f"{name}_tree"] = float(int(tree[:12], 16))
        if figures.pop("ours_tree") != figures.pop("pygit2_tree"):
            raise RuntimeError("Ours and pygit2 wrote different trees.")
    figures |= {f"{name}_s": min(found) for name, found in times.items()}
    figures["over_pygit2"] = figures["ours_s"] / figures["pygit2_s"]
    if with_git:
        figures["git_s"] = _git(folder, base, {one: _text(one, 9) for one in some})
        figures["git_over_ours"] = figures["git_s"] / figures["ours_s"]
    figures["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {name: round(value, 3) for name, value in figures.items()}


def _text(photo_id: str, version: int) -> bytes:
    row = record_row(photo_id, version)
    anchor = f"sha256:{row['items'][0]['blob'].hex()}"
    keys = [{"key": anchor}, {"key": f"item:folders/nas/{photo_id}", "blob": anchor[7:]}]
    return text_of(photo_record(row, LedgerFacts(anchor, "2026-01-01T00:00:00.000000Z", keys)))


def _ours(folder: Path, ids: list[str], version: int) -> None:
    """Write the first commit, record by record."""
    repository = HistoryRepository(folder)
    with committing(repository) as writer:

        def changes() -> Iterator[Change]:
            for one in ids:
                yield photo_path(one), writer.add(BLOB, _text(one, version))
            for path, content in published_files():
                yield path, writer.add(BLOB, content)

        tree = writer.updated(None, changes())
        assert tree is not None
        writer.commit(tree, _AUTHOR, 0, "first")


def _write_ours(folder: Path, texts: dict[str, bytes]) -> str:
    repository = HistoryRepository(folder)
    with committing(repository) as writer:
        changes = [(photo_path(one), writer.add(BLOB, text)) for one, text in texts.items()]
        tree = writer.updated(repository.tree_of(repository.head()), iter(changes))
        assert tree is not None
        writer.commit(tree, _AUTHOR, 1, "next")
        return tree.decode()


def _write_pygit2(folder: Path, texts: dict[str, bytes]) -> str:
    """Write the same with pygit2: each changed tree is built once, from the old one."""
    repository: Any = pygit2.Repository(str(folder))
    head = repository.references["refs/heads/main"].peel(pygit2.Commit)
    below: dict[str, dict[str, dict[str, Any]]] = {}
    for one, text in texts.items():
        name = f"{one}.json"
        below.setdefault(one[:2], {}).setdefault(one[2:4], {})[name] = repository.create_blob(text)
    photos = head.tree["photos"]
    top = repository.TreeBuilder(photos)
    for first, folders in below.items():
        middle = repository.TreeBuilder(photos[first])
        for second, files in folders.items():
            lowest = repository.TreeBuilder(photos[first][second])
            for name, blob in files.items():
                lowest.insert(name, blob, pygit2.GIT_FILEMODE_BLOB)
            middle.insert(second, lowest.write(), pygit2.GIT_FILEMODE_TREE)
        top.insert(first, middle.write(), pygit2.GIT_FILEMODE_TREE)
    root = repository.TreeBuilder(head.tree)
    root.insert("photos", top.write(), pygit2.GIT_FILEMODE_TREE)
    tree = root.write()
    who = pygit2.Signature("photosync", "photosync@localhost", 1, 0)
    repository.create_commit("refs/heads/main", who, who, "next", tree, [head.id])
    return str(tree)


def _git(folder: Path, base: Path, texts: dict[str, bytes]) -> float:
    """Return the seconds of `git add -A` and `git commit` of the same changes in a work tree."""
    work = folder / "work"
    shutil.rmtree(work, ignore_errors=True)
    run: Callable[..., Any] = lambda *a, cwd=work: subprocess.run(  # noqa: E731
        ["git", "-c", "user.name=a", "-c", "user.email=a@localhost", *a], cwd=cwd, check=True
    )
    run("clone", "-q", str(base), str(work), cwd=folder)
    run("status", "--short")
    for one, text in texts.items():
        path = work.joinpath(*(part.decode() for part in photo_path(one)))
        path.write_bytes(text)
    started = time.perf_counter()
    run("add", "-A")
    run("commit", "-q", "-m", "next")
    return time.perf_counter() - started


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def main() -> None:
    """Measure and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("photos", type=int)
    parser.add_argument("changed", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--git", action="store_true")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(options.folder / "base.git", ignore_errors=True)
    figures = measure_commits(options.photos, options.changed, options.folder, with_git=options.git)
    for name, value in figures.items():
        print(f"{name:24} {value:,}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
