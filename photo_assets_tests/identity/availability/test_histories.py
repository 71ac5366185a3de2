"""Any history of unplugging, renaming, editing and restoring gives the same result as without it.

Two worlds have the same edits. In one of them disks, single files and caches also disappear and
return; after every step both have the same ids, edges, values, fingerprints and sink rows.
"""

import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from photo_assets_tests.catalogs.lightroom.builder import Lrcat
from photo_assets_tests.identity.availability.world import ORIGINALS, World, jpeg, place, taken
from photo_assets_tests.identity.fingerprints.material import rewrite

NUMBERS = st.integers(0, 6)
PLACES = ("disk", "nas", "library", "takeout")


class Histories(RuleBasedStateMachine):
    """`still` is the world with all files, `restless` the one whose files disappear and return."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="histories-"))
        for name in ("still", "restless"):
            (self.folder / name).mkdir()
        self.still, self.restless = World(self.folder / "still"), World(self.folder / "restless")
        self.away: dict[Path, Path] = {}  # its proper path -> its current path
        self.edits = 0
        self.known: dict[str, list[str]] | None = None
        self.step()

    def teardown(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def step(self) -> None:
        """Read everything in both worlds and compare them."""
        if self.known is None:
            self.still.sync()
            self.known = self.still.view()
        self.restless.sync()
        seen = self.restless.view()
        for name, rows in self.known.items():
            assert seen[name] == rows, name

    def both(self, change: Callable[[World], None]) -> None:
        change(self.still)
        change(self.restless)
        self.known = None
        self.edits += 1

    def is_there(self, path: Path) -> bool:
        return not any(away == path or away in path.parents for away in self.away)

    def files(self, folder: str) -> list[Path]:
        """Return the existing pictures and parts below a folder, relative to the world."""
        home = self.restless.home
        found = sorted([*(home / folder).rglob("*.jpg"), *(home / folder).glob("*.zip")])
        return [path.relative_to(home) for path in found]

    @rule(place=st.sampled_from(PLACES), leave_mount_point=st.booleans())
    def unplug(self, place: str, leave_mount_point: bool) -> None:
        path = getattr(self.restless, place)
        if not self.is_there(path) or any(path in lost.parents for lost in self.away):
            return
        self.put_away(path)
        if leave_mount_point and place in {"disk", "takeout"}:
            path.mkdir()
        self.step()

    @rule(folder=st.sampled_from(("disk", "nas", "ideas.library", "takeout")), number=NUMBERS)
    def lose_a_file(self, folder: str, number: int) -> None:
        files = self.files(folder)
        if files:
            self.put_away(self.restless.home / files[number % len(files)])
            self.step()

    @precondition(lambda self: self.away)
    @rule(number=NUMBERS)
    def bring_back(self, number: int) -> None:
        path = sorted(self.away)[number % len(self.away)]
        if path.is_dir():
            path.rmdir()  # the mount point
        self.away.pop(path).rename(path)
        self.step()

    @rule(damaged=st.booleans())
    def lose_the_cache(self, damaged: bool) -> None:
        cache = self.restless.workspace.fingerprint_cache
        for suffix in ("", "-wal", "-shm"):
            Path(f"{cache}{suffix}").unlink(missing_ok=True)
        if damaged:
            cache.write_bytes(b"no database" * 999)
        self.step()

    @rule(folder=st.sampled_from(PLACES), number=NUMBERS, copied=st.booleans())
    def touch(self, folder: str, number: int, copied: bool) -> None:
        """A backup that was restored, or permissions: other inode and change time, same bytes."""
        files = self.files(getattr(self.restless, folder).name)
        if files:
            path = self.restless.home / files[number % len(files)]
            if copied:
                shutil.copy2(path, self.folder / "copy")
                (self.folder / "copy").replace(path)
            else:
                path.chmod(0o640 if path.stat().st_mode & 0o777 == 0o600 else 0o600)
            self.step()

    @rule(number=NUMBERS, stars=st.integers(0, 5))
    def rate(self, number: int, stars: int) -> None:
        self.both(lambda world: update(world, number, "rating", float(stars)))
        self.step()

    @rule(number=NUMBERS, month=st.integers(1, 12))
    def correct_the_time(self, number: int, month: int) -> None:
        moment = datetime(2021, month, 3, 10, number).isoformat()
        self.both(lambda world: update(world, number, "captureTime", moment))
        self.step()

    @rule(folder=st.sampled_from(("disk", "nas")), number=NUMBERS)
    def edit_in_place(self, folder: str, number: int) -> None:
        files = self.files(folder)
        if files:
            self.both(lambda world: rewrite(world.home / files[number % len(files)]))
            self.step()

    @rule(folder=st.sampled_from(("disk", "nas")), number=NUMBERS)
    def develop(self, folder: str, number: int) -> None:
        files = self.files(folder)
        if files:
            content = jpeg(1000 + self.edits, taken(number))
            self.both(lambda world: place(world.home / files[number % len(files)], content))
            self.step()

    @rule(number=NUMBERS)
    def rename(self, number: int) -> None:
        files = self.files("nas")
        if files:
            old = files[number % len(files)]
            new = old.with_name(f"renamed-{self.edits}.jpg")
            self.both(lambda world: move(world.home / old, world.home / new))
            self.step()

    def put_away(self, path: Path) -> None:
        self.edits += 1
        self.away[path] = self.folder / f"away-{self.edits}"
        path.rename(self.away[path])


def update(world: World, number: int, column: str, value: float | str) -> None:
    with Lrcat.opened(world.lrcat) as catalog:
        catalog.db.execute(
            f"UPDATE Adobe_images SET {column} = ? WHERE rootFile = "
            "(SELECT id_local FROM AgLibraryFile WHERE idx_filename = ?)",
            [value, ORIGINALS[number]],
        )


def move(old: Path, new: Path) -> None:
    old.rename(new)


RELAXED = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=False, database=None
)


class LongHistories(Histories):
    """The same with more steps."""


TestHistories = Histories.TestCase
TestHistories.settings = settings(RELAXED, max_examples=1, stateful_step_count=2)
TestLongHistories = pytest.mark.slow(LongHistories.TestCase)
TestLongHistories.settings = settings(RELAXED, max_examples=25, stateful_step_count=12)
