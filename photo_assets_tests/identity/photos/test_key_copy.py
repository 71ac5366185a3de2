"""The copy of the ledger's keys: equal to the ledger after every run, and used only if valid."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from sqlalchemy import select

from photo_assets.identity.photos import (
    PhotoTables,
    build_photos,
    claims,
    key_copy,
)
from photo_assets.ledger import Ledger, PhotoRegistry, RegistrySession, open_ledger
from photo_assets.ledger.tables import PHOTO_KEYS
from photo_assets.model.vocabulary import LinkKind
from photo_assets_tests.configured import default_hierarchy
from photo_assets_tests.edits import replaced
from photo_assets_tests.identity.photos.making import Thing, exif, ids, link, store
from photo_assets_tests.repetition import cases

Row = tuple[str | None, ...]
HASH = link(LinkKind.IMPORT_HASH, "408546219:IMG_1.JPG:4711")


@pytest.fixture(autouse=True)
def every_key_is_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy is for runs over thousands of items; these tests use it for a few."""
    monkeypatch.setattr(claims, "LOOK_UP", 0)


class Counting(PhotoRegistry):
    """Counts how often all keys are read from the database."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(ledger)
        self.read = 0

    @contextmanager
    def session(self) -> Iterator[RegistrySession]:
        with super().session() as session:
            known = session.known

            def counted(keys: object) -> object:
                self.read += 1
                return known(keys)

            session.known = counted  # type: ignore[method-assign, assignment]
            yield session


def run(folder: Path, registry: PhotoRegistry, things: list[Thing]) -> PhotoTables:
    inputs = replace(store(folder, things), key_copy=folder / "copy")
    return build_photos(inputs, registry, default_hierarchy())


def stored(ledger: Ledger) -> set[Row]:
    c = PHOTO_KEYS.c
    with ledger.reading() as connection:
        return {
            tuple(row) for row in connection.execute(select(c.key, c.photo_id, c.blob, c.capture))
        }


def copied(folder: Path) -> set[Row]:
    rows = duckdb.execute(
        "SELECT key, photo_id::VARCHAR, lower(hex(blob)), lower(hex(capture)) "
        f"FROM read_parquet('{folder / 'copy' / 'photo_keys.parquet'}')"
    ).fetchall()
    assert len(set(rows)) == len(rows)
    return set(rows)


def lightroom(id: str, catalog: str = "main", content: bytes | None = None) -> Thing:
    links = (HASH,) if id == "1" else ()
    return Thing(source="lightroom", catalog=catalog, id=id, content=content, links=links)


A, B = Thing(id="a", content=b"v1", exif=exif("2019-08-04T11:28:12")), lightroom("2", content=b"v2")
STORY: dict[str, list[Thing]] = {
    "two photos": [A, B],
    "nothing new": [A, B],
    "a third one": [A, B, Thing(id="late.jpg")],
    "the third is read": [A, B, Thing(id="late.jpg", content=b"v3")],
    "an edit": [A, lightroom("2", content=b"v2 edited"), Thing(id="late.jpg", content=b"v3")],
    "two become one": [A, B, replace(B, catalog="laptop", image=b"pixels of v1")],
    "and part again": [A, B],
    "two catalogs, one import": [lightroom("1", content=b"x"), lightroom("1", "laptop", b"y")],
    "most is gone": [A],
}


def test_the_copy_matches_the_ledger_after_every_run(ledger: Ledger, tmp_path: Path) -> None:
    registry = Counting(ledger)
    for what, things in STORY.items():
        run(tmp_path, registry, things)
        assert copied(tmp_path) == stored(ledger), what
    assert registry.aliases()
    assert registry.read == 1  # the first time; afterwards every run finds its copy


def test_the_same_ids_with_a_copy_and_without(ledger: Ledger, tmp_path: Path) -> None:
    registry = PhotoRegistry(ledger)
    for things in STORY.values():
        with_copy = run(tmp_path, registry, things)
        shutil.rmtree(tmp_path / "copy")
        without = build_photos(store(tmp_path, things), registry, default_hierarchy())
        assert ids(with_copy) == ids(without)
        assert without.summary.keys_written == 0


@pytest.mark.parametrize(
    "harm",
    cases(["old", "half", "bit", "label", "none", "other ledger"], ["old", "bit", "other ledger"]),
)
def test_an_invalid_copy_is_rebuilt(ledger: Ledger, tmp_path: Path, harm: str) -> None:
    registry = Counting(ledger)
    first = run(tmp_path, registry, [A])
    folder, kept = tmp_path / "copy", tmp_path / "kept"
    shutil.copytree(folder, kept)
    run(tmp_path, registry, [A, B])
    assert registry.read == 1
    rows, label = folder / "photo_keys.parquet", folder / "photo_keys.json"
    content = bytearray(rows.read_bytes())
    content[len(content) // 3] ^= 1
    match harm:
        case "old":
            shutil.copytree(kept, folder, dirs_exist_ok=True)
        case "half":
            rows.write_bytes(rows.read_bytes()[:-100])
        case "bit":
            rows.write_bytes(content)
        case "label":
            label.write_text("{")
        case "none":
            shutil.rmtree(folder)
        case "other ledger":
            label.write_text(replaced(label.read_text(), ('"revision": "', '"revision": "f')))
    again = run(tmp_path, registry, [A, B])
    assert registry.read == 2
    assert ids(again).items() >= ids(first).items()
    assert again.summary.keys_written == 0
    assert copied(tmp_path) == stored(ledger)
    run(tmp_path, registry, [A, B])
    assert registry.read == 2


def test_a_restored_ledger_does_not_use_a_newer_copy(tmp_path: Path) -> None:
    """A counter could reach the same number in another way."""
    file = tmp_path / "ledger.sqlite"
    first = run(tmp_path, PhotoRegistry(open_ledger(f"sqlite:///{file}")), [A])
    shutil.copy(file, tmp_path / "backup")
    run(tmp_path, PhotoRegistry(open_ledger(f"sqlite:///{file}")), [A, B])
    lost = run(tmp_path, PhotoRegistry(open_ledger(f"sqlite:///{file}")), [A, B])
    for name in tmp_path.glob("ledger.sqlite*"):
        name.unlink()
    shutil.copy(tmp_path / "backup", file)
    ledger = open_ledger(f"sqlite:///{file}")
    other = Thing(id="other", content=b"v9")
    run(tmp_path, PhotoRegistry(ledger), [A, other])
    found = run(tmp_path, PhotoRegistry(ledger), [A, B, other])
    assert ids(found)[A.key] == ids(first)[A.key]
    assert ids(found)[B.key] == ids(lost)[B.key]  # derived from the same blob
    assert copied(tmp_path) == stored(ledger)


def test_a_killed_run_leaves_an_unused_copy(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the ledger's commit and the copy's renewal, the copy is outdated."""
    registry = Counting(ledger)
    run(tmp_path, registry, [A])

    class KilledError(BaseException):
        pass

    def die(*_: object) -> None:
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(key_copy.KeyCopy, "renew", die)
        with pytest.raises(KilledError):
            run(tmp_path, registry, [A, B])
    assert copied(tmp_path) != stored(ledger)
    read = registry.read
    assert run(tmp_path, registry, [A, B]).summary.keys_written == 0
    assert registry.read == read + 1
    assert copied(tmp_path) == stored(ledger)
