"""Packs a generated schema: what validates and nothing else, the same bytes for the same schema."""

import gzip
import json
import sys
from pathlib import Path
from typing import Any

_SAID_ONLY = {"description", "deprecated", "$comment"}


def packed(schema: dict[str, Any]) -> bytes:
    definitions = {name: _bare(body) for name, body in schema["definitions"].items()}
    text = json.dumps({"definitions": definitions}, sort_keys=True, separators=(",", ":"))
    return gzip.compress(text.encode(), 9, mtime=0)


def _bare(node: Any) -> Any:
    """Drop what only says something, and write `const` as an `enum` of one: see `schema.py`."""
    if isinstance(node, list):
        return [_bare(item) for item in node]
    if not isinstance(node, dict):
        return node
    bare: dict[str, Any] = {}
    for key, value in node.items():
        if key == "const":
            bare["enum"] = [value]
        elif key == "properties":
            # The keys are names of the vendor's, some of which are words of JSON Schema too.
            bare[key] = {name: _bare(body) for name, body in value.items()}
        elif key not in _SAID_ONLY:
            bare[key] = _bare(value)
    return bare


if __name__ == "__main__":
    source, target = sys.argv[1:]
    Path(target).write_bytes(packed(json.loads(Path(source).read_text())))
