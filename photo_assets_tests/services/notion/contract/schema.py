"""Checks a request or a reply against a type of the contract.

The checks are compiled when first needed, about a tenth of a second each: a request of eighteen
properties is then checked in a tenth of a millisecond. The quick form says only yes or no; what is
wrong is worked out by a second, slower form when something is.
"""

import functools
import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastjsonschema

_WORDING = re.compile(r"raise JsonSchemaValueException\(.*\)$", re.MULTILINE)
_PLACE = re.compile(r', \(name_prefix or "data"\) \+ ".*\)$', re.MULTILINE)
_CONTRACT = Path(__file__).with_name("contract.json.gz")


@functools.cache
def _definitions() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(gzip.decompress(_CONTRACT.read_bytes()))
    return dict(loaded["definitions"])


def _schema(name: str) -> dict[str, Any]:
    definitions = _definitions()
    draft = "http://json-schema.org/draft-07/schema#"
    return {"$schema": draft, "definitions": definitions, **definitions[name]}


@functools.cache
def _quick(name: str) -> Callable[[Any], Any]:
    """Return the check without its words.

    The library words every member of a union that does not fit, from all local variables of a
    function of thousands of lines: nine tenths of the time. So its code is taken without them.
    """
    code = fastjsonschema.compile_to_code(_schema(name), detailed_exceptions=False)
    wordless = _PLACE.sub(", None)", _WORDING.sub("raise JsonSchemaValueException('')", code))
    module: dict[str, Any] = {}
    exec(compile(wordless, f"<{name}>", "exec"), module)
    check: Callable[[Any], Any] = module["validate"]
    return check


@functools.cache
def _wordy(name: str) -> Callable[[Any], Any]:
    check: Callable[[Any], Any] = fastjsonschema.compile(_schema(name), use_default=False)
    return check


def violation(name: str, value: Any) -> str | None:
    """Return what in `value` is not of the contract's type `name`, or None if all is."""
    try:
        _quick(name)(value)
    except fastjsonschema.JsonSchemaValueException:
        pass
    else:
        return None
    try:
        _wordy(name)(value)
    except fastjsonschema.JsonSchemaValueException as error:
        return str(error.message)
    return f"data must be {name}"  # pragma: no cover - the two forms agree


def type_names() -> frozenset[str]:
    return frozenset(_definitions())


def error_codes() -> frozenset[str]:
    """Return the codes the vendor's types name for an error."""
    return frozenset(_definitions()["ErrorCode"]["enum"])
