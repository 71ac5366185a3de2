"""Vectors are computed once per picture and model, by a worker, and of different models apart."""

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from photo_assets.ai.embeddings import monthly
from photo_assets.ai.embeddings.encoder import Encoder, NoVectorError
from photo_assets.ai.embeddings.model import EmbeddingModel, find_model
from photo_assets.ai.embeddings.monthly import (
    ASSET,
    Embedding,
    MonthEmbedded,
    due_months,
    months_to_embed,
)
from photo_assets.model.embedding_table import EMBEDDINGS
from photo_assets.model.errors import ConfigurationError
from photo_assets.thumbnails.tree import ThumbnailSize
from photo_assets.workspace import Workspace
from photo_assets_tests.ai.libraries import MONTH, ai_workspace, blob, photo_id, store
from photo_assets_tests.ai.models import embedding_settings


def jpeg(color: tuple[int, int, int], size: tuple[int, int] = (60, 40)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, color).save(written, "JPEG")
    return written.getvalue()


def paint(workspace: Workspace, number: int, color: tuple[int, int, int]) -> None:
    workspace.thumbnails.write(blob(number), dict.fromkeys(ThumbnailSize, jpeg(color)))


def embedding_workspace(folder: Path, **changes: Any) -> Workspace:
    settings = embedding_settings(folder, text=True, **changes)
    return ai_workspace(folder, enabled=False, embeddings=settings)


def embed(workspace: Workspace, workers: int = 1) -> MonthEmbedded:
    with Embedding(workspace, find_model(workspace), workers) as run:
        return run.month(MONTH)


def rows_of(workspace: Workspace) -> dict[str, dict[str, Any]]:
    table = workspace.lake.read(ASSET, MONTH, EMBEDDINGS)
    return {row["photo_id"]: row for row in table.to_pylist()}


def test_each_picture_gets_the_vector_of_the_model(tmp_path: Path) -> None:
    workspace = embedding_workspace(tmp_path)
    ids = store(workspace, 4)
    paint(workspace, 0, (255, 0, 0))
    paint(workspace, 1, (0, 0, 255))
    assert due_months(workspace, find_model(workspace)) == [MONTH]
    made = embed(workspace, workers=2)
    assert (made.counts, made.computed) == ({"embedded": 4}, 4)
    assert due_months(workspace, find_model(workspace)) == []
    rows = rows_of(workspace)
    assert {*rows} == {*ids}
    red, blue = (np.array(rows[photo_id(n)]["vector"]) for n in (0, 1))
    assert red == pytest.approx(np.array([1, -1, -1]) / 3**0.5, abs=0.02)
    assert blue == pytest.approx(np.array([-1, -1, 1]) / 3**0.5, abs=0.02)
    assert rows[ids[0]]["dimension"] == 3 and rows[ids[0]]["model"].startswith("mean color@")


def test_only_what_changed_is_computed_again(tmp_path: Path) -> None:
    workspace = embedding_workspace(tmp_path)
    ids = store(workspace, 5)
    first = embed(workspace)
    again = embed(workspace)
    assert again.computed == 0 and again.written.digest == first.written.digest
    paint(workspace, 2, (250, 250, 5))
    changed = embed(workspace)
    assert changed.computed == 1 and changed.written.digest != first.written.digest
    other = embedding_workspace(tmp_path, mean=[100, 128, 128])  # the same file, prepared otherwise
    assert due_months(other, find_model(other)) == [MONTH]
    made = embed(other)
    assert made.computed == 5
    models = {row["model"] for row in rows_of(other).values()}
    assert models == {find_model(other).id} != {find_model(workspace).id}
    assert {*rows_of(other)} == {*ids}


def test_a_long_month_is_stored_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monthly, "_TOGETHER", 2)
    monkeypatch.setattr(monthly, "_STORED_AFTER", 2)
    workspace = embedding_workspace(tmp_path)
    store(workspace, 7)

    class KilledError(Exception):
        pass

    def kill(done: int, _total: int) -> None:
        if passes and done == 4:
            raise KilledError
        passes.extend([done] if done == 7 else [])

    passes: list[int] = []
    with (
        pytest.raises(KilledError),
        Embedding(workspace, find_model(workspace), 1) as run,
    ):
        run.month(MONTH, kill)
    kept = [row for row in rows_of(workspace).values() if row["status"] == "embedded"]
    assert len(kept) == 2 and due_months(workspace, find_model(workspace)) == [MONTH]
    made = embed(workspace)
    assert (made.counts, made.computed) == ({"embedded": 7}, 5)
    assert due_months(workspace, find_model(workspace)) == []


def test_a_picture_without_a_vector_costs_only_itself(tmp_path: Path) -> None:
    workspace = embedding_workspace(tmp_path)
    store(workspace, 5)
    tree = workspace.thumbnails
    tree.path(ThumbnailSize.SMALL, blob(0)).unlink()
    tree.path(ThumbnailSize.SMALL, blob(1)).write_bytes(b"not a picture")
    tree.path(ThumbnailSize.SMALL, blob(2)).write_bytes(jpeg((1, 2, 3), (501, 400)))
    paint(workspace, 3, (128, 128, 128))  # this model has no direction for gray
    made = embed(workspace)
    assert made.counts == {"waiting": 1, "failed": 3, "embedded": 1}
    reasons = [rows_of(workspace)[photo_id(n)]["reason"] for n in range(5)]
    assert reasons[:3] == ["no_thumbnail", "thumbnail_damaged", "thumbnail_too_large"]
    assert reasons[3:] == ["no_vector", None]
    model = find_model(workspace)
    assert months_to_embed(workspace, model) == []
    paint(workspace, 0, (0, 255, 0))  # drawn since, with the month of another item
    assert (due_months(workspace, model), months_to_embed(workspace, model)) == ([], [MONTH])
    assert embed(workspace).counts == {"failed": 3, "embedded": 2}


def test_a_worker_that_died_is_replaced(tmp_path: Path) -> None:
    workspace = embedding_workspace(tmp_path)
    with Encoder(find_model(workspace)) as encoder:
        before = encoder.picture(jpeg((255, 0, 0)))
        assert encoder._process is not None
        encoder._process.kill()
        with pytest.raises(NoVectorError, match="worker_died"):
            encoder.picture(jpeg((255, 0, 0)))
        assert (encoder.picture(jpeg((255, 0, 0))) == before).all()


@pytest.mark.parametrize("wrong", ["absent", "not a model", "another size", "no such output"])
def test_an_unusable_model_is_named(tmp_path: Path, wrong: str) -> None:
    changes: dict[str, Any] = {}
    if wrong == "absent":
        changes = {"model": str(tmp_path / "none.onnx")}
    elif wrong == "not a model":
        (tmp_path / "text").write_text("hello")
        changes = {"model": str(tmp_path / "text")}
    elif wrong == "another size":
        changes = {"model": str(tmp_path / "large.onnx")}
    else:
        changes = {"output": "logits"}
    workspace = embedding_workspace(tmp_path, **changes)
    store(workspace, 1)
    with pytest.raises(ConfigurationError) as raised:
        embed(workspace)
    assert str(raised.value).startswith(("The model", str(tmp_path / "none.onnx")))
    assert rows_of(workspace) == {}


@pytest.mark.parametrize("package", ["onnxruntime", "tokenizers"])
def test_a_missing_package_is_named(
    tmp_path: Path, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = embedding_workspace(tmp_path)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigurationError, match=rf"{package}, which is not installed.*\[ai\]"):
        find_model(workspace)


def test_the_text_side_shares_the_space(tmp_path: Path) -> None:
    workspace = embedding_workspace(tmp_path)
    model: EmbeddingModel = find_model(workspace)
    with Encoder(model) as encoder:
        red, text = encoder.picture(jpeg((255, 0, 0))), encoder.text("red")
        assert float(red @ text) > 0.99 > float(red @ encoder.text("blue green"))
