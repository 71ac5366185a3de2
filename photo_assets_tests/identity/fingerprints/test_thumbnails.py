"""Thumbnails: their appearance, their shared decode, and the effect of a crash."""

import dataclasses
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageOps

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.content_source import open_file
from photo_assets.identity.fingerprints.inspection import Inspector
from photo_assets.identity.fingerprints.pictures import Need, Picture
from photo_assets.identity.fingerprints.raw_decoder import ChainDecoder
from photo_assets.identity.fingerprints.tasks import Setup
from photo_assets.model.errors import StorageError
from photo_assets.model.vocabulary import MediaKind
from photo_assets.thumbnails.tree import ThumbnailSize, ThumbnailTree
from photo_assets_tests.edits import replaced
from photo_assets_tests.identity.fingerprints.material import OPTIONS, item_of, rows, run, scene
from photo_assets_tests.identity.fingerprints.test_hashes import FORMATS, ORIENTATION, distance
from photo_assets_tests.identity.fingerprints.test_hashes import reference as hashes_of
from photo_assets_tests.repetition import cases

WIDTH, HEIGHT = 2400, 1600


@pytest.fixture
def tree(tmp_path: Path) -> ThumbnailTree:
    return ThumbnailTree(tmp_path / "thumbs")


def drawn(
    path: Path, cache: FingerprintCache, tree: ThumbnailTree
) -> tuple[dict[str, Any], dict[ThumbnailSize, Image.Image]]:
    options = dataclasses.replace(OPTIONS, thumbnails=tree)
    row = rows(run([item_of(path, "it")], cache, options))["it"]
    pictures: dict[ThumbnailSize, Image.Image] = {}
    for size in ThumbnailSize:
        with Image.open(tree.path(size, row["sha256"])) as image:
            assert image.format == "JPEG"
            image.load()
            pictures[size] = image
    return row, pictures


def psnr(one: Image.Image, other: Image.Image) -> float:
    a, b = (np.asarray(image.convert("RGB"), dtype=np.float64) for image in (one, other))
    return float(10 * np.log10(255**2 / max(((a - b) ** 2).mean(), 1e-9)))


def upright(path: Path) -> Image.Image:
    with Image.open(path) as image:
        return ImageOps.exif_transpose(image).convert("RGB")


@pytest.mark.parametrize("orientation", cases(range(1, 9), everyday=[1, 6, 7]))
def test_the_three_sizes_are_upright_and_match_the_picture(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree, orientation: int
) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    path = tmp_path / "a.jpg"
    scene(1, WIDTH, HEIGHT).save(path, exif=exif, quality=95)
    row, pictures = drawn(path, cache, tree)
    whole = upright(path)
    assert (row["width"], row["height"]) == whole.size
    for size, picture in pictures.items():
        edge = size.long_edge
        short = round(HEIGHT * edge / WIDTH)
        expected = (short, edge) if orientation >= 5 else (edge, short)
        assert picture.size == expected
        assert psnr(picture, whole.resize(expected, Image.Resampling.LANCZOS)) > 33, size


def test_thumbnails_have_no_metadata(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree
) -> None:
    """GPS and names in a thumbnail would be disclosed with it."""
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 0.0)
    path = tmp_path / "a.jpg"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    scene(2, WIDTH, HEIGHT).save(path, exif=exif, comment=b"secret", icc_profile=profile)
    row, pictures = drawn(path, cache, tree)
    for size, picture in pictures.items():
        assert not dict(picture.getexif())
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"secret" not in tree.path(size, row["sha256"]).read_bytes()


def test_a_small_picture_is_not_enlarged(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree
) -> None:
    path = tmp_path / "a.png"
    scene(3, 300, 200).save(path)
    _, pictures = drawn(path, cache, tree)
    sizes = {size.value: picture.size for size, picture in pictures.items()}
    assert sizes == {"tiny": (150, 100), "small": (300, 200), "medium": (300, 200)}


@pytest.mark.parametrize("size", [(1, 1), (3, 5000), (4000, 1), (7000, 300)])
def test_very_narrow_pictures_and_panoramas(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree, size: tuple[int, int]
) -> None:
    for name in ("a.jpg", "b.png"):
        scene(4, *size).save(tmp_path / name)
        _, pictures = drawn(tmp_path / name, cache, tree)
        assert max(pictures[ThumbnailSize.MEDIUM].size) == min(1920, max(size))
        assert min(pictures[ThumbnailSize.TINY].size) >= 1


def test_colors_of_a_wide_profile_become_srgb(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree
) -> None:
    """A phone's green in Display P3 must not turn pale in a viewer that supports only sRGB."""
    wide = ImageCms.ImageCmsProfile(io.BytesIO(display_p3()))
    picture = scene(5, WIDTH, HEIGHT)
    srgb = ImageCms.createProfile("sRGB")
    encoded = ImageCms.profileToProfile(picture, srgb, wide, outputMode="RGB")
    assert encoded is not None
    for name in ("a.jpg", "b.png"):
        encoded.save(tmp_path / name, icc_profile=wide.tobytes(), quality=95)
        _, pictures = drawn(tmp_path / name, cache, tree)
        small = pictures[ThumbnailSize.SMALL]
        assert psnr(small, picture.resize(small.size, Image.Resampling.LANCZOS)) > 33
        assert psnr(small, encoded.resize(small.size, Image.Resampling.LANCZOS)) < 30


def display_p3() -> bytes:
    """A matrix profile with the primaries of Display P3 (SMPTE EG 432-1, D65) and gamma 2.2."""
    pillow_heif.register_heif_opener()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))
    content = bytearray(profile.tobytes())
    # Primaries adapted to D50, as s15Fixed16 (ICC.1:2022, section 10.31).
    colorants = {
        b"rXYZ": (0.51512, 0.24120, -0.00105),
        b"gXYZ": (0.29198, 0.69225, 0.04189),
        b"bXYZ": (0.15710, 0.06657, 0.78407),
    }
    count = int.from_bytes(content[128:132], "big")
    for n in range(count):
        entry = content[132 + 12 * n : 144 + 12 * n]
        name, offset = bytes(entry[:4]), int.from_bytes(entry[4:8], "big")
        for k, value in enumerate(colorants.get(name, ())):
            fixed = round(value * 65536).to_bytes(4, "big", signed=True)
            content[offset + 8 + 4 * k : offset + 12 + 4 * k] = fixed
        if name == b"desc":
            length = int.from_bytes(entry[8:12], "big")
            text = bytes(content[offset : offset + length])
            plain = replaced(text, (b"s\0R\0G\0B", b"w\0i\0d\0e"))
            content[offset : offset + length] = plain
    return bytes(content)


def test_transparent_pixels_are_white(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree
) -> None:
    picture = scene(6, 600, 400).convert("RGBA")
    picture.paste((200, 0, 0, 0), (0, 0, 300, 400))
    path = tmp_path / "a.png"
    picture.save(path)
    _, pictures = drawn(path, cache, tree)
    assert np.asarray(pictures[ThumbnailSize.TINY])[50, 20].min() > 245


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "I;16", "LA"])
def test_every_mode_becomes_a_picture(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree, mode: str
) -> None:
    picture = scene(7, 800, 600)
    if mode == "I;16":
        levels = np.asarray(picture.convert("L"), dtype=np.uint16) * 257
        path, stored = tmp_path / "a.png", Image.fromarray(levels)
        shown = picture.convert("L")
    else:
        path = tmp_path / ("a.jpg" if mode == "CMYK" else "a.png")
        stored = picture.convert(mode)
        shown = stored.convert("RGB")
    stored.save(path)
    _, pictures = drawn(path, cache, tree)
    small = pictures[ThumbnailSize.SMALL]
    close = 12 if mode == "1" else 30  # dots finer than the thumbnail's pixels
    assert psnr(small, shown.convert("RGB").resize(small.size, Image.Resampling.LANCZOS)) > close


def test_every_format_is_drawn_and_hashes_stay_those_of_a_full_decode(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree
) -> None:
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    paths = []
    for seed, (name, save) in enumerate(FORMATS):
        for prefix, (width, height) in (
            ("", (2600, 1900)),
            ("wide-", (3000, 700)),
            ("small-", (90, 70)),
        ):
            paths.append(tmp_path / f"{prefix}{name}")
            scene(100 + seed, width, height).save(paths[-1], exif=exif, **save)
    options = dataclasses.replace(OPTIONS, thumbnails=tree)
    found = rows(run([item_of(path, path.name) for path in paths], cache, options))
    for path in paths:
        row = found[path.name]
        phash, dhash, size = hashes_of(path)
        assert distance(row["phash"], phash) <= 4, path
        assert distance(row["dhash"], dhash) <= 4, path
        assert (row["width"], row["height"]) == size
        for kind in ThumbnailSize:
            with Image.open(tree.path(kind, row["sha256"])) as image:
                assert max(image.size) == min(kind.long_edge, max(size))


class CountingDecoder:
    """The real decoder, counted."""

    def __init__(self) -> None:
        self.needs: list[Need] = []
        self._decoder = ChainDecoder()

    def decode(self, stream: BinaryIO, kind: MediaKind, max_pixels: int, need: Need) -> Picture:
        self.needs.append(need)
        return self._decoder.decode(stream, kind, max_pixels, need)


def test_one_decode_serves_hashes_and_thumbnails(tmp_path: Path, tree: ThumbnailTree) -> None:
    path = tmp_path / "a.jpg"
    scene(8, WIDTH, HEIGHT).save(path)
    decoder = CountingDecoder()
    setup = Setup(
        max_pixels=10**8,
        max_seconds=30,
        max_memory_bytes=1 << 30,
        exiftool=None,
        thumbnails=str(tree.root),
    )
    with open_file(str(path)) as source:
        fields = Inspector(setup, decoder).picture(source, "image", bytes(32))
    assert decoder.needs == [Need.THUMBNAILS]
    assert fields["phash"] is not None
    assert fields["medium_bytes"] == tree.path(ThumbnailSize.MEDIUM, bytes(32)).stat().st_size


def test_thumbnails_enabled_later_need_a_decode_but_no_digest(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree
) -> None:
    path = tmp_path / "a.jpg"
    scene(9, WIDTH, HEIGHT).save(path)
    first = run([item_of(path, "it")], cache)
    assert first.bytes_read == path.stat().st_size
    later = run([item_of(path, "it")], cache, dataclasses.replace(OPTIONS, thumbnails=tree))
    assert (later.computed, later.bytes_read) == (1, 0)
    sha256 = rows(first)["it"]["sha256"]
    assert all(tree.path(size, sha256).is_file() for size in ThumbnailSize)
    again = run([item_of(path, "it")], cache, dataclasses.replace(OPTIONS, thumbnails=tree))
    assert (again.computed, again.cached) == (0, 1)


def test_redrawing_restores_deleted_thumbnails(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree
) -> None:
    path = tmp_path / "a.jpg"
    scene(10, WIDTH, HEIGHT).save(path)
    row, _ = drawn(path, cache, tree)
    tiny = tree.path(ThumbnailSize.TINY, row["sha256"])
    before = tiny.read_bytes()
    tiny.unlink()
    options = dataclasses.replace(OPTIONS, thumbnails=tree, redraw=True)
    run([item_of(path, "it")], cache, options)
    assert tiny.read_bytes() == before


def test_a_disk_error_for_a_thumbnail_stops_the_run(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree
) -> None:
    scene(11).save(tmp_path / "a.jpg")
    tree.root.write_text("not a folder")
    with pytest.raises(StorageError, match="thumbnail") as refused:
        run(
            [item_of(tmp_path / "a.jpg", "it")],
            cache,
            dataclasses.replace(OPTIONS, thumbnails=tree),
        )
    assert "run again" in (refused.value.hint or "")


class UnsettledTree(ThumbnailTree):
    """A disk that fails when written files are synced."""

    def settle(self) -> None:
        raise StorageError("The disk is gone.", hint="")


def test_thumbnails_are_on_disk_before_they_are_recorded(
    tmp_path: Path, cache: FingerprintCache, tree: ThumbnailTree
) -> None:
    """A power failure after the record and before the files would lose thumbnails permanently."""
    path = tmp_path / "a.jpg"
    scene(12).save(path)
    with pytest.raises(StorageError, match="gone"):
        unsettled = dataclasses.replace(OPTIONS, thumbnails=UnsettledTree(tree.root))
        run([item_of(path, "it")], cache, unsettled)
    after = run([item_of(path, "it")], cache, dataclasses.replace(OPTIONS, thumbnails=tree))
    assert after.computed == 1


@pytest.fixture
def real_photos(real_data: Path) -> Iterator[list[Path]]:
    yield sorted(p for p in real_data.rglob("*") if p.suffix in {".jpg", ".heic", ".png", ".gif"})


def test_real_photos_are_drawn_like_a_full_decode(
    real_photos: list[Path], cache: FingerprintCache, tree: ThumbnailTree
) -> None:
    options = dataclasses.replace(OPTIONS, thumbnails=tree)
    found = rows(run([item_of(path, str(path)) for path in real_photos], cache, options))
    shown = [path for path in real_photos if found[str(path)]["status"] == "ok"]
    assert len(shown) > 40
    pillow_heif.register_heif_opener()
    for path in shown:
        row = found[str(path)]
        phash, _, size = hashes_of(path)
        assert distance(row["phash"], phash) <= 4, path
        for kind in ThumbnailSize:
            with Image.open(tree.path(kind, row["sha256"])) as image:
                assert max(image.size) == min(kind.long_edge, max(size)), path
