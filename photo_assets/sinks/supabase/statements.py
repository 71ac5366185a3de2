"""Split a migration into statements, as the Supabase CLI records them. No database access."""

import re
from collections.abc import Iterator

# Parts with semicolons that do not end a statement; `_comment_end` follows nested comments.
_OPENING = re.compile(
    r"(?P<line>--)|(?P<comment>/\*)|(?P<single>')|(?P<double>\")"
    r"|(?P<dollar>\$(?:[A-Za-z_\x80-\U0010FFFF][\w\x80-\U0010FFFF]*)?\$)|(?P<end>;)"
)
_COMMENT_EDGE = re.compile(r"/\*|\*/")


def split_statements(script: str) -> list[str]:
    """Return the statements of a script in order, without semicolons, with comments.

    Supports quotes, dollar quotes and comments, but not `begin atomic` bodies, which no migration
    uses.
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
            case _:  # a doubled quote closes and reopens
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
