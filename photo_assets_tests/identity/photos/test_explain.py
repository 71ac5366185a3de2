"""Explanations of why two items are one photo or two."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from photo_assets.identity.answers import Answer
from photo_assets.identity.photos import (
    Explanation,
    ItemKey,
    UnknownReferenceError,
    build_photos,
    explain,
)
from photo_assets.identity.photos.explain import Link, shortest_chain
from photo_assets.identity.sides import lookalike_id
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.names import to_text
from photo_assets.model.vocabulary import LinkKind
from photo_assets_tests.configured import default_hierarchy
from photo_assets_tests.identity.photos.making import Thing, ids, link, store

A = Thing(id="a.jpg", content=b"v1", image=b"p")
B = Thing(source="eagle", id="K1", content=b"v2", image=b"p")
C = Thing(source="google_takeout", id="T/x.jpg", content=b"v2", image=b"p")
OTHER = Thing(id="sub/other.jpg", content=b"v9")
COPY = Thing(source="lightroom", id="v", links=(link(LinkKind.VIRTUAL_COPY_OF, "m"),))
MASTER = Thing(source="lightroom", id="m", content=b"v1", image=b"p")
LATIN = Thing(id=to_text(b"caf\xe9.jpg"), content=b"v8")
EVIL = Thing(id="evil\n\x1b[2J.jpg", content=b"v9")
ALL = [A, B, C, OTHER, COPY, MASTER, LATIN, EVIL]


def ask(folder: Path, registry: PhotoRegistry, a: ItemKey | str, b: ItemKey | str) -> Explanation:
    inputs = store(folder, ALL)
    return explain(inputs, build_photos(inputs, registry, default_hierarchy()), a, b, registry)


def test_the_chain_lists_steps_and_evidence(tmp_path: Path, sqlite_registry: PhotoRegistry) -> None:
    answer = ask(tmp_path, sqlite_registry, "lightroom/nas/m", ItemKey(*C.key))
    assert answer.same_photo
    assert (answer.chain[0].a, answer.chain[-1].b) == (MASTER.key, C.key)
    for one, next_ in zip(answer.chain, answer.chain[1:], strict=False):
        assert one.b == next_.a
    assert {edge.step for edge in answer.chain} == {1, 2}
    text = "\n".join(answer.lines())
    assert "step 1, same bytes: sha256" in text
    assert "step 2, same image data" in text


def test_files_and_photo_ids_are_accepted(tmp_path: Path, sqlite_registry: PhotoRegistry) -> None:
    inputs = store(tmp_path, ALL)
    tables = build_photos(inputs, sqlite_registry, default_hierarchy())
    photo = ids(tables)[B.key]
    answer = explain(inputs, tables, "/folders/nas/a.jpg", photo.upper(), sqlite_registry)
    assert answer.same_photo
    assert answer.a.item == A.key
    assert answer.b.item == MASTER.key  # a photo id refers to its master
    assert "Both are" in explain(inputs, tables, "eagle/nas/K1", "eagle/nas/K1").lines()[1]


def test_a_merged_id_still_identifies_the_photo(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    one, two = Thing(id="1", content=b"x"), Thing(id="2", content=b"y")
    inputs = store(tmp_path, [one, two])
    old = ids(build_photos(inputs, sqlite_registry, default_hierarchy()))
    bridge = Thing(id="3", content=b"y", image=b"pixels of x")
    inputs = store(tmp_path, [one, two, bridge])
    tables = build_photos(inputs, sqlite_registry, default_hierarchy())
    answer = explain(inputs, tables, old[one.key], old[two.key], sqlite_registry)
    assert answer.same_photo


def test_different_photos_are_explained_by_their_differences(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    answer = ask(tmp_path, sqlite_registry, "folders/nas/a.jpg", "folders/nas/sub/other.jpg")
    assert not answer.same_photo
    assert answer.chain == ()
    assert any("SHA-256 differs" in fact for fact in answer.facts)
    assert any("image data differs" in fact for fact in answer.facts)
    related = ask(tmp_path, sqlite_registry, "lightroom/nas/v", "folders/nas/a.jpg")
    assert any("is virtual copy of lightroom/nas/m" in fact for fact in related.facts)
    assert any("has no file of its own" in fact for fact in related.facts)


def test_decisions_of_people_are_part_of_the_explanation(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    inputs = store(tmp_path, ALL)
    photos = ids(build_photos(inputs, sqlite_registry, default_hierarchy()))
    first, other, copy = (photos[thing.key] for thing in (A, OTHER, COPY))
    same, apart = lookalike_id(first, other), lookalike_id(copy, other)
    said = [Answer(apart, same=False), Answer(same, same=True)]
    inputs = replace(inputs, answers=said)
    tables = build_photos(inputs, sqlite_registry, default_hierarchy())
    answer = explain(inputs, tables, ItemKey(*A.key), ItemKey(*OTHER.key), sqlite_registry)
    assert answer.same_photo
    assert f"step 4, a person's decision: decision {same}" in "\n".join(answer.lines())
    answer = explain(inputs, tables, copy, first, sqlite_registry)
    assert not answer.same_photo
    assert "A person decided that they are different." in answer.facts
    said.append(Answer(lookalike_id(first, copy), same=True))
    answer = explain(inputs, tables, copy, first, sqlite_registry)
    assert any("This is not followed" in fact for fact in answer.facts)


def test_a_hostile_name_cannot_control_the_terminal(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    answer = ask(tmp_path, sqlite_registry, ItemKey(*EVIL.key), "folders/nas/sub/other.jpg")
    assert answer.same_photo
    assert all(line.isprintable() for line in answer.lines())


@pytest.mark.parametrize("place", ["folders/nas/", "/folders/nas/"])
def test_a_name_that_is_not_utf8_is_accepted(
    tmp_path: Path, sqlite_registry: PhotoRegistry, place: str
) -> None:
    typed = os.fsdecode(b"caf\xe9.jpg")  # as a shell completes it
    answer = ask(tmp_path, sqlite_registry, place + typed, place + to_text(typed))
    assert answer.a.item == answer.b.item == LATIN.key
    unknown = os.fsdecode(b"folders/nas/\xff")
    with pytest.raises(UnknownReferenceError):
        ask(tmp_path / "again", sqlite_registry, unknown, "x")


@pytest.mark.parametrize("reference", ["", "nothing", "folders/nas/gone.jpg", "a/b", "/a/b/c"])
def test_an_unknown_reference_is_reported(
    tmp_path: Path, sqlite_registry: PhotoRegistry, reference: str
) -> None:
    with pytest.raises(UnknownReferenceError, match="No item, photo or file matches"):
        ask(tmp_path, sqlite_registry, reference, "eagle/nas/K1")


def test_the_chain_is_the_shortest_and_prefers_strong_steps() -> None:
    def key(name: str) -> ItemKey:
        return ItemKey("s", "c", name)

    def edge(a: str, b: str, step: int) -> Link:
        return Link(key(a), key(b), step, "k", "v")

    edges = [edge("a", "b", 1), edge("b", "c", 1), edge("a", "d", 3), edge("d", "e", 3)]
    edges += [edge("e", "c", 1), edge("a", "x", 3), edge("x", "e", 1), edge("a", "b", 3)]
    assert shortest_chain(edges, key("a"), key("c")) == (edge("a", "b", 1), edge("b", "c", 1))
    assert shortest_chain(edges, key("c"), key("a"))[0] == edge("c", "b", 1)
    assert shortest_chain(edges, key("a"), key("nowhere")) == ()
