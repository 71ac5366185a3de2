"""The pages of a listing in a file, so that an interrupted one continues and memory stays small.

One JSON text per line. The last line may be torn: its process was killed, and the page is requested
again. Which pages are requested is decided elsewhere.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from photo_assets.catalogs.online.records import decode, encode
from photo_assets.catalogs.online.service import Page
from photo_assets.model.errors import StorageError
from photo_assets.system.durable import require_directory

_VERSION = 1


class Spool:
    """A file of pages below a header. `header` is what `begin` wrote, {} before.

    `tell` is called for each page that is added, with the number of records added so far.
    """

    def __init__(self, path: Path, tell: Callable[[int], None] = lambda _records: None) -> None:
        self._path = path
        self._tell = tell
        self._records = 0
        self.header: dict[str, Any] = {}
        self.resumed = False
        """Whether pages of an earlier process were found."""
        self._end = 0
        self._read_all()

    def begin(self, header: dict[str, Any]) -> None:
        """Start an empty file."""
        self.header, self.resumed, self._end = header, False, 0
        require_directory(self._path.parent)
        self._path.unlink(missing_ok=True)
        self._append({"version": _VERSION, **header})

    def add(self, page: Page) -> None:
        """Add one page."""
        self._append(asdict(page))
        self._records += len(page.records)
        self._tell(self._records)

    def pages(self) -> Iterator[Page]:
        """Yield all pages, in order."""
        for line in self._lines():
            if "version" not in line:
                yield Page(**line)

    def remove(self) -> None:
        """Remove the file."""
        self._path.unlink(missing_ok=True)
        self.header, self.resumed, self._end = {}, False, 0

    def _append(self, line: dict[str, Any]) -> None:
        content = encode(line).encode() + b"\n"
        try:
            # The records hold names and places: only their owner may read them.
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
            with open(handle, "r+b", buffering=0, closefd=True) as file:
                file.truncate(self._end)
                file.seek(self._end)
                written = 0
                while written < len(content):
                    written += file.write(content[written:]) or 0
        except OSError as error:
            raise StorageError(f"{self._path} cannot be written: {error.strerror}.") from error
        self._end += len(content)

    def _read_all(self) -> None:
        for number, line in enumerate(self._lines(whole=True)):
            if number == 0:
                if line.pop("version", None) != _VERSION:
                    self._end = 0
                    return
                self.header = line
            else:
                self.resumed = True

    def _lines(self, *, whole: bool = False) -> Iterator[dict[str, Any]]:
        """Yield the lines; with `whole`, find out where the last complete one ends."""
        try:
            file = open(self._path, "rb")  # noqa: SIM115  # closed by the block below
        except FileNotFoundError:
            return
        except OSError as error:
            raise StorageError(f"{self._path} cannot be read: {error.strerror}.") from error
        with file:
            end = 0
            for content in file:
                end += len(content)
                if not content.endswith(b"\n") or (not whole and end > self._end):
                    return
                try:
                    line = decode(content)
                except ValueError:
                    return
                if whole:
                    self._end = end
                yield line
