"""The state of the library for its page: the last one read, and a newer one as soon as it is read.

Reading takes seconds in a large library; nobody waits for it but the first visitor.
"""

import threading
from dataclasses import dataclass, field

from photo_assets.status.catalogs import utc_now
from photo_assets.status.library import LibraryStatus, read_status
from photo_assets.web.opened import Library

_FRESH_SECONDS = 5.0


@dataclass(slots=True)
class StatusReader:
    """Reads the state of one library at a time."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _reading: threading.Lock = field(default_factory=threading.Lock)
    _last: tuple[Library, LibraryStatus] | None = None

    def read(self, library: Library) -> LibraryStatus:
        """Return the state as last read, and read it again in a thread if that is a while ago.

        `LibraryStatus.now` is when it was read. Raises as `read_status` if there is no earlier one.
        """
        last = self._last
        if last is None or last[0] is not library:
            with self._lock:
                if self._last is None or self._last[0] is not library:
                    self._read(library)
                assert self._last is not None
                return self._last[1]
        old = (utc_now() - last[1].now).total_seconds() > _FRESH_SECONDS
        if old and self._reading.acquire(blocking=False):
            threading.Thread(target=self._read_again, args=(library,), daemon=True).start()
        return last[1]

    def _read(self, library: Library) -> None:
        self._last = (library, read_status(library.workspace))

    def _read_again(self, library: Library) -> None:
        try:
            self._read(library)
        finally:
            self._reading.release()
