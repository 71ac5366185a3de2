"""Whichever calls fail, every service's rows are those of a reading without faults.

A hundred runs of each service are marked slow; a few of them are not.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.catalogs.registry import build_catalogs
from photo_assets.configuration.catalogs import CatalogSettings
from photo_assets.service_calls import Policy
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.configured import workspace_of
from photo_assets_tests.services.accounts import SOURCES, OnlineAccount, online_account
from photo_assets_tests.services.faults import ALL_KINDS, Chance, FaultKind

_KINDS = tuple(kind for kind in ALL_KINDS if kind is not FaultKind.CONFLICT)
_STABLE = ("item_digest", "availability", "month")
_FEW, _MANY, _READINGS = 3, 100, 50


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat failed calls at once, and let no breaker end a run: there are too many faults."""
    stated: property = vars(OnlineCatalogSettings)["policy"]

    def policy(settings: OnlineCatalogSettings) -> Policy:
        before: Policy = stated.__get__(settings)
        return replace(before, backoff_s=(0.001, 0.002), breaker_failures=1_000)

    monkeypatch.setattr(OnlineCatalogSettings, "policy", property(policy))
    monkeypatch.setenv(KEY_VARIABLE, new_key())
    monkeypatch.delenv("IMMICH_API_KEY", raising=False)


class Reader:
    """One library that reads the account."""

    def __init__(self, account: OnlineAccount, folder: Path) -> None:
        self.source = account.source
        stated = {"endpoint": account.url, "requests_per_second": 1_000, "timeout_seconds": 10}
        self.workspace = workspace_of({account.source: {"main": stated}}, folder)
        account.sign_in(self.workspace.credentials)

    def read(self) -> Discovery:
        """Read everything again if nothing else is known to have changed."""
        (catalog,) = build_catalogs(self.workspace, self.source, _listing_again)
        return discover(catalog, self.workspace.staging, guard=Guard(percent=100))

    def rows(self) -> dict[str, list[Any]]:
        """Return what does not depend on the time of reading, by native id."""
        place = catalog_folder(self.workspace.staging, self.source, "main")
        manifest = load_manifest(place)
        assert manifest is not None
        rows = [
            row for part in manifest.months.values() for row in read_part(place, part).to_pylist()
        ]
        return {row["native_id"]: [row[name] for name in _STABLE] for row in rows}


def _listing_again(settings: CatalogSettings) -> CatalogSettings:
    return settings.model_copy(update={"full_listing_days": 1e-9})


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize(
    "seed", [*range(_FEW), *(pytest.param(n, marks=pytest.mark.slow) for n in range(_FEW, _MANY))]
)
def test_a_fifth_of_all_calls_failing_ends_in_the_same_rows(
    tmp_path: Path, source: str, seed: int
) -> None:
    with online_account(source) as account:
        calm, shaken = Reader(account, tmp_path / "calm"), Reader(account, tmp_path / "shaken")
        for more in (8, 2):
            account.grow(more)
            account.server.faults.chance(Chance(0.2, seed, _KINDS, retry_after=0.0, delay=0.01))
            readings = 0
            while shaken.read().offline is not None:
                readings += 1
                assert readings < _READINGS
            account.server.faults.chance(None)
            assert calm.read().offline is None
            assert shaken.rows() == calm.rows()
            assert len(calm.rows()) >= 5
