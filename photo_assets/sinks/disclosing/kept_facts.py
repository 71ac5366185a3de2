"""Facts about partitions that are kept in one file, each under a digest of what it was made from.

What the facts say is the business of whoever keeps them. A file is derived: without it, or with one
that is damaged, everything is rebuilt and comes out the same.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import orjson

from photo_assets.model.canonical import canonical_digest
from photo_assets.system.durable import require_directory, write_bytes

Facts = Mapping[str, Any]
_DIGITS: Final = 64


def facts_digest(*parts: object) -> str:
    """Return one digest over values that JSON has a form for."""
    return canonical_digest(parts)


class KeptFacts:
    """The facts in one file: partition -> the digest they were made from, and themselves."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(
        self,
        digests: Mapping[str, str],
        make: Callable[[Sequence[str]], Mapping[str, Facts]],
    ) -> dict[str, Facts]:
        """Return the facts of all partitions in `digests`; those of another digest are made.

        `make` is asked once, with the partitions it is to make, and returns facts that JSON has a
        form for. Raises `StorageError`.
        """
        kept = read_kept(self._file)
        due = [name for name, digest in digests.items() if kept.get(name, ("",))[0] != digest]
        # What was made is taken as it is read later, so that both are the same.
        made = orjson.loads(orjson.dumps(make(due))) if due else {}
        found = {name: made[name] if name in made else kept[name][1] for name in digests}
        if due or len(kept) != len(digests):
            write_kept(self._file, {name: (digests[name], one) for name, one in found.items()})
        return found


def read_kept(file: Path) -> dict[str, Any]:
    """Return what was kept in a file, nothing where that cannot be told."""
    try:
        content = file.read_bytes()
        digest, body = content[:_DIGITS], content[_DIGITS:]
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return {}
        kept: dict[str, Any] = orjson.loads(body)
        return kept
    except (OSError, ValueError):
        return {}


def write_kept(file: Path, kept: Mapping[str, Any]) -> None:
    """Store what JSON has a form for, with a digest of itself before it. Raises `StorageError`."""
    body = orjson.dumps(kept)
    require_directory(file.parent)
    write_bytes(file, hashlib.sha256(body).hexdigest().encode() + body)
