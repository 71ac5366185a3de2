"""Small real JPEG files with capture times, for tests of the graph."""

from datetime import datetime
from pathlib import Path

import numpy as np
from PIL import Image


def make_picture(path: Path, taken: datetime | None, seed: int = 0) -> None:
    """Write a picture that differs from every other seed's, with EXIF capture time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    image = Image.fromarray(noise).resize((64, 48), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    if taken is not None:
        stamp = taken.strftime("%Y:%m:%d %H:%M:%S")
        exif.get_ifd(0x8769)[0x9003] = stamp
        exif[0x0132] = stamp
    image.save(path, quality=90, exif=exif)


def make_three(folder: Path) -> None:
    """Write a picture for each of March, May and June 2025: months cost more than photos."""
    for month in (3, 5, 6):
        make_picture(folder / f"2025-{month:02d}.jpg", datetime(2025, month, 5, 12), seed=month)


def make_year(folder: Path, year: int, per_month: int = 1) -> list[Path]:
    """Write pictures for every month of `year`."""
    paths = []
    for month in range(1, 13):
        for n in range(per_month):
            path = folder / f"{year}-{month:02d}-{n}.jpg"
            make_picture(path, datetime(year, month, 5 + n, 12), seed=year * 1000 + month * 10 + n)
            paths.append(path)
    return paths


def make_alikes(folder: Path) -> None:
    """Write two pictures, and of the first a smaller copy that was re-encoded."""
    for n in (1, 2):
        make_picture(folder / f"{n}.jpg", datetime(2025, n, 5, 12), seed=n)
    with Image.open(folder / "1.jpg") as image:
        image.resize((48, 36), Image.Resampling.LANCZOS).save(folder / "small.jpg", quality=70)
