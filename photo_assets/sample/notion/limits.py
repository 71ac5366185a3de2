"""Size limits of requests, which the types do not contain.

Lengths of text are counted in UTF-16 units, as in the service's programming language.
"""

from collections.abc import Iterator
from typing import Any

from photo_assets.sample.notion.errors import failed_validation, invalid
from photo_assets.sample.notion.settings import Settings

_RICH_TEXT = {"title", "rich_text", "description", "caption"}
_ARRAYS = _RICH_TEXT | {"multi_select", "relation", "people", "children"}
_OPTION_KINDS = {"select", "multi_select", "status"}


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def check_limits(body: dict[str, Any], settings: Settings) -> None:
    """Raise the service's error for the first value in `body` that is too large."""
    for problem in _problems(body, "body", "", settings):
        raise failed_validation(problem)
    for kind, name in _option_names(body, ""):
        if "," in name:
            raise invalid(f"Invalid {kind} option, commas not allowed: {name}")


def check_page_size(size: Any, settings: Settings) -> int:
    if size is None:
        return settings.page_size
    if size > settings.page_size:
        raise failed_validation(
            f"body.page_size should be ≤ `{settings.page_size}`, instead was `{size:g}`."
        )
    if size < 1:
        raise failed_validation(f"body.page_size should be ≥ `1`, instead was `{size:g}`.")
    return int(size)


def _problems(node: Any, path: str, key: str, settings: Settings) -> Iterator[str]:
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _problems(value, f"{path}.{name}", name, settings)
    elif isinstance(node, list):
        if key in _ARRAYS and len(node) > settings.array_length:
            yield _too_long(path, settings.array_length, len(node))
        for index, value in enumerate(node):
            yield from _problems(value, f"{path}[{index}]", "", settings)
    elif isinstance(node, str):
        most = _longest(path, key, settings)
        if most is not None and (units := utf16_units(node)) > most:
            yield _too_long(path, most, units)


def _longest(path: str, key: str, settings: Settings) -> int | None:
    if key == "content" and path.endswith(".text.content"):
        return settings.text_length
    if key == "name" and (".options[" in path or _is_option(path)):
        return settings.option_name_length
    return {
        "url": settings.url_length,
        "expression": settings.equation_length,
        "email": settings.email_length,
        "phone_number": settings.phone_length,
    }.get(key)


def _is_option(path: str) -> bool:
    holder = path.rsplit(".", 2)[-2].partition("[")[0]
    return holder in _OPTION_KINDS


def _too_long(path: str, most: int, was: int) -> str:
    return f"{path}.length should be ≤ `{most}`, instead was `{was}`."


def _option_names(node: Any, kind: str) -> Iterator[tuple[str, str]]:
    """Yield kind and name of all options in values and schemas; `kind` is that of their parent."""
    if isinstance(node, list):
        for item in node:
            yield from _option_names(item, kind)
    elif isinstance(node, dict):
        if kind and isinstance(node.get("name"), str):
            yield kind, node["name"]
        for key, value in node.items():
            inner = key if key in _OPTION_KINDS else kind if key == "options" else ""
            yield from _option_names(value, inner)
