"""The reference of photosync.yaml, generated from the settings, and writing all references."""

import json
import types
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from photo_assets.cli.table_reference import tables_text
from photo_assets.library import SETTINGS
from photo_assets.model.canonical import canonical_document
from photo_assets.system.durable import write_bytes
from photo_assets.vault.history.published import photo_schema

SCHEMA_NAME = "photosync.schema.json"
REFERENCE_NAME = "configuration.md"
TABLES_NAME = "tables.md"
PHOTO_SCHEMA_NAME = "photo.schema.json"
BEGIN = "<!-- generated from the settings; `photosync schema --write docs` refreshes it -->"
END = "<!-- end of the generated part -->"


def schema_text() -> str:
    """Return the JSON schema of photosync.yaml."""
    schema = SETTINGS.model_json_schema()
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return json.dumps({**head, **schema, "title": "photosync.yaml"}, indent=2) + "\n"


def reference_text() -> str:
    """Return the tables of all keys as Markdown, one section per settings model."""
    return "\n".join(_sections(SETTINGS, "")).strip() + "\n"


def publish(folder: Path) -> list[Path]:
    """Write both schemas, the generated part of the reference and the tables; return the files.

    Text outside the two markers of the reference is kept.
    """
    schema, reference = folder / SCHEMA_NAME, folder / REFERENCE_NAME
    write_bytes(schema, schema_text().encode())
    text = reference.read_text(encoding="utf-8") if reference.exists() else f"{BEGIN}\n{END}\n"
    write_bytes(reference, with_reference(text).encode())
    tables = folder / TABLES_NAME
    write_bytes(tables, tables_text().encode())
    photo = folder / PHOTO_SCHEMA_NAME
    write_bytes(photo, canonical_document(photo_schema()))
    return [schema, reference, tables, photo]


def with_reference(document: str) -> str:
    """Return `document` with the text between the markers replaced. Raises `ValueError`."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{REFERENCE_NAME} has lost a marker: {BEGIN} or {END}")
    return f"{before}{BEGIN}\n\n{reference_text()}\n{END}{after}"


def _sections(model: type[BaseModel], prefix: str) -> Iterator[str]:
    rows: list[str] = []
    nested: list[tuple[str, type[BaseModel]]] = []
    for name, field in model.model_fields.items():
        key = f"{prefix}.{name}" if prefix else name
        inner, ending = _nested(field.annotation)
        if inner is None:
            rows.append(_row(key, field))
        else:
            nested.append((f"{key}{ending}", inner))
    if rows:
        rows.sort(key=lambda row: "| required |" not in row)
        yield f"### {f'`{prefix}`' if prefix else 'Top level'}\n"
        yield from (f"{line}\n" for line in _doc(model))
        yield "| key | type | default | meaning |\n|---|---|---|---|"
        yield from rows
        yield ""
    for key, inner in nested:
        yield from _sections(inner, key)


def _row(key: str, field: FieldInfo) -> str:
    default = (
        "required"
        if field.is_required()
        else f"`{_plain(field.get_default(call_default_factory=True))}`"
    )
    bounds = _bounds(field)
    kind = _type_name(field.annotation) + (f", {bounds}" if bounds else "")
    cells = (f"`{key.rsplit('.', 1)[-1]}`", kind, default, field.description or "")
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _doc(model: type[BaseModel]) -> list[str]:
    text = " ".join((model.__doc__ or "").split())
    return [text] if text and text != "photosync.yaml." else []


def _nested(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """Return the model below a key, and how its keys are written after it."""
    if get_origin(annotation) is types.UnionType:  # settings that may be left out
        found = map(_nested, get_args(annotation))
        return next((one for one in found if one[0] is not None), (None, ""))
    endings = {dict: ".NAME", list: "[]"}
    ending = endings.get(get_origin(annotation), "")
    value = get_args(annotation)[-1] if ending else annotation
    if isinstance(value, type) and issubclass(value, BaseModel):
        return value, ending
    return None, ""


def _bounds(field: FieldInfo) -> str:
    signs = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}
    found = [
        f"{sign} {getattr(constraint, name):g}"
        for constraint in field.metadata
        for name, sign in signs.items()
        if getattr(constraint, name, None) is not None
    ]
    return ", ".join(found)


def _type_name(annotation: Any) -> str:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type_name(args[0])
    if origin is Literal:
        return "one of " + ", ".join(f"`{value}`" for value in args)
    if origin in (Union, types.UnionType):
        return " or ".join("nothing" if a is type(None) else _type_name(a) for a in args)
    if origin is tuple:
        return f"list of {_type_name(args[0])}"
    if origin is dict:
        return f"mapping of {_type_name(args[0])} to {_type_name(args[1])}"
    names = {Path: "path", str: "text", int: "integer", float: "number", bool: "true or false"}
    return names.get(annotation, getattr(annotation, "__name__", str(annotation)))


def _plain(value: Any) -> str:
    if value is PydanticUndefined:
        return ""
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, str):
        return value or '""'
    if isinstance(value, tuple):
        return json.dumps([str(item) for item in value])
    if isinstance(value, Mapping):
        return json.dumps(dict(value))
    return json.dumps(value)
