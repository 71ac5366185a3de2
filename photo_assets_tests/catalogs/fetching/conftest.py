"""A key for stored sign-ins, and short waits between repeated calls."""

from functools import partial

import pytest

from photo_assets.catalogs.online import settings
from photo_assets.service_calls.policy import Policy
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, new_key())


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "Policy", partial(Policy, backoff_s=(0.01, 0.02)))
