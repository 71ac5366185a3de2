"""The master of a photo, and the rule that chose it."""

from pathlib import Path
from typing import Any

import pytest

from photo_assets.identity.photos import MasterHierarchy
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.errors import ConfigurationError
from photo_assets.model.vocabulary import Availability, LinkKind, MediaKind, Quality
from photo_assets_tests.identity.photos.making import Thing, link, rows, run


def master(
    folder: Path, registry: PhotoRegistry, *things: Thing, hierarchy: MasterHierarchy | None = None
) -> tuple[str, str]:
    """Return (source of the master, rule), checked for both orders of the things."""
    answers = set()
    for order in (things, things[::-1]):
        (photo,) = rows(run(folder, registry, order, hierarchy).photos)
        answers.add((photo["master_source"], photo["master_reason"]))
    (answer,) = answers
    return answer


def same_picture(source: str, content: bytes = b"x", **fields: Any) -> Thing:
    return Thing(
        source=source,
        id="1",
        content=content,
        image=b"pixels",
        more=tuple({"path": None, **fields}.items()),
    )


@pytest.mark.parametrize(
    ("best", "other", "rule"),
    [
        (
            same_picture("eagle", b"a"),
            same_picture(
                "lightroom", b"b", availability=Availability.TRASHED, media_kind=MediaKind.RAW
            ),
            "kept",
        ),
        (
            same_picture("eagle", b"a", media_kind=MediaKind.RAW, path="/a.nef", width=1, height=1),
            same_picture("lightroom", b"b", width=9, height=9),
            "local raw",
        ),
        (
            same_picture("eagle", b"a", width=60, height=40),
            same_picture("lightroom", b"b", width=30, height=20),
            "pixels",
        ),
        (same_picture("lightroom"), same_picture("eagle"), "source order"),
        (same_picture("google_takeout"), same_picture("unheard_of"), "source order"),
        (same_picture("aaa"), same_picture("bbb"), "catalog and id"),
    ],
)
def test_the_default_rules(
    tmp_path: Path, sqlite_registry: PhotoRegistry, best: Thing, other: Thing, rule: str
) -> None:
    assert master(tmp_path, sqlite_registry, best, other) == (best.source, rule)


REDUCED = {"quality": Quality.REDUCED}


@pytest.mark.parametrize(
    ("reduced", "other"),
    [
        ({"width": 6000, "height": 4000}, {"width": 60, "height": 40}),
        ({"media_kind": MediaKind.RAW, "path": "/a.nef"}, {}),
        ({}, {"availability": Availability.TRASHED}),
        ({}, {"availability": Availability.MISSING}),
        ({}, {"quality": Quality.ORIGINAL}),
    ],
)
@pytest.mark.parametrize(
    "hierarchy", [None, MasterHierarchy(rules=()), MasterHierarchy(("pixels",))]
)
def test_a_reduced_rendition_is_no_master_while_there_is_another_item(
    tmp_path: Path,
    sqlite_registry: PhotoRegistry,
    reduced: dict[str, Any],
    other: dict[str, Any],
    hierarchy: MasterHierarchy | None,
) -> None:
    best = same_picture("zzz", b"a", **other)
    rendition = same_picture("lightroom", b"b", **reduced, **REDUCED)
    found = master(tmp_path, sqlite_registry, best, rendition, hierarchy=hierarchy)
    assert found == ("zzz", "quality")


def test_among_reduced_renditions_the_other_rules_decide(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    large = same_picture("flickr", b"a", width=60, height=40, **REDUCED)
    small = same_picture("lightroom", b"b", width=6, height=4, **REDUCED)
    assert master(tmp_path, sqlite_registry, large, small) == ("flickr", "pixels")


@pytest.mark.parametrize("where", [Availability.OFFLINE, Availability.MISSING])
def test_an_unavailable_master_stays_the_master(
    tmp_path: Path, sqlite_registry: PhotoRegistry, where: Availability
) -> None:
    here = same_picture("eagle", b"a")
    for original in (same_picture("lightroom", b"b", availability=a) for a in (where, "online")):
        found = master(tmp_path, sqlite_registry, original, here)
        assert found == ("lightroom", "source order")


def test_a_published_rendition_is_not_the_original(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    published = link(LinkKind.PUBLISHED_AS, "53", "flickr")
    original = Thing(source="lightroom", id="1", links=(published,))
    remote = Thing(source="flickr", id="53", more=(("width", 9999), ("height", 9999)))
    assert master(tmp_path, sqlite_registry, original, remote) == ("lightroom", "original")


def test_items_with_the_same_bytes_have_the_same_pixels(
    tmp_path: Path, sqlite_registry: PhotoRegistry
) -> None:
    silent = same_picture("lightroom")
    outspoken = same_picture("eagle", width=60, height=40)
    assert master(tmp_path, sqlite_registry, silent, outspoken) == ("lightroom", "source order")


def test_rules_and_sources_are_configurable(tmp_path: Path, sqlite_registry: PhotoRegistry) -> None:
    small = same_picture("eagle", b"a", width=3, height=2)
    large = same_picture("lightroom", b"b", width=60, height=40)
    by_source = MasterHierarchy(rules=("source order",), sources=("eagle", "lightroom"))
    assert master(tmp_path, sqlite_registry, small, large, hierarchy=by_source) == (
        "eagle",
        "source order",
    )
    none = MasterHierarchy(rules=())
    assert master(tmp_path, sqlite_registry, small, large, hierarchy=none)[1] == "catalog and id"


def test_an_invalid_hierarchy_is_a_configuration_error() -> None:
    with pytest.raises(ConfigurationError, match="Unknown master rule: 'sharpest'"):
        MasterHierarchy(rules=("sharpest",))
    with pytest.raises(ConfigurationError, match="source twice"):
        MasterHierarchy(sources=("eagle", "eagle"))
