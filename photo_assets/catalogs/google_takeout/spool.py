"""Temporary storage of records on disk during a scan; memory holds only their positions.

The file is unnamed and is removed at the end of the scan, even if that fails. It is not beside the
source.
"""

import tempfile
from dataclasses import dataclass
from types import TracebackType
from typing import Self

_IN_MEMORY_BYTES = 32 << 20


@dataclass(frozen=True, slots=True)
class Slot:
    """The position of a record."""

    offset: int
    length: int


class Spool:
    """An append-only store of byte strings for one scan."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES)  # noqa: SIM115
        self._end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def put(self, record: bytes) -> Slot:
        """Store `record`; return its slot."""
        self._file.seek(self._end)
        self._file.write(record)
        slot = Slot(self._end, len(record))
        self._end += len(record)
        return slot

    def get(self, slot: Slot) -> bytes:
        """Return the record stored at `slot`."""
        self._file.seek(slot.offset)
        return self._file.read(slot.length)
