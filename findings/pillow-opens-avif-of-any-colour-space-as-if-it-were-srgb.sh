#!/usr/bin/env bash
# Expected: Pillow's AVIF reader either converts colours to sRGB or says in Image.info what they are,
# as it does with icc_profile.
# Seen: AVIF encoders mostly state the colour space in a `colr` box of type nclx: three code points of
# ITU-T H.273, no ICC profile. Pillow drops them. sRGB, Display P3, BT.2020 with PQ and with HLG
# give the same pixels and the same Image.info, so that the caller cannot find out. Saving the
# opened picture labels it as sRGB for good: the information is lost in the file as well.
# Photos of phones and HDR exports look dull or washed out in thumbnails, and a re-encoded copy of an
# HDR picture can no longer be told from a plain one.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: pillow==13.0.0

"$work/venv/bin/python" - <<'PY'
import io
import struct

from PIL import Image, features

print(f"Pillow {Image.__version__} with libavif {features.version('avif')}")

SRGB = (1, 13, 6)
SPACES = {
    "sRGB": SRGB,
    "Display P3": (12, 13, 6),
    "BT.2020 with PQ": (9, 16, 6),
    "BT.2020 with HLG": (9, 18, 6),
}


def colour_points(content: bytes) -> tuple[int, int, int]:
    assert content.count(b"colrnclx") == 1
    return struct.unpack_from(">HHH", content, content.index(b"colrnclx") + 8)


def labelled(content: bytes, points: tuple[int, int, int]) -> bytes:
    """Return the file with other primaries and transfer; the conversion to RGB stays the same."""
    start = content.index(b"colrnclx") + 8
    return content[:start] + struct.pack(">HHH", *points) + content[start + 6 :]


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def saved(picture: Image.Image, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, "AVIF", **options)
    return target.getvalue()


plain = saved(Image.new("RGB", (64, 48), (200, 90, 40)), quality=90)
assert colour_points(plain) == SRGB
reference = opened(plain)
for name, points in SPACES.items():
    content = labelled(plain, points)
    assert colour_points(content) == points
    picture = opened(content)
    again = colour_points(saved(picture))
    print(
        f"{name}: stated {points}, pixel {picture.getpixel((32, 24))},"
        f" info {picture.info}, stated after saving {again}"
    )
    assert picture.tobytes() == reference.tobytes() and picture.info == reference.info
    assert "icc_profile" not in picture.info and again == SRGB
PY
