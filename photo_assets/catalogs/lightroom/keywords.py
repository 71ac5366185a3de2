"""The keyword table as paths from the root of its hierarchy: person keywords and export settings.

Each keyword has three export settings. "Include on Export" off excludes it and all keywords below
it. "Export Containing Keywords" off exports it, and those below it, without the keywords above it.
"Export Synonyms" off exports it without its synonyms.
"""

from photo_assets.catalogs.lightroom.database import Database, Value
from photo_assets.catalogs.lightroom.values import integer, text, truth
from photo_assets.model.item import Keyword

_MARKS = ("includeOnExport", "includeParents", "includeSynonyms")


class Keywords:
    """All keywords of a catalog by their local id."""

    def __init__(self, database: Database) -> None:
        self._names: dict[int, str] = {}
        self._parents: dict[int, int | None] = {}
        self._people: set[int] = set()
        self._off: dict[str, set[int]] = {mark: set() for mark in _MARKS}
        self._synonyms: dict[int, list[str]] = {}
        self._built: dict[int, Keyword | None] = {}
        self._load(database)
        self._load_synonyms(database)

    def get(self, tag: Value) -> Keyword | None:
        """Return a keyword; None for the nameless root and for unknown ids."""
        key = integer(tag)
        if key is None or key not in self._names:
            return None
        if key not in self._built:
            self._built[key] = self._build(key)
        return self._built[key]

    def _build(self, key: int) -> Keyword:
        levels = self._levels(key)
        kept = [at for at, level in enumerate(levels) if level in self._off["includeOnExport"]]
        alone = [at for at, level in enumerate(levels) if level in self._off["includeParents"]]
        synonyms = tuple(sorted(self._synonyms.get(key, ())))
        exported = key not in self._off["includeSynonyms"]
        return Keyword(
            path=tuple(self._names[level] for level in levels),
            person=key in self._people,
            synonyms=synonyms if exported else (),
            private=bool(kept),
            private_from=min(kept, default=0),
            exported_from=max(alone, default=0),
            private_synonyms=() if exported else synonyms,
        )

    def _levels(self, key: int) -> list[int]:
        """Follow parents to the root; a cycle, possible in a damaged catalog, ends the path."""
        levels: list[int] = []
        seen: set[int] = set()
        here: int | None = key
        while here is not None and here not in seen:
            seen.add(here)
            if here in self._names:
                levels.append(here)
            here = self._parents.get(here)
        return levels[::-1]

    def _load(self, database: Database) -> None:
        if not database.has("AgLibraryKeyword", "id_local", "name", "parent"):
            return
        wanted = ("keywordType", *_MARKS)
        columns = [n if database.has("AgLibraryKeyword", n) else "NULL" for n in wanted]
        for tag, name, parent, type_, *marks in database.rows(
            f"SELECT id_local, name, parent, {', '.join(columns)} FROM AgLibraryKeyword"  # noqa: S608 - constants
        ):
            key, words = integer(tag), text(name)
            if key is None:
                continue
            self._parents[key] = integer(parent)
            if words is not None:
                self._names[key] = words
            if type_ == "person":
                self._people.add(key)
            for mark, value in zip(_MARKS, marks, strict=True):
                if value is not None and not truth(value):
                    self._off[mark].add(key)

    def _load_synonyms(self, database: Database) -> None:
        if not database.has("AgLibraryKeywordSynonym", "keyword", "name"):
            return
        for tag, name in database.rows("SELECT keyword, name FROM AgLibraryKeywordSynonym"):
            key, words = integer(tag), text(name)
            if key is not None and words is not None:
                self._synonyms.setdefault(key, []).append(words)
