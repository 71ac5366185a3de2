"""Validates replies against the schemas of the discovery document that the client bundles."""

import functools
import json
from pathlib import Path
from typing import Any

import googleapiclient

Json = dict[str, Any]


@functools.cache
def document() -> Json:
    folder = Path(googleapiclient.__file__).parent / "discovery_cache/documents"
    read: Json = json.loads((folder / "drive.v3.json").read_bytes())
    return read


def fields_of(name: str) -> Json:
    """Return the properties of a schema by name."""
    properties: Json = document()["schemas"][name]["properties"]
    return properties


def violation(name: str, value: Any) -> str | None:
    """Return the fault of a reply of the schema `name`, None without one."""
    import fastjsonschema  # not where a stand-in serves a demo

    try:
        _validator(name)(value)
    except fastjsonschema.JsonSchemaValueException as fault:
        return f"{name}: {fault.message}"
    return None


@functools.cache
def _validator(name: str) -> Any:
    import fastjsonschema

    definitions = {name: _closed(schema) for name, schema in document()["schemas"].items()}
    return fastjsonschema.compile(
        {"$ref": f"#/definitions/{name}", "definitions": definitions}, use_formats=False
    )


def _closed(schema: Json) -> Json:
    """Return the JSON Schema of a discovery schema; keys that it does not name are faults."""
    if "$ref" in schema:
        return {"$ref": f"#/definitions/{schema['$ref']}"}
    closed: Json = {"type": schema["type"]} if schema.get("type") != "any" else {}
    if "properties" in schema:
        closed["properties"] = {key: _closed(part) for key, part in schema["properties"].items()}
        closed["additionalProperties"] = False
    if "additionalProperties" in schema:
        closed["additionalProperties"] = _closed(schema["additionalProperties"])
    if "items" in schema:
        closed["items"] = _closed(schema["items"])
    if schema.get("format") in ("int64", "uint64"):
        closed["pattern"] = "^-?[0-9]+$"
    if schema.get("format") == "date-time":
        closed["pattern"] = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"
    return closed
