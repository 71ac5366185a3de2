"""Whichever calls fail, the rows are the same in the end."""

from typing import Any

import pytest

from photo_assets_tests.catalogs.smugmug.account import Account
from photo_assets_tests.repetition import cases, combinations
from photo_assets_tests.services.arrivals import most_in_window
from photo_assets_tests.services.faults import ALL_KINDS, Chance, Fault, FaultKind, Step

_SLOW = {FaultKind.SLOW, FaultKind.LIMITED_SECONDS, FaultKind.LIMITED_DATE, FaultKind.LIMITED_TEXT}
_QUICK = tuple(kind for kind in ALL_KINDS if kind not in {*_SLOW, FaultKind.CONFLICT})
_STABLE = ("item_digest", "availability", "month")


def filled(account: Account, albums: int = 4, images: int = 5) -> None:
    library = account.library
    for number in range(albums):
        album = library.add_album(f"Album {number}")
        for image in range(images):
            library.add_image(album, f"{number}-{image}.jpg", keywords=(str(image),))
    library.collect(next(iter(library.images.values())), album)


def stable(account: Account) -> dict[str, list[Any]]:
    return {key: [row[name] for name in _STABLE] for key, row in account.rows().items()}


_PATHS = ("authuser", "albums", "images")


@pytest.mark.parametrize(
    ("kind", "path"),
    combinations(
        ALL_KINDS,
        _PATHS,
        everyday=[
            *((kind, "images") for kind in ALL_KINDS),
            *((FaultKind.INTERNAL, path) for path in _PATHS),
        ],
    ),
)
def test_each_fault_once_changes_nothing(account: Account, kind: FaultKind, path: str) -> None:
    filled(account, albums=2, images=2)
    account.server.faults.script(Step(Fault(kind, retry_after=0.0, delay=0.2), path=path))
    found = account.read()
    if kind is FaultKind.CONFLICT:  # nothing that repeating would help
        assert found.offline
        found = account.read()
    assert found.offline is None
    assert account.online() == set(account.library.images)
    assert account.server.faults.pending == 0


@pytest.mark.parametrize("seed", cases(range(6), [0, 1]))
def test_a_fifth_of_all_calls_failing_ends_in_the_same_rows(account: Account, seed: int) -> None:
    filled(account)
    account.read()
    wanted = stable(account)
    account.server.faults.chance(Chance(0.2, seed, _QUICK))
    first, *_ = account.library.albums.values()
    for round_ in range(4):
        account.library.edit_album(first, description=str(round_))
        account.read(full_listing_days=1e-9 if round_ % 2 else 7.0)
    account.server.faults.chance(None)
    account.read()
    assert stable(account) == wanted


def test_a_stated_wait_is_kept_and_the_rate_is_never_exceeded(account: Account) -> None:
    filled(account, albums=6, images=1)
    account.server.settings.window_calls, account.server.settings.window_s = 4, 1.0
    account.read(requests_per_second=20)
    arrivals = account.server.log.all()
    assert account.online() == set(account.library.images)
    refused = [arrival for arrival in arrivals if arrival.status == 429]
    assert len(refused) <= 3  # one for each window that was full
    assert most_in_window(arrivals, 0.95) <= 20


def test_a_longer_wait_than_allowed_leaves_the_catalog_alone(account: Account) -> None:
    filled(account, albums=2, images=1)
    account.read()
    fault = Fault(FaultKind.LIMITED_SECONDS, retry_after=3600)
    account.server.faults.script(Step(fault))
    found = account.read(longest_wait_minutes=0.01)
    assert found.offline
    assert len(account.online()) == 2


@pytest.mark.parametrize("missing", ["ImageMetadata", "Node", "ParentNodes"])
def test_an_expansion_that_is_left_out_costs_what_it_states(account: Account, missing: str) -> None:
    library = account.library
    folder = library.add_folder("Family")
    album = library.add_album("Kids", folder)
    stated = {"DateTimeCreated": "2019-08-04T11:28:12"}
    image = library.add_image(album, "a.jpg", metadata=stated)
    account.server.api.hidden_expansions.add(missing)
    assert account.read().accounting.failed == 0
    row = account.rows()[image.key]
    assert (row["capture_time"] is None) == (missing == "ImageMetadata")
    assert row["albums"][0]["path"] == ["Family", "Kids"]
    assert row["visibility"] == ("unknown" if missing == "Node" else "public")


def test_an_expansion_that_is_left_out_later_changes_nothing(account: Account) -> None:
    library = account.library
    album = library.add_album("Kids", library.add_folder("Our Family"))
    library.add_image(album, "a.jpg")
    account.read()
    before = stable(account)
    account.server.api.hidden_expansions.add("Node")
    assert account.probe() == account.token()
    account.read()
    assert stable(account) == before


def test_one_image_that_cannot_be_read_costs_one_item(account: Account) -> None:
    filled(account, albums=1, images=3)
    image = next(iter(account.library.images.values()))
    image.key = ""
    found = account.read()
    assert found.accounting.balanced
    assert (found.accounting.found, found.accounting.failed) == (3, 1)
    assert len(account.online()) == 2
