#!/usr/bin/env bash
# Expected: a program that opens an Ultra HDR JPEG (the format of Android 14 and later), crops or
# turns it and saves a JPEG gets either an HDR picture of the crop, or a plain JPEG without HDR.
# Seen: libvips 8.18 opens such a file with its own loader and keeps the gain map as metadata, as
# a small JPEG of the whole, unturned picture. Every ordinary save, also jpegsave, writes that map
# beside the new pixels. The result is a valid Ultra HDR file: a viewer without HDR shows the
# crop, and a viewer with HDR stretches the map of the whole picture over it. Light appears where
# there is none, and the outlines of what was cut off remain in the file. thumbnail() is right: it
# reduces the map as well. Remove the field 'gainmap-data', or set 'gainmap' to the result of the same
# operation on get_gainmap(); keep='icc' on saving also drops the map.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet pyvips==3.2.0 pyvips-binary==8.18.7 numpy==2.4.6

cd "$work"
"$work/venv/bin/python" -W ignore - <<'PY'
import numpy as np
import pyvips

print("libvips", ".".join(str(pyvips.version(part)) for part in range(3)))
light = np.full((256, 256, 3), 0.2, np.float32)
light[32:96, 32:96] = 4.0  # a lamp at the upper left, four times as bright as white
pyvips.Image.new_from_array(light).copy(interpretation="scrgb").uhdrsave("photo.jpg")

photo = pyvips.Image.new_from_file("photo.jpg")
dark = photo.crop(128, 128, 128, 128)  # the lower right: no lamp
dark.jpegsave("crop.jpg")
dark.jpegsave("plain.jpg", keep="icc")
photo.rot90().jpegsave("turned.jpg")
pyvips.Image.thumbnail("photo.jpg", 128, height=128).jpegsave("thumbnail.jpg")


def maximum_light(name, left, top, size):
    """The brightest linear value of an area, 1 is the white of a display without HDR."""
    picture = pyvips.Image.new_from_file(name)
    if "gainmap-data" not in picture.get_fields():
        return None
    return picture.uhdr2scRGB().crop(left, top, size, size).max()


def stored_map(name):
    """The pixels of the gain map; None without one."""
    gain_map = pyvips.Image.new_from_file(name).get_gainmap()
    return gain_map and gain_map.numpy().tolist()


whole = stored_map("photo.jpg")
print("the crop's map is the whole photo's, pixel for pixel:", stored_map("crop.jpg") == whole)
print("the turned photo's map is the unturned one's        :", stored_map("turned.jpg") == whole)
in_crop = maximum_light("photo.jpg", 136, 136, 112)
shown = maximum_light("crop.jpg", 0, 0, 128)
print(f"brightest light in that part of the photo: {in_crop:.2f}; in the saved crop: {shown:.2f}")
print("saved with keep='icc', it has a map:", stored_map("plain.jpg") is not None)
thumbnail = maximum_light("thumbnail.jpg", 72, 72, 48)
print(f"the same part of a thumbnail: {thumbnail:.2f}")

assert stored_map("crop.jpg") == whole and stored_map("turned.jpg") == whole
assert shown > 1.5 * in_crop, (shown, in_crop)
assert stored_map("plain.jpg") is None
assert stored_map("thumbnail.jpg") != whole and thumbnail < 1.1 * in_crop, thumbnail
PY
