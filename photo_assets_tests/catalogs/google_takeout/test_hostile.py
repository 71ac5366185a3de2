"""Damaged and malicious exports: damaged entries fail by name and affect no others."""

import gzip
import os
import random
from pathlib import Path

import pytest

from photo_assets.model.events import Accounting, Discarded, Failed, Found, ScanEvent
from photo_assets_tests.catalogs.google_takeout.export import (
    STAMP,
    YEAR,
    items,
    jpeg,
    photo_json,
    problems,
    scan,
    write_part,
)
from photo_assets_tests.media.archives.build import raw_zip, write_tar, write_zip

GOOD = {f"{YEAR}/good.jpg": jpeg(9), f"{YEAR}/good.jpg.json": photo_json("good.jpg")}
PART = f"takeout-{STAMP}-001"


def test_a_truncated_zip_costs_its_part_and_keeps_every_row(tmp_path: Path) -> None:
    path = write_part(tmp_path, 1, {f"{YEAR}/a.jpg": jpeg(1)})
    path.write_bytes(path.read_bytes()[:-40])
    write_part(tmp_path, 2, GOOD)
    events = scan(tmp_path)
    assert set(items(events)) == {"Photos from 2023/good.jpg"}
    assert problems(events) == {f"{PART}.zip": "truncated archive"}
    assert [e.native_prefix for e in events if isinstance(e, Failed)] == [""]


def test_a_truncated_tgz_gives_the_entries_before_the_damage(tmp_path: Path) -> None:
    rng = random.Random(1)
    noise = {f"{YEAR}/{n}.jpg": jpeg(n) + rng.randbytes(60_000) for n in range(5)}
    path = write_part(tmp_path, 1, noise, "tgz")
    path.write_bytes(path.read_bytes()[:150_000])
    write_part(tmp_path, 2, GOOD, "tgz")
    events = scan(tmp_path)
    assert set(items(events)) == {f"Photos from 2023/{n}.jpg" for n in ("0", "1", "good")}
    assert problems(events) == {
        f"{PART}.tgz: {YEAR}/2.jpg": "truncated archive",
        f"{PART}.tgz": "truncated archive",
    }


def test_hostile_entries_cost_themselves(tmp_path: Path) -> None:
    entries = [
        (b"Takeout/../../etc/cron.d/x.jpg", b"x", 0x800),
        (b"/etc/cron.d/x.jpg", b"x", 0x800),
        (b"C:\\x.jpg", b"x", 0x800),
        (f"{YEAR}/secret.jpg".encode(), b"x", 0x801),
        (f"{YEAR}/a.jpg".encode(), jpeg(1), 0x800),
        (f"{YEAR}/a.jpg".encode(), jpeg(2), 0x800),
        (f"{YEAR}/caf".encode() + b"\xe9.jpg", jpeg(3), 0x800),
        (f"{YEAR}/inner.zip".encode(), raw_zip([(b"deep.jpg", b"x", 0)]), 0x800),
        (f"{YEAR}/a.jpg.json".encode(), photo_json("a.jpg"), 0x800),
    ]
    (tmp_path / f"{PART}.zip").write_bytes(raw_zip(entries))
    events = scan(tmp_path)
    assert len(items(events)) == 2
    assert sorted(problems(events).values()) == [
        "encrypted",
        "not a photo",
        "repeated name",
        "unsafe name",
        "unsafe name",
        "unsafe name",
    ]
    assert len(events) == len(entries)
    damaged = items(events)["Photos from 2023/a.jpg"]
    assert damaged.file_size == len(jpeg(1))


def test_a_wrong_checksum_of_a_photo_and_of_a_json(tmp_path: Path) -> None:
    json = photo_json("a.jpg")
    blob = bytearray(
        raw_zip(
            [
                (f"{YEAR}/a.jpg".encode(), b"plain bytes", 0x800),
                (f"{YEAR}/b.jpg.json".encode(), json, 0x800),
            ]
        )
    )
    blob[blob.index(b"plain")] ^= 1
    blob[blob.index(b"photoTakenTime")] ^= 1
    (tmp_path / f"{PART}.zip").write_bytes(blob)
    events = scan(tmp_path)
    assert problems(events) == {
        f"{PART}.zip: {YEAR}/a.jpg": "wrong checksum",
        f"{PART}.zip: {YEAR}/b.jpg.json": "wrong checksum",
    }
    assert [e.native_id for e in events if isinstance(e, Failed)] == [None, f"{YEAR}/a.jpg"]


def test_links_in_an_unpacked_export_are_never_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "private.jpg").write_bytes(jpeg(1))
    inside = tmp_path / "inside"
    (inside / YEAR).mkdir(parents=True)
    (inside / YEAR / "link.jpg").symlink_to(outside / "private.jpg")
    (inside / YEAR / "folder").symlink_to(outside)
    (inside / f"{PART}.zip").symlink_to(write_part(outside, 1, GOOD))
    os.mkfifo(inside / YEAR / "pipe.jpg")
    events = scan(inside)
    assert items(events) == {}
    assert sorted(problems(events).values()) == ["not a regular file", *["symbolic link"] * 3]


def test_another_file_with_the_name_of_an_archive(tmp_path: Path) -> None:
    for number, blob in enumerate(
        (b"", b"<html>Sign in</html>", gzip.compress(b"no tar"), bytes(2000)), 1
    ):
        (tmp_path / f"takeout-{STAMP}-00{number}.{'zip' if number < 3 else 'tgz'}").write_bytes(
            blob
        )
    assert sorted(problems(scan(tmp_path)).values()) == [
        "damaged archive",
        "truncated archive",
        "truncated archive",
        "truncated archive",
    ]


def mutate(content: bytes, rng: random.Random) -> bytes:
    out = bytearray(content)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        if not out:
            break
        at = rng.randrange(len(out))
        match rng.randrange(6):
            case 0:
                out[at] = rng.randrange(256)
            case 1:
                out[at] ^= 1 << rng.randrange(8)
            case 2:
                del out[at : at + rng.randrange(1, 40)]
            case 3:
                out[at:at] = rng.randbytes(rng.randrange(1, 20))
            case 4:
                out = out[: at + 1]
            case 5:
                out[at : at + 4] = rng.choice(
                    (b"\xff" * 4, b"\0" * 4, b"\xff\xff\xff\x7f", b'"}]{')
                )
    return bytes(out)


def check(events: list[ScanEvent]) -> None:
    accounting = Accounting()
    ids = []
    for event in events:
        accounting.count(event)
        if isinstance(event, Found):
            ids.append(event.item.native_id)
            event.item.digest()
        if isinstance(event, Failed | Discarded):
            assert event.ref
            assert event.reason
    assert accounting.balanced
    assert len(ids) == len(set(ids))


def fuzz(folder: Path, seed: int) -> None:
    """One damaged part beside a whole one: the whole one always arrives."""
    rng = random.Random(seed)
    json = photo_json("a.jpg", description="x", people=[{"name": "Ann"}])
    if seed % 3 == 0:
        json = mutate(json, rng)
    entries = {
        f"{YEAR}/a.jpg": jpeg(1),
        f"{YEAR}/a.jpg.json": json,
        f"{YEAR}/a-edited.jpg": jpeg(2),
    }
    kind = ("zip", "tgz", "tar")[seed % 3] if seed % 2 else "zip"
    path = folder / f"{PART}.{kind}"
    for old in folder.glob(f"{PART}.*"):
        old.unlink()
    (write_zip if kind == "zip" else write_tar)(path, entries)
    if seed % 3:
        path.write_bytes(mutate(path.read_bytes(), rng))
    events = scan(folder)
    check(events)
    assert "Photos from 2023/good.jpg" in items(events), seed
    assert items(events)["Photos from 2023/good.jpg"].raw


def test_damage_anywhere_is_accounted_for(tmp_path: Path) -> None:
    write_part(tmp_path, 2, GOOD)
    for seed in range(200):
        fuzz(tmp_path, seed)


@pytest.mark.slow
def test_damage_anywhere_is_accounted_for_at_length(tmp_path: Path) -> None:
    write_part(tmp_path, 2, GOOD)
    for seed in range(1_000, 11_000):
        fuzz(tmp_path, seed)
