"""Searches find exactly the nearest vectors of one model, whatever else is stored."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photo_assets.ai.embeddings.model import find_model
from photo_assets.ai.embeddings.monthly import ASSET, Embedding
from photo_assets.ai.embeddings.neighbors import nearest
from photo_assets.ai.embeddings.searching import UnknownPhotoError, search_like, search_text
from photo_assets.ai.embeddings.vectors import Vector, column_of
from photo_assets.lake import Lake
from photo_assets.model.embedding_table import EMBEDDINGS
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.service_calls import ServiceError
from photo_assets.workspace import Workspace
from photo_assets_tests.ai.libraries import MONTH, ai_workspace, photo_id, store
from photo_assets_tests.ai.models import embedding_settings
from photo_assets_tests.ai.test_embeddings import paint
from photo_assets_tests.services.openai.app import Endpoint, build_app
from photo_assets_tests.services.server import StandIn

PAINTED = {0: (255, 0, 0), 1: (0, 255, 0), 2: (0, 0, 255), 3: (200, 30, 30)}


def write_vectors(lake: Lake, month: str, first: int, matrix: Vector, model: str = "m@1") -> None:
    rows = len(matrix)
    table = pa.table(
        {
            "photo_id": [f"{first + n:08}" for n in range(rows)],
            "month": [month] * rows,
            "sha256": pa.nulls(rows, pa.binary(32)),
            "status": ["embedded"] * rows,
            "reason": pa.nulls(rows, pa.string()),
            "picture": pa.nulls(rows, pa.binary(32)),
            "model": [model] * rows,
            "dimension": pa.array([matrix.shape[1]] * rows, pa.int32()),
            "vector": column_of([*matrix]),
        },
        schema=EMBEDDINGS.schema,
    )
    lake.write(ASSET, month, EMBEDDINGS, table)


def unit_rows(count: int, dimension: int, seed: int) -> Vector:
    matrix = np.random.default_rng(seed).standard_normal((count, dimension), dtype=np.float32)
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), np.float32)


@settings(max_examples=15, deadline=None)
@given(
    months=st.lists(st.integers(0, 40), min_size=1, max_size=4),
    queries=st.integers(1, 3),
    count=st.integers(1, 12),
    seed=st.integers(0, 99),
)
def test_the_nearest_are_those_of_comparing_all(
    tmp_path_factory: pytest.TempPathFactory,
    months: list[int],
    queries: int,
    count: int,
    seed: int,
) -> None:
    lake = Lake(tmp_path_factory.mktemp("lake"))
    everything = unit_rows(sum(months), 8, seed)
    first = 0
    for number, rows in enumerate(months):
        month = f"2024-{number + 1:02}-01"
        write_vectors(lake, month, first, everything[first : first + rows])
        first += rows
    write_vectors(lake, "2025-01-01", 90_000, unit_rows(5, 3, seed), model="other@2")
    asked = unit_rows(queries, 8, seed + 1)
    cache = lake.root / "copies"
    found = nearest(lake, cache, "m@1", asked, count, threads=2)
    assert nearest(lake, cache, "m@1", asked, count) == found
    for query, of_query in zip(asked, found, strict=True):
        scores = everything @ query
        order = np.argsort(-scores, kind="stable")[:count]
        assert [one.photo_id for one in of_query] == [f"{n:08}" for n in order]
        assert [one.score for one in of_query] == pytest.approx(scores[order], abs=1e-5)


def test_a_query_of_another_model_is_refused(tmp_path: Path) -> None:
    lake = Lake(tmp_path)
    write_vectors(lake, MONTH, 0, unit_rows(3, 8, 1))
    with pytest.raises(StorageError, match="of another model"):
        nearest(lake, tmp_path / "copies", "m@1", unit_rows(1, 5, 1), 2)
    assert nearest(lake, tmp_path / "copies", "n@1", unit_rows(1, 5, 1), 2) == [[]]


def test_a_copy_is_made_again_when_it_is_damaged_or_outdated(tmp_path: Path) -> None:
    lake, copies = Lake(tmp_path), tmp_path / "copies"
    matrix = unit_rows(4, 8, 1)
    write_vectors(lake, MONTH, 0, matrix)
    first = nearest(lake, copies, "m@1", matrix[:1], 4)
    (copy,) = copies.iterdir()
    copy.write_bytes(copy.read_bytes()[:-20])
    assert nearest(lake, copies, "m@1", matrix[:1], 4) == first
    write_vectors(lake, MONTH, 0, matrix[::-1])
    (found,) = nearest(lake, copies, "m@1", matrix[:1], 1)
    assert found[0].photo_id == "00000003"
    assert [one.name for one in copies.iterdir()] != [copy.name]
    assert len([*copies.iterdir()]) == 1


def painted(folder: Path, **changes: Any) -> Workspace:
    found = embedding_settings(folder, **changes)
    workspace = ai_workspace(folder, enabled=False, embeddings=found)
    store(workspace, len(PAINTED))
    for number, color in PAINTED.items():
        paint(workspace, number, color)
    return workspace


def embed(workspace: Workspace) -> None:
    with Embedding(workspace, find_model(workspace), 1) as run:
        run.month(MONTH)


def test_words_find_pictures(tmp_path: Path) -> None:
    workspace = painted(tmp_path, text=True)
    with pytest.raises(ConfigurationError, match="photosync ai embed"):
        search_text(workspace, "red", 2)
    embed(workspace)
    found = search_text(workspace, "red", 2)
    assert [one.photo_id for one in found] == [photo_id(0), photo_id(3)]
    assert found[0].score > found[1].score > 0.9
    (blue,) = search_text(workspace, "blue", 1)
    assert (blue.photo_id, blue.month) == (photo_id(2), MONTH)


def test_a_photo_is_searched_for_by_its_file(tmp_path: Path) -> None:
    workspace = painted(tmp_path)
    embed(workspace)
    file = tmp_path / "0.jpg"
    file.write_bytes(b"0")  # `blob(0)` is the digest of this
    assert [one.photo_id for one in search_like(workspace, str(file), 1)] == [photo_id(3)]
    with pytest.raises(UnknownPhotoError):
        search_like(workspace, "no such photo", 1)
    with pytest.raises(ConfigurationError, match="no text side"):
        search_text(workspace, "red", 1)


def test_an_endpoint_is_sent_the_text_alone(tmp_path: Path) -> None:
    endpoint = Endpoint(vectors={"red boat": [3.0, -3.0, -3.0]})
    with StandIn(build_app(endpoint)).running() as running:
        side = {"endpoint": f"{running.base_url}/v1", "endpoint_model": "stand-in"}
        workspace = painted(tmp_path, text=False)
        workspace = ai_workspace(
            tmp_path, enabled=False, embeddings=embedding_settings(tmp_path) | {"text": side}
        )
        embed(workspace)
        assert search_text(workspace, "red boat", 1)[0].photo_id == photo_id(0)
        assert endpoint.requests == [
            {"model": "stand-in", "input": "red boat", "encoding_format": "float"}
        ]
        with pytest.raises(ServiceError):  # an empty vector
            search_text(workspace, "unknown", 1)
