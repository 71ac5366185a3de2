"""The measured library over all catalogs holds, and its truth is what it says."""

import dataclasses
from collections import Counter
from pathlib import Path

import pytest

from photo_assets_tests.bench.all_catalogs.copies import Copy, Form, copies, photo_of
from photo_assets_tests.bench.all_catalogs.evidence import LOCAL, provable_groups
from photo_assets_tests.bench.all_catalogs.measuring import measure
from photo_assets_tests.services.sample.serving import SERVICES


def test_every_catalog_has_every_kind_of_copy_and_disagreement() -> None:
    made = list(copies(400))
    by_source = Counter(source for source, _ in made)
    assert by_source.keys() == LOCAL | SERVICES.keys()
    assert {copy.form for _, copy in made} == set(Form)
    for kind in ("renamed", "tagged", "published"):
        assert any(getattr(copy, kind) for _, copy in made), kind
    unknown = {source for source, copy in made if not copy.known}
    assert unknown == {"lightroom", *SERVICES}
    for _, copy in made:
        assert photo_of(copy.name) == copy.photo


def test_equal_forms_are_equal_bytes_and_no_two_photos_share_any() -> None:
    bytes_of: dict[bytes, set[tuple[int, Form]]] = {}
    for _, copy in copies(60):
        bytes_of.setdefault(copy.jpeg(), set()).add((copy.photo, copy.form))
    assert all(len(shown) == 1 for shown in bytes_of.values())
    assert len(bytes_of) == len({(copy.photo, copy.form) for _, copy in copies(60)})


def test_evidence_joins_only_what_shares_some() -> None:
    camera = dict(copies(1)).popitem()[1]

    def made(form: Form = Form.CAMERA, *, known: bool = True) -> Copy:
        return dataclasses.replace(camera, form=form, known=known, published=None)

    def groups(*every: tuple[str, Copy]) -> list[list[str]]:
        return sorted(sorted(source for source, _ in one) for one in provable_groups(every))

    assert groups(("immich", made()), ("smugmug", made())) == [["immich"], ["smugmug"]]
    bridged = groups(("immich", made()), ("smugmug", made()), ("google_drive", made()))
    assert bridged == [["google_drive", "immich", "smugmug"]]
    retagged = made(Form.RETAGGED)
    assert groups(("folders", retagged), ("eagle", made())) == [["eagle", "folders"]]
    assert groups(("immich", retagged), ("eagle", made())) == [["eagle"], ["immich"]]
    assert groups(("lightroom", made(known=False)), ("eagle", made())) == [["eagle"], ["lightroom"]]


@pytest.mark.slow
@pytest.mark.parametrize("fetch", ["never", "preview", "identify"])
def test_a_small_library_over_all_catalogs(tmp_path: Path, fetch: str) -> None:
    figures = measure(100, tmp_path / "home", fetch)
    assert (figures["precision"], figures["recall_of_provable"]) == (1.0, 1.0)
    assert (figures["downloads"] == 0) == (fetch == "never")
    assert (figures["candidates_by_preview_of_one_photo"] > 0) == (fetch == "preview")


@pytest.mark.slow
def test_5_000_photos_over_all_catalogs(tmp_path: Path) -> None:
    figures = measure(5_000, tmp_path / "home")
    assert (figures["precision"], figures["recall_of_provable"]) == (1.0, 1.0)
    assert figures["downloads"] == 0
