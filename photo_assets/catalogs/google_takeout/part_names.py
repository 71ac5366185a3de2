"""The names Takeout gives the parts of an export, as files or as folders people unpacked them into.

"takeout-20240612T103430Z-3-001.zip": made at that time, part 001. What lies in a part is not
looked at here.
"""

import re
from dataclasses import dataclass

TAKEOUT = "Takeout"
"""The folder that every export is in."""

_TAKEOUT = re.compile(r"Takeout(?:[ -]\d{1,3}| ?\(\d{1,3}\))?", re.ASCII)
_PART = re.compile(r"(?i)takeout-(\d{8}T\d{6}Z)(?:-(\d{1,4}))?-(\d{3,5})(?!\d)")
_STAMP = re.compile(r"(?i)takeout-(\d{8}T\d{6}Z)")


def is_takeout(folder: str) -> bool:
    """Say whether a folder is that of an export, or of its next part unpacked beside it.

    Where "Takeout" is there already, a Mac unpacks into "Takeout 2", others into "Takeout (1)".
    """
    return _TAKEOUT.fullmatch(folder) is not None


@dataclass(frozen=True, slots=True)
class PartName:
    """One name in parts. `series` is the export and its series, equal for parts numbered together.

    `digits` is where in the name the number stands.
    """

    series: tuple[str, str | None]
    number: int
    digits: tuple[int, int]

    def sibling(self, name: str, number: int) -> str:
        """Return `name`, whose parts these are, with another number."""
        start, end = self.digits
        return f"{name[:start]}{number:0{end - start}d}{name[end:]}"


def part_name(name: str) -> PartName | None:
    """Return the parts of a name that Takeout gave, None of any other."""
    match = _PART.search(name)
    if match is None:
        return None
    return PartName((match[1].upper(), match[2]), int(match[3]), match.span(3))


def export_stamp(name: str) -> str | None:
    """Return the time of the export in a name, "20240612T103430Z"; None where it states none."""
    match = _STAMP.search(name)
    return match[1].upper() if match is not None else None
