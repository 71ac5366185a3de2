"""Partial responses: the `fields` parameter, as `a,b(c,d/e),f/*`."""

import re
from typing import Any

from photo_assets_tests.services.google_drive.errors import DriveError
from photo_assets_tests.services.google_drive.schema import document

_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]*|[*(),/]")

Mask = dict[str, "Mask"]
"""Field -> the mask of its parts; an empty mask selects everything, and so does the field `*`."""


def parse(text: str, schema: str) -> Mask:
    """Return the mask of a `fields` parameter. Raises a `DriveError` for an unknown field."""
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s", "", text):
        raise _unknown(text)
    mask, rest = _parse_list(tokens)
    if rest:
        raise _unknown(text)
    _check(mask, {"$ref": schema})
    return mask


def select(value: Any, mask: Mask) -> Any:
    """Return the parts of a value that a mask selects; absent ones stay absent."""
    if not mask or "*" in mask:
        return value
    if isinstance(value, list):
        return [select(part, mask) for part in value]
    if not isinstance(value, dict):
        return value
    return {key: select(value[key], part) for key, part in mask.items() if key in value}


def _parse_list(tokens: list[str]) -> tuple[Mask, list[str]]:
    mask: Mask = {}
    while True:
        if not tokens or tokens[0] in "(),/":
            raise _unknown("")
        name, tokens = tokens[0], tokens[1:]
        inner: Mask = {}
        path = mask.setdefault(name, {})
        while tokens and tokens[0] == "/":
            path, tokens = path.setdefault(tokens[1], {}), tokens[2:]
        if tokens and tokens[0] == "(":
            inner, tokens = _parse_list(tokens[1:])
            if not tokens or tokens[0] != ")":
                raise _unknown(name)
            tokens = tokens[1:]
        path.update(inner)
        if not tokens or tokens[0] != ",":
            return mask, tokens
        tokens = tokens[1:]


def _check(mask: Mask, schema: dict[str, Any]) -> None:
    while "$ref" in schema or "items" in schema:
        schema = document()["schemas"][schema["$ref"]] if "$ref" in schema else schema["items"]
    for name, part in mask.items():
        if name == "*" or "additionalProperties" in schema:
            continue
        if name not in schema.get("properties", {}):
            raise _unknown(name)
        _check(part, schema["properties"][name])


def _unknown(name: str) -> DriveError:
    message = f"Invalid field selection {name}"
    return DriveError(400, "invalidParameter", message, location="fields")
