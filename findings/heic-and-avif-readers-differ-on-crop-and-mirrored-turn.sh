#!/usr/bin/env bash
# Expected: HEIC and AVIF are one container with two codecs. The same properties (clap: crop,
# irot: turn, imir: mirror) show the same picture in both, through pillow-heif as through Pillow.
# Seen: libheif (pillow-heif) applies the properties, one by one in the order in which they are listed,
# as ISO/IEC 23008-12 says. Pillow's AVIF reader translates turn and mirror into an EXIF orientation,
# always as turn before mirror: a picture listed as mirrored and then turned ends up half a turn off.
# It leaves the crop out and says nothing of it, so that the part shows that was cut away.
# Phones and editors crop and straighten by these boxes, since that costs no re-encoding. Thumbnails
# show what was cropped, and a HEIC and its AVIF copy have different sizes and fingerprints.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: \
  pillow==13.0.0 pillow_heif==1.8.1 numpy==2.4.6

"$work/venv/bin/python" - <<'PY'
import io
import struct

import numpy as np
import pillow_heif
from PIL import Image, ImageOps, features

pillow_heif.register_heif_opener()
print(f"Pillow {Image.__version__} with libavif {features.version('avif')},", end=" ")
print(f"pillow-heif {pillow_heif.__version__} with libheif {pillow_heif.libheif_version()}")


def box(kind: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), kind) + content


def boxes(content: bytes) -> list[tuple[bytes, bytes]]:
    found, start = [], 0
    while start < len(content):
        size, kind = struct.unpack_from(">I4s", content, start)
        found.append((kind, content[start + 8 : start + size]))
        start += size
    return found


def with_properties(content: bytes, *added: bytes) -> bytes:
    """Append transformations to the list of properties of the only item of a file."""
    new = []
    for kind, body in boxes(content):
        if kind == b"ftyp":
            # Claim to be HEIF only: MIAF would allow one order of the properties.
            body = body.replace(b"miaf", b"mif1").replace(b"MA1A", b"mif1")
        elif kind == b"meta":
            grown = body[:4] + b"".join(meta_box(k, b, added) for k, b in boxes(body[4:]))
            body = grown.replace(*moved(grown, len(grown) - len(body)))
        new.append(box(kind, body))
    return b"".join(new)


def meta_box(kind: bytes, body: bytes, added: tuple[bytes, ...]) -> bytes:
    if kind != b"iprp":
        return box(kind, body)
    (_, properties), (_, links) = boxes(body)
    count = len(boxes(properties))
    head, number, listed = links[:10], links[10], links[11:]
    assert head == bytes.fromhex("00000000" "00000001" "0001") and number == len(listed)
    essential = bytes(0x80 | (count + 1 + n) for n in range(len(added)))
    links = head + bytes([number + len(added)]) + listed + essential
    return box(b"iprp", box(b"ipco", properties, *added), box(b"ipma", links))


def moved(meta: bytes, by: int) -> tuple[bytes, bytes]:
    """Return the box of the item's place, as it is and with the place further back by some bytes."""
    (place,) = (body for kind, body in boxes(meta[4:]) if kind == b"iloc")
    offset, length = struct.unpack(">II", place[-8:])
    return place, place[:-8] + struct.pack(">II", offset + by, length)


def written(kind: str, *added: bytes) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, quality=95)
    return with_properties(target.getvalue(), *added)


def quarters(content: bytes) -> tuple[tuple[int, int], str]:
    """Return the size shown, and the quarters by their grey, line by line."""
    with Image.open(io.BytesIO(content)) as opened:
        upright = ImageOps.exif_transpose(opened).convert("L")
    width, height = upright.size
    places = [(x, y) for y in (height // 4, 3 * height // 4) for x in (width // 4, 3 * width // 4)]
    return upright.size, "".join("ABCD"[round((upright.getpixel(p) - 10) / 78)] for p in places)


pixels = np.empty((64, 128), np.uint8)
pixels[:32, :64], pixels[:32, 64:], pixels[32:, :64], pixels[32:, 64:] = 10, 88, 166, 244
picture = Image.fromarray(pixels).convert("RGB")
turn, mirror = box(b"irot", b"\1"), box(b"imir", b"\0")
left_half = box(b"clap", struct.pack(">4IiIiI", 64, 1, 64, 1, -32, 1, 0, 1))

CASES = {
    "as encoded": ((), ((128, 64), "ABCD"), ((128, 64), "ABCD")),
    "turned": ((turn,), ((64, 128), "BDAC"), ((64, 128), "BDAC")),
    "mirrored": ((mirror,), ((128, 64), "CDAB"), ((128, 64), "CDAB")),
    "turned, then mirrored": ((turn, mirror), ((64, 128), "ACBD"), ((64, 128), "ACBD")),
    "mirrored, then turned": ((mirror, turn), ((64, 128), "DBCA"), ((64, 128), "ACBD")),
    "cropped to the left half": ((left_half,), ((64, 64), "AACC"), ((128, 64), "ABCD")),
}
for name, (added, by_libheif, by_pillow) in CASES.items():
    heic, avif = quarters(written("HEIF", *added)), quarters(written("AVIF", *added))
    print(f"{name}: HEIC {heic}, AVIF {avif}")
    assert (heic, avif) == (by_libheif, by_pillow)
PY
