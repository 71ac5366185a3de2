"""Telling apart the separators of keyword hierarchies and the same characters in keywords' names.

Two properties that state one keyword with different separators agree on where it is cut: a
character separates where both of them use their own separator. Which properties there are, and in
which order keywords are listed, belongs elsewhere.
"""

import re
from dataclasses import dataclass

Path = tuple[str, ...]

MAX_DEPTH = 50
_MARKS = re.compile(r"([|/])")


@dataclass(frozen=True, slots=True)
class CutKeyword:
    """A keyword cut at every character that may separate, and whether each one does so here."""

    pieces: Path  # as written, with the blanks around them
    marks: Path  # the characters between the pieces
    separates: tuple[bool, ...]

    @property
    def key(self) -> Path:
        """What two spellings of one keyword have in common."""
        return tuple(piece.strip() for piece in self.pieces)

    def path(self, other: "CutKeyword") -> Path:
        """Return the names, cut where both spellings (of one key) separate."""
        names = list(self.pieces[:1])
        both = map(all, zip(self.separates, other.separates, strict=True))
        for piece, mark, is_cut in zip(self.pieces[1:], self.marks, both, strict=True):
            if is_cut:
                names.append(piece)
            else:
                names[-1] += mark + piece
        return tuple(stripped for name in names if (stripped := name.strip()))


def cut(text: str, separator: str) -> CutKeyword:
    """Return a keyword of a property with this separator; pieces beyond the 50th are left out."""
    split = _MARKS.split(text, maxsplit=MAX_DEPTH)[: 2 * MAX_DEPTH - 1]
    marks = tuple(split[1::2])
    return CutKeyword(tuple(split[::2]), marks, tuple(mark == separator for mark in marks))


def cut_path(path: Path) -> CutKeyword:
    """Return a keyword whose names are known one by one."""
    names = [cut(name, "") for name in path]
    marks = tuple(mark for name in names for mark in (*name.marks, "|"))[:-1]
    ends = tuple(end for name in names for end in (*name.separates, True))[:-1]
    return CutKeyword(tuple(piece for name in names for piece in name.pieces), marks, ends)
