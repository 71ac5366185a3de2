"""Ends a process by SIGKILL before each call by which `FolderStore.put` changes the disk, in turn.

Run as a program with a folder; prints the number of crashes, and after how many the blob was there.
With a number as well, the process is killed so often at random moments while it puts many blobs.
"""

import io
import os
import random
import signal
import sys
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

from photo_assets.vault.folder import FolderStore
from photo_assets.vault.store import Condition

PHOTO = os.urandom(3 * 1024 * 1024)
BLOB = sha256(PHOTO).digest()
CALLS = ("open", "mkdir", "fsync", "replace", "rename", "chmod")


def crash_in_child(store: FolderStore, number: int) -> bool:
    """Put the blob in a child that is killed before call `number`; return whether it was."""
    child = os.fork()
    if child == 0:
        left = number

        def counted(real: Any) -> Any:
            def call(*arguments: Any, **options: Any) -> Any:
                nonlocal left
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                left -= 1
                return real(*arguments, **options)

            return call

        for name in CALLS:
            setattr(os, name, counted(getattr(os, name)))
        content = io.BytesIO(PHOTO)
        content.read = counted(content.read)  # type: ignore[method-assign]
        store.put(BLOB, content)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(root: Path) -> None:
    """Crash before the first call, the second, and so on, each time in a new store."""
    kept = number = 0
    while True:
        store = FolderStore("home", root / str(number))
        store.create()
        if not crash_in_child(store, number):
            break
        verdict = store.verify(BLOB)
        assert verdict.condition in (Condition.ABSENT, Condition.INTACT), (number, verdict)
        kept += verdict.is_copy
        store.put(BLOB, io.BytesIO(PHOTO))
        assert store.verify(BLOB).condition is Condition.INTACT
        assert list(store.list()) == [BLOB]
        number += 1
    print(number, kept)


def kill_at_random(root: Path, times: int) -> None:
    """Put many blobs in one store, again and again, and kill each attempt at a random moment."""
    chance = random.Random(times)
    photos = [chance.randbytes(20_000 * (number + 1)) for number in range(20)]
    blobs = [sha256(photo).digest() for photo in photos]
    killed = kept = 0
    store = FolderStore("home", root)
    store.create()
    while killed < times:
        if kept == len(blobs):  # begin again with an empty store
            store = FolderStore("home", root.with_name(f"{root.name}-{killed}"))
            store.create()
        child = os.fork()
        if child == 0:
            for blob, photo in zip(blobs, photos, strict=True):
                store.put(blob, io.BytesIO(photo))
            os._exit(0)
        time.sleep(chance.uniform(0, 0.02))
        os.kill(child, signal.SIGKILL)
        killed += os.WIFSIGNALED(os.waitpid(child, 0)[1])
        verdicts = [store.verify(blob).condition for blob in blobs]
        assert {*verdicts} <= {Condition.ABSENT, Condition.INTACT}, verdicts
        before, kept = kept % len(blobs), verdicts.count(Condition.INTACT)
        assert kept >= before, "a blob that was stored is gone"
        assert len(list(store.list())) == kept
    print(killed, kept)


if __name__ == "__main__":
    if len(sys.argv) > 2:
        kill_at_random(Path(sys.argv[1]) / "store", int(sys.argv[2]))
    else:
        main(Path(sys.argv[1]))
