"""Who may read: sign-ins that are missing, refused or too little; only reads; secrets stay secret."""

import logging
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from photo_assets.catalogs.smugmug.client import READS
from photo_assets.catalogs.smugmug.service import SmugMugService
from photo_assets.service_calls.read_list import NotOnReadListError
from photo_assets_tests.catalogs.smugmug.account import PATIENT, Account
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.services.smugmug.server import SmugMugServer
from photo_assets_tests.services.tls import make_certificate


def filled(account: Account) -> None:
    album = account.library.add_album("A")
    account.library.add_image(album, "a.jpg")
    account.library.add_image(album, "b.jpg")


def said(account: Account) -> str:
    """Return why the account cannot be read, as the UI shows it."""
    found = account.read()
    assert found.offline
    return found.offline


def test_without_a_sign_in_one_line_says_how_to_get_one(account: Account) -> None:
    account.workspace.credentials.forget("smugmug", "test")
    assert "smugmug/test is not signed in." in said(account)
    assert account.server.calls() == 0


@pytest.mark.parametrize(
    ("other", "sentence"),
    [
        ({"token_secret": "another"}, "SmugMug no longer accepts the sign-in of smugmug/test"),
        ({"token": "another"}, "SmugMug no longer accepts the sign-in of smugmug/test"),
        ({"client_id": "another"}, "it does not know the API key"),
        ({"endpoint": "https://api.smugmug.com"}, "was signed in at https://api.smugmug.com"),
        ({"kind": "oauth2"}, "is not of the kind that SmugMug needs"),
    ],
)
def test_a_sign_in_that_is_refused_says_why(
    account: Account, other: dict[str, str], sentence: str
) -> None:
    filled(account)
    account.sign_in(**other)
    assert sentence in said(account)


def test_a_revoked_sign_in_keeps_the_rows(account: Account) -> None:
    filled(account)
    account.read()
    account.server.api.oauth.revoke()
    assert "revoked" in said(account)
    assert len(account.online()) == 2


def test_an_application_with_public_access_is_told_apart(account: Account) -> None:
    filled(account)
    account.server.settings.access = "Public"
    assert "lacks the permission Access=Full" in said(account)
    assert "Remove the application in SmugMug's Account Settings" in said(account)


def test_access_that_is_lowered_later_is_no_loss_of_albums(account: Account) -> None:
    filled(account)
    closed = account.library.add_album("Closed", privacy="Private")
    account.library.add_image(closed, "c.jpg")
    account.read()
    account.server.settings.access = "Public"
    assert "lacks the permission Access=Full" in said(account)
    assert len(account.online()) == 3


def test_a_new_nickname_is_followed(account: Account) -> None:
    filled(account)
    account.read()
    account.library.nickname = "renamed"
    assert account.read().offline is None
    assert len(account.online()) == 2


def test_an_application_without_accepted_terms_is_told_in_the_services_words(
    account: Account,
) -> None:
    filled(account)
    account.server.api.refuses = "API key lacks v2 access; please accept the terms of service"
    assert "please accept the terms of service" in said(account)


def test_over_tls_only_a_trusted_server_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = make_certificate(tmp_path)
    with SmugMugServer().running(tls=certificate) as server:
        account = Account(server, tmp_path)
        account.sign_in()
        filled(account)
        assert "certificate is not trusted" in said(account)
        for name, value in certificate.trusting().items():
            monkeypatch.setenv(name, value)
        assert account.read().accounting.written == 2
        assert server.base_url.startswith("https://")


def test_only_reads_are_ever_sent(account: Account) -> None:
    filled(account)
    account.read()
    account.probe()
    for arrival in account.server.log.all():
        assert any(
            arrival.method == read.method and fnmatchcase(arrival.path, read.path) for read in READS
        ), arrival


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("PATCH", "/api/v2/album/k"),
        ("POST", "/api/v2/album/k!images"),
        ("DELETE", "/api/v2/album/k"),
        ("PUT", "/api/v2/user/x!albums"),
        ("GET", "/api/v2/image/k!download"),
        ("GET", "/api/v2/album/k"),
    ],
)
def test_what_is_not_on_the_list_is_not_sent(account: Account, method: str, path: str) -> None:
    service = account.catalog().connect()
    assert isinstance(service, SmugMugService)
    session = service._client._session
    with pytest.raises(NotOnReadListError):
        session.request(method, account.server.base_url + path, timeout=PATIENT)
    assert account.server.calls() == 0


def test_no_secret_is_logged_or_said(
    account: Account, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    filled(account)
    caplog.set_level(logging.DEBUG)
    faults = [FaultKind.INTERNAL, FaultKind.DROP_AFTER, FaultKind.OK_HTML]
    account.server.faults.script(*[Step(Fault(kind)) for kind in faults])
    account.read()
    account.server.api.oauth.revoke()
    text = said(account) + caplog.text + "".join(capfd.readouterr())
    given = account.server.settings
    for secret in (given.api_secret, given.token, given.token_secret):
        assert secret not in text
