"""Measures copying originals into a store, and reading the store, against the least possible work.

    python -m photo_assets_tests.bench.vault_scale 400 [--folder FOLDER]

The floor of copying reads each file, hashes it, writes it and syncs it to the disk, then renames
it and syncs the folder; the floor of checking hashes the files of the store. restic, Borg and
git-annex copy the same files where they are installed, with encryption and compression off where
they can be. Ways alternate; wall time counts, because a disk is what they wait for, so it wants an
idle machine. Ratios of CPU time stand beside it.
"""

import argparse
import hashlib
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pyarrow as pa

from photo_assets.lake import Lake
from photo_assets.model.tables import FINGERPRINTS
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.fsck import Fsck
from photo_assets.vault.months import make_month
from photo_assets_tests.bench.figures import Figures, GateError
from photo_assets_tests.bench.run import Run

PHOTO_BYTES = 5_000_000
_MONTH = "2024-05-01"
_CHUNK = 1 << 20
_PEERS = ("restic", "borg", "git-annex")

VAULT_KEYS = (
    "vault_ingest_over_floor",
    "vault_ingest_cpu_over_floor",
    "vault_fsck_over_sha256",
    "vault_fsck_cpu_over_sha256",
    *(f"vault_{peer.replace('-', '_')}_over_ours" for peer in _PEERS),
)


def measure_vault(run: Run) -> Figures:
    """The stage: ratios of a store in a folder to the floors, and of other programs to it."""
    figures = Figures()
    found = measure(run.amounts.vault_photos, run.folder("vault"), run.amounts.rounds, run.say)
    figures.put(found)
    absent = [key for key in VAULT_KEYS if key not in found]
    figures.miss(absent, "the program is not installed (Debian has it)")
    return figures


def measure(
    photos: int, folder: Path, rounds: int, say: Callable[[str], None] = print
) -> dict[str, float]:
    """Copy `photos` files of 5 MB in turn by every way, and return the ratios of the medians."""
    source = folder / "photos"
    files = _make_photos(source, photos)
    lake = _fingerprints(folder / "lake", files)
    ways: dict[str, Callable[[Path], None]] = {
        "floor": lambda target: _floor(files, target),
        "ours": lambda target: _ours(lake, target, photos),
    }
    ways |= {
        peer: way
        for peer, way in (("restic", _restic), ("borg", _borg), ("git-annex", _annex))
        if shutil.which(peer) and shutil.which("git")
    }
    wall: dict[str, list[float]] = {name: [] for name in (*ways, "sha256", "fsck")}
    cpu: dict[str, list[float]] = {name: [] for name in wall}

    def take(name: str, work: Callable[[], None]) -> None:
        os.sync()  # no way pays for what the one before it left in memory
        began, cpu_began = time.perf_counter(), _cpu()
        work()
        wall[name].append(time.perf_counter() - began)
        cpu[name].append(_cpu() - cpu_began)
        say(f"{name}: {wall[name][-1]:.2f} s, {cpu[name][-1]:.2f} s of CPU")

    for number in range(rounds):
        for name, way in ways.items():
            target = folder / f"{name}-{number}"
            target.mkdir()
            if name in _PREPARE:
                _PREPARE[name](source, target)
            take(name, lambda way=way, target=target: way(target))  # type: ignore[misc]
            if name == "ours":
                store = FolderStore("bench", target)
                take("sha256", lambda target=target: _hash_all(target / "blobs"))  # type: ignore[misc]
                positions = folder / f"positions-{number}"
                check = Fsck(lake, [store], positions)
                take("fsck", lambda check=check: _check(check, photos))  # type: ignore[misc]
            _remove(target)
    middle = {name: median(times) for name, times in wall.items() if times}
    used = {name: median(times) for name, times in cpu.items() if times}
    return {
        "vault_ingest_over_floor": middle["ours"] / middle["floor"],
        "vault_ingest_cpu_over_floor": used["ours"] / used["floor"],
        "vault_fsck_over_sha256": middle["fsck"] / middle["sha256"],
        "vault_fsck_cpu_over_sha256": used["fsck"] / used["sha256"],
        **{
            f"vault_{peer.replace('-', '_')}_over_ours": middle[peer] / middle["ours"]
            for peer in _PEERS
            if peer in ways
        },
    }


def _make_photos(folder: Path, photos: int) -> list[Path]:
    folder.mkdir(parents=True)
    files = [folder / f"IMG_{number:05d}.jpg" for number in range(photos)]
    for path in files:
        path.write_bytes(os.urandom(PHOTO_BYTES))
    return files


def _fingerprints(root: Path, files: list[Path]) -> Lake:
    rows = [
        {
            "source": "folders",
            "catalog": "bench",
            "native_id": path.name,
            "month": _MONTH,
            "status": "ok",
            "path": str(path),
            "file_size": PHOTO_BYTES,
            "sha256": hashlib.sha256(path.read_bytes()).digest(),
        }
        for path in files
    ]
    lake = Lake(root)
    table = pa.Table.from_pylist(rows, schema=FINGERPRINTS.schema)
    lake.write(("identity", "fingerprints"), _MONTH, FINGERPRINTS, table)
    return lake


def _floor(files: list[Path], target: Path) -> None:
    """Read, hash, write, sync, rename, sync the folder; in one folder, with one name a file."""
    for path in files:
        digest, unfinished = hashlib.sha256(), target / "unfinished"
        with path.open("rb", buffering=0) as source, unfinished.open("wb", buffering=0) as copy:
            while chunk := source.read(_CHUNK):
                digest.update(chunk)
                copy.write(chunk)
            os.fsync(copy.fileno())
        unfinished.rename(target / digest.hexdigest())
        _sync(target)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def _ours(lake: Lake, target: Path, photos: int) -> None:
    store = FolderStore("bench", target)
    store.create()
    made = make_month(lake, [store], _MONTH)
    if made.copies_written != photos:
        raise GateError(f"{made.copies_written} of {photos} photos were copied: {made.counts}")
    shutil.rmtree(lake.root / "vault")  # the next round copies again


def _hash_all(folder: Path) -> None:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest = hashlib.sha256()
        with path.open("rb", buffering=0) as stream:
            while chunk := stream.read(_CHUNK):
                digest.update(chunk)
        if digest.hexdigest() != path.name:
            raise GateError(f"{path} has other bytes than its name says")


def _check(check: Fsck, photos: int) -> None:
    result = check.run("bench")
    if (result.blobs, result.unrepaired) != (photos, 0):
        raise GateError(f"{result.blobs} of {photos} photos were read, {result.problems}")


def _peer(target: Path, *command: str, cwd: Path | None = None) -> None:
    private = {"RESTIC_PASSWORD": "bench", "BORG_BASE_DIR": str(target), "HOME": str(target)}
    git = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_AUTHOR_NAME": "b", "GIT_COMMITTER_NAME": "b"}
    mail = {"GIT_AUTHOR_EMAIL": "b@localhost", "GIT_COMMITTER_EMAIL": "b@localhost"}
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **private, **git, **mail},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise GateError(f"{command[0]} ended with {done.returncode}: {done.stderr[-300:]}")


def _prepare_restic(source: Path, target: Path) -> None:
    _peer(target, "restic", "--quiet", "--repo", str(target / "repo"), "init")
    (target / "source").write_text(str(source))


def _restic(target: Path) -> None:
    source = (target / "source").read_text()
    repository = ("--repo", str(target / "repo"), "--no-cache")
    _peer(target, "restic", "--quiet", *repository, "backup", source)


def _prepare_borg(source: Path, target: Path) -> None:
    _peer(target, "borg", "init", "--encryption", "none", str(target / "repo"))
    (target / "source").write_text(str(source))


def _borg(target: Path) -> None:
    source = (target / "source").read_text()
    _peer(target, "borg", "create", "--compression", "none", f"{target / 'repo'}::one", source)


def _prepare_annex(source: Path, target: Path) -> None:
    """Copy the files into a repository, untimed: git-annex adds what is in its own tree."""
    _peer(target, "git", "init", "--quiet", str(target))
    _peer(target, "git", "annex", "init", "--quiet", cwd=target)
    shutil.copytree(source, target / "photos")
    os.sync()


def _annex(target: Path) -> None:
    _peer(target, "git", "annex", "add", "--quiet", "photos", cwd=target)
    os.sync()  # git-annex leaves that to the file system


_PREPARE: dict[str, Callable[[Path, Path], None]] = {
    "restic": _prepare_restic,
    "borg": _prepare_borg,
    "git-annex": _prepare_annex,
}


def _cpu() -> float:
    both = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(one.ru_utime + one.ru_stime for one in map(resource.getrusage, both))


def _remove(folder: Path) -> None:
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)  # git-annex protects the folders of its objects
    shutil.rmtree(folder)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos", type=int)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="on the disk to measure; default: $TMPDIR")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as folder:
        print(json.dumps(measure(asked.photos, Path(folder), asked.rounds), indent=2))


if __name__ == "__main__":
    main()
