"""Facts about partitions, kept in one file, each with a digest of its inputs.

The caller defines the facts. The file is derived data: if it is missing or damaged, the same facts
are rebuilt.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from photo_assets.model.canonical import canonical_digest
from photo_assets.system.checked_json import read_json, write_json

Facts = Mapping[str, Any]


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
        kept = read_json(self._file)
        due = [name for name, digest in digests.items() if kept.get(name, ("",))[0] != digest]
        # New facts are converted as when they are read later, so that both are equal.
        made = orjson.loads(orjson.dumps(make(due))) if due else {}
        found = {name: made[name] if name in made else kept[name][1] for name in digests}
        if due or len(kept) != len(digests):
            write_json(self._file, {name: (digests[name], one) for name, one in found.items()})
        return found
