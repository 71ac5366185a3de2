"""One sample for all tests of this folder, and the items that the readers find in it."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from photo_assets.catalogs.registry import build_catalogs
from photo_assets.model.events import Discarded, Failed, Found, ScanEvent
from photo_assets.model.item import Item
from photo_assets.sample import SampleManifest, make_sample, sample_configuration
from photo_assets_tests.configured import workspace_of


@dataclass(frozen=True)
class Sample:
    root: Path
    manifest: SampleManifest

    @property
    def catalogs(self) -> dict[str, Any]:
        catalogs: dict[str, Any] = yaml.safe_load(sample_configuration(self.root))["catalogs"]
        return catalogs


@dataclass(frozen=True)
class Scan:
    items: tuple[Item, ...]
    refused: tuple[Discarded | Failed, ...]


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    root = tmp_path_factory.mktemp("sample") / "library"
    return Sample(root, make_sample(root))


@pytest.fixture(scope="session")
def scan(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Scan]:
    """Return the items that the reader of a catalog ("folders/nas") finds."""
    scratch = tmp_path_factory.mktemp("scratch")
    known: dict[str, Scan] = {}

    def find(name: str) -> Scan:
        if name not in known:
            source, _, wanted = name.partition("/")
            workspace = workspace_of(sample.catalogs, scratch)
            [catalog] = [c for c in build_catalogs(workspace, source) if c.name == wanted]
            events: list[ScanEvent] = list(catalog.scan({}))
            known[name] = Scan(
                tuple(event.item for event in events if isinstance(event, Found)),
                tuple(event for event in events if isinstance(event, Discarded | Failed)),
            )
        return known[name]

    return find
