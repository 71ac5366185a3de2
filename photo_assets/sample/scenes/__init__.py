"""Procedural pictures for the sample library.

Each scene is a function of (random generator, width, height); files are not handled here.
"""

from collections.abc import Callable
from functools import partial

import numpy as np
from PIL import Image

from photo_assets.sample.scenes import faces, land, near, night, water
from photo_assets.sample.scenes.canvas import Array, Random, finish

Scene = Callable[[Random, int, int], Array]

SCENES: dict[str, Scene] = {
    "mountains": land.mountains,
    "dunes": land.dunes,
    "forest": land.forest,
    "lavender": land.lavender,
    "sea": water.sea,
    "lighthouse": water.lighthouse,
    "pond": water.pond,
    "star_trails": night.star_trails,
    "aurora": night.aurora,
    "milky_way": night.milky_way,
    "skyline": night.skyline,
    "bokeh": night.bokeh,
    "flower": near.flower,
    "portrait": faces.faces,
    "couple": partial(faces.faces, people=2),
    "fern": near.fern,
    "balloons": near.balloons,
    "stairs": near.stairs,
}


def paint(scene: str, seed: int, width: int, height: int) -> Image.Image:
    """Return the picture of a scene; the same arguments give the same picture."""
    random = np.random.default_rng([seed, sum(scene.encode())])
    return finish(SCENES[scene](random, width, height), random)
