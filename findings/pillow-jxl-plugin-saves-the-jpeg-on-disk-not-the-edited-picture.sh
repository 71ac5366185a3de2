#!/usr/bin/env bash
# Expected: image.save("x.jxl") saves the picture that is in memory.
# Seen: while Image.format is "JPEG", pillow-jxl-plugin transcodes the file that was opened. Whatever
# was changed in place since then (thumbnail, paste, ImageDraw) is not in the result.
# It warns that it "reconstructs" a JPEG, not that the picture in memory is ignored. Methods that
# return a new picture (resize, rotate) are saved as they should be, so tests of those do not show it.
# A folder of 150-pixel thumbnails becomes a second copy of all originals, and a retouched picture is
# archived without the retouching.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: \
  pillow==13.0.0 pillow-jxl-plugin==1.3.8 packaging==26.3

cd "$work"
"$work/venv/bin/python" - <<'PY'
import warnings
from importlib.metadata import version

import pillow_jxl  # noqa: F401
from PIL import Image, ImageDraw

print(f"Pillow {Image.__version__}, pillow-jxl-plugin {version('pillow-jxl-plugin')}")
warnings.simplefilter("ignore")

Image.new("RGB", (640, 480), (200, 180, 40)).save("photo.jpg", quality=95)


def kept(name: str, edit, **options) -> tuple[tuple[int, int], tuple[int, ...]]:
    with Image.open("photo.jpg") as picture:
        picture.load()
        picture = edit(picture) or picture
        in_memory = picture.size, picture.getpixel((picture.width // 2, picture.height // 2))
        picture.save("saved.jxl", **options)
    with Image.open("saved.jxl") as saved:
        on_disk = saved.size, saved.getpixel((saved.width // 2, saved.height // 2))
    print(f"{name}: in memory {in_memory}, in the JPEG XL file {on_disk}")
    return in_memory, on_disk


def near(one, other) -> bool:
    return one[0] == other[0] and all(abs(a - b) <= 6 for a, b in zip(one[1], other[1], strict=True))


memory, disk = kept("thumbnail in place", lambda p: p.thumbnail((150, 150)))
assert max(memory[0]) == 150 and disk[0] == (640, 480)
memory, disk = kept("paste in place", lambda p: p.paste((0, 0, 90), (200, 100, 440, 380)))
assert memory[1] == (0, 0, 90) and near(disk, ((640, 480), (200, 180, 40)))
memory, disk = kept("ImageDraw", lambda p: ImageDraw.Draw(p).rectangle((200, 100, 440, 380), (0, 0, 90)))
assert memory[1] == (0, 0, 90) and near(disk, ((640, 480), (200, 180, 40)))

memory, disk = kept("resize to a new picture", lambda p: p.resize((150, 112)))
assert near(memory, disk)
memory, disk = kept("thumbnail, lossless_jpeg=False", lambda p: p.thumbnail((150, 150)), lossless_jpeg=False)
assert near(memory, disk)
PY
