"""A key for stored sign-ins."""

import pytest

from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY_VARIABLE, new_key())
