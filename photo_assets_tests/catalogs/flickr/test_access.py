"""What may be sent to Flickr, what must never be seen, and what is said of a sign-in that fails."""

import json
import logging
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
import requests

from photo_assets.catalogs.flickr.client import METHODS, FlickrClient
from photo_assets.catalogs.flickr.sign_in import SIGN_IN
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import Policy, RateLimitedCaller
from photo_assets.service_calls.read_list import NotOnReadListError
from photo_assets.sign_in.dialogue import Dialogue
from photo_assets.sign_in.errors import (
    ClientRefusedError,
    SignInError,
    SignInMissingError,
    SignInRevokedError,
    SignInScopeError,
    SignInTooMuchError,
)
from photo_assets.sign_in.flows import sign_in
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets_tests.catalogs.flickr.reading import Reading
from photo_assets_tests.services.faults import Fault, FaultKind
from photo_assets_tests.services.flickr.methods import WRITING
from photo_assets_tests.services.flickr.server import FlickrServer
from photo_assets_tests.services.tls import make_certificate


def _dialogue(server: Any) -> tuple[Dialogue, list[str]]:
    """Return a dialogue whose browser agrees at once, and the lines that are shown."""
    said: list[str] = []
    answers = iter([server.keys.api_key, server.keys.api_secret])

    def ask(_question: str) -> str:
        return str(next(answers))

    def browse(address: str) -> None:
        threading.Thread(target=requests.get, args=(address,), kwargs={"timeout": 60}).start()

    return Dialogue(say=said.append, ask=ask, ask_secret=ask, open_browser=browse), said


def _sign_in(reading: Reading) -> list[str]:
    dialogue, said = _dialogue(reading.server)
    catalog = CatalogSignIn("flickr", "test", SIGN_IN, reading.server.base_url)
    sign_in(reading.workspace.credentials, catalog, dialogue)
    return said


@pytest.fixture(autouse=True)
def no_application(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FLICKR_API_KEY", "FLICKR_API_SECRET"):
        monkeypatch.delenv(name, raising=False)


def test_a_person_signs_in_and_the_catalog_reads(reading: Reading) -> None:
    photo = reading.server.account.add_photo()
    reading.workspace.credentials.forget("flickr", "test")
    said = "\n".join(_sign_in(reading))
    assert "2025-05-15" in said
    assert "read: lets photosync see all photos of your account" in said
    stored = reading.workspace.credentials.read("flickr", "test")
    assert stored is not None
    assert (stored["account"], stored["scopes"]) == (reading.server.account.username, ["read"])
    reading.read()
    assert list(reading.rows()) == [photo]


@pytest.mark.parametrize("granted", ["write", "delete"])
def test_a_permission_to_write_is_refused(reading: Reading, granted: str) -> None:
    reading.server.inner.oauth.granting = granted
    reading.workspace.credentials.forget("flickr", "test")
    with pytest.raises(SignInTooMuchError, match=granted):
        _sign_in(reading)
    assert reading.workspace.credentials.read("flickr", "test") is None


def test_no_permission_is_too_little(reading: Reading) -> None:
    reading.server.inner.oauth.granting = "none"
    with pytest.raises((SignInScopeError, SignInTooMuchError)):
        _sign_in(reading)


def test_a_sign_in_that_flickr_does_not_confirm_is_not_stored(reading: Reading) -> None:
    reading.workspace.credentials.forget("flickr", "test")
    reading.server.inner.fails.append(105)
    with pytest.raises(SignInError, match="Service currently unavailable"):
        _sign_in(reading)
    assert reading.workspace.credentials.read("flickr", "test") is None


def _unavailable(reading: Reading) -> CatalogUnavailableError:
    with pytest.raises(CatalogUnavailableError) as caught:
        reading.catalog().probe(time.monotonic() + 60)
    return caught.value


def test_a_catalog_nobody_signed_in_to_says_how(reading: Reading) -> None:
    reading.workspace.credentials.forget("flickr", "test")
    error = _unavailable(reading)
    assert isinstance(error, SignInMissingError)
    assert error.hint == "Run `photosync auth flickr test`."
    assert not reading.server.calls


@pytest.mark.parametrize("how", ["code 98", "token_rejected"])
def test_a_revoked_sign_in_is_said_to_be_and_its_rows_are_kept(reading: Reading, how: str) -> None:
    photo = reading.server.account.add_photo()
    reading.read()
    if how == "code 98":
        reading.server.keys.revoked = True
    else:
        reading.server.inner.oauth.revoke_all()
    assert isinstance(_unavailable(reading), SignInRevokedError)
    found = reading.read()
    assert found.offline is not None
    assert "no longer accepts the sign-in" in found.offline
    assert list(reading.rows()) == [photo]
    # Only the person can mend it; nothing is forgotten.
    assert reading.workspace.credentials.read("flickr", "test") is not None


def test_a_token_without_the_permission_to_read(reading: Reading) -> None:
    reading.server.inner.fails.append(99)
    error = _unavailable(reading)
    assert isinstance(error, SignInScopeError)
    assert "see all photos of your account" in error.message


@pytest.mark.parametrize("values", [{"client_id": "another"}, {"client_secret": "another"}])
def test_a_key_that_flickr_does_not_know(reading: Reading, values: dict[str, str]) -> None:
    reading.sign_in(**values)
    assert isinstance(_unavailable(reading), ClientRefusedError)


def test_a_key_that_flickr_took_back(reading: Reading) -> None:
    reading.server.inner.fails.append(100)
    assert isinstance(_unavailable(reading), ClientRefusedError)


def test_an_account_is_read_over_tls_from_a_server_that_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    with FlickrServer().running(tls=certificate) as server:
        photo = server.account.add_photo()
        reading = Reading(server, tmp_path)
        reading.sign_in()
        assert "certificate is not trusted" in _unavailable(reading).message
        for name, value in certificate.trusting().items():
            monkeypatch.setenv(name, value)
        reading.read()
        assert list(reading.rows()) == [photo]


def test_without_flickrapi_the_catalog_alone_is_unavailable(
    reading: Reading, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "flickrapi", None)
    error = _unavailable(reading)
    assert "flickrapi is not installed" in error.message
    assert "photo_assets[sign-in,flickr]" in (error.hint or "")


def _client(reading: Reading) -> FlickrClient:
    values = reading.workspace.credentials.read("flickr", "test")
    assert values is not None
    policy = Policy(requests_per_second=1000, timeout_s=30, longest_wait_s=60)
    caller = RateLimitedCaller(reading.workspace.ledger, "flickr", policy)
    return FlickrClient(values, reading.server.base_url, caller)


@pytest.mark.parametrize("method", [*sorted(WRITING), "flickr.photos.getInfo", "flickr.x"])
def test_a_method_that_is_not_on_the_read_list_is_never_sent(reading: Reading, method: str) -> None:
    with pytest.raises(NotOnReadListError):
        _client(reading).call(method.removeprefix("flickr."), lambda reply: reply, photo_id="1")
    assert reading.server.log.all() == []


def test_uploads_are_never_sent(reading: Reading) -> None:
    api = _client(reading)._api
    api.UPLOAD_URL = f"{reading.server.base_url}/services/upload/"
    with pytest.raises(NotOnReadListError):
        api.upload("x.jpg", fileobj=open(__file__, "rb"), format="rest")  # noqa: SIM115
    assert reading.server.log.all() == []


def test_all_that_is_sent_is_on_the_read_list(reading: Reading) -> None:
    account = reading.server.account
    ids = account.add_photos(3, tags=("a",))
    album = account.add_set("Set", ids)
    reading.read()
    account.edit_photo(ids[0], title="b")
    account.edit_set(album, title="c")
    reading.probe()
    reading.read()
    reading.read(full=True)
    assert {call.method for call in reading.server.calls} <= METHODS
    assert reading.server.writes() == []
    assert {(one.method, one.path) for one in reading.server.log.all()} == {
        ("POST", "/services/rest/")
    }


def test_secrets_are_in_no_row_log_or_message(
    reading: Reading, caplog: pytest.LogCaptureFixture
) -> None:
    account = reading.server.account
    account.add_photos(3, title="Jon Snow", place=(45.807258, 15.967599, 11))
    caplog.set_level(logging.DEBUG, logger="photo_assets")
    caplog.set_level(logging.INFO)
    reading.server.faults.script("502_html", "200_html", "drop_before", "429_missing")
    found = reading.read()
    assert found.offline is None
    reading.server.inner.oauth.revoke_all()
    offline = reading.read().offline
    seen = "\n".join((caplog.text, json.dumps(reading.rows(), default=str), str(offline)))
    keys = reading.server.keys
    secrets = [keys.api_secret, keys.token, keys.token_secret, "staticflickr"]
    for photo in account.photos.values():
        secrets += [photo.secret, photo.original_secret]
    for secret in secrets:
        assert secret not in seen
    assert "45.807258" not in caplog.text


def test_a_listing_that_was_interrupted_holds_no_secret(reading: Reading) -> None:
    account = reading.server.account
    account.add_photos(1_200)

    def stop(call: Any) -> None:
        reading.server.keys.revoked = call.given.get("page") == "2"

    reading.server.inner.before = stop
    assert reading.read().offline is not None
    (spooled,) = reading.workspace.listings.rglob("*.jsonl")
    text = spooled.read_text(encoding="utf-8")
    assert text.count('"lastupdate"') == 500
    assert "secret" not in text
    assert "staticflickr" not in text
    assert next(iter(account.photos.values())).secret not in text


_TRANSIENT = [kind.value for kind in FaultKind if kind not in (FaultKind.OK, FaultKind.CONFLICT)]


@pytest.mark.parametrize("kind", [*_TRANSIENT, "code 105", "code 201", "code 0"])
def test_each_fault_once_costs_a_call_and_nothing_else(reading: Reading, kind: str) -> None:
    account = reading.server.account
    account.add_set("Set", account.add_photos(3))
    if kind.startswith("code"):
        reading.server.inner.fails.append(int(kind.split()[1]))
    else:
        reading.server.faults.script(Fault(FaultKind(kind), retry_after=0.01, delay=0.01))
    found = reading.read()
    assert found.offline is None
    assert found.accounting.written == 3
