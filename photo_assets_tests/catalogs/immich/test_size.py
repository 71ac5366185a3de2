"""What a service costs in code: the shared part leaves a folder of about 800 lines for it."""

import ast
import io
import tokenize
from pathlib import Path

from photo_assets.catalogs import immich

_NO_CODE = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}


def lines_of_code(text: str) -> int:
    """Return the number of lines that are not blank, comments or docstrings."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in _NO_CODE:
            lines |= set(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            lines -= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    return len(lines)


def test_a_service_is_one_small_folder() -> None:
    assert (
        lines_of_code('"""Text."""\n\n# why\ndef f():\n    """Text."""\n    return (1,\n  2)\n')
        == 3
    )
    folder = Path(immich.__file__).parent
    sizes = {path.name: lines_of_code(path.read_text()) for path in folder.glob("*.py")}
    assert sum(sizes.values()) <= 820, sizes
    assert max(len(path.read_text().splitlines()) for path in folder.glob("*.py")) <= 300
