"""Zip files as nobody should make them: each trick costs its entry, or the archive, by name."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from photo_assets.media.archives.limits import MAX_ENTRIES, ArchiveError, is_bomb, safe_name
from photo_assets.media.archives.zip_archive import ZipArchive, ZipEntry
from photo_assets_tests.media.archives.build import raw_zip, write_zip

UNSAFE = [
    b"../up.jpg",
    b"a/../../up.jpg",
    b"/etc/passwd.jpg",
    b"C:/windows.jpg",
    b"c:windows.jpg",
    b"..\\up.jpg",
    b"a\\b.jpg",
    b"\\\\server\\share.jpg",
    b"a//b.jpg",
    b"a/./b.jpg",
    b"nul\0.jpg",
    b"",
    b"..",
    b".",
    b"/",
]


def entries_of(blob: bytes) -> list[ZipEntry]:
    return ZipArchive(io.BytesIO(blob)).entries()


@pytest.mark.parametrize("name", UNSAFE)
def test_names_that_lead_elsewhere_are_refused(name: bytes) -> None:
    entries = entries_of(raw_zip([(name, b"x", 0x800), (b"good.jpg", b"good", 0)]))
    assert [entry.problem for entry in entries if entry.name != "good.jpg"] == ["unsafe name"]
    archive = ZipArchive(io.BytesIO(raw_zip([(name, b"x", 0x800)])))
    with pytest.raises(ArchiveError):
        archive.open(archive.entries()[0])


@pytest.mark.parametrize(
    "name", ["a.jpg", "./a.jpg", "a/b…c.jpg", "a/..b.jpg", "a/b..", "-rf", "a/b:c.jpg", "a\nb.jpg"]
)
def test_unusual_names_are_names(name: str) -> None:
    assert safe_name(name) == name.removeprefix("./")


def test_names_are_utf8_or_cp437_and_never_lost() -> None:
    entries = entries_of(
        raw_zip([("ü.jpg".encode(), b"1", 0), (b"\x81.jpg", b"2", 0), (b"\xff.jpg", b"3", 0x800)])
    )
    assert [entry.name for entry in entries][:2] == ["ü.jpg", "ü.jpg"]
    assert len({entry.member for entry in entries}) == 3
    assert [entry.problem for entry in entries] == [None, None, None]


def test_links_devices_encryption_and_strange_methods_cost_one_entry(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, mode in (
            ("link.jpg", 0o120777),
            ("device.jpg", 0o060600),
            ("fifo.jpg", 0o010600),
        ):
            info = zipfile.ZipInfo(name)
            info.create_system = 3
            info.external_attr = mode << 16
            archive.writestr(info, b"/etc/passwd")
        archive.writestr("bz.jpg", b"x" * 100, zipfile.ZIP_BZIP2)
        archive.writestr("good.jpg", b"good")
        archive.writestr("folder/", b"")
    problems = {entry.name: entry.problem for entry in entries_of(path.read_bytes())}
    assert problems == {
        "link.jpg": "symbolic link",
        "device.jpg": "not a regular file",
        "fifo.jpg": "not a regular file",
        "bz.jpg": "unsupported compression",
        "good.jpg": None,
        "folder": None,
    }
    assert [entry.problem for entry in entries_of(raw_zip([(b"secret.jpg", b"x", 1)]))] == [
        "encrypted"
    ]


def test_entries_that_share_bytes_are_refused_but_the_last() -> None:
    blob = bytearray(raw_zip([(b"a.jpg", b"a" * 40, 0), (b"b.jpg", b"b" * 40, 0)]))
    directory = blob.index(b"PK\x01\x02")
    # a.jpg says it continues over b.jpg's header and data, as the entries of a quoting bomb do
    struct.pack_into("<LL", blob, directory + 20, 110, 110)
    problems = {entry.name: entry.problem for entry in entries_of(bytes(blob))}
    assert problems == {"a.jpg": "overlapping entries", "b.jpg": None}


def test_one_name_means_one_content() -> None:
    entries = entries_of(raw_zip([(b"a.jpg", b"1", 0), (b"a.jpg", b"2", 0)]))
    assert [entry.problem for entry in entries] == [None, "repeated name"]


def test_a_declared_bomb_is_refused_unread(tmp_path: Path) -> None:
    blob = bytearray(write_zip(tmp_path / "x.zip", {"zeros.jpg": bytes(1 << 20)}).read_bytes())
    directory = blob.index(b"PK\x01\x02")
    struct.pack_into("<L", blob, directory + 24, 3 << 30)
    assert entries_of(bytes(blob))[0].problem == "compression bomb"
    assert is_bomb(1 << 30, 1 << 20)
    assert not is_bomb(100 << 20, 1)
    assert not is_bomb(10 << 30, 1 << 30)


def test_an_entry_that_holds_more_than_it_declares_stops_there(tmp_path: Path) -> None:
    blob = bytearray(write_zip(tmp_path / "x.zip", {"zeros.jpg": bytes(1 << 20)}).read_bytes())
    struct.pack_into("<L", blob, blob.index(b"PK\x01\x02") + 24, 1000)
    archive = ZipArchive(io.BytesIO(blob))
    stream = archive.open(archive.entries()[0])
    with pytest.raises(ArchiveError) as raised:
        stream.drain()
    assert raised.value.reason == "longer than declared"


def test_an_entry_that_ends_early_never_looks_whole(tmp_path: Path) -> None:
    blob = bytearray(write_zip(tmp_path / "x.zip", {"zeros.jpg": bytes(1 << 20)}).read_bytes())
    struct.pack_into("<L", blob, blob.index(b"PK\x01\x02") + 24, (1 << 20) + 1)
    archive = ZipArchive(io.BytesIO(blob))
    with pytest.raises(ArchiveError) as raised:
        archive.open(archive.entries()[0]).drain()
    assert raised.value.reason == "truncated entry"


def test_a_million_entries_are_refused_before_they_are_read() -> None:
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    end64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 10**6, 10**6, 0, 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, 0, 1)
    with pytest.raises(ArchiveError) as raised:
        entries_of(end64 + locator + end)
    assert raised.value.reason == "too many entries"
    assert f"{MAX_ENTRIES:,}" in raised.value.message


def test_a_directory_that_lists_another_number_is_damaged() -> None:
    blob = bytearray(raw_zip([(b"a.jpg", b"1", 0), (b"b.jpg", b"2", 0)]))
    end = blob.rindex(b"PK\x05\x06")
    struct.pack_into("<2H", blob, end + 8, 1, 1)
    with pytest.raises(ArchiveError) as raised:
        entries_of(bytes(blob))
    assert raised.value.reason == "damaged archive"


@pytest.mark.parametrize("blob", [b"", b"PK", b"not a zip" * 100, bytes(100_000)])
def test_what_is_no_zip_says_so(blob: bytes) -> None:
    with pytest.raises(ArchiveError) as raised:
        entries_of(blob)
    assert raised.value.reason == "truncated archive"


def test_an_archive_inside_an_archive_is_just_an_entry(tmp_path: Path) -> None:
    inner = raw_zip([(b"a.jpg", b"1", 0)])
    assert [entry.name for entry in entries_of(raw_zip([(b"inner.zip", inner, 0)]))] == [
        "inner.zip"
    ]
