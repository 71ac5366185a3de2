"""A server that does what the test says, and a store there whose repeated requests wait little."""

from collections.abc import Iterator
from functools import partial

import pytest

from photo_assets.service_calls import Policy
from photo_assets.vault.s3.store import S3Store
from photo_assets_tests.services.seaweedfs.proxy import Proxy, proxy_before
from photo_assets_tests.vault.s3.stores import Cloud


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repeat failed requests almost at once, also after many failures."""
    quick = partial(Policy, backoff_s=(0.01, 0.02), breaker_open_s=0.05)
    monkeypatch.setattr("photo_assets.vault.s3.bucket.Policy", quick)


@pytest.fixture
def proxy(cloud: Cloud, impatient: None) -> Iterator[Proxy]:
    with proxy_before(cloud.server) as running:
        yield running


@pytest.fixture
def store(cloud: Cloud, proxy: Proxy) -> S3Store:
    """A store that was created while its server behaved well, and has told what it supports."""
    store = cloud.store(proxy.url)
    store.create()
    assert store.refuses_to_overwrite()
    proxy.requests.clear()
    return store
