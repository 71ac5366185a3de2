"""Finding names of people, as whole labels and in running text, in any spelling."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

CUT: Final = "…"
"""Replaces a name or a coordinate."""

_WORD = re.compile(r"[^\W\d_]+|\d+")  # "Quimby2019" is a name and a year
# What `_folded` does to the characters that need no tables of Unicode.
_ASCII: Final = {n: chr(n).lower() if chr(n).isalnum() else None for n in range(128)}
_LONGEST_GAP: Final = 3  # between the words of one name, blanks apart: "Quimby, Zorah"


def key_of(label: str) -> str:
    """Return the same key for labels that read the same: letters and digits, without accents.

    "Zoé O'Neill", "zoe-oneill" and "ZOE_ONEILL" have one key; a label without letters is its own
    key.
    """
    return label.translate(_ASCII) or label if label.isascii() else _folded(label)


@lru_cache(maxsize=65_536)
def _folded(label: str) -> str:
    plain = unicodedata.normalize("NFKD", label).casefold()
    return "".join(filter(str.isalnum, plain)) or label


def _keys_in(text: str) -> list[str]:
    """Return the key of each word of a text."""
    if text.isascii():  # a word has letters or digits only
        return _WORD.findall(text.lower())
    return [key_of(word) for word in _WORD.findall(text)]


class Names:
    """Names of people, in either order of their words. `labels` are names as whole labels only."""

    def __init__(self, names: Iterable[str], labels: Iterable[str] = ()) -> None:
        self._keys = {key for label in labels if (key := key_of(label))}
        self._several: set[str] = set()  # keys of names with several words
        self._beginnings: set[str] = set()
        self._single: dict[str, bool] = {}
        self._unspaced: set[str] = set()
        for name in names:
            self._add(unicodedata.normalize("NFC", name).strip())
        self._starts = self._beginnings.union(self._single)  # keys of words that may begin one
        self._in_texts = bool(self._unspaced or self._starts)

    def __bool__(self) -> bool:
        return bool(self._keys)

    def _add(self, name: str) -> None:
        words = list(map(key_of, _WORD.findall(name)))
        if not words:
            return
        orders = {"".join(words), "".join((words[-1], *words[:-1]))}
        self._keys |= orders
        if any(unicodedata.category(char) == "Lo" for char in name) and len(name) > 1:
            self._unspaced.add(name)  # a script without capitals and often without spaces
        if len(words) == 1:
            if len(words[0]) > 1:  # a single letter would match in too many sentences
                self._single[words[0]] = self._single.get(words[0], False) or name[0].islower()
            return
        self._several |= orders
        self._beginnings.update(key[:length] for key in orders for length in range(len(key) + 1))

    def has(self, label: str) -> bool:
        """Return whether the label is a name."""
        return key_of(label) in self._keys

    def cut(self, text: str, *, single: bool = True) -> str:
        """Return the text with "…" for each name in it; unchanged without any.

        A name of one word counts when the text capitalizes it, or when the name itself has no
        capital; with `single` false it never counts.
        """
        if not self._in_texts:
            return text
        plain = unicodedata.normalize("NFC", text)
        found = [name for name in self._unspaced if name in plain]
        for name in sorted(found, key=lambda one: (-len(one), one)):
            plain = plain.replace(name, CUT)
        keys = _keys_in(plain)
        if self._starts.isdisjoint(keys):  # as for nearly all texts
            return plain if found else text
        words = list(_WORD.finditer(plain))
        parts: list[str] = []
        at = place = 0
        while place < len(words):
            may_be = keys[place] in self._starts
            count = self._length(words, keys, place, single) if may_be else 0
            if count:
                parts += (plain[at : words[place].start()], CUT)
                at = words[place + count - 1].end()
            place += count or 1
        return "".join((*parts, plain[at:])) if parts or found else text

    def _length(
        self, words: Sequence[re.Match[str]], keys: Sequence[str], at: int, single: bool
    ) -> int:
        """Return how many words from `at` on form a name, whatever separates the words."""
        found, key = 0, ""
        for end in range(at, len(words)):
            key += keys[end]
            gap = "" if end == at else words[at].string[words[end - 1].end() : words[end].start()]
            if len("".join(gap.split())) > _LONGEST_GAP or key not in self._beginnings:
                break
            if key in self._several:
                found = end + 1 - at
        if found or not single:
            return found
        small = self._single.get(keys[at])
        return int(small is not None and (small or not words[at].group()[0].islower()))
