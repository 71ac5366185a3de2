"""`ai/embeddings` in the graph: it follows photos and thumbnails once a model is named."""

from datetime import datetime

import yaml

from photo_assets.ai.embeddings.monthly import count_statuses
from photo_assets.defs.keys import EMBEDDINGS
from photo_assets_tests.ai.models import embedding_settings
from photo_assets_tests.defs.daemon import workspace
from photo_assets_tests.defs.pictures import make_picture
from photo_assets_tests.defs.settled import Settled


def test_vectors_follow_photos_and_thumbnails(three: Settled) -> None:
    daemon, file = three.daemon, three.project / "photosync.yaml"
    assert not daemon.instance.get_materialized_partitions(EMBEDDINGS)  # no model is named
    document = yaml.safe_load(file.read_text())
    document["ai"] = {"embeddings": embedding_settings(three.project / "models")}
    file.write_text(yaml.safe_dump(document))
    runs = daemon.settle(conditions=False)
    assert (runs["embeddings"], daemon.failures) == (1, [])
    assert count_statuses(workspace().lake) == {"embedded": 3}
    assert daemon.settle(conditions=False) == {}

    make_picture(three.project / "photos" / "new.jpg", datetime(2025, 5, 7), seed=77)
    daemon.look_again()
    assert daemon.settle(conditions=False)["embeddings"] >= 1
    assert (count_statuses(workspace().lake), daemon.failures) == ({"embedded": 4}, [])
    event = daemon.instance.fetch_materializations(EMBEDDINGS, limit=10).records
    found = {one.partition_key: one.asset_materialization for one in reversed(event)}
    may = found["2025-05-01"]
    assert may is not None and may.metadata["computed"].value == 1
