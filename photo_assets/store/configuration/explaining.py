"""What is wrong with a value of photosync.yaml, as a sentence: the key, the value and the fix.

Values are shown short and without passwords.
"""

import difflib
import re
import typing
from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, ValidationError

_MOST_NAMED = 10
_LONGEST_SHOWN = 60
_CREDENTIALS = re.compile(r"(://)[^/\s@]+@")
_SECRET_PARAMETER = re.compile(r"\b((?:pass(?:word)?|token|secret|api_?key|sig)=)[^&\s'\"]+", re.I)


def explain(error: ValidationError, model: type[BaseModel]) -> str:
    """Return one sentence for each wrong key of `model`, without a full stop at the end."""
    problems = error.errors()
    named = [_sentence(problem, model) for problem in problems[:_MOST_NAMED]]
    if len(problems) > _MOST_NAMED:
        named.append(f"and {len(problems) - _MOST_NAMED} more")
    return redacted("; ".join(named))


def redacted(text: str) -> str:
    """Return `text` without the passwords of the URLs in it."""
    return _SECRET_PARAMETER.sub(r"\1***", _CREDENTIALS.sub(r"\1***@", text))


def _sentence(problem: Mapping[str, Any], model: type[BaseModel]) -> str:
    *above, last = location = [part for part in problem["loc"] if part != "[key]"]
    key = ".".join(map(str, location))
    match problem["type"]:
        case "extra_forbidden":
            known = _names(model, above)
            near = difflib.get_close_matches(str(last), known, 1)
            if near:
                return f"`{key}` is not a known key; did you mean `{near[0]}`?"
            return f"`{key}` is not a known key; known here: {', '.join(sorted(known))}"
        case "missing":
            return f"`{key}` is required; add it"
        case "model_type" | "dict_type":
            if problem["input"] is None:
                return f"`{key}` has nothing below it; remove it, or indent its keys"
            return f"`{key}` is {_shown(problem['input'])}: write its keys below it, indented"
        case "string_pattern_mismatch" if problem["loc"][-1] == "[key]":
            return (
                f"`{key}`: a name has lower-case letters, digits, - and _, at most 40, and begins "
                "with a letter or digit"
            )
        case "value_error":
            return f"`{key}` is {_shown(problem['input'])}: {problem['ctx']['error']}"
    reason = problem["msg"]
    return f"`{key}` is {_shown(problem['input'])}: {reason[0].lower()}{reason[1:]}"


def _shown(value: object) -> str:
    text = redacted(repr(value))  # before cutting: half a password is one too
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 3] + "..."


def _names(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """Return the keys of the settings at `location`."""
    for part in location:
        field = model.model_fields.get(str(part))
        if field is not None:
            arguments = typing.get_args(field.annotation)
            found = arguments[-1] if arguments else field.annotation
            if isinstance(found, type) and issubclass(found, BaseModel):
                model = found
    return list(model.model_fields)
