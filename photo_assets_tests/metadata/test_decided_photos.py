"""What a photo has after a person decided that two are one: everything of both, while it holds."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from photo_assets.lake.inputs import fingerprint_files, item_files, photo_files
from photo_assets.ledger import open_ledger
from photo_assets.metadata import MetadataInputs, build_metadata
from photo_assets.model.item import Album, Keyword, Person
from photo_assets.model.tables import MEMBERS, PHOTOS
from photo_assets.model.vocabulary import AlbumKind, MediaKind
from photo_assets_tests.configured import default_rules
from photo_assets_tests.identity.photos.deciding import Deciding
from photo_assets_tests.identity.photos.library import Library
from photo_assets_tests.identity.photos.making import Thing

FIELDS = ("albums", "keywords", "people", "rating", "favourite")


def video(number: int, **more: Any) -> Thing:
    """Return a video that Immich lists in an album of its own."""
    album = Album(id=f"{number}", path=(f"album {number}",), kind=AlbumKind.ALBUM)
    values = {
        "media_kind": MediaKind.VIDEO,
        "media_type": "video/mp4",
        "capture_time": datetime(2020, 1, 1, 12, number),
        "albums": (album,),
        **more,
    }
    return Thing(
        source="immich",
        catalog="home",
        id=f"{number}",
        content=b"%d" % number,
        more=(*values.items(),),
    )


def views(deciding: Deciding) -> dict[str, dict[str, Any]]:
    """Return the unified row of each photo, after a join."""
    deciding.join()
    lake = deciding.library.lake
    inputs = MetadataInputs(
        items=item_files(lake),
        fingerprints=fingerprint_files(lake),
        photos=photo_files(lake, PHOTOS),
        members=photo_files(lake, MEMBERS),
    )
    rows = build_metadata(inputs, default_rules()).unified.to_pylist()
    return {row["photo_id"]: {name: row[name] for name in FIELDS} for row in rows}


@pytest.fixture
def deciding(tmp_path: Path) -> Iterator[Deciding]:
    """Five different videos in five albums; one of them is marked otherwise too."""
    said = {
        "keywords": (Keyword(path=("sea",)),),
        "people": (Person(name="Ada"),),
        "rating": 4,
        "favourite": True,
    }
    things = [
        video(0, **said),
        *(video(number, keywords=(Keyword(path=("boat",)),)) for number in range(1, 5)),
    ]
    ledger = open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")
    yield Deciding(Library(tmp_path / "library", things), ledger)


def test_one_photo_of_two_has_what_both_had_until_it_is_undone(deciding: Deciding) -> None:
    before = views(deciding)
    a, b = (deciding.photo(video(number)) for number in (0, 1))
    deciding.same(a, b)
    after = views(deciding)
    (one,) = {a, b} & after.keys()
    assert after[one] == {
        "albums": ["album 0", "album 1"],
        "keywords": [["boat"], ["sea"]],
        "people": ["Ada"],
        "rating": 4,
        "favourite": True,
    }
    assert {photo: row for photo, row in after.items() if photo != one} == {
        photo: row for photo, row in before.items() if photo not in {a, b}
    }
    deciding.undo(a, b)
    assert views(deciding) == before


def test_five_different_videos_keep_exactly_their_own_albums(deciding: Deciding) -> None:
    """Another program copied all albums to all five when somebody kept all of a group."""
    before = views(deciding)
    assert sorted(row["albums"] for row in before.values()) == [[f"album {n}"] for n in range(5)]
    photos = sorted(before)
    for number, a in enumerate(photos):
        for b in photos[number + 1 :]:
            deciding.different(a, b)
    assert deciding.due() == []
    assert views(deciding) == before
