"""Names known in the collection: names of people, and keywords excluded from exports."""

from collections.abc import Iterable, Sequence

from photo_assets.model.disclosure.names import Names, key_of
from photo_assets.model.item import Keyword

Path = tuple[str, ...]


class Known:
    """Names of the whole collection: a statement about a name on one photo applies to all photos.

    `names` are names of people, including guessed ones. `marked` are the keywords that a catalog
    marks as people or excludes from exports. `people_roots` are keywords whose children are people,
    like digiKam's People/…; `paths` are the hierarchical keywords, in which such children are
    found.
    """

    def __init__(
        self,
        names: Iterable[str] = (),
        marked: Iterable[Keyword] = (),
        paths: Iterable[Sequence[str]] = (),
        people_roots: Iterable[str] = (),
    ) -> None:
        self._roots = frozenset(map(key_of, people_roots))
        marked = list(marked)
        people = list(names)
        for keyword in marked:
            if keyword.person:
                people += (keyword.path[-1], *keyword.synonyms, *keyword.private_synonyms)
        below = [level for path in paths for level in path[self.first_person(path) :]]
        # One word below such a root may be a group or a kind ("Friends"): it is not searched for in
        # sentences.
        people += [level for level in below if len(level.split()) > 1]
        self.people = Names(people, labels=below)
        self.private = PrivateKeywords(marked)

    def first_person(self, path: Sequence[str]) -> int:
        """Return the index of the first level below a root of people, the length without one."""
        roots = (at for at, level in enumerate(path) if key_of(level) in self._roots)
        return min(next(roots, len(path)) + 1, len(path))


class PrivateKeywords:
    """Keywords that their owner excludes from exports, either whole or only their upper levels.

    The most restrictive statement counts, whichever catalog and photo it is about. A private level
    is also private as a separate keyword: programs write each level of a path as a keyword.
    """

    def __init__(self, marked: Iterable[Keyword]) -> None:
        self._paths: set[Path] = set()
        self._words: set[str] = set()
        self._exported_from: dict[Path, int] = {}
        for keyword in marked:
            path = _keys(keyword.path)
            if keyword.private:
                own = path[keyword.private_from :]
                self._paths |= {path, own} if len(own) > 1 else {path}
                self._words.update(own)
                self._words.update(map(key_of, (*keyword.synonyms, *keyword.private_synonyms)))
            else:
                least = self._exported_from.get(path, 0)
                self._exported_from[path] = max(least, keyword.exported_from)

    def exported(self, path: Sequence[str]) -> Path | None:
        """Return the levels of a keyword that are exported, None when the keyword is private."""
        keys = _keys(path)
        if len(keys) == 1 and keys[0] in self._words:
            return None
        parts = ((a, b) for b in range(1, len(keys) + 1) for a in range(b))
        if self._paths and any(keys[a:b] in self._paths for a, b in parts):
            return None
        return tuple(path[self._exported_from.get(keys, 0) :])

    def holds(self, name: str) -> bool:
        """Return whether a name is the name of a private keyword."""
        return key_of(name) in self._words


def _keys(path: Sequence[str]) -> Path:
    return tuple(key_of(level) for level in path)
