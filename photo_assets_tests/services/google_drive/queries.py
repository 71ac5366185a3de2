"""The search language of files.list, as far as photo catalogs use it."""

import re
from collections.abc import Callable
from typing import Any

from photo_assets_tests.services.google_drive.errors import invalid

File = dict[str, Any]
Test = Callable[[File], bool]

_TOKEN = re.compile(r"\s*(?:('(?:[^'\\]|\\.)*')|([<>!]?=|[<>()])|([A-Za-z]+))")
_COMPARE: dict[str, Callable[[str, str], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def parse(query: str) -> Test:
    """Return the test of a query; everything passes an empty one. Raises a `DriveError`."""
    if not query.strip():
        return lambda _file: True
    parser = _Parser(_tokens(query))
    test = parser.either()
    if parser.tokens:
        raise invalid("q")
    return test


def _tokens(query: str) -> list[str]:
    tokens, at = [], 0
    while query[at:].strip():
        match = _TOKEN.match(query, at)
        if match is None:
            raise invalid("q")
        tokens.append(match[1] or match[2] or match[3])
        at = match.end()
    return tokens


class _Parser:
    """`or` binds less than `and`, `and` less than `not`."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens

    def either(self) -> Test:
        tests = [self._both()]
        while self.tokens[:1] == ["or"]:
            self._next()
            tests.append(self._both())
        return lambda file: any(test(file) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self.tokens[:1] == ["and"]:
            self._next()
            tests.append(self._one())
        return lambda file: all(test(file) for test in tests)

    def _one(self) -> Test:
        token = self._next()
        if token == "not":
            negated = self._one()
            return lambda file: not negated(file)
        if token == "(":
            inner = self.either()
            if self._next() != ")":
                raise invalid("q")
            return inner
        if token.startswith("'"):
            if (self._next(), field := self._next()) != ("in", field) or field != "parents":
                raise invalid("q")
            return lambda file: _text(token) in file.get("parents", ())
        return _comparison(token, self._next(), self._next())

    def _next(self) -> str:
        if not self.tokens:
            raise invalid("q")
        return self.tokens.pop(0)


def _comparison(field: str, operator: str, value: str) -> Test:
    if field in ("trashed", "starred", "sharedWithMe") and operator in ("=", "!="):
        wanted = (value == "true") == (operator == "=")
        if field == "sharedWithMe":
            return lambda file: ("sharedWithMeTime" in file) == wanted
        return lambda file: file.get(field, False) == wanted
    if not value.startswith("'"):
        raise invalid("q")
    text = _text(value)
    if field == "mimeType" and operator == "contains":
        return lambda file: file["mimeType"].startswith(text)
    if field == "name" and operator == "contains":
        # Prefixes of words, as documented: not any part of the name.
        pattern = re.compile(rf"(^|\W){re.escape(text)}", re.IGNORECASE)
        return lambda file: pattern.search(file["name"]) is not None
    if field not in ("mimeType", "name", "modifiedTime", "createdTime") or operator not in _COMPARE:
        raise invalid("q")
    return lambda file: _COMPARE[operator](file[field], text)


def _text(quoted: str) -> str:
    return re.sub(r"\\(.)", r"\1", quoted[1:-1])
