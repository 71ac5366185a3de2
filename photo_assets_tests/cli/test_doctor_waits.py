"""`doctor` asks each online service one question, and does not wait for a service that is down."""

import time
from pathlib import Path

import pytest

from photo_assets.cli.doctor.catalogs import check_catalogs
from photo_assets.library import open_workspace
from photo_assets.service_calls import Policy
from photo_assets.service_calls.throttle import Throttle

NOWHERE = "http://127.0.0.1:9"


def test_a_wait_that_a_service_requires_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMMICH_API_KEY", "key")
    (tmp_path / "photosync.yaml").write_text(
        f"data_dir: data\ncatalogs: {{immich: {{home: {{endpoint: '{NOWHERE}'}}}}}}\n"
    )
    workspace = open_workspace(tmp_path / "photosync.yaml")
    policy = Policy(requests_per_second=1, timeout_s=1, longest_wait_s=1)
    throttle = Throttle(workspace.ledger, f"immich {NOWHERE}", policy, time.time)
    throttle.take(1.0)
    throttle.failed(counts=False, wait_s=300)
    told = [check.text for check in check_catalogs(workspace) if check.name == "immich/home"]
    assert any("requests a wait" in text for text in told), told
