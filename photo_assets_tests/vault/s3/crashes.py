"""Ends a process by SIGKILL before and after each request by which `S3Store.put` sends a large blob.

Run as a program with an endpoint and a bucket; prints the number of crashes, and after how
many the blob was there.
"""

import io
import os
import signal
import sys
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from botocore.httpsession import URLLib3Session

from photo_assets.ledger import Ledger
from photo_assets.vault.s3.store import S3Store
from photo_assets.vault.store import Condition
from photo_assets_tests.vault.s3.stores import ledger_of_calls, settings_of

PART = 5 << 20  # the smallest that S3 allows
VIDEO = os.urandom(PART + 1000)
BLOB = sha256(VIDEO).digest()


def crash_in_child(store: S3Store, number: int) -> bool:
    """Put the blob in a child that is killed at moment `number`; return whether it was."""
    child = os.fork()
    if child == 0:
        left = number

        def counted(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **options: Any) -> Any:
                die_in_turn()
                reply = real(*arguments, **options)
                die_in_turn()
                return reply

            return call

        def die_in_turn() -> None:
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

        URLLib3Session.send = counted(URLLib3Session.send)
        store.put(BLOB, io.BytesIO(VIDEO))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(endpoint: str, bucket: str, ledger: Ledger) -> None:
    """Crash before the first request, after it, and so on, each time in a new store."""
    kept = number = 0
    while True:
        settings = settings_of(endpoint, bucket, f"crash/{number}")
        store = S3Store("cloud", settings, lambda: ledger, PART)
        store.create()
        # One whose connections are its own.
        if not crash_in_child(S3Store("cloud", settings, lambda: ledger, PART), number):
            break
        verdict = store.verify(BLOB)
        assert verdict.condition in (Condition.ABSENT, Condition.INTACT), (number, verdict)
        kept += verdict.is_copy
        number += 1
    print(number, kept)


if __name__ == "__main__":
    with ledger_of_calls() as calls:
        main(sys.argv[1], sys.argv[2], calls)
