"""The corpus is the same every time, has the weight of camera files, and its truth is true."""

import io
from itertools import combinations
from pathlib import Path

import exifread
import imagehash
import numpy as np
import pytest
from PIL import Image, ImageOps

from photo_assets.identity.fingerprints.image_data import JpegImageData
from photo_assets_tests.bench.corpus import (
    ORIENTATIONS,
    SIZES,
    Corpus,
    Plan,
    camera_jpeg,
    make_corpus,
)
from photo_assets_tests.bench.planted import Kind

SMALL = Plan(photos=8, copies=12, sizes=((480, 360), (450, 300)))


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    return make_corpus(tmp_path_factory.mktemp("corpus"), SMALL)


@pytest.mark.slow
def test_the_same_plan_gives_the_same_bytes_in_any_process(corpus: Corpus) -> None:
    assert corpus.originals[3].read_bytes() == camera_jpeg(3, SMALL)
    assert camera_jpeg(3, SMALL) != camera_jpeg(3, Plan(8, 12, seed=1, sizes=SMALL.sizes))


def test_a_corpus_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    plan = Plan(photos=1, copies=1, sizes=((160, 120),))
    made = make_corpus(tmp_path, plan)
    written = made.originals[0].stat().st_mtime_ns
    assert make_corpus(tmp_path, plan) == made
    assert made.originals[0].stat().st_mtime_ns == written
    with pytest.raises(FileExistsError):
        make_corpus(tmp_path, Plan(photos=2, copies=1, sizes=((160, 120),)))


def test_a_photo_has_the_entropy_of_one_a_camera_took() -> None:
    """5 MB at 16.7 megapixels and quality 92 is what cameras write; flat noise would be thrice it."""
    content = camera_jpeg(0, Plan(photos=1, copies=0))
    with Image.open(io.BytesIO(content)) as image:
        assert image.size == SIZES[0]
        bits = 8 * len(content) / (image.width * image.height)
        grey = np.asarray(image.convert("L"), dtype=np.float32)
    assert 1.9 < bits < 3.0
    assert grey.std() > 25
    # As in photos, some places are busy and others smooth.
    blocks = grey[:2944, :3968].reshape(46, 64, 62, 64).std(axis=(1, 3))
    assert np.percentile(blocks, 90) > 2 * np.percentile(blocks, 10)


def test_sizes_average_what_the_floor_was_measured_with() -> None:
    megapixels = [width * height / 1e6 for width, height in SIZES]
    assert min(megapixels) == 12 and max(megapixels) == 24
    assert 16 < sum(megapixels) / len(megapixels) < 17.5


@pytest.mark.slow
def test_every_file_says_how_it_lies_when_and_with_what(corpus: Corpus) -> None:
    said = []
    for path in corpus.originals:
        with path.open("rb") as file:
            tags = exifread.process_file(file)
        said.append(tags["Image Orientation"].values[0])
        assert str(tags["EXIF DateTimeOriginal"]).startswith("2019:")
        assert str(tags["Image Model"])
        with Image.open(io.BytesIO(tags["JPEGThumbnail"])) as thumbnail:
            assert thumbnail.size == (160, 120)
    assert said == list(ORIENTATIONS) and set(said) == {1, 3, 6, 8}


@pytest.mark.slow
def test_colour_is_mostly_halved_both_ways(corpus: Corpus) -> None:
    layers = []
    for path in corpus.originals:
        with Image.open(path) as image:
            layers.append(image.layer[0][1:3])  # type: ignore[attr-defined]
    assert layers.count((2, 2)) == 7 and layers.count((2, 1)) == 1


@pytest.mark.slow
def test_no_two_originals_look_alike(corpus: Corpus) -> None:
    hashes = [_phash(path) for path in corpus.originals]
    assert min((a ^ b).bit_count() for a, b in combinations(hashes, 2)) > 12


@pytest.mark.slow
def test_copies_are_what_their_kind_says(corpus: Corpus) -> None:
    assert [each.kind for each in corpus.planted] == [*Kind, *Kind]
    for each in corpus.planted:
        original, copy = each.original.read_bytes(), each.copy.read_bytes()
        assert (original == copy) == (each.kind is Kind.EXACT)
        same_picture = _image_data(original) == _image_data(copy)
        assert same_picture == (each.kind in {Kind.EXACT, Kind.RETAGGED})
        assert (_phash(each.original) ^ _phash(each.copy)).bit_count() <= 10


def _phash(path: Path) -> int:
    with Image.open(path) as image:
        return int(str(imagehash.phash(ImageOps.exif_transpose(image))), 16)


def _image_data(content: bytes) -> bytes | None:
    reader = JpegImageData()
    reader.feed(content)
    return reader.digest()
