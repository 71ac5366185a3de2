"""Content arrives whole from every kind of place, and damage costs one ref."""

import gzip
import os
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from photo_assets.media.content import ContentError, ContentRef, iterate_contents, open_content
from photo_assets_tests.media.archives.build import raw_zip, write_tar, write_zip

CONTENTS = {
    "Takeout/a.jpg": b"a" * 5,
    "Takeout/Zürich 😀/b.jpg": os.urandom(700_000),
    "Takeout/empty.jpg": b"",
    "Takeout/" + "long" * 60 + ".jpg": b"long name",
}
Writer = Callable[[Path, Mapping[str, bytes]], Path]


def read_all(refs: list[ContentRef]) -> dict[ContentRef, bytes | str]:
    out: dict[ContentRef, bytes | str] = {}
    for ref, content in iterate_contents(refs):
        assert ref not in out
        if isinstance(content, ContentError):
            out[ref] = content.reason
            continue
        try:
            out[ref] = content.read()
        except ContentError as error:
            assert error.ref == ref
            out[ref] = error.reason
    return out


@pytest.mark.parametrize(
    ("name", "write"),
    [("x.zip", write_zip), ("x.tgz", write_tar), ("x.tar.gz", write_tar), ("X.TAR", write_tar)],
)
def test_members_are_read_exactly_in_any_order(tmp_path: Path, name: str, write: Writer) -> None:
    path = str(write(tmp_path / name, CONTENTS))
    refs = [ContentRef(path, member) for member in reversed(CONTENTS)]
    gone = ContentRef(path, "Takeout/gone.jpg")
    got = read_all([*refs, gone, refs[0]])
    assert got.pop(gone) == "missing entry"
    assert {ref.member: content for ref, content in got.items()} == CONTENTS
    with open_content(refs[2]) as stream:
        assert stream.read(10) == CONTENTS["Takeout/Zürich 😀/b.jpg"][:10]


def test_files_are_read_and_nothing_else_in_their_place(tmp_path: Path) -> None:
    (tmp_path / "real.jpg").write_bytes(b"real")
    (tmp_path / "link.jpg").symlink_to(tmp_path / "real.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    names = ["real.jpg", "link.jpg", "pipe.jpg", "gone.jpg", "."]
    got = read_all([ContentRef(str(tmp_path / name)) for name in names])
    assert list(got.values()) == [b"real", "unreadable", "unreadable", "missing", "unreadable"]


def test_a_name_that_is_not_utf8_still_addresses_its_bytes(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.zip")
    path.write_bytes(raw_zip([(b"caf\x82.jpg", b"old", 0), (b"bad\xff.jpg", b"bad", 0x800)]))
    from photo_assets.model.names import to_text

    refs = [ContentRef(to_text(str(path)), to_text(n)) for n in (b"caf\x82.jpg", b"bad\xff.jpg")]
    assert list(read_all(refs).values()) == [b"old", b"bad"]


def test_a_wrong_checksum_costs_its_member_only(tmp_path: Path) -> None:
    blob = bytearray(raw_zip([(b"a.jpg", b"aaaa", 0), (b"b.jpg", b"bbbb", 0)]))
    blob[blob.index(b"aaaa")] ^= 1
    path = tmp_path / "x.zip"
    path.write_bytes(blob)
    got = read_all([ContentRef(str(path), "a.jpg"), ContentRef(str(path), "b.jpg")])
    assert list(got.values()) == ["wrong checksum", b"bbbb"]


def test_a_truncated_tgz_gives_what_came_before_the_cut(tmp_path: Path) -> None:
    contents = {f"{i}.jpg": os.urandom(50_000) for i in range(6)}
    path = write_tar(tmp_path / "x.tgz", contents)
    path.write_bytes(path.read_bytes()[:160_000])
    got = read_all([ContentRef(str(path), name) for name in contents])
    whole = [ref.member for ref, content in got.items() if isinstance(content, bytes)]
    assert whole == ["0.jpg", "1.jpg", "2.jpg"]
    assert all(
        content == contents[str(ref.member)] for ref, content in got.items() if ref.member in whole
    )
    assert set(list(got.values())[3:]) == {"truncated archive"}


def test_a_truncated_zip_says_so_for_each_member(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "x.zip", CONTENTS)
    path.write_bytes(path.read_bytes()[:-30])
    got = read_all([ContentRef(str(path), name) for name in CONTENTS])
    assert set(got.values()) == {"truncated archive"}


def test_a_gzip_bomb_stops_early(tmp_path: Path) -> None:
    path = tmp_path / "x.tgz"
    with gzip.open(path, "wb") as out:
        import tarfile

        for name in ("zeros.jpg", "after.jpg"):
            info = tarfile.TarInfo(name)
            info.size = 600 << 20 if name == "zeros.jpg" else 0
            out.write(info.tobuf())
            for _ in range(info.size >> 20):
                out.write(bytes(1 << 20))
    assert read_all([ContentRef(str(path), "after.jpg")]) == {
        ContentRef(str(path), "after.jpg"): "compression bomb"
    }


def test_zip64_and_a_comment_and_a_stub_in_front_are_read(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(b"#!stub\n")
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"Takeout PK\x05\x06 of mine"[:7]
        with archive.open("big.jpg", "w", force_zip64=True) as stream:
            stream.write(b"zip64")
    assert (
        read_all([ContentRef(str(path), "big.jpg")])[ContentRef(str(path), "big.jpg")] == b"zip64"
    )
