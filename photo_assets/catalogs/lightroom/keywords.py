"""The keyword table as paths from the root of its hierarchy, and which keywords are people."""

from photo_assets.catalogs.lightroom.database import Database, Value
from photo_assets.catalogs.lightroom.values import integer, text, truth
from photo_assets.model.item import Keyword


class Keywords:
    """All keywords of a catalog by their local id."""

    def __init__(self, database: Database) -> None:
        self._names: dict[int, str] = {}
        self._parents: dict[int, int | None] = {}
        self._people: set[int] = set()
        self._private: set[int] = set()
        self._synonyms: dict[int, list[str]] = {}
        self._built: dict[int, Keyword | None] = {}
        self._load(database)
        self._load_synonyms(database)

    def get(self, tag: Value) -> Keyword | None:
        """Return a keyword; None for the nameless root and for ids the catalog does not have."""
        key = integer(tag)
        if key is None or key not in self._names:
            return None
        if key not in self._built:
            self._built[key] = Keyword(
                path=self._path(key),
                person=key in self._people,
                synonyms=tuple(sorted(self._synonyms.get(key, ()))),
            )
        return self._built[key]

    def is_private(self, tag: Value) -> bool:
        """Say whether the user excluded the keyword from exported and published files."""
        return integer(tag) in self._private

    def _path(self, key: int) -> tuple[str, ...]:
        """Follow parents to the root; a circle, which a damaged catalog may hold, ends the path."""
        names: list[str] = []
        seen: set[int] = set()
        here: int | None = key
        while here is not None and here not in seen:
            seen.add(here)
            if here in self._names:
                names.append(self._names[here])
            here = self._parents.get(here)
        return tuple(reversed(names))

    def _load(self, database: Database) -> None:
        if not database.has("AgLibraryKeyword", "id_local", "name", "parent"):
            return
        kind = "keywordType" if database.has("AgLibraryKeyword", "keywordType") else "NULL"
        export = "includeOnExport" if database.has("AgLibraryKeyword", "includeOnExport") else "1"
        for tag, name, parent, type_, exported in database.rows(
            f"SELECT id_local, name, parent, {kind}, {export} FROM AgLibraryKeyword"  # noqa: S608 - constants
        ):
            key, words = integer(tag), text(name)
            if key is None:
                continue
            self._parents[key] = integer(parent)
            if words is not None:
                self._names[key] = words
            if type_ == "person":
                self._people.add(key)
            if exported is not None and not truth(exported):
                self._private.add(key)

    def _load_synonyms(self, database: Database) -> None:
        if not database.has("AgLibraryKeywordSynonym", "keyword", "name"):
            return
        for tag, name in database.rows("SELECT keyword, name FROM AgLibraryKeywordSynonym"):
            key, words = integer(tag), text(name)
            if key is not None and words is not None:
                self._synonyms.setdefault(key, []).append(words)
