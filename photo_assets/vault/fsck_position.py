"""How far a store was checked, what was found, and when each part was read: one file a store."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from photo_assets.model.canonical import canonical
from photo_assets.model.wording import counted
from photo_assets.system.durable import write_bytes

PARTS = 256

_OF_A_DAMAGED_FILE = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    RecursionError,
)
_AGES = {"today": 0, "7 days": 7, "30 days": 30, "90 days": 90, "a year": 365}


@dataclass(frozen=True, slots=True)
class Position:
    """The next part, and what is left of the `wanted` parts.

    `problems`: the blobs that were not as they should be and are not repaired. `unlisted`: the
    parts that could not be listed. `read`: the day (in UTC) when each part was last read. `store`:
    the store's name then.
    """

    next: int = 0
    left: int = 0
    wanted: int = 0
    problems: frozenset[bytes] = frozenset()
    unlisted: frozenset[int] = frozenset()
    read: Mapping[int, date] = field(default_factory=dict)
    store: str = ""

    @classmethod
    def load(cls, file: Path) -> "Position":
        """Return the stored position; a file that is missing or damaged is the beginning."""
        try:
            content = json.loads(file.read_bytes())
            start, left, wanted = (int(content[name]) for name in ("next", "left", "wanted"))
            problems = frozenset(bytes.fromhex(one) for one in content["problems"])
            unlisted = frozenset(int(one) for one in content.get("unlisted", ()))
            days = content.get("read", {}).items()
            read = {int(part): date.fromisoformat(day) for part, day in days}
            store = str(content.get("store", ""))
        except _OF_A_DAMAGED_FILE:
            return cls()
        is_sound = 0 <= start < PARTS and 0 <= left <= wanted <= PARTS
        is_sound &= all(len(one) == 32 for one in problems)  # of a SHA-256
        is_sound &= {*unlisted, *read} <= {*range(PARTS)}
        return cls(start, left, wanted, problems, unlisted, read, store) if is_sound else cls()

    def save(self, file: Path) -> None:
        """Store the position durably."""
        content = {
            "store": self.store,
            "next": self.next,
            "left": self.left,
            "wanted": self.wanted,
            "problems": sorted(one.hex() for one in self.problems),
            "unlisted": sorted(self.unlisted),
            "read": {str(part): day.isoformat() for part, day in sorted(self.read.items())},
        }
        write_bytes(file, canonical(content).encode())

    def is_read_since(self, part: int, day: date) -> bool:
        """Return whether a part was read on `day` or later."""
        return part in self.read and self.read[part] >= day

    def ages(self, today: date) -> dict[str, int]:
        """Return the number of parts by how long ago they were read, the newest first."""
        days = [(today - day).days for day in self.read.values()]
        names = (next((name for name, most in _AGES.items() if d <= most), "longer") for d in days)
        counts = Counter({"never": PARTS - len(days)}) + Counter(names)
        return {name: counts[name] for name in (*_AGES, "longer", "never")}


def positions_by_name(folder: Path, ids: Mapping[str, str | None]) -> dict[str, Position]:
    """Return the position of each store, by name.

    `ids`: the id of each store, None while it is not connected; then the last one that had its name
    counts, so that what was found is not forgotten.
    """
    files = sorted(folder.glob("*.json"), key=_changed_at) if folder.is_dir() else []
    last = {one.store: one for one in map(Position.load, files)}
    away = {name: last[name] for name, one in ids.items() if one is None and name in last}
    here = {name: one for name, one in ids.items() if one is not None}
    return away | {name: Position.load(folder / f"{one}.json") for name, one in here.items()}


def problem_sentences(positions: Mapping[str, Position]) -> Iterable[str]:
    """Yield a sentence for each store in which a check found problems that are still there."""
    for name, position in positions.items():
        if number := len(position.problems) + len(position.unlisted):
            yield (
                f"The store `{name}` has {counted(number, 'problem')}. To list and repair: "
                f"photosync fsck --store {name} --repair"
            )


def _changed_at(file: Path) -> float:
    return file.stat().st_mtime
