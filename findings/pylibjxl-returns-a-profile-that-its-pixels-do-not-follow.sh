#!/usr/bin/env bash
# Expected: a decoder that returns pixels together with an ICC profile means the profile of these
# pixels, so that a colour conversion from that profile to sRGB shows the picture as it was.
# Seen: lossy JPEG XL keeps colours as XYB, and the profile only names what the picture came from.
# libjxl cannot turn XYB back into a profile made of tables. It gives linear light with the primaries
# of sRGB instead, and pylibjxl returns that together with the original profile.
# The mistake shows with profiles of scanners, printers and monitors, whose curves are tables: the
# conversion every colour-managed viewer makes leaves the picture far too dark.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: \
  pylibjxl==0.5.0 pillow==13.0.0 numpy==2.4.6 imageio-ffmpeg==0.8.1

cd "$work"
"$work/venv/bin/python" - <<'PY'
import io
import subprocess
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pylibjxl
from PIL import Image, ImageCms

version = pylibjxl.version()
print(f"pylibjxl 0.5.0 with libjxl {version['major']}.{version['minor']}.{version['patch']}")


def with_table_curves() -> bytes:
    """Return the sRGB profile with its curve as a table of nine points, near to gamma 1.8."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    entry = profile.index(b"rTRC")
    start = int.from_bytes(profile[entry + 4 : entry + 8])
    points = [round((n / 8) ** 1.8 * 65535) for n in range(9)]
    curve = b"curv\0\0\0\0" + len(points).to_bytes(4) + b"".join(p.to_bytes(2) for p in points)
    assert len(curve) <= int.from_bytes(profile[entry + 8 : entry + 12])
    profile[start : start + len(curve)] = curve
    return bytes(profile)


def to_srgb(picture: Image.Image, profile: bytes) -> np.ndarray:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    target = ImageCms.createProfile("sRGB")
    return np.asarray(ImageCms.profileToProfile(picture, source, target, outputMode="RGB"))


def from_linear(samples: np.ndarray) -> np.ndarray:
    light = samples / 255
    curve = np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.rint(curve * 255).astype(np.uint8)


profile = with_table_curves()
samples = np.empty((64, 192, 3), np.uint8)
samples[:, :64], samples[:, 64:128], samples[:, 128:] = (180, 180, 180), (200, 120, 60), (90, 140, 200)
picture = Image.fromarray(samples)
picture.save("photo.png", icc_profile=profile)
command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", "photo.png", "-c:v", "libjxl"]
subprocess.run([*command, "-distance", "0.5", "photo.jxl"], check=True)

pixels, metadata = pylibjxl.decode(Path("photo.jxl").read_bytes(), metadata=True)
assert metadata["icc"] == profile, "another profile than the original is returned"
print("pylibjxl returns the original profile, byte for byte")

wanted = to_srgb(picture, profile)
obeyed = to_srgb(Image.fromarray(pixels), metadata["icc"])
linear = from_linear(pixels)
for x in (32, 96, 160):
    print(
        f"in sRGB wanted {wanted[32, x].tolist()}, by the returned profile {obeyed[32, x].tolist()},"
        f" taken as linear light {linear[32, x].tolist()}"
    )
middle = [32, 96, 160]
off = np.abs(obeyed[32, middle].astype(int) - wanted[32, middle]).mean()
near = np.abs(linear[32, middle].astype(int) - wanted[32, middle]).mean()
print(f"mean distance: {off:.1f} levels by the returned profile, {near:.1f} as linear light")
assert off > 25 and near < 6
PY
