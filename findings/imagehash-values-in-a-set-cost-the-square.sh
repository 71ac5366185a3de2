#!/usr/bin/env bash
# Expected: ImageHash of the package ImageHash is hashable, so that a set or dict of perceptual hashes finds equal
# pictures in a time that grows with their number.
# Seen: hash() of an ImageHash is the sum of the weights 1, 2, 4 ... 128 of its set bits, a number of at most
# 2,040. phash() always sets half of its bits, and the hashes of a large library share about a thousand
# values of hash(). Each insertion is compared, as a NumPy array, with all earlier hashes of the same
# value: twice the pictures cost four times the comparisons. 32,000 hashes take seconds, a million takes most of an
# hour, where the same hashes as text take some seconds. Use str(hash), or the bits as an integer, as the key.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --only-binary :all: \
  ImageHash==4.3.2 numpy==2.4.6 pillow==13.0.0 scipy==1.17.1 PyWavelets==1.9.0

"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

import imagehash
import numpy
from PIL import Image

print("ImageHash", version("ImageHash"))
random = numpy.random.default_rng(7)
pictures = (
    Image.fromarray(random.integers(0, 256, (32, 32), dtype=numpy.uint8)) for _ in range(16_000)
)
hashes = [imagehash.phash(picture) for picture in pictures]
assert len({str(value) for value in hashes}) == len(hashes), "all pictures differ"

compared = 0
equal = imagehash.ImageHash.__eq__


def counted(self, other):
    global compared
    compared += 1
    return equal(self, other)


imagehash.ImageHash.__eq__ = counted


def comparisons(number):
    """How many pairs of hashes Python compares to make a set of the first of them."""
    global compared
    compared = 0
    assert len(set(hashes[:number])) == number
    return compared


values = len({hash(value) for value in hashes})
counts = {number: comparisons(number) for number in (4_000, 8_000, 16_000)}
print(f"{len(hashes)} different hashes have {values} values of hash(), at most {max(map(hash, hashes))}")
for number, count in counts.items():
    print(f"a set of {number} hashes: {count} comparisons of arrays")
assert values < 1_500
assert max(map(hash, hashes)) <= 8 * 255
assert counts[8_000] > 3.5 * counts[4_000]
assert counts[16_000] > 3.5 * counts[8_000]
PY
