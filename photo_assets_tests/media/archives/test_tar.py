"""Tar files as nobody should make them."""

import gzip
import io
import tarfile
from collections.abc import Iterable

import pytest

from photo_assets.media.archives.limits import ArchiveError
from photo_assets.media.archives.tar_archive import walk_tar


def make(infos: Iterable[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for info, content in infos:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def walk(blob: bytes, gzipped: bool = False) -> list[tuple[str, str | None, bytes]]:
    found = []
    for entry, stream in walk_tar(io.BytesIO(blob), gzipped=gzipped):
        found.append((entry.name, entry.problem, io.BufferedReader(stream).read()))
    return found


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type = kind
    info.linkname = target
    return info


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT])
def test_all_formats_of_header_are_read(form: int) -> None:
    names = ["a.jpg", "d/" * 30 + "b.jpg"]
    if form != tarfile.USTAR_FORMAT:
        names += ["ü😀" * 40 + ".jpg", "x" * 250 + ".jpg"]
    blob = make([(tarfile.TarInfo(name), name.encode()) for name in names], form)
    assert walk(blob) == [(name, None, name.encode()) for name in names]
    assert walk(gzip.compress(blob), gzipped=True) == walk(blob)


def test_links_devices_and_bad_names_cost_one_entry() -> None:
    blob = make(
        [
            (special("link.jpg", tarfile.SYMTYPE, "/etc/passwd"), b""),
            (special("hard.jpg", tarfile.LNKTYPE, "good.jpg"), b""),
            (special("device.jpg", tarfile.BLKTYPE), b""),
            (special("pipe.jpg", tarfile.FIFOTYPE), b""),
            (tarfile.TarInfo("../up.jpg"), b"up"),
            (tarfile.TarInfo("/abs.jpg"), b"abs"),
            (tarfile.TarInfo("good.jpg"), b"good"),
            (tarfile.TarInfo("good.jpg"), b"other"),
        ]
    )
    assert {(name, problem) for name, problem, _ in walk(blob)} == {
        ("link.jpg", "symbolic link"),
        ("hard.jpg", "hard link"),
        ("device.jpg", "not a regular file"),
        ("pipe.jpg", "not a regular file"),
        ("../up.jpg", "unsafe name"),
        ("/abs.jpg", "unsafe name"),
        ("good.jpg", None),
        ("good.jpg", "repeated name"),
    }


def test_a_name_that_is_not_utf8_keeps_its_bytes() -> None:
    from photo_assets.model.names import to_bytes

    info = tarfile.TarInfo("x.jpg")
    blob = bytearray(make([(info, b"1")], tarfile.USTAR_FORMAT))
    blob[0:5] = b"\xe9.jpg"
    header = bytearray(blob[:512])
    header[148:156] = b" " * 8
    blob[148:156] = b"%06o\0 " % sum(header)
    (entry, _), *_ = walk_tar(io.BytesIO(bytes(blob)), gzipped=False)
    assert to_bytes(entry.member) == b"\xe9.jpg"


def test_a_header_that_declares_gigabytes_is_not_read_into_memory() -> None:
    info = special("x", tarfile.XHDTYPE)
    info.size = 8 << 30
    with pytest.raises(ArchiveError) as raised:
        walk(info.tobuf(tarfile.GNU_FORMAT) + bytes(4096))
    assert raised.value.reason == "damaged archive"


def test_a_chain_of_headers_without_an_entry_ends() -> None:
    info = special("x", tarfile.GNUTYPE_LONGNAME)
    with pytest.raises(ArchiveError):
        walk(info.tobuf(tarfile.GNU_FORMAT) * 100_000)


@pytest.mark.parametrize(
    "record",
    [b"5 a=b\n", b"99 path=x\n", b"x path=y\n", b"0 \n", b"12 size=-1\n\n", b"11 size=x\n"],
)
def test_pax_records_are_not_trusted(record: bytes) -> None:
    info = special("x", tarfile.XHDTYPE)
    info.size = len(record)
    good = tarfile.TarInfo("a.jpg").tobuf(tarfile.USTAR_FORMAT)
    blob = info.tobuf(tarfile.USTAR_FORMAT) + record.ljust(512, b"\0") + good + bytes(1024)
    try:
        assert [name for name, _, _ in walk(blob)] == ["a.jpg"]
    except ArchiveError as error:
        assert error.reason == "damaged archive"


def test_gzips_own_checksum_is_checked_at_the_end() -> None:
    blob = bytearray(gzip.compress(make([(tarfile.TarInfo("a.jpg"), b"content")])))
    blob[-6] ^= 0xFF
    seen = []
    with pytest.raises(ArchiveError) as raised:
        for entry, _stream in walk_tar(io.BytesIO(bytes(blob)), gzipped=True):
            seen.append(entry.name)
    assert raised.value.reason == "damaged archive"


@pytest.mark.parametrize("cut", [0, 100, 512, 700, 1024])
def test_every_cut_is_noticed(cut: int) -> None:
    blob = make([(tarfile.TarInfo("a.jpg"), b"x" * 600)])[:cut]
    with pytest.raises(ArchiveError) as raised:
        walk(blob)
    assert raised.value.reason == "truncated archive"
