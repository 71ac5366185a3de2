"""Pairing of moved files: every rule alone, and no pairs without evidence."""

from collections.abc import Collection

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.catalogs.discovery.pairing import File, pair


def file(native_id: str, inode: int = 0, size: int = 100, mtime_ns: int = 5) -> File:
    return File(native_id, "2020-01-01", size, mtime_ns, inode)


def paired(
    gone: Collection[File],
    come: Collection[File],
    others: Collection[File] = (),
) -> dict[str, str]:
    """Pair; `others` are rows of the last scan that are still there."""
    known = [*gone, *others]
    found = pair(gone, come, known)
    assert found == pair([*gone][::-1], [*come][::-1], known[::-1])
    assert len(set(found.values())) == len(found)
    return {new.native_id: old.native_id for new, old in found.items()}


def test_inode_size_and_time_are_one_file() -> None:
    assert paired([file("a.jpg", 1)], [file("b/c.png", 1)]) == {"b/c.png": "a.jpg"}


@pytest.mark.parametrize(
    "other",
    [
        file("b.jpg", 2),
        file("b.jpg", 1, size=101),
        file("b.jpg", 1, mtime_ns=6),
        file("b.jpg", 0),
        file("b/a.jpg", 1, size=101),
        file("b/a.jpg", 1, mtime_ns=6),
    ],
)
def test_less_than_that_proves_nothing(other: File) -> None:
    assert paired([file("a.jpg", 1)], [other]) == {}
    assert paired([file("a.jpg", 0)], [other]) == {}


def test_several_at_once_each_by_its_inode() -> None:
    gone = [file(f"{n}.jpg", n + 1, size=n) for n in range(9)]
    come = [file(f"x/{n * 7 % 9}.jpg", n + 1, size=n) for n in range(9)]
    assert paired(gone, come) == {f"x/{n * 7 % 9}.jpg": f"{n}.jpg" for n in range(9)}


def test_files_in_a_ring() -> None:
    gone = [file(name, n, mtime_ns=n) for n, name in enumerate("abc", 1)]
    come = [file(name, n, mtime_ns=n) for n, name in enumerate("bca", 1)]
    assert paired(gone, come) == {"b": "a", "c": "b", "a": "c"}


def test_versions_of_one_file_go_by_their_names() -> None:
    gone = [file(f"old/{name}", 7) for name in ("A.CR2", "A_01.CR2.xmp", "A_02.CR2.xmp")]
    come = [file(f"new/{name}", 7) for name in ("A.CR2", "A_01.CR2.xmp", "A_02.CR2.xmp")]
    names = ("A.CR2", "A_01.CR2.xmp", "A_02.CR2.xmp")
    assert paired(gone, come) == {f"new/{name}": f"old/{name}" for name in names}
    assert paired(gone, come[:2]) == {f"new/{n}": f"old/{n}" for n in names[:2]}


def test_versions_of_a_renamed_file_go_in_their_order() -> None:
    gone = [file(name, 7) for name in ("A.CR2", "A_01.CR2.xmp", "A_02.CR2.xmp")]
    come = [file(name, 7) for name in ("B.CR2", "B_01.CR2.xmp", "B_02.CR2.xmp")]
    expected = {"B.CR2": "A.CR2", "B_01.CR2.xmp": "A_01.CR2.xmp", "B_02.CR2.xmp": "A_02.CR2.xmp"}
    assert paired(gone, come) == expected
    # One of two versions is gone as well: which one is not known.
    assert paired(gone, [come[0], come[2]]) == {"B.CR2": "A.CR2"}


def test_an_inode_that_was_free_again_proves_nothing_by_itself() -> None:
    """Many files of one size and time, as uncompressed RAW of one second."""
    others = [file(f"keep/{n}.arw", 50 + n) for n in range(3)]
    assert paired([file("a.arw", 1)], [file("b.arw", 1)], others) == {}
    assert paired([file("a.arw", 1), file("b.arw", 2)], [file("c.arw", 1)]) == {}
    assert paired([file("a.arw", 1)], [file("b.arw", 1), file("c.arw", 2)]) == {}


def test_it_does_together_with_the_name() -> None:
    gone = [file(f"old/{n}/{m}.arw", 10 * n + m) for n in range(1, 4) for m in range(3)]
    come = [file(f"new/{n}/{m}.arw", 10 * n + m) for n in range(1, 4) for m in range(3)]
    pairs = {new.native_id: old.native_id for new, old in zip(come, gone, strict=True)}
    assert paired(gone, come) == pairs
    assert paired(gone, come[4:6]) == dict(list(pairs.items())[4:6])
    twin = file("originals/1.arw", 99)
    assert paired([file("backup/1.arw", 1)], [file("attic/1.arw", 1)], [twin]) != {}


def test_name_size_and_time_where_nobody_else_has_them() -> None:
    gone, come = file("old/a.jpg", 1), file("new/a.jpg", 2)
    assert paired([gone], [come]) == {"new/a.jpg": "old/a.jpg"}
    assert paired([file("old/a.jpg")], [file("new/a.jpg")]) == {"new/a.jpg": "old/a.jpg"}
    assert paired([gone], [come], [file("twin/a.jpg", 3)]) == {}, "a copy of another one, maybe"
    assert paired([gone], [come, file("also/a.jpg", 3)]) == {}
    assert paired([gone, file("other/a.jpg", 3)], [come]) == {}
    assert paired([gone], [come], [file("twin/b.jpg", 3), file("twin/a.jpg", 3, 99)]) != {}


files = st.builds(
    file,
    st.tuples(st.sampled_from(["", "x/", "y/"]), st.sampled_from(["a.jpg", "b.jpg", "c.png"])).map(
        "".join
    ),
    st.integers(0, 3),
    st.integers(1, 2),
    st.integers(1, 2),
)
sides = st.lists(files, unique_by=lambda f: f.native_id, max_size=6)


@settings(max_examples=500, deadline=None)
@given(sides, sides, sides)
def test_pairs_are_one_to_one_of_one_state_and_depend_on_no_order(
    gone: list[File], come: list[File], others: list[File]
) -> None:
    before = {f.native_id: f for f in gone}
    after = {f.native_id: f for f in come}
    for new, old in paired(gone, come, others).items():
        assert before[old].state == after[new].state
        same_inode = before[old].inode == after[new].inode != 0
        assert before[old].name == after[new].name or same_inode
