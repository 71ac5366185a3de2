"""JPEG XL through the optional pylibjxl: pixels, colors stated in the header, and its absence."""

import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from photo_assets.identity.fingerprints import jxl_decoder, optional_decoders
from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.jxl_header import JxlHeader, jxl_header
from photo_assets.identity.fingerprints.options import Conditions, FingerprintOptions
from photo_assets.identity.fingerprints.reasons import Reason
from photo_assets.identity.fingerprints.rgb_spaces import (
    LINEAR,
    RgbSpace,
    primaries_of,
    shown_in_srgb,
    space_of,
)
from photo_assets.media.exif.window import Window
from photo_assets_tests.identity.fingerprints.decoding import (
    decoded,
    difference,
    on_white,
    refusal,
    rgb,
    shown,
)
from photo_assets_tests.identity.fingerprints.material import item_of, rows, run, scene
from photo_assets_tests.identity.fingerprints.test_thumbnails import display_p3

COLORS = rgb()
BARE = b"\xff\x0a"


@pytest.fixture
def encode() -> Any:
    library = pytest.importorskip("pylibjxl", reason="pylibjxl (extra 'jxl') is not installed")
    return library.encode


def test_colors_gray_and_alpha(encode: Any) -> None:
    assert difference(shown(encode(COLORS, lossless=True)), COLORS) == 0
    large = rgb(320, 240)
    assert np.abs(shown(encode(large, distance=0.5)) - large).mean() < 3
    gray = COLORS[:, :, :1]
    assert difference(shown(encode(gray, lossless=True)), np.repeat(gray, 3, axis=2)) == 0
    alpha = np.random.default_rng(1).integers(0, 256, (37, 53, 1), dtype=np.uint8)
    content = encode(np.concatenate([COLORS, alpha], axis=2), lossless=True)
    assert difference(shown(content), on_white(COLORS / 255, alpha / 255).round()) <= 1


def test_orientation_is_applied_once(encode: Any) -> None:
    """libjxl turns by its own header, which was set from EXIF when the JPEG was packed."""
    import pylibjxl

    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        stream = io.BytesIO()
        Image.fromarray(rgb(64, 48)).save(stream, "JPEG", exif=exif, quality=95)
        packed = pylibjxl.jpeg_to_jxl(stream.getvalue())
        assert np.abs(shown(packed) - shown(stream.getvalue())).mean() < 2
        picture = decoded(packed)
        assert picture.upright_size == ((48, 64) if orientation >= 5 else (64, 48))


@pytest.mark.parametrize("distance", [0.0, 0.3])
def test_a_profile_is_applied(encode: Any, distance: float) -> None:
    profile = display_p3()
    content = encode(rgb(320, 240), icc=profile, distance=distance, lossless=not distance)
    wide = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    expected = ImageCms.profileToProfile(
        Image.fromarray(rgb(320, 240)), wide, ImageCms.createProfile("sRGB"), outputMode="RGB"
    )
    assert expected is not None
    assert np.abs(shown(content) - np.asarray(expected)).mean() < 2


@pytest.mark.parametrize(
    ("primaries", "transfer", "names"),
    [
        (12, 13, "color_primaries=smpte432:color_trc=iec61966-2-1"),
        (9, 16, "color_primaries=bt2020:color_trc=smpte2084"),
        (9, 18, "color_primaries=bt2020:color_trc=arib-std-b67"),
        (1, 8, "color_primaries=bt709:color_trc=linear"),
    ],
)
@pytest.mark.parametrize("distance", ["0", "0.3"])
def test_stated_colors_are_applied(
    tmp_path: Path, primaries: int, transfer: int, names: str, distance: str
) -> None:
    content = by_ffmpeg(tmp_path, distance, names)
    space = space_of(primaries_of(primaries), transfer)
    assert space is not None
    found = jxl_header(Window.of(content))
    assert found.space is not None
    assert found.space.transfer == transfer
    assert np.allclose(found.space.primaries, space.primaries, atol=1e-3)
    pytest.importorskip("pylibjxl", reason="pylibjxl (extra 'jxl') is not installed")
    expected = shown_in_srgb(rgb(320, 240), space)
    assert np.abs(shown(content) - expected).mean() < 5
    assert np.abs(rgb(320, 240).astype(int) - expected).mean() > 8


def test_an_unsupported_profile_is_decoded_as_linear_light(tmp_path: Path) -> None:
    """pylibjxl 0.5 returns the original profile, which no longer applies to the pixels."""
    pytest.importorskip("pylibjxl", reason="pylibjxl (extra 'jxl') is not installed")
    profile = bytearray(display_p3())
    entry = profile.index(b"rTRC")
    at = int.from_bytes(profile[entry + 4 : entry + 8])
    curve = [0, 3000, 9000, 15000, 26000, 33000, 41000, 52000, 65535]
    table = b"".join(n.to_bytes(2) for n in curve)
    profile[at : at + 30] = b"curv\0\0\0\0" + len(curve).to_bytes(4) + table
    picture = Image.fromarray(rgb(320, 240))
    picture.save(tmp_path / "odd.png", icc_profile=bytes(profile))
    content = by_ffmpeg(tmp_path, "0.3", None, "odd.png")
    header = jxl_header(Window.of(content))
    assert (header.has_profile, header.is_xyb) == (True, True)
    expected = ImageCms.profileToProfile(
        picture,
        ImageCms.ImageCmsProfile(io.BytesIO(bytes(profile))),
        ImageCms.createProfile("sRGB"),
        outputMode="RGB",
    )
    assert expected is not None
    assert np.abs(shown(content) - np.asarray(expected)).mean() < 8


def by_ffmpeg(folder: Path, distance: str, colors: str | None, source: str = "source.png") -> bytes:
    """A JPEG XL that states its colors in numbers."""
    if shutil.which("ffmpeg") is None:
        pytest.skip("no ffmpeg here")
    if source == "source.png":
        Image.fromarray(rgb(320, 240)).save(folder / source)
    named = ["-vf", f"setparams={colors}:range=pc:colorspace=gbr"] if colors else []
    command = ["ffmpeg", "-v", "error", "-y", "-i", source, *named, "-frames:v", "1"]
    command += ["-c:v", "libjxl", "-distance", distance, "out.jxl"]
    done = subprocess.run(command, cwd=folder, capture_output=True)
    if done.returncode:
        pytest.skip("this ffmpeg writes no JPEG XL")
    return (folder / "out.jxl").read_bytes()


class Bits:
    """A codestream header, written number by number, least significant bit first."""

    def __init__(self) -> None:
        self.value, self.count = 0, 0

    def put(self, *pairs: tuple[int, int]) -> "Bits":
        """Add numbers, each with its width in bits."""
        for number, width in pairs:
            self.value |= number << self.count
            self.count += width
        return self

    def window(self, more: int = 64) -> Window:
        return Window.of(BARE + self.value.to_bytes((self.count + 7) // 8 + more, "little"))


SMALL = ((1, 1), (4, 5), (1, 3))
"""40 rows, square."""
EIGHT_BITS = ((0, 1), (0, 2), (1, 1))


def test_handwritten_headers_are_read() -> None:
    usual = Bits().put(*SMALL, (1, 1))
    assert jxl_header(usual.window()) == JxlHeader()
    animated = Bits().put(*SMALL, (0, 1), (1, 1), (5, 3), (0, 1), (0, 1), (1, 1))
    animated.put((0, 2), (0, 2), (0, 2), (0, 1), *EIGHT_BITS, (0, 2), (0, 1), (1, 1))
    assert jxl_header(animated.window()) == JxlHeader(is_animated=True, is_xyb=False)
    large = Bits().put((0, 1), (2, 2), (5000, 18), (0, 3), (1, 2), (700, 13), (0, 1), (0, 1))
    large.put((1, 1), (0, 2), (0, 4), (0, 1), (0, 2), (1, 1), (0, 1), (1, 1), (0, 2))
    assert jxl_header(large.window()).has_profile
    ink = Bits().put(*SMALL, (0, 1), (0, 1), *EIGHT_BITS, (1, 2))
    ink.put((0, 1), (2, 2), (2, 4), (0, 1), (0, 2), (0, 2), (1, 2), (2, 4), (75, 8), (97, 8))
    ink.put((1, 1), (1, 1))
    assert jxl_header(ink.window()) == JxlHeader(has_black=True)
    power = Bits().put(*SMALL, (0, 1), (0, 1), *EIGHT_BITS, (0, 2), (0, 1))
    power.put((0, 1), (0, 1), (1, 2), (1, 2), (1, 1), (5_555_556, 24))
    space = jxl_header(power.window()).space
    assert space is not None
    assert (space.transfer, round(space.gamma, 3)) == (0, 1.8)
    custom = Bits().put(*SMALL, (0, 1), (0, 1), *EIGHT_BITS, (0, 2), (0, 1))
    custom.put((0, 1), (0, 1), (0, 2), (1, 2), (2, 2), (0, 4))
    corners = [640_000, 330_000, 210_000, 710_000, 150_000, 60_000]
    for corner in corners:
        custom.put(*_custom(2 * corner))
    custom.put((0, 1), (2, 2), (11, 4))
    space = jxl_header(custom.window()).space
    assert space is not None
    assert np.allclose(space.primaries[:6], [n / 1e6 for n in corners])


def _custom(packed: int) -> tuple[tuple[int, int], tuple[int, int]]:
    ways = [(0, 19), (524_288, 19), (1_048_576, 20), (2_097_152, 21)]
    fitting = [n for n, (added, width) in enumerate(ways) if 0 <= packed - added < 1 << width]
    added, width = ways[fitting[0]]
    return (fitting[0], 2), (packed - added, width)


def test_a_truncated_header_is_a_decode_error(encode: Any) -> None:
    content = encode(COLORS, lossless=True)
    for length in (2, 3, 20, 60):
        reason = refusal(content[:length])
        assert reason is not None
        assert reason[0] is Reason.DECODE_ERROR
    with pytest.raises(ValueError, match="no codestream"):
        jxl_header(Window.of(b"\xff"))


def test_without_the_plugin_one_line_reports_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(library: str) -> bool:
        return library != "pylibjxl"

    monkeypatch.setattr(jxl_decoder, "is_installed", absent)
    monkeypatch.setattr("photo_assets.identity.fingerprints.options.is_installed", absent)
    assert refusal(BARE + bytes(40)) == (Reason.NO_DECODER, optional_decoders.PYLIBJXL_ABSENT)
    notes = Conditions.of(FingerprintOptions(exiftool=tmp_path / "none")).notes
    assert [note for note in notes if "pylibjxl" in note] == [optional_decoders.PYLIBJXL_ABSENT]
    assert "\n" not in optional_decoders.PYLIBJXL_ABSENT


def test_a_run_decodes_it(tmp_path: Path, cache: FingerprintCache, encode: Any) -> None:
    picture = scene(1, 640, 520)
    (tmp_path / "a.jxl").write_bytes(encode(np.asarray(picture), distance=0.5))
    picture.save(tmp_path / "b.png")
    found = rows(run([item_of(path, path.name) for path in tmp_path.glob("*.*")], cache))
    one, other = found["a.jxl"], found["b.png"]
    assert (one["status"], one["decoder"], one["width"]) == ("ok", "pylibjxl", 640), one["detail"]
    assert (one["phash"] ^ other["phash"]).bit_count() <= 2


def test_linear_light_is_a_separate_space() -> None:
    assert space_of(primaries_of(1), LINEAR) == RgbSpace(primaries_of(1), LINEAR)
