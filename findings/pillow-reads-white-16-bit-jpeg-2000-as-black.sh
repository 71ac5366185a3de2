#!/usr/bin/env bash
# Expected: Pillow gives 16-bit RGB pictures as 8-bit RGB, so white (65535) becomes 255.
# Seen: in JPEG 2000 every sample from 65408 upward, the brightest 128 levels, comes out as 0.
# The samples are rounded to 8 bits before they are cut off at 255, and 256 wraps round to 0.
# Scans and archive masters are kept as 16-bit JPEG 2000. Their blown highlights turn black, without
# an error, in thumbnails and in perceptual hashes. 16-bit grey pictures are not affected.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: \
  pillow==13.0.0 opencv-python-headless==5.0.0.93 numpy==2.4.6

"$work/venv/bin/python" - <<'PY'
import io

import cv2
import numpy as np
from PIL import Image, features

print(f"Pillow {Image.__version__} with OpenJPEG {features.version('jpg_2000')}")
print(f"OpenCV {cv2.__version__} writes the files and serves as the second reader")

LOSSLESS = [cv2.IMWRITE_JPEG2000_COMPRESSION_X1000, 1000]


def written(samples: np.ndarray) -> bytes:
    done, content = cv2.imencode(".jp2", samples, LOSSLESS)
    assert done
    return content.tobytes()


def read(content: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as picture:
        return np.asarray(picture)


levels = np.arange(65536 - 1024, 65536, dtype=np.uint16)
ramp = np.broadcast_to(levels[None, :, None], (64, 1024, 3)).copy()
content = written(ramp)
second = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_UNCHANGED)
assert np.array_equal(second, ramp), "the file itself does not hold the ramp"

found = read(content)
assert found.shape == ramp.shape and found.dtype == np.uint8
for level in (65000, 65407, 65408, 65535):
    column = level - int(levels[0])
    print(f"sample {level}: OpenCV {second[0, column].tolist()}, Pillow {found[0, column].tolist()}")

black = found[0, :, 0] == 0
assert int(levels[black][0]) == 65408 and black.sum() == 128, "other levels than expected are black"
assert (found[0, ~black, 0] >= 251).all()

white = read(written(np.full((32, 32, 3), 65535, np.uint16)))
print(f"a picture that is white everywhere: Pillow's mean is {white.mean():.0f} of 255")
assert not white.any()

grey = read(written(np.full((32, 32), 65535, np.uint16)))
print(f"the same in grey: Pillow's mean is {grey.mean():.0f} of 65535")
assert (grey == 65535).all()
PY
