"""What a run reads, keeps, counts and reports."""

import hashlib
import os
import random
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import orjson
import pytest

from photo_assets.identity.fingerprints import options
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import FingerprintOptions, FingerprintProgress
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.identity.fingerprints.run import fingerprint_items
from photo_assets.model.item import Item
from photo_assets.model.tables import FINGERPRINTS
from photo_assets.model.vocabulary import Availability, MediaKind
from photo_assets_tests.edits import replaced
from photo_assets_tests.identity.fingerprints.material import (
    OPTIONS,
    item_of,
    photo,
    rows,
    run,
    table_of,
)
from photo_assets_tests.media.exif.files import movie


class Opened:
    """Records every file opened and program started below a folder while enabled.

    An audit hook cannot be removed, so it can be disabled.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = os.fspath(folder)
        self.seen: list[str] = []
        self.listening = False
        sys.addaudithook(self._hook)

    def _hook(self, event: str, args: tuple[object, ...]) -> None:
        if not self.listening:
            return
        if event == "subprocess.Popen":
            self.seen.append(f"started {args[1]!r}")
        elif event == "open" and str(args[0]).startswith(self.folder):
            self.seen.append(f"opened {args[0]}")


def test_the_table_is_complete_typed_and_ordered(tmp_path: Path, cache: FingerprintCache) -> None:
    path = photo(tmp_path, "a.jpg", 1)
    note = tmp_path / "note.txt"
    note.write_text("not a picture")
    items = [
        item_of(note, "9", catalog="b"),
        item_of(path, "5", catalog="b"),
        item_of(path, "7", catalog="a"),
    ]
    result = run(items, cache)
    assert result.table.schema.equals(FINGERPRINTS.schema)
    assert result.table.column("native_id").to_pylist() == ["7", "5", "9"]
    content = path.read_bytes()
    row = rows(result)["5"]
    assert row["sha256"] == hashlib.sha256(content).digest()
    assert row["md5"] == hashlib.md5(content).digest()
    assert row["sha1"] == hashlib.sha1(content).digest()
    assert row["file_size"] == len(content)
    assert row["file_mtime_ns"] == path.stat().st_mtime_ns
    assert orjson.loads(row["exif"])["width"] == 320
    other = rows(result)["9"]
    assert (other["status"], other["phash"], other["exif"]) == ("ok", None, None)
    assert other["sha256"] == hashlib.sha256(b"not a picture").digest()


def test_a_second_run_computes_nothing_and_opens_nothing(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    photos = tmp_path / "photos"
    items = [item_of(photo(photos, f"{n}.jpg", n), str(n)) for n in range(5)]
    first = run(items, cache)
    assert (first.computed, first.cached, first.contents_read) == (5, 0, 5)
    assert first.bytes_read == sum(item.file_size or 0 for item in items)

    opened = Opened(photos)
    opened.listening = True
    second = run(items, cache)
    opened.listening = False

    assert opened.seen == []
    assert (second.computed, second.cached, second.bytes_read) == (0, 5, 0)
    assert second.table.equals(first.table)


def test_an_item_that_moved_to_another_month_or_catalog_is_not_read_again(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    item = item_of(photo(tmp_path, "a.jpg", 1), "1")
    before = rows(run([item], cache))["1"]
    moved = replace(item, capture_time=datetime(2019, 5, 1), catalog="other", file_inode=None)
    result = run([moved], cache)
    assert (result.computed, result.cached) == (0, 1)
    after = rows(result)["1"]
    assert after["month"] != before["month"]
    assert after["sha256"] == before["sha256"]


def test_a_changed_file_is_read_again(tmp_path: Path, cache: FingerprintCache) -> None:
    path = photo(tmp_path, "a.jpg", 1)
    old = item_of(path, "1")
    run([old], cache)
    photo(tmp_path, "a.jpg", 2)
    os.utime(path, ns=(1, 1))
    result = run([item_of(path, "1")], cache)
    assert result.computed == 1
    assert rows(result)["1"]["sha256"] == hashlib.sha256(path.read_bytes()).digest()
    # The record of the old bytes still applies to the catalog that was not read again.
    assert rows(run([old], cache))["1"]["sha256"] != rows(result)["1"]["sha256"]


def test_a_file_shared_by_items_and_catalogs_is_read_once(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    path = photo(tmp_path, "a.jpg", 1)
    unrecorded = {"file_size": None, "file_mtime_ns": None, "file_inode": None}
    items = [
        item_of(path, "master"),
        item_of(path, "virtual copy"),
        item_of(path, "elsewhere", catalog="z", **unrecorded),
        item_of(path, "stale", catalog="z", file_mtime_ns=5),
    ]
    result = run(items, cache)
    assert (result.computed, result.contents_read) == (4, 1)
    assert result.bytes_read == path.stat().st_size
    assert len({row["sha256"] for row in rows(result).values()}) == 1
    assert run(items, cache).cached == 4


def test_unavailable_contents_have_a_reason(tmp_path: Path, cache: FingerprintCache) -> None:
    path = photo(tmp_path, "a.jpg", 1)
    link = tmp_path / "link.jpg"
    link.symlink_to(path)
    pipe = tmp_path / "pipe.jpg"
    os.mkfifo(pipe)
    folder = tmp_path / "folder.jpg"
    folder.mkdir()
    base = item_of(path, "base")
    gone = tmp_path / "gone.jpg"
    items = [
        replace(base, native_id="no_path", path=None),
        replace(base, native_id="not_found", path=os.fspath(gone)),
        replace(base, native_id="offline", availability=Availability.OFFLINE, file_mtime_ns=3),
        replace(base, native_id="missing", availability=Availability.MISSING, file_mtime_ns=3),
        *(item_of(p, f"not_a_file {p.name}") for p in (link, pipe, folder)),
    ]
    result = run(items, cache)
    found = rows(result)
    for name, row in found.items():
        assert row["reason"] == name.split()[0]
        assert row["detail"]
        assert row["sha256"] is None
    assert (result.unavailable, result.failed, result.computed) == (4, 3, 0)
    assert result.reasons["failed: not_a_file"] == 3


def test_offline_items_keep_their_fingerprints(tmp_path: Path, cache: FingerprintCache) -> None:
    path = photo(tmp_path, "a.jpg", 1)
    item = item_of(path, "1")
    known = rows(run([item], cache))["1"]
    path.unlink()
    for availability in (Availability.OFFLINE, Availability.MISSING, Availability.ONLINE):
        result = run([replace(item, availability=availability)], cache)
        assert (result.cached, rows(result)["1"]) == (1, known)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_forbidden_file_fails_alone(tmp_path: Path, cache: FingerprintCache) -> None:
    path = photo(tmp_path, "a.jpg", 1)
    path.chmod(0)
    assert rows(run([item_of(path, "1")], cache))["1"]["reason"] == "permission_denied"


@pytest.mark.parametrize(
    "name",
    [b"line\nbreak.jpg", b"-ver.jpg", b"latin\xe9.jpg", "イエロー.jpg".encode(), b"a|b;$(c).jpg"],
)
def test_any_file_name_works(tmp_path: Path, cache: FingerprintCache, name: bytes) -> None:
    source = photo(tmp_path, "plain.jpg", 1)
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    source.rename(path)
    assert rows(run([item_of(path, "1")], cache))["1"]["status"] == "ok"


def test_reading_leaves_no_trace(tmp_path: Path, cache: FingerprintCache) -> None:
    photos = tmp_path / "photos"
    paths = [photo(photos, f"{n}.jpg", n) for n in range(3)]
    for path in paths:
        os.utime(path, ns=(10**18, 10**18))

    def manifest() -> list[tuple[object, ...]]:
        states = [(p, p.stat()) for p in sorted(photos.rglob("*"))]
        times = [(p, s.st_size, s.st_mtime_ns, s.st_ctime_ns, s.st_atime_ns) for p, s in states]
        return [*times, (photos.stat().st_mtime_ns,)]

    before = manifest()
    assert run([item_of(path) for path in paths], cache).computed == 3
    assert manifest() == before


def test_progress_counts_contents(tmp_path: Path, cache: FingerprintCache) -> None:
    items = [item_of(photo(tmp_path, f"{n}.jpg", n), str(n)) for n in range(4)]
    said: list[FingerprintProgress] = []
    result = fingerprint_items(table_of(items), cache, OPTIONS, said.append)
    assert [step.contents_done for step in said] == [1, 2, 3, 4]
    assert {step.contents_total for step in said} == {4}
    assert said[-1].bytes_read == result.bytes_read


def test_no_items_give_an_empty_table(cache: FingerprintCache) -> None:
    result = run([], cache)
    assert result.table.schema.equals(FINGERPRINTS.schema)
    assert result.found == 0


@pytest.mark.parametrize(
    ("constant", "read"), [("PICTURE_RECIPE", 0), ("EXIF_RECIPE", 0), ("DIGEST_RECIPE", 1)]
)
def test_a_new_recipe_recomputes_only_its_part(
    tmp_path: Path,
    cache: FingerprintCache,
    monkeypatch: pytest.MonkeyPatch,
    constant: str,
    read: int,
) -> None:
    """Only the digests need to read the whole content again."""
    item = item_of(photo(tmp_path, "a.jpg", 1), "1")
    before = rows(run([item], cache))["1"]
    monkeypatch.setattr(options, constant, 99)
    result = run([item], cache)
    assert (result.computed, result.contents_read) == (1, read)
    assert rows(result)["1"] == before


def test_changed_limits_retry_a_refused_picture(tmp_path: Path, cache: FingerprintCache) -> None:
    item = item_of(photo(tmp_path, "a.jpg", 1), "1")
    strict = FingerprintOptions(max_pixels=1000)
    refused = run([item], cache, strict)
    assert rows(refused)["1"]["reason"] == Reason.TOO_MANY_PIXELS
    assert rows(refused)["1"]["sha256"] is not None
    assert run([item], cache, strict).computed == 0
    allowed = run([item], cache)
    assert (rows(allowed)["1"]["status"], allowed.contents_read) == ("ok", 0)
    assert run([item], cache).computed == 0


def test_a_part_of_another_file_is_never_mixed_in(
    tmp_path: Path, cache: FingerprintCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture recipe changes while the file is replaced: digests must be of the same bytes."""
    path = photo(tmp_path, "a.jpg", 1)
    item = item_of(path, "1")
    old = rows(run([item], cache))["1"]
    monkeypatch.setattr(options, "PICTURE_RECIPE", 99)
    photo(tmp_path, "a.jpg", 2)
    os.utime(path, ns=(1, 1))
    row = rows(run([item], cache))["1"]
    assert row["sha256"] == hashlib.sha256(path.read_bytes()).digest() != old["sha256"]
    assert row["phash"] != old["phash"]
    assert row["file_mtime_ns"] == 1


def test_videos_and_empty_files(tmp_path: Path, cache: FingerprintCache) -> None:
    video = tmp_path / "clip.mp4"
    video.write_bytes(movie())
    empty = tmp_path / "empty.jpg"
    empty.touch()
    found = rows(run([item_of(video, "video"), item_of(empty, "empty")], cache))
    assert (found["video"]["status"], found["video"]["phash"]) == ("ok", None)
    assert (found["empty"]["status"], found["empty"]["reason"]) == ("undecodable", "empty")
    assert found["empty"]["sha256"] == hashlib.sha256(b"").digest()


UNREADABLE = {
    "cut": movie()[:60],
    "no moov": replaced(movie(), (b"moov", b"free")),
    "begun": b"\x00\x00\x00\x18ftypmp42" + bytes(500),
    "a page": b"<html><p>Not found</p></html>",
    "zeros": bytes(4096),
    "noise": random.Random(1).randbytes(4096),
    "sound": b"RIFF\x10\0\0\0WAVEfmt ",
}


@pytest.mark.parametrize("suffix", ["mp4", "MOV", "mkv"])
def test_a_video_with_an_unreadable_header_is_reported(
    tmp_path: Path, cache: FingerprintCache, suffix: str
) -> None:
    videos = {name: tmp_path / f"{name}.{suffix}" for name in UNREADABLE}
    for name, video in videos.items():
        video.write_bytes(UNREADABLE[name])
    found = rows(run([item_of(video, name) for name, video in videos.items()], cache))
    for name, content in UNREADABLE.items():
        row = found[name]
        is_opaque = name == "sound"  # of a known format whose header is not read
        assert row["status"] == ("ok" if is_opaque else "undecodable"), name
        assert row["reason"] == (None if is_opaque else "no_header"), name
        assert row["sha256"] == hashlib.sha256(content).digest()
        assert is_opaque or videos[name].name not in row["detail"]


def test_a_video_with_a_pictures_bytes_does_not_change_the_picture(
    tmp_path: Path, cache: FingerprintCache
) -> None:
    path, twin = photo(tmp_path, "a.jpg", 1), tmp_path / "a.mov"
    path.write_bytes(path.read_bytes()[:200])
    twin.write_bytes(path.read_bytes())
    for items in (
        [item_of(path, "p"), item_of(twin, "v")],
        [item_of(twin, "v"), item_of(path, "p")],
    ):
        found = rows(run(items, cache))
        assert (found["p"]["status"], found["p"]["reason"]) == ("undecodable", "decode_error")


def test_media_kinds_select_the_parts(tmp_path: Path, cache: FingerprintCache) -> None:
    """The same file as "other" in one catalog and as a picture in the next."""
    path = photo(tmp_path, "a.jpg", 1)
    as_other: Item = item_of(path, "other", media_kind=MediaKind.OTHER)
    assert rows(run([as_other], cache))["other"]["phash"] is None
    both = run([as_other, item_of(path, "picture")], cache)
    assert both.computed == 1
    assert rows(both)["picture"]["phash"] is not None
    assert rows(both)["other"]["phash"] is None
    assert run([as_other, item_of(path, "picture")], cache).computed == 0
