"""A power failure at any call: a blob is whole or absent, and the store can be used again."""

import io
import random
from hashlib import sha256
from pathlib import Path

from photo_assets.vault.folder import FolderStore
from photo_assets.vault.marker import MARKER
from photo_assets.vault.store import Condition
from photo_assets_tests.vault.lost_writes import Recorder

PHOTOS = [random.Random(number).randbytes(300_000) for number in range(2)]
BLOBS = [sha256(photo).digest() for photo in PHOTOS]
_DRAWS = 8
"""Times that each prefix of the calls is lost, with other writes missing."""


def test_a_power_failure_loses_no_blob_that_was_said_to_be_stored(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    recorder, store = Recorder(disk), FolderStore("home", disk / "vault")
    said = {}  # blob -> the number of calls after which it was said to be stored
    with recorder.recording():
        store.create()
        for blob, photo in zip(BLOBS, PHOTOS, strict=True):
            store.put(blob, io.BytesIO(photo))
            said[blob] = len(recorder.calls)
        damaged = store.path(BLOBS[0])
        damaged.chmod(0o644)
        store.restore(BLOBS[0], io.BytesIO(PHOTOS[0]))
    assert len(recorder.calls) > 30
    crashes = 0
    for done in range(len(recorder.calls) + 1):
        for draw in range(_DRAWS):
            after = tmp_path / f"after-{done}-{draw}"
            recorder.after_crash(done, after, random.Random(f"{done}-{draw}"))
            _examine(
                FolderStore("home", after / "vault"), {b for b, n in said.items() if n <= done}
            )
            crashes += 1
    assert crashes > 200


def test_folders_that_a_killed_writer_made_are_synced_by_the_next_one(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    recorder, store = Recorder(disk), FolderStore("home", disk / "vault")
    with recorder.recording():
        store.create()
        store.path(BLOBS[0]).parent.mkdir(parents=True)  # killed before it synced any of them
        FolderStore("home", store.root).put(BLOBS[0], io.BytesIO(PHOTOS[0]))
    for draw in range(40):
        after = tmp_path / f"after-{draw}"
        recorder.after_crash(len(recorder.calls), after, random.Random(draw))
        assert FolderStore("home", after / "vault").verify(BLOBS[0]).is_copy


def _examine(store: FolderStore, said: set[bytes]) -> None:
    if said:
        assert (store.root / MARKER).is_file()
    store.create()  # it was never said to exist, or it is there
    for blob, photo in zip(BLOBS, PHOTOS, strict=True):
        found = store.verify(blob)
        allowed = {Condition.WRITABLE} | (set() if blob in said else {Condition.ABSENT})
        assert found.condition in allowed, (found, "its mode is not recorded")
        store.put(blob, io.BytesIO(photo))
        assert store.verify(blob).is_copy
    assert sorted(store.list()) == sorted(BLOBS)
