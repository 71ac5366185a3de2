#!/usr/bin/env bash
# Expected: a DNG states how large the picture is (DefaultCropOrigin, DefaultCropSize) and by how many
# stops it is to be brightened (BaselineExposure). rawpy's postprocess() obeys both, as it obeys the
# linearization table and the active area of the same file.
# Seen: LibRaw gives the whole active area, and the exposure tag makes no difference to any pixel.
# rawpy shows the crop in `sizes`, unapplied; the exposure is nowhere in its interface.
# A developed DNG is larger than its own preview and than the picture that other programs show, so that
# aspect, face regions and perceptual hashes are off; and cameras that underexpose on purpose to keep
# highlights (BaselineExposure 1 and more) come out dark.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: \
  rawpy==0.28.0 tifffile==2026.3.3 numpy==2.4.6

"$work/venv/bin/python" - <<'PY'
import io

import numpy as np
import rawpy
import tifffile

print(f"rawpy {rawpy.__version__} with LibRaw {'.'.join(map(str, rawpy.libraw_version))}")

BYTE, ASCII, SHORT, LONG, RATIONAL, SRATIONAL = 1, 2, 3, 4, 5, 10
MOSAIC = 32803
IDENTITY = (1, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 1)


def dng(*tags: tuple, samples: np.ndarray | None = None) -> bytes:
    """Return a DNG of 256 x 192 sensor pixels with a Bayer pattern."""
    base = [
        (271, ASCII, 0, "Example", True),
        (272, ASCII, 0, "Camera", True),
        (274, SHORT, 1, 1, True),
        (33421, SHORT, 2, (2, 2), True),  # CFARepeatPatternDim
        (33422, BYTE, 4, (0, 1, 1, 2), True),  # CFAPattern
        (50706, BYTE, 4, (1, 4, 0, 0), True),  # DNGVersion
        (50707, BYTE, 4, (1, 1, 0, 0), True),  # DNGBackwardVersion
        (50708, ASCII, 0, "Example Camera", True),  # UniqueCameraModel
        (50714, SHORT, 1, 0, True),  # BlackLevel
        (50717, LONG, 1, 16383, True),  # WhiteLevel
        (50721, SRATIONAL, 9, IDENTITY, True),  # ColorMatrix1
        (50728, RATIONAL, 3, (1, 1, 1, 1, 1, 1), True),  # AsShotNeutral
        (50778, SHORT, 1, 21, True),  # CalibrationIlluminant1
    ]
    if samples is None:
        samples = np.full((192, 256), 4000, np.uint16)
    content = io.BytesIO()
    tifffile.imwrite(content, samples, photometric=MOSAIC, extratags=[*base, *tags], metadata=None)
    return content.getvalue()


def developed(content: bytes) -> tuple[np.ndarray, tuple[int, int]]:
    with rawpy.imread(io.BytesIO(content)) as raw:
        pixels = raw.postprocess(use_camera_wb=True, no_auto_bright=True)
        return pixels, (raw.sizes.crop_width, raw.sizes.crop_height)


plain, _ = developed(dng())
linear = (50712, SHORT, 16384, tuple(min(65535, 2 * n) for n in range(16384)), True)
brightened, _ = developed(dng(linear))
print(f"a table that doubles: {plain[96, 128].tolist()} becomes {brightened[96, 128].tolist()}")
assert (brightened[96, 128] > plain[96, 128] + 20).all()

for stops in (-2, 2):
    pixels, _ = developed(dng((50730, SRATIONAL, 1, (stops, 1), True)))
    same = np.array_equal(pixels, plain)
    print(f"BaselineExposure {stops:+}: {pixels[96, 128].tolist()}, all pixels the same: {same}")
    assert same

crop = [(50719, LONG, 2, (16, 8), True), (50720, LONG, 2, (200, 150), True)]
pixels, stated = developed(dng(*crop))
print(f"DefaultCropSize 200 x 150: sizes say {stated}, the picture is {pixels.shape[1]} x {pixels.shape[0]}")
assert stated == (200, 150) and pixels.shape == (192, 256, 3)

active = (50829, LONG, 4, (10, 12, 182, 244), True)
pixels, _ = developed(dng(active))
print(f"ActiveArea 232 x 172, for comparison: the picture is {pixels.shape[1]} x {pixels.shape[0]}")
assert pixels.shape == (172, 232, 3)
PY
