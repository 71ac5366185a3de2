"""The sample's files: the same each time, complete, and distinct."""

import hashlib
import io
import os
import shutil
from pathlib import Path

import imagehash
import pillow_heif
import pytest
from PIL import Image, ImageOps

from photo_assets.media.read import read_facts
from photo_assets.model.errors import StorageError
from photo_assets.model.names import to_path
from photo_assets.sample import make_sample
from photo_assets.sample.make import MARKER
from photo_assets.sample.picture_files import PictureFiles
from photo_assets.sample.shots import all_shots
from photo_assets_tests.sample.conftest import Sample

pillow_heif.register_heif_opener()


def digests(root: Path) -> dict[bytes, str]:
    found: dict[bytes, str] = {}
    base = os.fsencode(root)
    for folder, _, names in os.walk(base):
        for name in names:
            path = os.path.join(folder, name)
            with open(path, "rb") as stream:
                found[os.path.relpath(path, base)] = hashlib.file_digest(
                    stream, "sha256"
                ).hexdigest()
    return found


@pytest.mark.slow
def test_making_it_again_gives_the_same_bytes_and_replaces_the_old(
    sample: Sample, tmp_path: Path
) -> None:
    copy = tmp_path / "again"
    shutil.copytree(sample.root, copy)
    inode = copy.stat().st_ino
    counts: list[int] = []
    again = make_sample(copy, wrote=counts.append)
    assert counts == [*range(1, len(again.files) + 1)], "progress goes up by one a file"
    assert copy.stat().st_ino != inode, "it was rebuilt, not left"
    assert again == sample.manifest
    assert digests(copy) == digests(sample.root)
    assert [path.name for path in tmp_path.iterdir()] == ["again"]


@pytest.mark.parametrize("foreign", ["added", "changed", "no marker", "a file"])
def test_what_is_not_a_sample_is_never_replaced(
    sample: Sample, tmp_path: Path, foreign: str
) -> None:
    root = tmp_path / "mine"
    if foreign == "a file":
        root.write_bytes(b"mine")
    else:
        root.mkdir()
        shutil.copy(sample.root / MARKER, root / MARKER)
        shutil.copytree(sample.root / "Inspiration.library", root / "Inspiration.library")
    document = root / "Inspiration.library" / "metadata.json"
    match foreign:
        case "added":
            (root / "holiday.jpg").write_bytes(b"mine")
        case "changed":
            document.write_bytes(document.read_bytes() + b" ")
        case "no marker":
            (root / MARKER).unlink()
    before = root.read_bytes() if root.is_file() else digests(root)
    with pytest.raises(StorageError):
        make_sample(root)
    assert (root.read_bytes() if root.is_file() else digests(root)) == before
    assert list(tmp_path.iterdir()) == [root]


def test_it_is_small_enough_and_listed_completely(sample: Sample) -> None:
    found = digests(sample.root)
    assert found.pop(MARKER.encode()), "the marker is beside the files it lists"
    listed = {os.fsencode(to_path(name)): d for name, d in sample.manifest.files.items()}
    assert found == listed
    folders = {name.partition("/")[0] for name in sample.manifest.files}
    assert folders == {"lightroom", "Inspiration.library", "nas", "takeout", "online"}
    total = sum(os.path.getsize(os.path.join(os.fsencode(sample.root), name)) for name in found)
    assert 20_000_000 < total < 60_000_000


def test_every_picture_opens_but_those_broken_on_purpose(sample: Sample) -> None:
    endings = (".jpg", ".heic", ".dng")
    broken = set()
    opened = 0
    for name in sample.manifest.files:
        if not name.lower().endswith(endings) or "@eaDir" in name:
            continue
        try:
            with Image.open(to_path(os.path.join(str(sample.root), name))) as picture:
                picture.load()
            opened += 1
        except OSError:
            broken.add(name)
    entries = sample.manifest.entries
    lost = {f"nas/{e.ref}" for e in entries if e.damage not in {None, "damaged"}}
    assert broken == lost | {"nas/Inbox/empty.jpg"}
    assert opened > 200


def test_raw_files_develop(sample: Sample) -> None:
    rawpy = pytest.importorskip("rawpy")
    raws = [name for name in sample.manifest.files if name.endswith(".DNG")]
    assert len(raws) == 6
    with rawpy.imread(str(sample.root / raws[0])) as raw:
        assert raw.postprocess(half_size=True).std() > 5


def test_movies_and_stills_of_live_photos_share_their_identifier(sample: Sample) -> None:
    files = sample.manifest.files
    movies = [name for name in files if name.startswith("nas/Phone/") and name.endswith(".MOV")]
    assert len(movies) == 3
    for movie in movies:
        stem = movie.removesuffix(".MOV")
        [still] = [n for n in files if n in {f"{stem}.HEIC", f"{stem}.JPG"}]
        with open(sample.root / movie, "rb") as stream:
            moving = read_facts(stream, movie)
        with open(sample.root / still, "rb") as stream:
            standing = read_facts(stream, still)
        assert moving.content_identifier
        assert moving.content_identifier == standing.content_identifier
        assert moving.width == 400
        assert moving.height in {300, 532}


def test_pictures_stored_in_any_orientation_show_upright() -> None:
    room, turned = PictureFiles(), [shot for shot in all_shots(20) if shot.trip.key == "at-home"]
    assert [shot.orientation for shot in turned] == [1, 2, 3, 4, 5, 6, 7, 8]
    for shot in turned:
        with Image.open(io.BytesIO(room.original(shot))) as stored:
            assert stored.size == shot.stored_size
            shown = ImageOps.exif_transpose(stored)
        assert shown.size == shot.size
        assert imagehash.phash(shown) - imagehash.phash(room.picture(shot)) <= 4, shot.key
