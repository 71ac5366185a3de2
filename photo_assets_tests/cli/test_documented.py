"""Every registered command, option, setting, table and column is described in the docs."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch

import click
import pytest

from photo_assets.cli.main import photosync
from photo_assets.cli.reference import REFERENCE_NAME, TABLES_NAME, schema_text
from photo_assets.defs import load
from photo_assets_tests.cli.running import REPOSITORY

DOCS = REPOSITORY / "docs"


def code(page: str) -> list[str]:
    """Return the code on a page of the docs: inline code, and the lines of code blocks."""
    text = (DOCS / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```.*?\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [*re.findall(r"`([^`]+)`", prose), *lines]


SPANS = code("cli.md")


def commands(group: click.Group, *above: str) -> Iterator[tuple[str, click.Command]]:
    """Yield the name and object of each command, those of groups as `plan show`."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)
        else:
            yield " ".join((*above, name)), command


ALL = dict(commands(photosync))


@pytest.mark.parametrize("name", ALL)
def test_a_command_and_its_options_are_described(name: str) -> None:
    assert any(re.match(rf"(photosync )?{name}\b", span) for span in SPANS), name
    for parameter in ALL[name].params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            long = max(parameter.opts, key=len)
            assert any(re.search(rf"{long}\b", span) for span in SPANS), (name, long)


def test_every_setting_is_described() -> None:
    schema = json.loads(schema_text())
    parts = [schema, *schema["$defs"].values()]
    keys = {key for part in parts for key in part.get("properties", {})}
    assert len(keys) > 60
    described = {word for span in code(REFERENCE_NAME) for word in re.findall(r"\w+", span)}
    assert keys <= described, keys - described


def described() -> Iterator[tuple[list[str], set[str]]]:
    """Yield the table names of each section, with `*`, and the columns it describes."""
    for section in (DOCS / TABLES_NAME).read_text(encoding="utf-8").split("\n## ")[1:]:
        names = section.partition("\n")[0].partition(":")[0].split(", ")
        rows = re.findall(r"^\| `(\w+)` \| \S.* \| (\S.*?) \|", section, re.MULTILINE)
        yield names, {column for column, _ in rows}


def test_every_column_of_every_asset_is_described() -> None:
    found = 0
    for spec in load().resolve_all_asset_specs():
        schema = spec.metadata.get("dagster/column_schema")
        if schema is None or spec.key.path[0] == "source":
            continue
        name = "/".join(spec.key.path)
        exact = [columns for names, columns in described() if name in names]
        alike = [c for names, c in described() if any(fnmatch(name, one) for one in names)]
        columns = set().union(*(exact or alike))
        assert {column.name for column in schema.columns} <= columns, name
        found += 1
    assert found >= 12
