"""Joined packs: trees of successive commits are stored as differences, and git reads them."""

import random
import subprocess
from pathlib import Path

import pytest
from dulwich.objects import ObjectID, serialize_tree
from dulwich.pack import apply_delta
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.vault.history import joining
from photo_assets.vault.history.packs import TREE, PackWriter, object_id
from photo_assets.vault.history.tree_deltas import tree_delta
from photo_assets.vault.history.trees import FILE_MODE
from photo_assets_tests.vault.history.commits import SCHEMA, commit, packs_of, state_of
from photo_assets_tests.vault.history.reading import git

COMMITS = 40

entries = st.dictionaries(
    st.binary(min_size=1, max_size=40).filter(lambda name: not {0, 47} & {*name}),
    st.integers(0, 3),
    max_size=60,
)


def tree(found: dict[bytes, int]) -> bytes:
    names = {n: object_id(TREE, b"%d" % n) for n in range(4)}
    rows = [(name, FILE_MODE, ObjectID(names[number])) for name, number in sorted(found.items())]
    return b"".join(serialize_tree(rows))


@given(entries, entries, st.booleans())
def test_a_difference_gives_the_tree(
    before: dict[bytes, int], after: dict[bytes, int], related: bool
) -> None:
    base, target = tree(before), tree({**before, **after} if related else after)
    assert b"".join(apply_delta(base, tree_delta(base, target))) == target


def test_one_changed_name_of_many_takes_few_bytes() -> None:
    before = {b"%05d" % number: 0 for number in range(5_000)}
    base, target = tree(before), tree({**before, b"02500": 1})
    delta = tree_delta(base, target)
    assert b"".join(apply_delta(base, delta)) == target
    assert len(base) > 0xFFFF  # more than one instruction can copy
    assert len(delta) < 80


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """A history of `COMMITS` commits: each changes one photo of many folders, or adds one."""
    folder = tmp_path / "h.git"
    some = random.Random(7)

    def path(number: int) -> tuple[bytes, ...]:
        return (b"photos", b"ab", b"%02x" % number, b"one.json")

    first = {path(number): b"{}" for number in range(200)}
    commit(folder, {SCHEMA: b"{}", **first}, 0)
    for number in range(1, COMMITS):
        commit(folder, {path(some.randrange(256)): b"%d" % number}, number)
    return folder


def test_joined_packs_hold_trees_as_differences_that_git_reads(wide: Path) -> None:
    assert len(packs_of(wide)) < 2 * COMMITS
    git(wide, "fsck", "--strict", "--full")
    done = subprocess.run(
        ["git", "-C", wide, "verify-pack", "-v", *sorted(wide.glob("objects/pack/*.idx"))],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    trees = [line.split() for line in done.stdout.splitlines() if " tree " in line]
    differences = [line for line in trees if len(line) == 7]  # those have a depth and a base
    assert len(differences) >= joining._FEW - 2
    assert all(int(line[3]) < 200 for line in differences)  # bytes in the pack
    clone = wide.parent / "clone"
    git(wide.parent, "clone", "-q", str(wide), str(clone))
    assert {p.relative_to(clone).as_posix() for p in clone.rglob("*.json")} == {*state_of(wide)}


def test_packs_that_were_joined_are_joined_again(
    wide: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state_of(wide)
    monkeypatch.setattr(joining, "_FEW", 1)
    for limit in (300, 2_000, 1 << 20):  # differences whose tree comes into another pack
        monkeypatch.setattr(joining, "_JOINED_BYTES", limit)
        commit(wide, {(b"photos", b"ab", b"cd", b"%d.json" % limit): b"{}"}, COMMITS + limit)
        git(wide, "fsck", "--strict", "--full")
    assert state_of(wide).items() >= before.items()
    assert len(packs_of(wide)) == 2


def test_a_row_of_differences_has_an_end(tmp_path: Path) -> None:
    writer = PackWriter(tmp_path, lambda _: None)
    names = [writer.add(TREE, tree({b"a": 0}))]
    for number in range(60):
        name = b"%040d" % number
        if not writer.add_difference(name, names[-1], b"entry"):
            break
        names.append(name)
    assert len(names) == 51
    assert not writer.add_difference(b"f" * 40, b"e" * 40, b"entry")
