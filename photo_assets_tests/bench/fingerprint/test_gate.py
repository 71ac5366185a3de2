"""The gate lets right fingerprints through and stops each kind of wrong ones."""

import dataclasses
from pathlib import Path

import pyarrow as pa
import pytest
from PIL import Image

from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree
from photo_assets_tests.bench.corpus import Plan, camera_jpeg
from photo_assets_tests.bench.cost import Cost
from photo_assets_tests.bench.figures import GateError
from photo_assets_tests.bench.fingerprint.gate import hold_the_gate
from photo_assets_tests.bench.fingerprint.ours import OurRun, fingerprint_photos, items_table

LYING_ON_ITS_SIDE = 2
"""The first photo of a plan whose orientation is not 1."""


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "photo.jpg"
    path.write_bytes(camera_jpeg(LYING_ON_ITS_SIDE, Plan(3, 0, sizes=((800, 600),))))
    return path


@pytest.fixture(scope="module")
def fingerprinted(photo: Path, tmp_path_factory: pytest.TempPathFactory) -> OurRun:
    folder = tmp_path_factory.mktemp("ours")
    return fingerprint_photos(items_table([photo]), folder, threads=1, thumbnails=False)


def test_what_the_engine_makes_passes(fingerprinted: OurRun, photo: Path) -> None:
    assert fingerprinted.cost.cpu > 0
    hold_the_gate(fingerprinted, [photo])


@pytest.mark.parametrize(
    ("column", "wrong", "said"),
    [
        ("sha1", bytes(20), "sha1 is wrong"),
        ("phash", 0x0123_4567_89AB_CDEF, "pHash differs"),
        ("status", "undecodable", "no fingerprint"),
    ],
)
def test_a_wrong_row_does_not(
    fingerprinted: OurRun, photo: Path, column: str, wrong: object, said: str
) -> None:
    table = fingerprinted.result.table
    place = table.schema.get_field_index(column)
    values = pa.array([wrong], table.schema.field(column).type)
    spoilt = table.set_column(place, table.schema.field(column), values)
    assert spoilt.num_rows == 1
    with pytest.raises(GateError, match=said):
        hold_the_gate(_with(fingerprinted, spoilt, None), [photo])


def test_thumbnails_must_be_there_upright_small_enough_and_bare(
    fingerprinted: OurRun, photo: Path, tmp_path: Path
) -> None:
    tree = ThumbnailTree(tmp_path)
    table = fingerprinted.result.table
    run = _with(fingerprinted, table, tree)
    sha256 = table["sha256"][0].as_py()
    with pytest.raises(GateError, match="no tiny thumbnail"):
        hold_the_gate(run, [photo])
    with Image.open(photo) as image:
        image.load()
        upright = image.transpose(Image.Transpose.ROTATE_270)
        exif = image.getexif().tobytes()
    for size in ThumbnailSize:
        _draw(upright, tree, size, sha256)
    hold_the_gate(run, [photo])
    _draw(upright.rotate(180), tree, ThumbnailSize.SMALL, sha256)
    with pytest.raises(GateError, match="small thumbnail shows something else"):
        hold_the_gate(run, [photo])
    _draw(upright, tree, ThumbnailSize.SMALL, sha256, exif=exif)
    with pytest.raises(GateError, match="without metadata"):
        hold_the_gate(run, [photo])
    _draw(upright.resize((90, 120)), tree, ThumbnailSize.SMALL, sha256)
    with pytest.raises(GateError, match="is 90 x 120"):
        hold_the_gate(run, [photo])


def _draw(
    upright: Image.Image, tree: ThumbnailTree, size: ThumbnailSize, sha256: bytes, exif: bytes = b""
) -> None:
    drawn = Image.new(upright.mode, upright.size)
    drawn.paste(upright)  # without what the original's file said of itself
    drawn.thumbnail((size.long_edge, size.long_edge))
    path = tree.path(size, sha256)
    path.parent.mkdir(parents=True, exist_ok=True)
    drawn.save(path, "JPEG", quality=85, exif=exif)


def _with(run: OurRun, table: pa.Table, thumbnails: ThumbnailTree | None) -> OurRun:
    result = dataclasses.replace(run.result, table=table)
    return OurRun(Cost(1, 1), result, thumbnails)
