"""Nothing a file is called steers the terminal."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.cli.terminal import print_json, print_table, shown
from photo_assets.model.names import to_text
from photo_assets.model.wording import size


def steers(text: str) -> bool:
    kinds = {"Cc", "Cf", "Zl", "Zp", "Cs", "Co"}
    return any(unicodedata.category(c) in kinds and c not in "\u200c\u200d" for c in text)


@given(st.text())
def test_shown_text_contains_no_control_characters(text: str) -> None:
    assert not steers(shown(text))


@given(st.binary())
def test_every_file_name_can_be_shown(raw: bytes) -> None:
    line = shown(to_text(raw))
    assert not steers(line)
    line.encode("utf-8")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("IMG_0001.JPG", "IMG_0001.JPG"),
        ("Würzburg 東京 👩‍👧.jpg", "Würzburg 東京 👩‍👧.jpg"),
        ("a\nb", "a\\nb"),
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("photo\u202egpj.exe", "photo\\u202egpj.exe"),
        (to_text(b"caf\xe9.jpg"), "caf\\xe9.jpg"),
        ("\u2028", "\\u2028"),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert shown(name) == expected


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=20)))
def test_json_is_safe_to_print_and_keeps_its_content(document: dict[str, str]) -> None:
    import contextlib
    import io

    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        print_json(document)
    text = out.getvalue()
    assert json.loads(text) == document
    assert not steers(text.replace("\n", ""))


def test_a_table_keeps_whole_names_in_a_pipe(capsys: pytest.CaptureFixture[str]) -> None:
    name = "n" * 300 + "[bold]\x1b[31m"
    print_table(("name", "n"), [(name, 1_234_567)], numbers=("n",))
    out = capsys.readouterr().out
    assert "n" * 300 + "[bold]\\x1b[31m" in out
    assert "1,234,567" in out


def test_sizes() -> None:
    assert size(999) == "999 B"
    assert size(3 << 30) == "3.0 GiB"
