"""The Dagster layer asks its rooms: no SQL and no database is in it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import photo_assets.defs

DEFS = Path(photo_assets.defs.__file__).parent
DATABASES = {"duckdb", "sqlite3", "sqlalchemy"}
SQL = re.compile(
    r"\bselect\b.*\bfrom\b|\binsert\s+into\b|\bcreate\s+(temp\s+)?(table|view)\b|\bread_parquet\b",
    re.IGNORECASE | re.DOTALL,
)


def faults(text: str) -> Iterator[str]:
    """Yield the SQL and the database imports of a module."""
    tree = ast.parse(text)
    sentences = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if id(node) not in sentences and SQL.search(node.value):
                yield f"line {node.lineno}: {node.value.strip()[:40]}"
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names = {alias.name for alias in node.names} | {getattr(node, "module", None) or ""}
            if DATABASES & {name.partition(".")[0] for name in names}:
                yield f"line {node.lineno}: a database is imported"


def test_no_sql_is_in_the_dagster_layer() -> None:
    found = {
        str(path.relative_to(DEFS)): told
        for path in sorted(DEFS.rglob("*.py"))
        if (told := list(faults(path.read_text())))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        "import duckdb",
        "from sqlalchemy import text",
        "import sqlalchemy.orm as orm",
        'QUERY = """\nSELECT count(*)\nFROM photo\n"""',
        "def f(c, n): return c.execute(f'select a from {n}')",
        'x = "create temp view v as from t"',
        'x = "from read_parquet($files)"',
    ],
)
def test_sql_would_be_found(text: str) -> None:
    assert list(faults(text))
