"""Cutting a migration into its statements, as the Supabase CLI records them. No database here."""

import re
from collections.abc import Iterator

# What may hold a semicolon that ends nothing. Nested comments are followed by `_comment_end`.
_OPENING = re.compile(
    r"(?P<line>--)|(?P<comment>/\*)|(?P<single>')|(?P<double>\")"
    r"|(?P<dollar>\$(?:[A-Za-z_\x80-\U0010FFFF][\w\x80-\U0010FFFF]*)?\$)|(?P<end>;)"
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


def split_statements(script: str) -> list[str]:
    """Return the statements of a script in order, without what ends them, comments kept.

    Knows quotes, dollar quotes and comments; not `begin atomic` bodies, which no migration has.
    """
    return [statement for statement in map(str.strip, _pieces(script)) if statement]


def _pieces(script: str) -> Iterator[str]:
    start = position = 0
    while found := _OPENING.search(script, position):
        position = found.end()
        match found.lastgroup:
            case "line":
                position = _after(script, "\n", position)
            case "comment":
                position = _comment_end(script, position)
            case "end":
                yield script[start : found.start()]
                start = position
            case _:  # a doubled quote closes and opens again
                position = _after(script, found.group(), position)
    yield script[start:]


def _after(script: str, closing: str, position: int) -> int:
    end = script.find(closing, position)
    return len(script) if end < 0 else end + len(closing)


def _comment_end(script: str, position: int) -> int:
    depth = 1
    while depth and (edge := _COMMENT_EDGE.search(script, position)):
        depth += 1 if edge.group() == "/*" else -1
        position = edge.end()
    return len(script) if depth else position
