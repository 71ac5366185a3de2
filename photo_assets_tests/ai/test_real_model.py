"""A real model: pictures that look alike are close in its space, and others are not."""

from pathlib import Path

import pytest

from photo_assets.ai.embeddings.encoder import Encoder
from photo_assets.ai.embeddings.model import EmbeddingModel
from photo_assets.configuration.embeddings import EmbeddingSettings
from photo_assets.sample.scenes import paint
from photo_assets_tests.ai.efficientnet import SETTINGS, write_model
from photo_assets_tests.bench.embedding_lookalikes import copies, jpeg


@pytest.mark.slow
def test_a_crop_is_closer_than_another_scene(tmp_path: Path) -> None:
    path = tmp_path / "lite0.onnx"
    write_model(path)
    settings = EmbeddingSettings.model_validate({**SETTINGS, "model": path})
    with Encoder(EmbeddingModel("real", settings)) as encoder:
        for scene, other in (("portrait", "dunes"), ("lighthouse", "fern"), ("stairs", "balloons")):
            picture = paint(scene, 1, 480, 320)
            vector = encoder.picture(jpeg(picture))
            assert len(vector) == 1280
            crop, *_ = copies(picture).values()
            near = float(vector @ encoder.picture(jpeg(crop)))
            far = float(vector @ encoder.picture(jpeg(paint(other, 1, 480, 320))))
            assert near > 0.8 > far
