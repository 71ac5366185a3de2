"""Picks with a fault in every fifth call: whichever calls fail, the same items are stored.

A hundred series of faults are marked slow; a few of them are not.
"""

import pytest

from photo_assets_tests.catalogs.google_photos.account import SignedIn
from photo_assets_tests.services.faults import ALL_KINDS, Chance, FaultKind

_KINDS = tuple(kind for kind in ALL_KINDS if kind is not FaultKind.CONFLICT)
_FEW, _MANY = 3, 100


@pytest.mark.parametrize(
    "seed", [*range(_FEW), *(pytest.param(n, marks=pytest.mark.slow) for n in range(_FEW, _MANY))]
)
def test_a_fifth_of_all_calls_failing_stores_the_same_items(
    photos: SignedIn, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    caplog.set_level(0)
    ids = [photos.server.library.add_photo() for _ in range(950)]
    for chance in (None, Chance(0.2, seed, _KINDS, retry_after=0.01, delay=0.01)):
        photos.server.faults.chance(chance)
        picked = photos.pick(ids)
        photos.server.faults.chance(None)
        assert picked.items == 950
        photos.server.library.expire()  # one that was made by a call whose reply was lost
    calm, shaken = (file.read_bytes().split(b"\n", 1)[1] for file in photos.files())
    assert shaken == calm
    photos.read()
    assert list(photos.rows()) == ids
    assert "sess-" not in caplog.text
    assert "ya29." not in caplog.text
