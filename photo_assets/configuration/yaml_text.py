"""Parse YAML text strictly: problems that YAML ignores silently are errors here.

This module is independent of settings. Errors give the position and never quote the text, which may
contain a password.
"""

import re
from collections.abc import Iterator

import yaml
from yaml.constructor import ConstructorError
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml.reader import ReaderError

from photo_assets.configuration.redaction import shown
from photo_assets.model.errors import ConfigurationError

_MAX_DEPTH = 12
_MAX_VALUES = 100_000
_STRING = "tag:yaml.org,2002:str"
_QUOTED = re.compile(r"('[^']{1,2}'|'<[^>]*>')|'.*", re.DOTALL)
_MERGE = "tag:yaml.org,2002:merge"


def read_yaml(text: str, name: str) -> object:
    """Return the values of one YAML document, None for an empty one.

    Raises `ConfigurationError` for invalid YAML, a key that appears twice or is not text, excessive
    nesting or aliases, and text that no store can hold. `name` is the file name.
    """
    loader = _Loader("")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        if node is None:
            return None
        _Check(name).run(node)
        return loader.construct_document(node)
    except ReaderError as error:
        raise ConfigurationError(
            f"{name} contains a character that YAML forbids (U+{_code(error):04X}), in line "
            f"{text.count(chr(10), 0, error.position) + 1}.",
            hint="Remove it. Another program may have saved the file in a wrong encoding.",
        ) from None
    except yaml.MarkedYAMLError as error:
        raise ConfigurationError(
            f"{name} is not valid YAML{_place(error)}: {_problem(error)}.", hint=_fix(error)
        ) from None
    except RecursionError:
        raise ConfigurationError(f"{name}: nested too deeply.", hint=_KNOWN_KEYS) from None
    finally:
        loader.dispose()


def values_as_yaml(values: object) -> str:
    """Return values that `read_yaml` gave as YAML, in one form and without comments."""
    return yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100)


_KNOWN_KEYS = "Use the known keys only; docs/configuration.md lists them."


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader; errors for values it cannot construct (May 32) have a position."""

    def construct_object(self, node: Node, deep: bool = False) -> object:
        try:
            return super().construct_object(node, deep)
        except (ValueError, OverflowError) as error:
            problem = (
                "a value looks like a number or a date but is not a valid one; put it in quotes"
            )
            raise ConstructorError(None, None, problem, node.start_mark) from error


class _Check:
    """One walk over the composed nodes. An alias is the same node, and is counted again."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._measured: dict[int, tuple[int, int]] = {}

    def run(self, node: Node) -> None:
        values, depth = self._measure(node, "", ())
        if values > _MAX_VALUES:
            raise ConfigurationError(
                f"{self._name} contains more than {_MAX_VALUES:,} values after expanding its "
                "aliases.",
                hint="Check that it is the right file.",
            )
        if depth > _MAX_DEPTH:
            raise ConfigurationError(f"{self._name}: nested too deeply.", hint=_KNOWN_KEYS)

    def _measure(self, node: Node, path: str, above: tuple[int, ...]) -> tuple[int, int]:
        """Return the number of values in `node`, and their depth."""
        if id(node) in self._measured:
            return self._measured[id(node)]
        if id(node) in above:
            raise ConfigurationError(
                f"{self._name}, line {_line(node)}: `{shown(path)}` contains itself.",
                hint="Remove the alias (*).",
            )
        if isinstance(node, MappingNode):
            self._check_keys(node, path)
        elif isinstance(node, ScalarNode):
            self._check_text(node, path)
        values, depth = 1, 0
        for key, child in _children(node):
            inner = f"{path}.{key}" if path else key
            more, deeper = self._measure(child, inner, (*above, id(node)))
            values, depth = values + more, max(depth, deeper + 1)
        self._measured[id(node)] = values, depth
        return values, depth

    def _check_keys(self, node: MappingNode, path: str) -> None:
        lines: dict[str, int] = {}
        for key, _value in node.value:
            where = f"{self._name}, line {_line(key)}"
            if not isinstance(key, ScalarNode):
                raise ConfigurationError(f"{where}: a key is a list or mapping.", hint=_KNOWN_KEYS)
            self._check_text(key, path)
            full = shown(f"{path}.{key.value}" if path else key.value)
            if key.tag not in (_STRING, _MERGE):
                kind = key.tag.rpartition(":")[2]
                raise ConfigurationError(
                    f"{where}: YAML reads the name `{full}` as a value ({kind}), not as text.",
                    hint=f'Put it in quotes: "{shown(key.value)}".',
                )
            if key.value in lines:
                raise ConfigurationError(
                    f"{where}: `{full}` appears twice; it first appears in line "
                    f"{lines[key.value]}.",
                    hint="Remove one of them, or give it another name.",
                )
            lines[key.value] = _line(key)

    def _check_text(self, node: ScalarNode, path: str) -> None:
        if any(char == "\0" or "\ud800" <= char <= "\udfff" for char in node.value):
            raise ConfigurationError(
                f"{self._name}, line {_line(node)}: the text at `{shown(path)}` contains an "
                "escape that is not a character (NUL, or half a surrogate pair).",
                hint="Write the character itself instead of its escape.",
            )


def _children(node: Node) -> Iterator[tuple[str, Node]]:
    if isinstance(node, MappingNode):
        yield from ((key.value, value) for key, value in node.value)
    elif isinstance(node, SequenceNode):
        yield from ((str(n), value) for n, value in enumerate(node.value))


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1


def _code(error: ReaderError) -> int:
    return error.character if isinstance(error.character, int) else ord(error.character)


def _place(error: yaml.MarkedYAMLError) -> str:
    mark = error.problem_mark or error.context_mark
    return f" in line {mark.line + 1}, column {mark.column + 1}" if mark else ""


def _problem(error: yaml.MarkedYAMLError) -> str:
    # Not str(error), which quotes the line; words of the line (an alias, a tag) are removed too.
    said = (part for part in (error.context, error.problem) if part)
    parts = (_QUOTED.sub(lambda quoted: quoted[1] or "", part) for part in said)
    return ", ".join(" ".join(part.split()) for part in parts) or "unreadable"


def _fix(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if r"'\t'" in problem:
        return "Indent with spaces: YAML permits no tabs there."
    if "single document" in (error.context or ""):
        return "Keep one document: remove the `---` lines."
    return "Check the indentation and the quotes there."
