"""What people are told when Drive or the sign-in refuses, and what is repeated."""

import json
import logging
from pathlib import Path

import pytest

from photo_assets.catalogs.google_drive.client import READS
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls.read_list import NotOnReadListError, ReadList
from photo_assets_tests.catalogs.google_drive.account import SignedIn
from photo_assets_tests.services.faults import ALL_KINDS, Chance, Fault, FaultKind, Step
from photo_assets_tests.services.google_drive import errors
from photo_assets_tests.services.google_drive.errors import DriveError
from photo_assets_tests.services.google_drive.samples import camera, fill
from photo_assets_tests.services.oauth.google import SERVICE_ACCOUNT


def _told(drive: SignedIn) -> str:
    """Return sentence and hint of a scan that is refused."""
    with pytest.raises(CatalogUnavailableError) as caught:
        list(drive.catalog().scan({}))
    return f"{caught.value.message} {caught.value.hint}"


def test_nobody_has_signed_in(drive: SignedIn) -> None:
    drive.store.forget("google_drive", "test")
    told = _told(drive)
    assert "not signed in" in told
    assert "photosync auth google_drive test" in told
    assert drive.server.calls() == 0


def test_a_revoked_sign_in(drive: SignedIn) -> None:
    drive.server.oauth.revoke_all()
    drive.server.oauth.expire_access_tokens()
    told = _told(drive)
    assert "no longer accepts the sign-in" in told
    assert "photosync auth google_drive test" in told
    assert _told(drive) == told, "it stays so, without another call"


def test_an_access_token_that_expired_is_renewed_once(drive: SignedIn) -> None:
    fill(drive.account, 3)
    drive.server.oauth.expire_access_tokens()
    assert drive.read().accounting.written == 3
    assert drive.server.oauth.refreshes == 1
    drive.read(full=True)
    assert drive.server.oauth.refreshes == 1, "the next process uses the stored one"


def test_an_outage_of_the_sign_in_loses_no_token(drive: SignedIn) -> None:
    fill(drive.account, 3)
    drive.server.oauth.expire_access_tokens()
    page = Fault(FaultKind.BAD_GATEWAY_HTML)
    drive.server.faults.script(Step(page, path="^/token$", times=None))
    assert "did not answer" in _told(drive)
    drive.server.faults.clear()
    assert drive.read().accounting.written == 3


def test_a_sign_in_with_another_permission(drive: SignedIn) -> None:
    drive.sign_in("https://www.googleapis.com/auth/drive.file")
    told = _told(drive)
    assert "did not permit" in told
    assert "photosync auth google_drive test" in told


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (errors.not_enabled(), ("not enabled", "Google Cloud console")),
        (errors.insufficient_scope(), ("did not permit", "photosync auth")),
        (DriveError(403, "domainPolicy", "The domain administrators have disabled Drive apps."),
         ("administrator", "Ask")),
        (DriveError(403, "unknownReason", "Something."), ("status 403", "doctor")),
    ],
)  # fmt: skip
def test_a_refusal_is_told_once_and_not_repeated(
    drive: SignedIn, refusal: DriveError, words: tuple[str, str]
) -> None:
    drive.server.refuse(refusal)
    told = _told(drive)
    assert all(word in told for word in words), told
    assert drive.server.calls() == 1


@pytest.mark.parametrize(
    "refusal",
    [
        errors.rate_limit(),
        errors.rate_limit("rateLimitExceeded"),
        errors.rate_limit("rateLimitExceeded", 429),
        errors.rate_limit_info(),
        DriveError(403, "sharingRateLimitExceeded", "Limit", "usageLimits"),
        DriveError(500, "backendError", "Internal Error"),
        DriveError(503, "backendError", "Backend Error"),
        DriveError(408, "requestTimeout", "Request Timeout"),
    ],
    ids=lambda refusal: f"{refusal.status} {refusal.reason}",
)
def test_a_limit_or_an_error_of_the_service_is_repeated(
    drive: SignedIn, refusal: DriveError
) -> None:
    fill(drive.account, 3)
    drive.server.refuse(refusal)
    found = drive.read()
    assert (found.offline, found.accounting.written) == (None, 3)
    assert found.figures["calls_repeated"] == 1


def test_the_limit_of_a_day_is_waited_for_by_later_runs(drive: SignedIn) -> None:
    fill(drive.account, 3)
    drive.server.refuse(errors.rate_limit("dailyLimitExceeded"))
    assert "asked again after" in _told(drive)
    assert drive.server.calls() == 1
    assert drive.read().offline is not None
    assert drive.server.calls() == 0, "no call is made until then"


@pytest.mark.parametrize("kind", ALL_KINDS)
def test_one_fault_of_each_kind_changes_no_row(drive: SignedIn, kind: FaultKind) -> None:
    fill(drive.account, 5)
    fault = Fault(kind, retry_after=0, delay=0.01)
    for path in ("drives$", "startPageToken$", "files/root$", "files$"):
        drive.server.faults.script(Step(fault, path=path))
    found = drive.read()
    if kind is FaultKind.CONFLICT:  # not repeated: no read is refused so
        assert found.offline is not None
        return
    assert (found.offline, found.accounting.written) == (None, 5)
    drive.server.faults.script(Step(fault, path="changes$"))
    drive.account.add_file("new.jpg", b"new")
    assert drive.read().accounting.written == 6


def test_with_one_call_in_five_failing_the_same_rows_are_reached(drive: SignedIn) -> None:
    drive.server.listing.longest_page = 5
    made = fill(drive.account, 40)
    kinds = tuple(kind for kind in ALL_KINDS if kind is not FaultKind.CONFLICT)
    faults = Chance(0.2, seed=7, kinds=kinds, path="drive/v3", retry_after=0, delay=0.01)
    drive.server.faults.chance(faults)
    for _ in range(20):
        if drive.read().offline is None:
            break
    drive.account.rename(made[0], "renamed.jpg")
    drive.account.delete(made[1])
    for _ in range(20):
        if drive.read().offline is None:
            break
    drive.server.faults.chance(None)
    reached = drive.rows()
    assert drive.states() == {"online": 39, "missing": 1}
    drive.read(full=True)
    assert drive.rows() == reached


@pytest.mark.parametrize(
    "reply",
    [
        {"files": None},
        {"files": [{"name": "without an id"}]},
        {"files": ["text"]},
        {"files": [], "nextPageToken": 7},
        {"files": [], "nextPageToken": ""},
        {},
        [],
    ],
)
def test_a_reply_of_another_form_is_no_empty_account(drive: SignedIn, reply: object) -> None:
    fill(drive.account, 3)
    drive.read()
    drive.server.drive.validates = False
    drive.server.drive.instead["files"] = reply
    found = drive.read(full=True)
    assert found.offline is not None
    assert "cannot be read" in found.offline
    assert drive.states() == {"online": 3}


@pytest.mark.parametrize(
    "reply",
    [
        {"changes": []},
        {"changes": [], "newStartPageToken": "5", "nextPageToken": "4"},
        {"changes": [{"removed": True}], "newStartPageToken": "5"},
        {"changes": [{"fileId": "a", "file": {"id": "b"}}], "newStartPageToken": "5"},
        {"newStartPageToken": "5"},
    ],
)
def test_changes_of_another_form_are_not_believed(drive: SignedIn, reply: object) -> None:
    fill(drive.account, 3)
    drive.read()
    drive.server.drive.instead["changes"] = reply
    assert drive.read().offline is not None
    drive.server.drive.instead.clear()
    assert drive.read().accounting.unchanged == 3


def test_every_call_is_on_the_read_list_and_no_other_leaves(drive: SignedIn) -> None:
    drive.account.add_file("a.jpg", b"a", drive=drive.account.add_drive("Family"))
    drive.read()
    drive.account.add_file("b.jpg", b"b")
    drive.read()
    reads = ReadList([drive.server.base_url], READS)
    for arrival in drive.server.log.all():
        reads.require(arrival.method, f"{drive.server.base_url}{arrival.path}", {})
    assert all(read.method == "GET" for read in READS)
    photo = next(iter(drive.account.files))
    service = drive.catalog().connect()
    client = service._client._drive  # type: ignore[attr-defined]
    drive.server.log.clear()
    for write in (
        client.files().delete(fileId=photo),
        client.files().update(fileId=photo, body={"name": "x"}),
        client.files().create(body={"name": "x"}),
        client.files().emptyTrash(),
        client.permissions().create(fileId=photo, body={"type": "anyone", "role": "reader"}),
        client.comments().list(fileId=photo, fields="*"),
    ):
        with pytest.raises(NotOnReadListError):
            write.execute()
    batch = client.new_batch_http_request()
    batch.add(client.files().list())
    with pytest.raises(NotOnReadListError):
        batch.execute()
    assert drive.server.log.all() == []


def test_no_secret_and_no_place_is_logged(
    drive: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    location = {"latitude": 47.123456, "longitude": 8.654321}
    photo = drive.account.add_file("a.jpg", b"a", imageMediaMetadata=camera(location=location))
    drive.account.share(photo, "user", "friend@photos.example")
    drive.server.oauth.expire_access_tokens()
    drive.server.refuse(errors.rate_limit(), DriveError(500, "backendError", "Error"))
    found = drive.read()
    drive.server.oauth.revoke_all()
    drive.server.oauth.expire_access_tokens()
    said = caplog.text + _told(drive) + str(dict(found.figures)) + str(found.manifest)
    secrets = ("ya29.", "1//refresh", "GOCSPX", "Bearer", "47.123", "friend@")
    assert [secret for secret in secrets if secret in said] == []
    stored = json.dumps(drive.rows(), default=str)
    assert [one for one in ("ya29.", "googleusercontent", "https://") if one in stored] == []


def _key_file(drive: SignedIn, folder: Path) -> Path:
    path = folder / "key.json"
    path.write_text(json.dumps(drive.server.oauth.service_account_key("https://wrong.invalid/t")))
    path.chmod(0o600)
    drive.settings["key_file"] = path
    return path


def test_a_service_account_reads_what_is_shared_with_it(drive: SignedIn, tmp_path: Path) -> None:
    _key_file(drive, tmp_path)
    drive.store.forget("google_drive", "test")
    fill(drive.account, 3)
    folder = drive.account.add_folder("Shared")
    photo = drive.account.add_file("a.jpg", b"a", folder)
    drive.account.share(folder, "user", SERVICE_ACCOUNT)
    found = drive.read()
    assert found.offline is None
    assert list(drive.rows()) == [photo]
    assert drive.paths(photo) == ["Shared"]


def test_what_is_wrong_with_a_key_file_is_told(drive: SignedIn, tmp_path: Path) -> None:
    path = _key_file(drive, tmp_path)
    good = path.read_text()
    path.chmod(0o644)
    assert "chmod 600" in _told(drive)
    path.chmod(0o600)
    path.write_text("{")
    assert "is not JSON" in _told(drive)
    path.write_text(json.dumps({"installed": {"client_id": "x"}}))
    assert "not the key of a service account" in _told(drive)
    path.write_text(json.dumps(json.loads(good) | {"private_key": "nothing"}))
    assert "cannot be read" in _told(drive)
    path.unlink()
    assert "Correct `key_file`" in _told(drive)
    path.write_text(good)
    path.chmod(0o600)
    drive.server.oauth.keys_valid = False
    assert "no longer accepts the key" in _told(drive)
    drive.server.oauth.keys_valid = True
    drive.server.faults.script(Step(Fault(FaultKind.BAD_GATEWAY_HTML), path="^/token$", times=None))
    assert "gave no token" in _told(drive)
