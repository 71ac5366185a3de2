"""The change logs of an account: one of its own, one of each shared drive.

Each file appears in a log once, at its latest change, as in Drive's own logs.
"""

import itertools

from photo_assets_tests.services.google_drive.resources import Json


class ChangeLog:
    """The latest change of everything. `now` is the number of the last event."""

    def __init__(self) -> None:
        #: (shared drive, or None; file or drive id) -> number and resource of the latest change
        self.log: dict[tuple[str | None, str], tuple[int, Json]] = {}
        self.now = 0
        self._numbers = itertools.count(1)

    @property
    def start_token(self) -> str:
        """The token of the changes from now on."""
        return str(self.now + 1)

    def tick(self) -> int:
        self.now = next(self._numbers)
        return self.now

    def append(self, log: str | None, key: str, number: int, change: Json) -> None:
        self.log.pop((log, key), None)
        self.log[log, key] = (number, change)
