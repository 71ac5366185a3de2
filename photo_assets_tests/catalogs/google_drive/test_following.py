"""A listing once, then changes: what each costs in calls, and that both give the same rows."""

import time
from datetime import timedelta

import pytest

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.following import let_follow
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets_tests.catalogs.google_drive.account import LATER, NOW, SignedIn, same_as_listed
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.google_drive.samples import camera, fill


def _tick(drive: SignedIn) -> tuple[str | None, str | None]:
    """Return the token of a sensor's tick, and that of the accepted scan."""
    drive.server.log.clear()
    place = catalog_folder(drive.folder / "rows", "google_drive", "test")
    manifest = load_manifest(place)
    assert manifest is not None
    catalog = drive.catalog()
    let_follow(catalog, place, manifest)
    return catalog.probe(time.monotonic() + 60).token, manifest.token


def test_the_first_scan_lists_once_and_a_tick_costs_one_call(drive: SignedIn) -> None:
    drive.server.listing.longest_page = 50
    fill(drive.account, 120)
    found = drive.read()
    assert found.accounting.written == found.accounting.found == 120
    # FolderTree: one page. Files: three, and one look whether something was removed meanwhile.
    assert drive.calls() == {
        "drives": 1,
        "changes/startPageToken": 1,
        "files/root": 1,
        "files": 4,
        "changes": 1,
    }
    again, accepted = _tick(drive)
    assert again == accepted
    assert drive.calls() == {"changes": 1}
    found = drive.read(LATER)
    assert drive.calls() == {"changes": 1}
    assert found.changed_months == ()
    assert found.accounting.unchanged == 120
    assert found.figures["calls"] == 1


def test_a_tick_costs_one_call_for_each_shared_drive_more(drive: SignedIn) -> None:
    fill(drive.account, 3)
    for name in ("Family", "Club"):
        drive.account.add_file("a.jpg", b"a", drive=drive.account.add_drive(name))
    drive.read()
    assert drive.states() == {"online": 5}
    again, accepted = _tick(drive)
    assert again == accepted
    assert drive.calls() == {"changes": 3}


def test_a_change_costs_one_call(drive: SignedIn) -> None:
    made = fill(drive.account, 30)
    drive.read()
    drive.account.edit(made[3], description="New")
    drive.account.add_file("IMG-20200601-WA0001.jpg", b"new", imageMediaMetadata=camera())
    drive.account.delete(made[5])
    drive.account.trash(made[6])
    token, accepted = _tick(drive)
    assert token != accepted
    found = drive.read(LATER)
    assert drive.calls() == {"changes": 1}
    assert found.accounting.written - found.accounting.unchanged == 3
    rows = drive.rows()
    assert rows[made[3]]["caption"] == "New"
    assert drive.states() == {"online": 29, "missing": 1, "trashed": 1}
    assert _tick(drive)[0] == _tick(drive)[1]
    same_as_listed(drive)


def test_changes_over_several_pages(drive: SignedIn) -> None:
    made = fill(drive.account, 20)
    drive.read()
    drive.server.listing.longest_page = 3
    for number, key in enumerate(made[:10]):
        drive.account.edit(key, description=f"Text {number}")
    drive.read(LATER)
    assert drive.calls() == {"changes": 4}
    assert {row["caption"] for row in drive.rows().values()} >= {f"Text {n}" for n in range(10)}
    same_as_listed(drive)


def test_a_new_folder_reads_no_row_again(drive: SignedIn) -> None:
    fill(drive.account, 10)
    drive.read()
    drive.account.add_folder("New")
    found = drive.read(LATER)
    assert found.accounting.unchanged == found.accounting.written == 10


def test_a_document_that_changes_starts_no_scan(drive: SignedIn) -> None:
    fill(drive.account, 3)
    drive.read()
    drive.account.add_file("Notes", mimeType="application/vnd.google-apps.document")
    token, accepted = _tick(drive)
    assert token == accepted


def test_a_photo_that_becomes_another_type_is_gone(drive: SignedIn) -> None:
    made = fill(drive.account, 3)
    drive.read()
    drive.account.edit(made[0], mimeType="application/pdf", name="a.pdf")
    drive.read(LATER)
    assert drive.rows()[made[0]]["availability"] == "missing"
    same_as_listed(drive)


def test_a_position_that_is_refused_lets_everything_be_listed_again(drive: SignedIn) -> None:
    made = fill(drive.account, 5)
    drive.read()
    drive.account.delete(made[0])
    drive.account.log.clear()
    drive.account.now = 0  # positions of before are unknown now
    drive.read(LATER)
    assert drive.calls()["files"] == 2
    assert drive.states() == {"online": 4, "missing": 1}


def test_another_account_under_the_same_name_is_listed_anew(drive: SignedIn) -> None:
    fill(drive.account, 5)
    drive.read()
    drive.sign_in(account="somebody.else@photos.example")
    assert _tick(drive)[0] != _tick(drive)[1]
    drive.read(LATER)
    assert drive.calls()["files"] == 2


def test_everything_is_listed_again_after_the_configured_days(drive: SignedIn) -> None:
    fill(drive.account, 5)
    drive.read()
    drive.read(NOW + timedelta(days=29))
    assert drive.calls() == {"changes": 1}
    drive.read(NOW + timedelta(days=31))
    assert drive.calls()["files"] == 2


def test_an_interrupted_listing_continues(drive: SignedIn) -> None:
    drive.server.listing.longest_page = 10
    fill(drive.account, 60)
    drive.server.faults.script(
        *(Step(Fault(FaultKind.OK), path="/files$") for _ in range(4)),
        Step(Fault(FaultKind.DROP_BEFORE), path="/files$", times=None),
    )
    assert drive.read().offline is not None
    drive.server.faults.clear()
    drive.account.add_file("late.jpg", b"late")
    found = drive.read(LATER)
    assert found.offline is None
    assert drive.calls()["files"] == 3, "one of folders and three of six were read before"
    assert found.accounting.written == 61
    assert _tick(drive)[0] == _tick(drive)[1]
    same_as_listed(drive)


def test_page_tokens_that_expire_start_the_listing_of_the_drive_again(drive: SignedIn) -> None:
    drive.server.listing.longest_page = 10
    fill(drive.account, 40)
    asked = []

    def expire(path: str) -> None:
        asked.append(path)
        if asked.count("files") == 4:
            drive.server.listing.generation += 1

    drive.server.drive.before = expire
    found = drive.read()
    assert found.accounting.written == 40
    assert found.accounting.failed == 0
    drive.server.drive.before = lambda _path: None
    same_as_listed(drive)


@pytest.mark.parametrize("by_position", [True, False])
def test_files_added_and_removed_between_pages(drive: SignedIn, by_position: bool) -> None:
    drive.server.listing.longest_page = 10
    drive.server.listing.by_position = by_position
    made = fill(drive.account, 40)
    drive.read()
    asked = []

    def change(path: str) -> None:
        asked.append(path)
        if asked.count("files") == 3:
            drive.account.add_file(f"new{len(asked)}.jpg", b"new")
        if asked.count("files") == 4:
            for gone in made[35:38]:  # from the first page: the later ones move up
                if gone in drive.account.files:
                    drive.account.delete(gone)

    drive.server.drive.before = change
    found = drive.read(LATER, full=True)
    drive.server.drive.before = lambda _path: None
    assert "discarded: not a photo or video" not in found.accounting.reasons
    assert found.accounting.failed == 1, "the listing is not believed to be complete"
    assert "missing" not in drive.states(), "what it does not name keeps its row"
    drive.read(LATER + timedelta(hours=1))
    assert drive.states()["missing"] == 3
    drive.read(LATER + timedelta(days=2))
    assert drive.calls()["files"] > 1, "it is listed again within a day"
    assert drive.states() == {"online": 38, "missing": 3}


def test_an_outage_keeps_the_rows(drive: SignedIn) -> None:
    fill(drive.account, 5)
    drive.read()
    before = drive.rows()
    drive.server.faults.script(Step(Fault(FaultKind.BAD_GATEWAY_HTML), times=None))
    found = drive.read(LATER)
    assert found.offline is not None
    assert drive.rows() == before
    with pytest.raises(CatalogUnavailableError):
        drive.catalog().probe(time.monotonic() + 60)
