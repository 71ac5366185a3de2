"""The ledger's rows in the history that belong to no photo: JSON lines, a file per table and day.

Rows are only ever added: a line that the ledger does not have any more, because it was lost or
replaced, stays in its file.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from photo_assets.ledger.keeping import BY_TIME, Keeping
from photo_assets.model.canonical import canonical_json

Path = tuple[bytes, ...]


def ledger_files(
    keeping: Keeping, known: Callable[[Path], bytes | None], extents: Mapping[str, Any]
) -> Iterator[tuple[Path, bytes, int]]:
    """Yield the files whose lines are not all known: path, new content, number of added lines.

    `known` returns the content of a file in the history. A table whose extent is the one in
    `extents` is not read.
    """
    for table in BY_TIME:
        if keeping.extent(table) == extents.get(table.name):
            continue
        rows = keeping.by_time(table)
        for day, some in groupby(rows, key=lambda row: str(row["at"])[:10]):
            path = (b"ledger", table.name.encode(), f"{day}.jsonl".encode())
            lines = [_line(row) for row in some]
            before = (known(path) or b"").splitlines(keepends=True)
            added = set(lines) - set(before)
            if added:
                yield path, b"".join(_merged(before, lines)), len(added)


def _line(row: Mapping[str, Any]) -> bytes:
    """Return a row as one line."""
    return canonical_json(dict(row)) + b"\n"


def _merged(before: Sequence[bytes], lines: Sequence[bytes]) -> list[bytes]:
    """Return the lines of both, in the ledger's order; lines it does not have come first."""
    there = set(lines)
    return [*(line for line in before if line not in there), *lines]
