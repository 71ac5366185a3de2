"""What a search finds: catalogs, and things left out with the reason. Plain values."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class FoundCatalog:
    """A place that looks like a catalog. `summary` is one line for people.

    `exclude` names folders inside it that belong to another catalog.
    """

    source: str
    path: str
    summary: str
    stem: str  # what its name is made of
    exclude: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something that looks like a catalog and is not put into photosync.yaml."""

    path: str
    reason: str


Finding = FoundCatalog | LeftOut


def catalog_name(stem: str, taken: Iterable[str]) -> str:
    """Return a valid name made of `stem` that is not in `taken`."""
    ascii_text = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    plain = _NOT_PLAIN.sub("-", ascii_text).strip("-")[:_LONGEST].strip("-") or "main"
    names, name, n = set(taken), plain, 2
    while name in names:
        suffix = f"-{n}"
        name, n = plain[: _LONGEST - len(suffix)].rstrip("-") + suffix, n + 1
    return name
