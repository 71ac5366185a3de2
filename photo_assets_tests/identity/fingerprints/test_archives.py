"""Contents in archives: the same values as plain files, one pass, damage of one entry only."""

import hashlib
import io
import tarfile
import zipfile
from dataclasses import replace
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import Availability
from photo_assets_tests.identity.fingerprints.material import item_of, photo, rows, run
from photo_assets_tests.media.exif.files import movie

NAMES = [f"Takeout/Photos/{n}.jpg" for n in range(6)]


@pytest.fixture
def plain(tmp_path: Path) -> list[Path]:
    return [photo(tmp_path, name, n) for n, name in enumerate(NAMES)]


def make(archive: Path, plain: list[Path]) -> Path:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
            for name, path in zip(NAMES, plain, strict=True):
                out.write(path, name)
    else:
        with tarfile.open(archive, "w:gz" if archive.suffix == ".tgz" else "w") as tar:
            for name, path in zip(NAMES, plain, strict=True):
                tar.add(path, name)
    return archive


def entries(archive: Path, plain: list[Path]) -> list[Item]:
    return [
        item_of(path, name, path=str(archive), member=name, file_mtime_ns=7, file_inode=None)
        for name, path in zip(NAMES, plain, strict=True)
    ]


@pytest.mark.parametrize("suffix", [".zip", ".tgz", ".tar"])
def test_archive_entries_and_files_have_equal_fingerprints(
    tmp_path: Path, cache: FingerprintCache, plain: list[Path], suffix: str
) -> None:
    archive = make(tmp_path / f"takeout{suffix}", plain)
    files = rows(run([item_of(path, name) for name, path in zip(NAMES, plain, strict=True)], cache))
    result = run(entries(archive, plain), cache)
    assert (result.computed, result.contents_read) == (6, 6)
    where = {"path", "member", "file_mtime_ns"}
    for name, row in rows(result).items():
        assert {k: v for k, v in row.items() if k not in where} == {
            k: v for k, v in files[name].items() if k not in where
        }
        assert row["file_mtime_ns"] == archive.stat().st_mtime_ns
    again = run(entries(archive, plain), cache)
    assert (again.computed, again.cached) == (0, 6)
    assert again.table.equals(result.table)


@pytest.mark.parametrize("extension", ["heic", "png", "tif", "webp", "jpg"])
def test_a_picture_is_decoded_wherever_its_format_stores_exif(
    tmp_path: Path, cache: FingerprintCache, extension: str
) -> None:
    # Reading EXIF of a HEIC ends at the file's last byte, and decoding continued from there.
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Maker"
    file = photo(tmp_path, f"one.{extension}", 3, exif=exif.tobytes())
    archive = tmp_path / "takeout.zip"
    with zipfile.ZipFile(archive, "w") as out:
        out.write(file, "one")
    entry = item_of(file, "entry", path=str(archive), member="one", file_inode=None)
    found = rows(run([item_of(file, "file"), entry], cache))
    assert found["entry"]["status"] == "ok"
    assert '"camera_make":"Maker"' in found["entry"]["exif"]
    for column in ("phash", "dhash", "width", "height", "decoder", "exif", "sha256"):
        assert found["entry"][column] == found["file"][column], column


def test_an_archive_that_went_offline_keeps_its_fingerprints(
    tmp_path: Path, cache: FingerprintCache, plain: list[Path]
) -> None:
    archive = make(tmp_path / "takeout.zip", plain)
    items = entries(archive, plain)
    known = rows(run(items, cache))
    archive.unlink()
    offline = [replace(item, availability=Availability.OFFLINE) for item in items]
    result = run(offline, cache)
    assert result.cached == 6
    for name, row in rows(result).items():
        assert row["sha256"] == known[name]["sha256"]
    other_size = replace(offline[0], file_size=1)
    assert run([other_size], cache).unavailable == 1


def test_a_damaged_entry_fails_alone(
    tmp_path: Path, cache: FingerprintCache, plain: list[Path]
) -> None:
    archive = make(tmp_path / "takeout.zip", plain)
    with zipfile.ZipFile(archive) as found:
        info = found.getinfo(NAMES[2])
    damaged = bytearray(archive.read_bytes())
    middle = info.header_offset + 60 + info.compress_size // 2
    damaged[middle : middle + 8] = bytes(8)
    archive.write_bytes(damaged)
    items = [
        *entries(archive, plain),
        replace(entries(archive, plain)[0], native_id="x", member="x"),
    ]
    result = run(items, cache)
    found_rows = rows(result)
    assert (found_rows[NAMES[2]]["status"], found_rows[NAMES[2]]["reason"]) == (
        "failed",
        "read_error",
    )
    assert (found_rows["x"]["status"], found_rows["x"]["reason"]) == ("unavailable", "not_found")
    assert result.computed == 5


def test_a_truncated_archive_loses_only_missing_entries(
    tmp_path: Path, cache: FingerprintCache, plain: list[Path]
) -> None:
    archive = make(tmp_path / "takeout.tar", plain)
    with tarfile.open(archive) as tar:
        offset = tar.getmember(NAMES[3]).offset_data
    archive.write_bytes(archive.read_bytes()[: offset + 100])
    result = run(entries(archive, plain), cache)
    assert (result.computed, result.failed) == (3, 3)


def test_entries_of_many_archives_and_files_mix(
    tmp_path: Path, cache: FingerprintCache, plain: list[Path]
) -> None:
    archives = [make(tmp_path / f"part{n}.zip", plain) for n in range(3)]
    items = [item_of(path) for path in plain]
    for archive in archives:
        items += [
            replace(i, native_id=f"{archive.name}/{i.member}") for i in entries(archive, plain)
        ]
    result = run(items, cache)
    assert (result.computed, result.contents_read) == (24, 24)
    expected = {hashlib.sha256(path.read_bytes()).digest() for path in plain}
    assert {row["sha256"] for row in rows(result).values()} == expected


def test_a_video_entry_larger_than_memory_for_it_is_digested(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    content = movie() + bytes(60 << 20)
    archive = tmp_path / "big.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as out:
        out.writestr("clip.mp4", content)
    template = tmp_path / "clip.mp4"
    template.write_bytes(b"")
    item = item_of(template, "v", path=str(archive), member="clip.mp4", file_size=len(content))
    row = rows(run([item], cache))["v"]
    assert (row["status"], row["file_size"]) == ("ok", len(content))
    assert row["sha256"] == hashlib.sha256(io.BytesIO(content).getbuffer()).digest()
