"""Mutated catalogs: flipped bytes and truncation give an error or exact events."""

import random
from pathlib import Path

import pytest

from photo_assets.model.errors import CatalogUnavailableError, CatalogUnreadableError
from photo_assets.model.events import Accounting, Found
from photo_assets.model.rows import item_to_row
from photo_assets_tests.catalogs.contract import TODAY
from photo_assets_tests.catalogs.lightroom.builder import ROOT, Lrcat, title_packet, xmp_packet
from photo_assets_tests.catalogs.lightroom.reading import reader

SEED = 20261120


@pytest.fixture
def original(home: Path) -> Path:
    """Build a small catalog with a row in every table, so that each mutation hits something."""
    with Lrcat(home / "photos.lrcat") as lrcat:
        folder = lrcat.folder(lrcat.root(), "2013/")
        person = lrcat.keyword("Ada", keywordType="person")
        cat = lrcat.keyword("cat", lrcat.keyword("animal"))
        album = lrcat.collection("Best", parent=lrcat.collection("Set", "group"))
        service = lrcat.published("Flickr", "com.adobe.lightroom.export.flickr")
        shown = lrcat.published("Stream", parent=service)
        images = []
        for at in range(25):
            gps = 'exif:GPSLatitude="48,6.0N" exif:GPSLongitude="11,30.0E"'
            packet = title_packet(f"Title {at}", gps) if at % 2 else xmp_packet()
            image = lrcat.photo(folder, f"IMG_{at:04d}.NEF", xmp=packet, rating=float(at % 5 + 1))
            lrcat.tag(image, cat, person)
            face = lrcat.face(image, (0.1, 0.2, 0.5, 0.6))
            lrcat.insert("AgLibraryKeywordFace", face=face, tag=person, userPick=1)
            lrcat.insert("AgLibraryIPTC", image=image, caption="caption")
            place = {"hasGPS": 1, "gpsLatitude": 48.1, "gpsLongitude": 11.5}
            lrcat.insert("AgHarvestedExifMetadata", image=image, aperture=2.9, **place)
            lrcat.insert("AgRemotePhoto", photo=image, collection=shown, remoteId=str(at))
            images.append(image)
        lrcat.collect(album, *images)
        lrcat.collect(shown, *images, table="AgLibraryPublishedCollectionImage")
        lrcat.stack(*images[:5])
    return home / "photos.lrcat"


def _mutated(content: bytes, source: random.Random) -> bytes:
    """Flip some bytes anywhere or within one page, cut the end off, or repeat a piece elsewhere."""
    mutable = bytearray(content)
    kind = source.randrange(5)
    if kind == 0:
        return bytes(mutable[: source.randrange(len(mutable))])
    if kind == 1:
        page = source.randrange(len(mutable) // 4096) * 4096
        spots = [page + source.randrange(4096) for _ in range(source.randint(1, 30))]
    elif kind == 2:
        spots = [source.randrange(min(len(mutable), 200)) for _ in range(source.randint(1, 4))]
    elif kind == 3:
        length = source.randint(1, 5000)
        here, there = (source.randrange(len(mutable) - length) for _ in range(2))
        mutable[there : there + length] = mutable[here : here + length]
        spots = []
    else:
        spots = [source.randrange(len(mutable)) for _ in range(source.randint(1, 12))]
    for spot in spots:
        mutable[spot] = source.randrange(256)
    return bytes(mutable)


def _survives(path: Path, scratch: Path) -> str:
    accounting, seen = Accounting(), set()
    try:
        for event in reader(path, scratch, {ROOT: path.parent}).scan({}):
            accounting.count(event)
            if isinstance(event, Found):
                assert event.item.native_id not in seen
                seen.add(event.item.native_id)
                item_to_row(event.item, TODAY)
    except (CatalogUnreadableError, CatalogUnavailableError) as error:
        assert error.hint
        return "error"
    assert accounting.balanced
    assert accounting.unchanged == 0
    return "events"


def _run(original: Path, scratch: Path, first: int, count: int) -> set[str]:
    content, outcomes = original.read_bytes(), set()
    path = original.with_name("mutated.lrcat")
    for number in range(first, first + count):
        path.write_bytes(_mutated(content, random.Random(SEED + number)))
        try:
            outcomes.add(_survives(path, scratch))
        except Exception as error:
            error.add_note(f"mutation {number}")
            raise
    assert [entry.name for entry in scratch.iterdir() if entry.name != "roots.json"] == []
    return outcomes


def test_mutated_catalogs(original: Path, scratch: Path) -> None:
    assert _run(original, scratch, 0, 150) == {"error", "events"}


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("batch", range(10))
def test_ten_thousand_mutated_catalogs(original: Path, scratch: Path, batch: int) -> None:
    _run(original, scratch, 1000 + batch * 1000, 1000)


def test_a_real_catalog_mutated(real_data: Path, home: Path, scratch: Path) -> None:
    copy = home / "real.lrcat"
    copy.write_bytes((real_data / "lightroom" / "lr14_metadata.lrcat").read_bytes())
    assert "error" in _run(copy, scratch, 500, 40)
