"""Describe an invalid value of photosync.yaml in a sentence: the key, the value and the fix.

Values are shortened and shown without passwords.
"""

import difflib
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

from photo_assets.configuration.redaction import shown

_MOST_NAMED = 10
_LONGEST_VALUE = 60


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """Return one sentence per invalid key of `model`, without a final period."""
    problems = error.errors()
    named = [_sentence(problem, model) for problem in problems[:_MOST_NAMED]]
    if len(problems) > _MOST_NAMED:
        named.append(f"and {len(problems) - _MOST_NAMED} more")
    return "; ".join(named)


def _sentence(problem: Mapping[str, Any], model: type[BaseModel]) -> str:
    *above, last = location = [part for part in problem["loc"] if part != "[key]"]
    key = shown(".".join(map(str, location)))
    match problem["type"]:
        case "extra_forbidden":
            known = _names(model, above)
            near = difflib.get_close_matches(str(last), known, 1)
            if near:
                return f"`{key}` is not a known key; did you mean `{near[0]}`?"
            return f"`{key}` is not a known key; known keys: {', '.join(sorted(known))}"
        case "missing":
            return f"`{key}` is required; add it"
        case "model_type" | "dict_type":
            if problem["input"] is None:
                return f"`{key}` is empty; remove it, or indent its keys below it"
            return f"`{key}` is {_shown(problem['input'])}: write its keys below it, indented"
        case "string_pattern_mismatch" if problem["loc"][-1] == "[key]":
            return (
                f"`{key}`: a name has at most 40 lowercase letters, digits, - and _, and starts "
                "with a letter or digit"
            )
        case "value_error":
            return (
                f"`{key}` is {_shown(problem['input'])}: {shown(str(problem['ctx']['error']), 300)}"
            )
    reason = shown(problem["msg"], 300)
    return f"`{key}` is {_shown(problem['input'])}: {reason[0].lower()}{reason[1:]}"


def _shown(value: object) -> str:
    return shown(repr(value), _LONGEST_VALUE)


def _names(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Return the keys of the settings at `location`."""
    for part in location:
        field = model.model_fields.get(str(part))
        if field is not None:
            for found in (field.annotation, *typing.get_args(field.annotation)):
                if isinstance(found, type) and issubclass(found, BaseModel):
                    model = found
    return list(model.model_fields)
