"""The manifest matches the items that the readers find."""

import hashlib
import io
import itertools
import tarfile
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import imagehash
import orjson
import pytest
from PIL import Image, ImageOps

from photo_assets.identity.fingerprints.image_data import JpegImageData
from photo_assets.model.also_stated import AlsoStated, from_extras
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.item import Item
from photo_assets.model.names import to_path, to_text
from photo_assets.model.vocabulary import Availability, LinkKind, Visibility
from photo_assets.sample import plan
from photo_assets.sample.shots import Shot, all_shots
from photo_assets_tests.sample.conftest import Sample, Scan

Finder = Callable[[str], Scan]
SHOTS = {shot.key: shot for shot in all_shots(20)}


def content(item: Item) -> bytes | None:
    if item.path is None or item.availability in {Availability.OFFLINE, Availability.MISSING}:
        return None
    path = Path(to_path(item.path))
    if item.member is None:
        return path.read_bytes()
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            return archive.read(item.member)
    with tarfile.open(path) as archive:
        member = archive.extractfile(item.member)
        assert member is not None
        return member.read()


@pytest.mark.parametrize(
    "name", ["lightroom/main", "eagle/inspiration", "folders/nas", "google_takeout/mara"]
)
def test_each_reader_finds_what_the_manifest_says(sample: Sample, scan: Finder, name: str) -> None:
    items = scan(name).items
    expected = [entry for entry in sample.manifest.entries if entry.catalog == name]
    assert len(items) == sample.manifest.items[name] == len(expected)
    bytes_of = [content(item) for item in items]
    digests = [data and hashlib.sha256(data).hexdigest() for data in bytes_of]
    found = {item.native_id: digest for item, digest in zip(items, digests, strict=True)}
    assert found == {entry.ref: entry.sha256 for entry in expected}


def test_each_reader_says_what_the_manifest_states(sample: Sample, scan: Finder) -> None:
    """Each entry that is not plain comes with the values a reader has to find."""
    checked = Counter[str]()
    wrong = []
    for entry in sample.manifest.entries:
        found = {item.native_id: item for item in scan(entry.catalog).items}[entry.ref]
        for name, value in entry.states.items():
            checked[name] += 1
            if _said(found, name) != _expected(value):
                wrong.append((entry.ref, name, _said(found, name), value))
    assert wrong == []
    assert checked["capture_time"] > 25
    assert checked["keywords"] > 70
    assert checked["caption"] == 4


def _said(item: Item, name: str) -> object:
    value = getattr(item, name)
    return {keyword.path for keyword in value} if name == "keywords" else value


def _expected(value: object) -> object:
    if isinstance(value, float):
        return pytest.approx(value)
    return set(value) if isinstance(value, tuple) else value


def test_joining_by_bytes_and_by_image_data_gives_the_expected_counts(
    sample: Sample, scan: Finder
) -> None:
    blobs: dict[str, bytes] = {}
    for name in sample.manifest.items:
        for item in scan(name).items:
            if (data := content(item)) is not None:
                blobs[hashlib.sha256(data).hexdigest()] = data
    assert len(blobs) == sample.manifest.after_bytes
    pictures = {_image_data(data) or digest.encode() for digest, data in blobs.items()}
    assert len(pictures) == sample.manifest.after_image_data
    assert sample.manifest.joined_by_bytes > 50
    assert sample.manifest.joined_by_image_data > 20


def test_the_pictures_are_many_and_look_nothing_alike(sample: Sample, scan: Finder) -> None:
    name_of = {entry.sha256: entry.picture for entry in sample.manifest.entries}
    hashes: dict[str, imagehash.ImageHash] = {}
    for name in sample.manifest.items:
        for item in scan(name).items:
            data = content(item)
            picture = name_of[hashlib.sha256(data).hexdigest()] if data is not None else ""
            if data is not None and picture.endswith(" jpeg") and picture not in hashes:
                with Image.open(io.BytesIO(data)) as stored:
                    hashes[picture] = imagehash.phash(ImageOps.exif_transpose(stored))
    assert len(hashes) >= 120
    assert {shot.taken.year for shot in SHOTS.values()} == set(range(2017, 2025))
    pairs = itertools.combinations(hashes.items(), 2)
    nearest = min((int(a - b), one, two) for (one, a), (two, b) in pairs)
    assert nearest[0] >= 10, nearest


def _image_data(data: bytes) -> bytes | None:
    if not JpegImageData.accepts(data[:16]):
        return None
    reader = JpegImageData()
    stream = io.BytesIO(data)
    while piece := stream.read(65536):
        reader.feed(piece)
    return reader.digest()


def by_stem(items: tuple[Item, ...], shot: Shot) -> list[Item]:
    return [item for item in items if (item.file_name or "").startswith(shot.stem)]


def test_planted_conflicts_are_seen_by_the_readers(sample: Sample, scan: Finder) -> None:
    lightroom, eagle = scan("lightroom/main").items, scan("eagle/inspiration").items
    folders, takeout = scan("folders/nas").items, scan("google_takeout/mara").items
    fields = Counter(conflict.field for conflict in sample.manifest.conflicts)
    assert fields == {"rating": 4, "caption": 4, "capture_time": 3, "gps": 3}
    for conflict in sample.manifest.conflicts:
        shot = SHOTS[conflict.picture]
        match conflict.field:
            case "rating":
                [known], [other] = by_stem(lightroom, shot), by_stem(eagle, shot)
                assert [str(known.rating), str(other.rating)] == [v for _, v in conflict.says]
                assert known.rating != other.rating
            case "caption" if conflict.picture in plan.CAPTIONS_REMOVED_IN_GOOGLE:
                known = _of_shot(takeout, shot, sample)
                [(_, removed)] = conflict.says
                assert known.caption is None
                assert [one.caption for one in _also_stated(known)] == [removed]
            case "caption":
                [known], [other] = by_stem(lightroom, shot), by_stem(eagle, shot)
                assert [known.caption, other.caption] == [value for _, value in conflict.says]
                assert known.caption != other.caption
            case "capture_time" if conflict.picture in plan.CLOCK_CORRECTIONS_IN_GOOGLE:
                known = _of_shot(takeout, shot, sample)
                [google] = _also_stated(known)
                hours = timedelta(hours=plan.CLOCK_CORRECTIONS_IN_GOOGLE[conflict.picture])
                assert known.capture_time == shot.taken
                assert google.capture_time == shot.taken + hours
            case "capture_time":
                [known], [other, *_] = by_stem(lightroom, shot), by_stem(folders, shot)
                assert known.capture_time != other.capture_time == shot.taken
            case "gps":
                there, here = _of_shot(takeout, shot, sample), by_stem(folders, shot)[0]
                assert there.gps_latitude is not None
                assert here.gps_latitude is not None
                assert abs(there.gps_latitude - here.gps_latitude) > 0.3


def _also_stated(item: Item) -> list[AlsoStated]:
    return from_extras(orjson.loads(item.extras or "{}"))


def _of_shot(items: tuple[Item, ...], shot: Shot, sample: Sample) -> Item:
    [digest] = {
        entry.sha256
        for entry in sample.manifest.entries
        if entry.picture == f"{shot.key} jpeg" and entry.catalog == "google_takeout/mara"
    }
    return next(i for i in items if hashlib.sha256(content(i) or b"").hexdigest() == digest)


def test_keywords_that_lightroom_keeps_or_means_people_are_marked(
    sample: Sample, scan: Finder
) -> None:
    words = {w.path: w for item in scan("lightroom/main").items for w in item.keywords}
    kept = {path for path, word in words.items() if word.private}
    assert kept == set(plan.PRIVATE_KEYWORDS.values())
    people = {path for path, word in words.items() if word.person}
    named = {("People", face.name) for shot in SHOTS.values() for face in shot.faces}
    assert {("People", name) for name in plan.TAGGED_PEOPLE.values()} < people
    assert people <= named | {("People", name) for name in plan.TAGGED_PEOPLE.values()}


def test_hostile_names_are_found_as_they_are(scan: Finder) -> None:
    names = {item.native_id for item in scan("folders/nas").items}
    wanted = {f"Inbox/{to_text(name)}" for name in plan.HOSTILE_NAMES}
    assert wanted <= names


def test_catalogs_show_their_oddities(scan: Finder) -> None:
    lightroom = scan("lightroom/main").items
    assert Counter(i.availability for i in lightroom) == {"online": 82, "offline": 3, "missing": 1}
    assert _links(lightroom)[LinkKind.VIRTUAL_COPY_OF] == 6
    # The virtual copies do not state it.
    edited = [orjson.loads(item.extras or "{}").get("edited") for item in lightroom]
    assert Counter(edited) == {True: 25, False: 55, None: 6}
    assert any(person.region for item in lightroom for person in item.people)
    assert any(keyword.private for item in lightroom for keyword in item.keywords)
    assert {len(album.path) for item in lightroom for album in item.albums} == {1, 3}
    eagle = scan("eagle/inspiration").items
    assert sum(item.availability is Availability.TRASHED for item in eagle) == 2
    assert max(len(item.albums) for item in eagle) >= 2
    folders = scan("folders/nas")
    assert _links(folders.items)[LinkKind.LIVE_VIDEO_OF] == 4
    assert _links(folders.items)[LinkKind.EDIT_OF] == 4
    assert sum(item.capture_time is None for item in folders.items) == 11
    assert Counter(event.reason for event in folders.refused) == {
        "folder notes": 1,
        "sidecar of a photo": 15,
        "excluded": 2,
        "not a picture": 1,
        "empty file": 1,
    }
    export = scan("google_takeout/mara")
    assert _links(export.items)[LinkKind.EDIT_OF] == 2
    assert _links(export.items)[LinkKind.DUPLICATE_OF] == 5
    albums = {album.path[-1] for item in export.items for album in item.albums}
    assert albums == {"Lissabon 2024 ☀", "Lavendel", "Oma.jpg"}
    assert sum(item.availability is Availability.TRASHED for item in export.items) == 1
    assert sum(item.visibility is Visibility.LOCKED for item in export.items) == 1
    assert sum(item.archived is True for item in export.items) == 1
    reasons = Counter(event.reason for event in export.refused if event.reason != "sidecar")
    assert reasons == {
        "album description": 3,
        "json without file": 1,
        "not Google Photos": 6,
        "not a photo's json": 1,
        "superseded": 2,  # an older JSON in the same export, and the photo of an older one
    }


def _links(items: tuple[Item, ...]) -> Counter[LinkKind]:
    found: defaultdict[LinkKind, int] = defaultdict(int)
    for item in items:
        for link in item.links:
            found[link.kind] += 1
    return Counter(found)


def test_picasa_s_album_and_face_are_found(scan: Finder) -> None:
    items = scan("folders/nas").items
    [noted] = [item for item in items if any(a.id.startswith("picasa:") for a in item.albums)]
    assert noted.albums[-1].path == ("Familjen",)
    [person] = noted.people
    assert person.name == "Ingrid Lindqvist"
    assert person.region is not None
    assert (person.region.x, person.region.y) == pytest.approx((0.5, 0.43), abs=1e-4)


def test_the_unplugged_disk_is_offline(scan: Finder) -> None:
    with pytest.raises(CatalogUnavailableError):
        scan("folders/old_drive")
