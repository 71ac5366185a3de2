"""Ends a process by SIGKILL before each call by which `FolderStore.put` changes the disk, in turn.

Run as a program with a folder; prints the number of crashes, and after how many the blob was there.
"""

import io
import os
import signal
import sys
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


if __name__ == "__main__":
    main(Path(sys.argv[1]))
