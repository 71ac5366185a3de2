"""How many crops, borders and caption bars a real model finds, and how precisely.

    python -m photo_assets_tests.bench.embedding_lookalikes MODEL.onnx

MODEL.onnx is made by `photo_assets_tests.ai.efficientnet`. The corpus is 60 painted scenes, with 60
altered copies of each kind, and other pictures of the same kinds of scenes, which are not copies.
Reported is, for thresholds of the cosine, the precision of all pairs at least that similar, and how
many of the 60 copies of each kind are among them. Beside it, how many a pHash finds within 6 bits.
"""

import io
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from photo_assets.ai.embeddings.encoder import Encoder
from photo_assets.ai.embeddings.model import EmbeddingModel
from photo_assets.ai.embeddings.vectors import Vector
from photo_assets.configuration.embeddings import EmbeddingSettings
from photo_assets.identity.fingerprints.perceptual import hash_gray
from photo_assets.sample.scenes import SCENES, paint
from photo_assets_tests.ai.efficientnet import SETTINGS

_ORIGINALS = 60
_OTHERS = 10
"""Further pictures of each kind of scene."""

_THRESHOLDS = (0.7, 0.75, 0.8, 0.85, 0.875, 0.9, 0.925, 0.95, 0.97, 0.98)
"""Cosines."""


def copies(picture: Image.Image) -> dict[str, Image.Image]:
    """Return altered copies of a picture by kind."""
    width, height = picture.size
    x, y = round(width * 0.08), round(height * 0.08)
    bordered = Image.new("RGB", (width + 2 * x, height + 2 * y), "white")
    bordered.paste(picture, (x, y))
    captioned = Image.new("RGB", (width, height + 2 * y), "black")
    captioned.paste(picture, (0, 0))
    ImageDraw.Draw(captioned).text((x, height + y // 2), "Lake in May", "white")
    return {
        "crop of 8 % at each side": picture.crop((x, y, width - x, height - y)),
        "border": bordered,
        "caption bar": captioned,
    }


def jpeg(picture: Image.Image) -> bytes:
    stream = io.BytesIO()
    small = picture.copy()
    small.thumbnail((500, 500))
    small.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def main() -> None:
    names = list(SCENES)
    wanted = [(names[n % len(names)], n // len(names)) for n in range(_ORIGINALS)]
    others = [(name, 1000 + seed) for name in names for seed in range(_OTHERS)]
    settings = EmbeddingSettings.model_validate({**SETTINGS, "model": Path(sys.argv[1])})
    pictures, owners, kinds = [], [], []
    for owner, (name, seed) in enumerate([*wanted, *others]):
        picture = paint(name, seed, 480, 320)
        pictures.append(picture)
        owners.append(owner)
        kinds.append("original" if owner < _ORIGINALS else "other")
        for kind, copy in copies(picture).items() if owner < _ORIGINALS else ():
            pictures.append(copy)
            owners.append(owner)
            kinds.append(kind)
    with Encoder(EmbeddingModel("measured", settings)) as encoder:
        vectors = np.stack([encoder.picture(jpeg(one)) for one in pictures])
    report(vectors, np.array(owners), kinds, pictures)


def report(
    vectors: Vector, owners: npt.NDArray[np.int64], kinds: list[str], pictures: list[Image.Image]
) -> None:
    first, second = np.triu_indices(len(owners), 1)
    cosine = np.sum(vectors[first] * vectors[second], axis=1)
    same = owners[first] == owners[second]
    hashes = [hash_gray(one.convert("L")).phash for one in pictures]
    near = np.array(
        [(hashes[a] ^ hashes[b]).bit_count() <= 6 for a, b in zip(first, second, strict=True)]
    )
    altered = {
        kind: np.array(
            [{kinds[a], kinds[b]} == {"original", kind} for a, b in zip(first, second, strict=True)]
        )
        & same
        for kind in dict.fromkeys(kinds)
        if kind not in ("original", "other")
    }
    print(f"{len(pictures):,} pictures, {len(cosine):,} pairs, {same.sum():,} of copies")
    worst = np.sort(cosine[~same])[::-1][:5]
    print("most similar pairs that are no copies:", ", ".join(f"{one:.3f}" for one in worst))
    line("pHash, 6 bits", near, same, altered)
    for threshold in _THRESHOLDS:
        line(f"cosine {threshold}", cosine >= threshold, same, altered)


def line(
    name: str,
    found: npt.NDArray[np.bool_],
    same: npt.NDArray[np.bool_],
    altered: dict[str, npt.NDArray[np.bool_]],
) -> None:
    precision = (found & same).sum() / max(1, found.sum())
    parts = [f"{kind} {(found & these).sum()} of 60" for kind, these in altered.items()]
    print(f"{name}: precision {precision:.4f}; " + ", ".join(parts))


if __name__ == "__main__":
    main()
