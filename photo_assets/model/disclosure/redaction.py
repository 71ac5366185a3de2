"""Applying a treatment to one value: names and coordinates are cut out of it."""

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeVar
from urllib.parse import unquote

from photo_assets.model.disclosure.columns import AI, COLUMNS, EXIF, EXTRAS, Treatment
from photo_assets.model.disclosure.coordinates import cut_coordinates
from photo_assets.model.disclosure.known_names import Known, Path
from photo_assets.model.disclosure.names import CUT, Names
from photo_assets.model.disclosure.policy import DisclosurePolicy

LEVEL: Final = " / "
"""Separates the levels of an album or a keyword in a text."""

_ESCAPED_AT_MOST: Final = 3  # times
_REMEMBERED: Final = 65_536

Row = Mapping[str, Any]
_K = TypeVar("_K")
_V = TypeVar("_V")


class Redactor:
    """Shows values as `policy` allows; `people` are the names to cut where it allows no names."""

    def __init__(self, policy: DisclosurePolicy, known: Known, people: Sequence[Names]) -> None:
        self._policy = policy
        self._known = known
        self._people = () if policy.people else tuple(people)
        self._paths: dict[Path, Path | None] = {}
        # Rows repeat file names, and months repeat folders, albums and captions.
        self._file_names: dict[str, str] = {}
        self._folders: dict[str, str] = {}
        self._texts: dict[tuple[str, bool], str] = {}
        self._nobody: dict[Path, bool] = {}
        self._ways: Mapping[Treatment, Callable[[Any], Any]] = {
            Treatment.PLAIN: _as_it_is,
            Treatment.PLACE: _as_it_is,
            Treatment.PEOPLE: self._persons,
            Treatment.TEXT: self._text,
            Treatment.PLACE_NAME: partial(self._text, single=False),
            Treatment.PATH: self._file_path,
            Treatment.KEYWORDS: self._keywords,
            Treatment.ALBUMS: self._albums,
            Treatment.AI: partial(self._document, entries=AI),
            Treatment.EXIF: partial(self._document, entries=EXIF),
            Treatment.EXTRAS: partial(self._document, entries=EXTRAS),
        }

    def record(
        self,
        row: Row,
        treatments: Mapping[str, Treatment] = COLUMNS,
        field: str | None = None,
    ) -> dict[str, Any]:
        """Return the entries of `row` that `treatments` names, each reduced to what may be shown.

        `field` is the column that the row's values belong to, unless the row names it.
        """
        about = row.get("field", field)
        shown: dict[str, Any] = {}
        for name, value in row.items():
            treatment = treatments.get(name)
            if treatment is Treatment.PLAIN or (value is None and treatment is not None):
                shown[name] = value
            elif treatment is not None:
                shown[name] = self.value(treatment, value, about)
        return shown

    def value(self, treatment: Treatment, value: Any, field: str | None = None) -> Any:
        """Return the part of a value that may be shown, None without any."""
        if value is None or not self._policy.allows(treatment):
            return None
        if treatment is Treatment.ROWS:
            return [self.record(one, field=field) for one in value]
        if treatment is Treatment.STATED:
            return self._stated(value, field)
        return self._ways[treatment](value)

    def names_nobody(self, levels: Sequence[str]) -> bool:
        """Return whether the levels are free of names and coordinates that may not be shown."""
        key = tuple(levels)
        if key not in self._nobody:
            _remember(self._nobody, key, self._names_nobody(key))
        return self._nobody[key]

    def _names_nobody(self, levels: Path) -> bool:
        if self._people and self._known.first_person(levels) < len(levels):
            return False
        return not any(self._is_name(level) or self._text(level) != level for level in levels)

    def _is_name(self, label: str) -> bool:
        return any(names.has(label) for names in self._people)

    def _text(self, text: str, *, single: bool = True) -> str:
        """Return a text without names and coordinates that may not be shown.

        Escapes of URLs and HTML are resolved first: "Zorah%20Quimby", "Zorah&nbsp;Quimby".
        """
        key = text, single
        if key not in self._texts:
            _remember(self._texts, key, self._text_shown(text, single=single))
        return self._texts[key]

    def _text_shown(self, text: str, *, single: bool) -> str:
        plain = _unescaped(text)
        shown = self._cut(plain, single=single)
        return shown if shown != plain or plain == text else self._cut(text, single=single)

    def _cut(self, text: str, *, single: bool) -> str:
        for names in self._people:
            text = names.cut(text, single=single)
        return text if self._policy.gps else cut_coordinates(text)

    def _file_path(self, path: str | list[str]) -> str | list[str]:
        if isinstance(path, list):  # of an album: `names_nobody` has checked its levels
            return path
        folder, slash, name = path.rpartition("/")
        if folder not in self._folders:
            _remember(self._folders, folder, self._folder_shown(folder))
        return self._folders[folder] + slash + self._file_name(name)

    def _folder_shown(self, folder: str) -> str:
        levels = folder.split("/")
        people = self._known.first_person(levels) if self._people else len(levels)
        return "/".join(
            CUT if people <= at else self._file_name(level) for at, level in enumerate(levels)
        )

    def _file_name(self, name: str) -> str:
        if name not in self._file_names:
            _remember(self._file_names, name, self._file_name_shown(name))
        return self._file_names[name]

    def _file_name_shown(self, name: str) -> str:
        stem = name.rpartition(".")[0]
        if self._is_name(name) or (stem and self._is_name(stem)):
            return CUT + name[len(stem) :] if stem else CUT
        return self._text_shown(name, single=True)

    def _albums(self, albums: Sequence[Any]) -> list[Any]:
        return [album for album in albums if self.names_nobody(_levels(album))]

    def _document(self, found: Any, entries: Mapping[str, Treatment]) -> Any:
        """Return the record in a JSON text; any other JSON value is not shown."""
        return (self.record(found, entries) or None) if isinstance(found, Mapping) else None

    def _keywords(self, stated: Sequence[Any]) -> list[Any]:
        """Return keywords in the form they were given in: texts, paths, or structs of an item."""
        return list(self._keywords_of(stated))

    def _keywords_of(self, stated: Sequence[Any]) -> Iterator[Any]:
        for keyword in stated:
            if isinstance(keyword, Mapping):
                path = self._keyword(keyword["path"])
                if path is not None and not (self._people and keyword.get("person")):
                    synonyms = [s for s in keyword["synonyms"] or () if self.names_nobody([s])]
                    person = keyword["person"]
                    yield {"path": list(path), "person": person, "synonyms": synonyms}
                continue
            path = self._keyword([keyword] if isinstance(keyword, str) else keyword)
            if path is not None:
                yield path[0] if isinstance(keyword, str) else list(path)

    def _keyword(self, stated: Sequence[str]) -> Path | None:
        key = tuple(stated)
        if key not in self._paths:
            path = self._known.private.exported(key)
            self._paths[key] = path if path is not None and self.names_nobody(path) else None
        return self._paths[key]

    def _persons(self, people: Any) -> Any:
        """Return people, except those whose keyword is excluded from exports."""
        if isinstance(people, str):
            return people
        names = (one["name"] if isinstance(one, Mapping) else one for one in people)
        return [
            one
            for one, name in zip(people, names, strict=True)
            if not self._known.private.holds(name)
        ]

    def _stated(self, value: Any, field: str | None) -> Any:
        """Return a value of the column `field`; without one, a record of an item's location."""
        if field is None:
            return self.record(value) if isinstance(value, Mapping) else None
        return self.value(COLUMNS.get(field, Treatment.NEVER), value)


def _remember(known: dict[_K, _V], key: _K, value: _V) -> None:
    if len(known) == _REMEMBERED:
        known.clear()
    known[key] = value


def _unescaped(text: str) -> str:
    """Return a text with its escapes resolved; a URL within a URL is escaped twice."""
    for _ in range(_ESCAPED_AT_MOST):
        plain = html.unescape(unquote(text)) if "%" in text or "&" in text else text
        if plain == text:
            break
        text = plain
    return text


def _as_it_is(value: Any) -> Any:
    return value


def _levels(album: Any) -> Sequence[str]:
    levels: Sequence[str] = album["path"] if isinstance(album, Mapping) else album.split(LEVEL)
    return levels
