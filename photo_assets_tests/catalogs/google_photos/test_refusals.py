"""Each refusal of Google's, in plain words and with the way out; no secret is in them."""

from pathlib import Path

import pytest

from photo_assets.catalogs.google_photos.client import READS
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls.read_list import NotOnReadListError, ReadList
from photo_assets_tests.catalogs.google_photos.account import SignedIn, signed_in
from photo_assets_tests.services.faults import Chance, FaultKind
from photo_assets_tests.services.google_photos import app
from photo_assets_tests.services.google_photos.app import RefusalError
from photo_assets_tests.services.tls import make_certificate

POLICY = RefusalError("PERMISSION_DENIED", "Not allowed.", "domainPolicy")


def _refused(photos: SignedIn) -> CatalogUnavailableError:
    with pytest.raises(CatalogUnavailableError) as caught:
        photos.pick(None)
    text = f"{caught.value} {caught.value.hint}"
    stored = photos.workspace.credentials.read("google_photos", "test") or {}
    for name in ("access_token", "refresh_token", "client_secret"):
        assert stored.get(name, "none") not in text
    assert "sess-" not in text
    return caught.value


@pytest.mark.parametrize(
    ("refusal", "words", "way"),
    [
        (app.SCOPE_MISSING, "did not permit photosync", "photosync auth google_photos test"),
        (app.NOT_ENABLED, "Google Photos Picker API is not enabled", "Library"),
        (POLICY, "administrator", "administrator of the domain"),
    ],
)
def test_refusals_of_any_call(
    photos: SignedIn, refusal: RefusalError, words: str, way: str
) -> None:
    photos.server.refuse(refusal)
    error = _refused(photos)
    assert words in str(error)
    assert way in str(error.hint)


def test_an_account_without_google_photos(photos: SignedIn) -> None:
    photos.server.library.active = False
    error = _refused(photos)
    assert "no active Google Photos library" in str(error)
    assert "photos.google.com" in str(error.hint)


def test_too_many_sessions_are_not_waited_for(photos: SignedIn) -> None:
    photos.server.library.most_sessions = 1
    photos.server.library.begin()
    photos.server.log.clear()
    error = _refused(photos)
    assert "no further session" in str(error)
    assert "expire by themselves" in str(error.hint)
    assert photos.server.calls()["POST sessions"] == 1


def test_the_rate_is_waited_for(photos: SignedIn) -> None:
    photos.server.refuse(app.TOO_FAST, app.TOO_FAST)
    assert photos.pick([photos.server.library.add_photo()]).items == 1


def test_an_outage_keeps_the_sign_in_and_the_session(photos: SignedIn) -> None:
    ids = [photos.server.library.add_photo()]
    with photos.picker().session():
        pass
    photos.server.faults.chance(Chance(1.0, 1, (FaultKind.UNAVAILABLE,)))
    _refused(photos)
    photos.server.faults.chance(None)
    assert photos.workspace.credentials.read("google_photos", "test") is not None
    assert photos.pick(ids).items == 1
    assert photos.server.library.created == 1


def test_a_session_that_cannot_be_deleted_loses_nothing(photos: SignedIn) -> None:
    library = photos.server.library
    ids = [library.add_photo()]

    def end(_number: int) -> None:
        photos.server.faults.chance(Chance(1.0, 1, (FaultKind.UNAVAILABLE,)))

    picked = photos.pick(ids, listed=end)
    assert "could not be deleted" in picked.notes[0]
    photos.server.faults.chance(None)
    photos.read()
    assert list(photos.rows()) == ids
    assert photos.picks.pending() is None


def test_an_access_token_that_ended_is_renewed(photos: SignedIn) -> None:
    photos.server.oauth.expire_access_tokens()
    assert photos.pick([photos.server.library.add_photo()]).items == 1
    assert photos.server.oauth.refreshes == 1


def test_missing_revoked_and_expired_sign_ins(photos: SignedIn) -> None:
    photos.server.oauth.expire_access_tokens()
    photos.server.oauth.revoke_all()
    assert "no longer accepts the sign-in" in str(_refused(photos))
    photos.sign_in(ends="2020-01-01T00:00:00")
    assert "expired at 2020-01-01" in str(_refused(photos))
    photos.workspace.credentials.forget("google_photos", "test")
    assert "not signed in" in str(_refused(photos))
    photos.sign_in(scope="https://www.googleapis.com/auth/drive.readonly")
    assert "did not permit" in str(_refused(photos))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/v1/sessions/a"),
        ("POST", "/v1/mediaItems"),
        ("DELETE", "/v1/mediaItems/a"),
        ("POST", "/v1/sessions/a:cancel"),
        ("GET", "/v1/albums"),
        ("GET", "/v1/sessions/a/../../mediaItems"),
    ],
)
def test_only_sessions_and_the_list_of_picked_items_are_called(method: str, path: str) -> None:
    with pytest.raises(NotOnReadListError):
        ReadList(["https://photospicker.googleapis.com"], READS).require(
            method, f"https://photospicker.googleapis.com{path}", {}
        )


def test_every_call_that_came_is_on_the_list(photos: SignedIn) -> None:
    photos.pick([photos.server.library.add_photo() for _ in range(120)])
    reads = ReadList([photos.server.base_url], READS)
    for one in photos.server.log.all():
        if one.path.startswith("/v1/"):
            reads.require(one.method, photos.server.base_url + one.path, {})


def test_the_connection_is_encrypted_and_the_certificate_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    with signed_in(tmp_path, monkeypatch, tls=certificate) as photos:
        assert "certificate is not trusted" in str(_refused(photos))
        for name, value in certificate.trusting().items():
            monkeypatch.setenv(name, value)
        assert photos.pick([photos.server.library.add_photo()]).items == 1
