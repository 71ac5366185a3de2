"""Google's own libraries with credentials that are renewed through the store."""

from collections.abc import Callable
from datetime import datetime, timedelta

import google_auth_httplib2
import pytest
from google.auth.transport.requests import AuthorizedSession

from photo_assets.service_calls.read_list import Read, ReadList
from photo_assets.service_calls.read_only import read_only_http, read_only_session
from photo_assets.sign_in.access import Access, utc_now
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.errors import SignInOutageError, SignInRevokedError
from photo_assets.sign_in.flows import sign_in
from photo_assets.sign_in.google import google_credentials
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.sign_in.service import OAUTH2, Person, Service

Ask = Callable[[], int]


@pytest.fixture
def access(store: CredentialStore, url: str) -> Access:
    catalog = CatalogSignIn("photobox", "main", OAUTH2, url)
    sign_in(store, catalog, Person(["test-client", "test-client-secret"]).dialogue())
    return Access(store, catalog, sleep=lambda _s: None)


@pytest.fixture(params=["session", "http"])
def asking(request: pytest.FixtureRequest, access: Access, url: str) -> Callable[[], Ask]:
    """Make a client of one of the two kinds, with a list of reads that holds no token endpoint."""
    reads = ReadList([url], [Read("GET", "/me")])

    def session() -> Ask:
        made = AuthorizedSession(google_credentials(access))  # type: ignore[no-untyped-call]
        client: AuthorizedSession = read_only_session(made, reads)
        return lambda: client.get(f"{url}/me").status_code

    def http() -> Ask:
        inner = read_only_http(reads, timeout=30)
        client = google_auth_httplib2.AuthorizedHttp(google_credentials(access), http=inner)
        return lambda: int(client.request(f"{url}/me")[0].status)

    return session if request.param == "session" else http


def _expires_in(store: CredentialStore, seconds: float) -> None:
    expiry = utc_now() + timedelta(seconds=seconds)
    values = store.read("photobox", "main") or {}
    store.write("photobox", "main", {**values, "expiry": expiry.isoformat(timespec="seconds")})


def test_a_valid_token_is_used(asking: Callable[[], Ask], service: Service) -> None:
    assert asking()() == 200
    assert service.oauth2.refreshes == 0


@pytest.mark.parametrize("seconds", [-100_000, 100, 230])
def test_an_expired_token_is_renewed_once(
    asking: Callable[[], Ask], store: CredentialStore, service: Service, seconds: float
) -> None:
    """google-auth takes a token as expired 225 s before its end."""
    _expires_in(store, seconds)
    ask = asking()
    assert [ask(), ask(), asking()()] == [200, 200, 200]
    assert service.oauth2.refreshes == 1


def test_a_token_that_the_service_refuses_is_renewed_once(
    asking: Callable[[], Ask], service: Service
) -> None:
    ask = asking()
    assert ask() == 200
    service.oauth2.end_access_tokens()
    assert [ask(), ask()] == [200, 200]
    assert service.oauth2.refreshes == 1


@pytest.mark.parametrize("kind", ["502_html", "drop_before", "200_html"])
def test_an_outage_is_told_from_a_revoked_grant(
    asking: Callable[[], Ask], store: CredentialStore, service: Service, kind: str
) -> None:
    """google-auth raises one class for both."""
    ask = asking()
    before = store.read("photobox", "main")
    service.oauth2.end_access_tokens()
    service.app.faults.script(Step(Fault(FaultKind(kind)), path="^/token$", times=None))
    with pytest.raises(SignInOutageError):
        ask()
    assert store.read("photobox", "main") == before
    service.app.faults.clear()
    service.oauth2.revoke_all()
    with pytest.raises(SignInRevokedError):
        ask()
    assert (store.read("photobox", "main") or {})["revoked"]


def test_the_expiry_is_naive_utc(access: Access) -> None:
    credentials = google_credentials(access)
    assert isinstance(credentials.expiry, datetime)
    assert credentials.expiry.tzinfo is None
    assert credentials.valid
