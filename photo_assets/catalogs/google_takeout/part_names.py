"""Takeout's names of the parts of an export, as archives or as unpacked folders.

"takeout-20240612T103430Z-3-001.zip": the export's time, part 001. The content of parts is not read
here.
"""

import re
from dataclasses import dataclass

TAKEOUT = "Takeout"
"""The top folder of every export."""

_TAKEOUT = re.compile(r"Takeout(?:[ -]\d{1,3}| ?\(\d{1,3}\))?", re.ASCII)
_PART = re.compile(r"(?i)takeout-(\d{8}T\d{6}Z)(?:-(\d{1,4}))?-(\d{3,5})(?!\d)")
_STAMP = re.compile(r"(?i)takeout-(\d{8}T\d{6}Z)")


def is_takeout(folder: str) -> bool:
    """Return whether a folder is the top folder of an export or of another part beside it.

    Where "Takeout" already exists, a Mac unpacks into "Takeout 2", others into "Takeout (1)".
    """
    return _TAKEOUT.fullmatch(folder) is not None


@dataclass(frozen=True, slots=True)
class PartName:
    """A parsed part name.

    `series` is the export and its series, equal for parts numbered together. `digits` is the
    position of the number in the name.
    """

    series: tuple[str, str | None]
    number: int
    digits: tuple[int, int]

    def sibling(self, name: str, number: int) -> str:
        """Return `name`, from which this was parsed, with another number."""
        start, end = self.digits
        return f"{name[:start]}{number:0{end - start}d}{name[end:]}"


def part_name(name: str) -> PartName | None:
    """Parse a part name of Takeout; None for other names."""
    match = _PART.search(name)
    if match is None:
        return None
    return PartName((match[1].upper(), match[2]), int(match[3]), match.span(3))


def export_stamp(name: str) -> str | None:
    """Return the time of the export in a name, "20240612T103430Z"; None without one."""
    match = _STAMP.search(name)
    return match[1].upper() if match is not None else None
