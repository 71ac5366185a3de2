"""The published reference of photosync.yaml matches the program."""

import json
import re

import pytest
import yaml

from photo_assets.cli.reference import (
    REFERENCE_NAME,
    SCHEMA_NAME,
    TABLES_NAME,
    reference_text,
    schema_text,
    with_reference,
)
from photo_assets.cli.table_reference import tables_text
from photo_assets.configuration.loading import parse_settings
from photo_assets.library import SETTINGS
from photo_assets.model.schema import ITEM_FIELDS
from photo_assets.sinks.registry import sinks
from photo_assets_tests.cli.running import REPOSITORY, Project
from photo_assets_tests.configured import of

# Not a dependency of the project; Dagster's tools bring it.
jsonschema = pytest.importorskip("jsonschema")
DOCUMENT = (REPOSITORY / "docs" / REFERENCE_NAME).read_text(encoding="utf-8")


def test_the_published_schema_is_current() -> None:
    published = (REPOSITORY / "docs" / SCHEMA_NAME).read_text(encoding="utf-8")
    assert published == schema_text(), "run: photosync schema --write docs"


def test_the_published_reference_is_current() -> None:
    assert with_reference(DOCUMENT) == DOCUMENT, "run: photosync schema --write docs"


def test_the_published_tables_are_current_and_every_column_is_explained() -> None:
    published = (REPOSITORY / "docs" / TABLES_NAME).read_text(encoding="utf-8")
    assert published == tables_text(), "run: photosync schema --write docs"
    rows = [line.split(" | ") for line in published.splitlines() if line.startswith("| `")]
    assert len(rows) > 150
    assert not [row for row in rows if not row[2].strip()]
    assert not [column.name for column in ITEM_FIELDS if not column.origin]


def test_schema_prints_and_writes(project: Project) -> None:
    done = project.run_here("schema")
    assert done.stdout == schema_text()
    target = project.home / "docs"
    target.mkdir()
    assert project.run_here("schema", "--write", "docs").returncode == 0
    assert (target / SCHEMA_NAME).read_text() == schema_text()
    assert reference_text() in (target / REFERENCE_NAME).read_text()


def test_the_example_in_the_reference_loads_and_fits_the_schema() -> None:
    examples = re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
    whole = max(examples, key=len)
    settings = parse_settings(SETTINGS, whole, "example")
    assert of(settings.catalogs, "folders")["nas"].account == "family"
    jsonschema.validate(yaml.safe_load(whole), json.loads(schema_text()))


def test_the_schema_refuses_what_the_program_refuses() -> None:
    for text in ("catalogs: {folders: {nas: {}}}", "colour: red", "discovery: {timezone: 3}"):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(yaml.safe_load(text), json.loads(schema_text()))


def test_every_key_has_a_meaning() -> None:
    rows = [line for line in reference_text().splitlines() if line.startswith("| `")]
    assert len(rows) > 50
    assert not [row for row in rows if row.endswith("|  |")]


def test_keys_of_earlier_drafts_refer_to_existing_keys() -> None:
    tail = DOCUMENT.partition("## Keys of earlier drafts")[2]
    pointed = re.findall(
        r"`((?:catalogs|metadata|discovery|identity|sinks|thumbnails)\.[\w.]+)`", tail
    )
    assert len(pointed) > 12
    for key in pointed:
        section, _, name = key.rpartition(".")
        if name == "NAME":
            assert f"### `{key}`" in DOCUMENT
            continue
        assert f"### `{section}`" in DOCUMENT, key
        part = DOCUMENT.partition(f"### `{section}`")[2].partition("\n### ")[0]
        assert f"| `{name}` |" in part, key


def test_existing_features_are_not_listed_as_planned() -> None:
    """The document listed Notion keys and thumbnails as missing after they had been added."""
    tail = DOCUMENT.partition("## Keys of earlier drafts")[2]
    planned = [
        line
        for line in tail.splitlines()
        if "not in this version" in line or "planned with" in line
    ]
    there = ("lightroom", "eagle", "takeout", *sinks(), "thumbnails", "first sink")
    assert planned
    assert not [line for line in planned if any(name in line.casefold() for name in there)]
