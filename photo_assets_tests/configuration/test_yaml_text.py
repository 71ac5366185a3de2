"""Problems that YAML ignores silently are refused with their position; no error quotes the file."""

import pytest

from photo_assets.configuration.yaml_text import read_yaml
from photo_assets.model.errors import ConfigurationError
from photo_assets_tests.cost import processor_seconds


def laughs(levels: int, width: int) -> str:
    """Return a billion-laughs text: each line is a multiple of the previous one, by aliases."""
    more = (f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * width)}]" for n in range(1, levels))
    return "\n".join(["a0: &a0 [x, x]", *more])


def merging_laughs(levels: int) -> str:
    more = (f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, levels))
    return "\n".join(["a0: &a0 {x: 1, y: 2}", *more])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        # keys given twice; the parser itself would take the last
        ("a: 1\nb: 2\na: 3", "file.yaml, line 3: `a` appears twice; it first appears in line 1."),
        ("a:\n  nas: {p: 1}\n  nas: {p: 2}", "line 3: `a.nas` appears twice; it first appears in line 2."),
        ("a: 1\n'a': 2", "line 2: `a` appears twice"),
        ("l:\n- {x: 1}\n- {y: 1, y: 2}", "line 3: `l.1.y` appears twice"),
        ("<<: {a: 1}\n<<: {b: 1}", "line 2: `<<` appears twice"),
        # keys YAML takes for values
        ("off: 1", "line 1: YAML reads the name `off` as a value (bool)"),
        ("c:\n  2024: 1", "line 2: YAML reads the name `c.2024` as a value (int)"),
        ("2024-01-01: 1", "as a value (timestamp), not as text. Put it in quotes: \"2024-01-01\"."),
        ("~: 1", "as a value (null)"),
        ("? [a, b]\n: 1", "line 1: a key is a list or mapping"),
        # aliases
        ("a: &a [*a]", "line 1: `a.0` contains itself"),
        ("&a {b: {c: *a}}", "`b.c` contains itself"),
        (laughs(9, 10), "file.yaml contains more than 100,000 values after expanding its aliases"),
        (merging_laughs(9), "file.yaml contains more than 100,000 values"),
        ("a: *nowhere", "not valid YAML in line 1, column 4: found undefined alias."),
        # depth
        ("[" * 5000, "file.yaml: nested too deeply"),
        ("[" * 200 + "]" * 200, "file.yaml: nested too deeply"),
        ("{a: " * 13 + "1" + "}" * 13, "file.yaml: nested too deeply"),
        # syntax
        ("a:\n\t- b", "in line 2, column 1: while scanning for the next token, found character '\\t' that cannot start any token. Indent with spaces"),
        ("a: [", "in line 1, column 5"),
        ("a: 1\n b: 2", "in line 2, column 3: mapping values are not allowed here"),
        ("a: 'x", "in line 1, column 6"),
        ("a: 1\n---\nb: 1", "in line 2, column 1: expected a single document"),
        ("%YAML 9.9\n---\na: 1", "file.yaml is not valid YAML"),
        ("a: !!python/object/apply:os.system [id]", "could not determine a constructor for the tag"),
        ("a: !include other.yaml", "could not determine a constructor for the tag"),
        # values that only look like values
        ("a: 2001-13-45", "in line 1, column 4: a value looks like a number or a date but is not a valid one"),
        ("a: " + "9" * 6000, "in line 1, column 4: a value looks like a number"),
        # text no store can hold
        ('a: {b: "\\ud83d"}', "line 1: the text at `a.b` contains an escape that is not a character"),
        ('a: "\\0"', "line 1: the text at `a` contains an escape"),
        ('"\\udfff": 1', "line 1: the text at `` contains an escape"),
        ("a: 1\nb: \x01", "file.yaml contains a character that YAML forbids (U+0001), in line 2"),
        ("a: \x7f", "(U+007F), in line 1"),
    ],
)  # fmt: skip
def test_invalid_yaml_is_refused_with_its_position(text: str, said: str) -> None:
    with processor_seconds(15), pytest.raises(ConfigurationError) as caught:
        read_yaml(text, "file.yaml")
    assert said in str(caught.value)
    assert "file.yaml" in str(caught.value)
    assert caught.value.hint
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a comment\n", None),
        ("\ufeffa: 1", {"a": 1}),
        ("a: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
        ("d: &d {x: 1}\ne: {<<: *d, y: 2}\nf: {<<: *d, x: 3}", {"d": {"x": 1}, "e": {"x": 1, "y": 2}, "f": {"x": 3}}),
        ("a: &p /mnt/é\nb: *p", {"a": "/mnt/é", "b": "/mnt/é"}),
        ('"off": "\\U0001F600"', {"off": "😀"}),
        ("{a: {a: {a: 1}}, b: {a: 1}}", {"a": {"a": {"a": 1}}, "b": {"a": 1}}),
        ("- a\n- a", ["a", "a"]),
    ],
)  # fmt: skip
def test_valid_yaml_is_read(text: str, value: object) -> None:
    assert read_yaml(text, "file.yaml") == value


@pytest.mark.parametrize(
    "text",
    [
        "a: b: postgresql://me:hunter2@host",
        "a: @hunter2",
        "a: *hunter2",
        "a: !hunter2 x",
        "a: &hunter2,x y",
        "a: `hunter2",
        'a: "hunter2',
        "a: 'hunter2\nb: 1",
        "%hunter2\na: 1",
        "a: {b: hunter2",
        'a: "\\q hunter2"',
        "a: |hunter2",
    ],
)
def test_no_error_shows_a_possible_password(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_yaml(text, "file.yaml")
    shown = str(caught.value)
    assert "hunter2" not in shown
    assert caught.value.__cause__ is None
