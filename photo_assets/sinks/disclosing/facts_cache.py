"""Facts about partitions, kept in one file, each with a digest of its inputs.

The caller defines the facts. The file is derived data: if it is missing or damaged, the same facts
are rebuilt.
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
    """Return one digest over values that JSON can represent."""
    return canonical_digest(parts)


class FactsCache:
    """The facts in one file: partition -> the digest of their inputs, and the facts."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def of(
        self,
        digests: Mapping[str, str],
        make: Callable[[Sequence[str]], Mapping[str, Facts]],
    ) -> dict[str, Facts]:
        """Return the facts of all partitions in `digests`; those with a new digest are made.

        `make` is called once with the partitions to make, and returns facts that JSON can
        represent. Raises `StorageError`.
        """
        kept = read_cache(self._file)
        due = [name for name, digest in digests.items() if kept.get(name, ("",))[0] != digest]
        # New facts are converted as when they are read later, so that both are equal.
        made = orjson.loads(orjson.dumps(make(due))) if due else {}
        found = {name: made[name] if name in made else kept[name][1] for name in digests}
        if due or len(kept) != len(digests):
            write_cache(self._file, {name: (digests[name], one) for name, one in found.items()})
        return found


def read_cache(file: Path) -> dict[str, Any]:
    """Return the content of a file, or nothing if it cannot be read."""
    try:
        content = file.read_bytes()
        digest, body = content[:_DIGITS], content[_DIGITS:]
        if hashlib.sha256(body).hexdigest().encode() != digest:
            return {}
        kept: dict[str, Any] = orjson.loads(body)
        return kept
    except (OSError, ValueError):
        return {}


def write_cache(file: Path, kept: Mapping[str, Any]) -> None:
    """Store values that JSON can represent, preceded by their digest. Raises `StorageError`."""
    body = orjson.dumps(kept)
    require_directory(file.parent)
    write_bytes(file, hashlib.sha256(body).hexdigest().encode() + body)
