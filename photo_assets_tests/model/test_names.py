"""Lossless conversion of file names to text that every store accepts."""

import json
import os
import sqlite3
from pathlib import Path

import orjson
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from photo_assets.model.names import clean_text, to_bytes, to_path, to_text

# Bytes as they really come: any, UTF-8, Latin-1, and the private-use range the escapes lie in.
names = st.one_of(
    st.binary(max_size=40),
    st.text(st.characters(codec="utf-8"), max_size=20).map(str.encode),
    st.text(st.characters(max_codepoint=255), max_size=20).map(lambda t: t.encode("latin-1")),
    st.text(st.characters(min_codepoint=0xEF00, max_codepoint=0xEFFF), max_size=8).map(str.encode),
    st.lists(st.sampled_from([b"\xee", b"\xbe", b"\x80", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"a"]))
    .map(b"".join),
)  # fmt: skip


@settings(max_examples=600, deadline=None)
@given(names)
@example(b"")
@example("\uef80\uefff\uef7f\uf000".encode())
@example(b"\xed\xb2\x80")  # a surrogate in UTF-8's form, which UTF-8 forbids
@example(b"\xc0\xaf\xf4\x90\x80\x80")  # over-long and beyond Unicode
def test_no_byte_is_lost(name: bytes) -> None:
    text = to_text(name)
    text.encode("utf-8")
    assert to_bytes(text) == name
    assert to_text(os.fsdecode(name)) == text
    assert os.fsencode(to_path(text)) == name


@settings(max_examples=300, deadline=None)
@given(names, names)
def test_two_names_are_never_one_text(one: bytes, other: bytes) -> None:
    assert (to_text(one) == to_text(other)) == (one == other)


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=20))
def test_ordinary_names_stay_readable(name: str) -> None:
    if not any(0xEF80 <= ord(char) <= 0xEFFF for char in name):
        assert to_text(name.encode()) == name


@settings(max_examples=150, deadline=None)
@given(st.lists(names, max_size=5))
def test_every_store_gives_the_text_back(all_names: list[bytes]) -> None:
    texts = [to_text(name) for name in all_names]
    assert pa.array(texts, pa.string()).to_pylist() == texts
    assert orjson.loads(orjson.dumps(texts)) == texts
    assert json.loads(json.dumps(texts)) == texts
    with sqlite3.connect(":memory:") as database:
        got = [database.execute("SELECT ?", (text,)).fetchone()[0] for text in texts]
    database.close()
    assert got == texts


def test_a_file_of_any_name_is_found_again(tmp_path: Path) -> None:
    root = os.fsencode(tmp_path)
    made = [b"plain", "Köln".encode(), b"K\xf6ln", "\uef80".encode(), b"\xee\xbe", b"a\nb"]
    for name in made:
        Path(os.fsdecode(os.path.join(root, name))).write_bytes(name)
    listed = sorted(to_text(entry.name) for entry in os.scandir(tmp_path))
    assert len(set(listed)) == len(made)
    assert sorted(Path(to_path(f"{tmp_path}/{text}")).read_bytes() for text in listed) == sorted(
        made
    )


@settings(max_examples=600, deadline=None)
@given(st.text(st.characters(), max_size=20))
@example("\ud83d\ude00")
@example("\ufeffmarked\ud800")
@example("\x00\udfff\x00")
def test_clean_text_is_valid_and_clean(text: str) -> None:
    clean = clean_text(text)
    clean.encode("utf-8")
    assert "\x00" not in clean
    assert clean_text(clean) == clean
    assert pa.array([clean], pa.string()).to_pylist() == [clean]
    if text.isprintable():
        assert clean == text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Köln 😀", "Köln 😀"),
        ("half \ud83d.", "half \ufffd."),
        ("\ude00\ud83d", "\ufffd\ufffd"),
        ("\ud83d\ude00", "😀"),  # two halves that were decoded apart belong together
        ("a\x00b", "a\ufffdb"),
        ("\ufeffa\ud800", "\ufeffa\ufffd"),
        ("", ""),
    ],
)
def test_what_is_replaced_is_seen(text: str, clean: str) -> None:
    assert clean_text(text) == clean
