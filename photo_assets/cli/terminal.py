"""Printing text, tables and JSON safely: file names cannot control the terminal.

The content of the output does not belong here.
"""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from photo_assets.cli.program import as_called
from photo_assets.model.visible_text import is_visible, shown

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["make_console", "print_json", "print_table", "say", "shown"]

_PIPE_WIDTH = 10_000


def make_console(stream: TextIO | None = None) -> "Console":
    """Return a console that does not interpret markup.

    Without a terminal, lines are not wrapped, so that piped output can be searched.
    """
    from rich.console import Console

    stream = stream or sys.stdout
    width = None if stream.isatty() else _PIPE_WIDTH
    return Console(file=stream, markup=False, highlight=False, emoji=False, width=width)


def print_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    numbers: Iterable[str] = (),
    last_is_total: bool = False,
) -> None:
    """Print a table; integers get thousands separators, columns in `numbers` are right-aligned."""
    from rich.table import Table

    right = set(numbers)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        # Without a folding column, rich truncates names.
        table.add_column(
            column,
            justify="right" if column in right else "left",
            overflow="fold",
            no_wrap=column in right,
        )
    lines = [tuple(_cell(value) for value in row) for row in rows]
    for n, line in enumerate(lines):
        if last_is_total and n == len(lines) - 1:
            table.add_section()
        table.add_row(*line, style="bold" if last_is_total and n == len(lines) - 1 else None)
    make_console().print(table)


def print_json(document: object) -> None:
    """Print one JSON document to standard output; nothing else is printed there."""
    import orjson

    text = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
    # JSON escapes control characters, but not bidirectional ones.
    sys.stdout.write("".join(_json_char(char) for char in text.decode()) + "\n")


def say(line: str = "", *, error: bool = False) -> None:
    """Print one line; `error` sends it to standard error, as for progress and problems.

    Commands in it are printed as they must be typed here.
    """
    stream: TextIO = sys.stderr if error else sys.stdout
    stream.write(as_called(line) + "\n")
    stream.flush()


def _cell(value: Any) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else shown(value)


def _json_char(char: str) -> str:
    if char == "\n" or is_visible(char):
        return char
    code = ord(char)
    if code > 0xFFFF:
        high, low = divmod(code - 0x10000, 0x400)
        return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
    return f"\\u{code:04x}"
