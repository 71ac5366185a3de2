"""A corpus of camera-like JPEG files, 12 to 24 megapixels, and copies planted among them.

Seeded: the same seed and numbers give the same pixels, names and EXIF everywhere (and the same
bytes under the same version of Pillow). What the pixels are is in `scenes`, what is done to copies
in `planted`.
"""

import io
import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from photo_assets.identity.fingerprints.options import usable_cores
from photo_assets.sample.formats.exif import Exposure
from photo_assets.sample.formats.jpeg import with_metadata
from photo_assets_tests.bench.camera_exif import camera_exif
from photo_assets_tests.bench.planted import KINDS, Planted, plant
from photo_assets_tests.bench.scenes import scene

VERSION = 1
SIZES = (
    (4000, 3000),
    (4608, 3456),
    (4928, 3264),
    (5184, 3456),
    (5472, 3648),
    (6000, 4000),
    (4032, 3024),
)
"""Pixels as the sensor lies, of telephones, a compact and reflex cameras; on average 16.8 MP."""
ORIENTATIONS = (1, 1, 6, 1, 8, 1, 3, 1)
QUALITY = 92
SEED = 20261120

_FIRST = datetime(2019, 3, 2, 9, 30)
_BETWEEN = timedelta(days=11, hours=5, minutes=7)
_CAMERAS = (("Canon", "Canon EOS 80D"), ("NIKON CORPORATION", "NIKON D7200"), ("SONY", "ILCE-6400"))
_THUMBNAIL = (160, 120)
_TWO_TO_TWO = 5
"""Every fifth file is stored with 4:2:2 colour, the others with 4:2:0."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Originals, no two of which resemble each other, and the copies planted among them."""

    folder: Path
    """Holds the pictures and nothing else."""
    originals: tuple[Path, ...]
    planted: tuple[Planted, ...]

    @property
    def files(self) -> tuple[Path, ...]:
        """All pictures."""
        return (*self.originals, *(each.copy for each in self.planted))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a corpus is made from."""

    photos: int
    copies: int
    """Planted pairs, shared evenly among the kinds."""
    seed: int = SEED
    sizes: Sequence[tuple[int, int]] = SIZES

    def record(self) -> str:
        """Return what is written beside a corpus so that it is known again."""
        said = [VERSION, self.photos, self.copies, self.seed, [list(size) for size in self.sizes]]
        return json.dumps(said)


def make_corpus(home: Path, plan: Plan) -> Corpus:
    """Return the corpus in `home`, made there unless it already is. Raises `FileExistsError` if
    `home` holds another one.
    """
    folder, record = home / "photos", home / "corpus.json"
    corpus = _layout(folder, plan)
    if record.exists() and record.read_text() == plan.record():
        return corpus
    (folder / "originals").mkdir(parents=True)
    (folder / "copies").mkdir()
    # Started afresh, not forked: this process may have threads of Arrow's by now.
    with ProcessPoolExecutor(usable_cores(), get_context("spawn")) as pool:
        plans = [plan] * plan.photos
        list(pool.map(_write_original, range(plan.photos), corpus.originals, plans))
        list(pool.map(plant, corpus.planted))
    record.write_text(plan.record())
    return corpus


def _layout(folder: Path, plan: Plan) -> Corpus:
    originals = tuple(folder / "originals" / f"DSC_{n:04d}.jpg" for n in range(plan.photos))
    planted = []
    for number in range(plan.copies):
        kind = KINDS[number % len(KINDS)]
        original = originals[number % plan.photos]
        copy = folder / "copies" / f"{original.stem}_{kind}_{number}.jpg"
        planted.append(Planted(kind, original, copy))
    return Corpus(folder, originals, tuple(planted))


def _write_original(number: int, path: Path, plan: Plan) -> None:
    path.write_bytes(camera_jpeg(number, plan))


def camera_jpeg(number: int, plan: Plan) -> bytes:
    """Return the file of photo `number`: picture, EXIF, and a thumbnail within the EXIF."""
    rng = np.random.default_rng((plan.seed, number))
    width, height = plan.sizes[number % len(plan.sizes)]
    picture = scene(rng, width, height, plan.seed)
    stream = io.BytesIO()
    subsampling = 1 if number % _TWO_TO_TWO == _TWO_TO_TWO - 1 else 2
    picture.save(stream, "JPEG", quality=QUALITY, subsampling=subsampling)
    small = io.BytesIO()
    picture.reduce(max(1, width // _THUMBNAIL[0] // 2)).resize(_THUMBNAIL).save(
        small, "JPEG", quality=75
    )
    make, model = _CAMERAS[number % len(_CAMERAS)]
    said = Exposure(
        make=make,
        model=model,
        lens="18-135mm f/3.5-5.6",
        serial=f"{number % len(_CAMERAS):06d}",
        f_number=float(rng.choice((2.8, 4.0, 5.6, 8.0))),
        exposure_s=1 / float(rng.choice((60, 125, 250, 500))),
        iso=int(rng.choice((100, 200, 400, 800))),
        focal_mm=float(rng.integers(18, 135)),
        taken=_FIRST + number * _BETWEEN,
        orientation=ORIENTATIONS[number % len(ORIENTATIONS)],
        size=(width, height),
    )
    return with_metadata(stream.getvalue(), exif=camera_exif(said, small.getvalue()))
