"""What a sign-in refuses: permissions that are missing or may write, wrong keys, and outages."""

import pytest

from photo_assets.sign_in.access import Access
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.errors import (
    ClientRefusedError,
    SignInFailedError,
    SignInOutageError,
    SignInScopeError,
    SignInTooMuchError,
)
from photo_assets.sign_in.flows import sign_in
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.sign_in.service import (
    API_KEY,
    APP2,
    KINDS,
    OAUTH2,
    PEOPLE,
    READ,
    WRITE,
    Person,
    Service,
    catalog,
)


def test_an_optional_permission_may_be_declined(
    store: CredentialStore, url: str, service: Service
) -> None:
    service.oauth2.granting = (READ,)
    person = Person([*APP2])
    sign_in(store, catalog(OAUTH2, url), person.dialogue())
    assert "Not granted: people.readonly. It lets photosync read people's names." in person.lines
    assert Access(store, catalog(OAUTH2, url)).values()["scopes"] == [READ]


def _too_much(service: Service, scopes: tuple[str, ...]) -> None:
    service.oauth2.granting = scopes
    service.oauth1.granting = "write" if WRITE in scopes else ""
    service.api_scopes = list(scopes)


@pytest.mark.parametrize("name", KINDS)
def test_a_needed_permission_that_is_missing(
    store: CredentialStore, url: str, service: Service, name: str
) -> None:
    _too_much(service, (PEOPLE,))
    if name == "oauth1":
        service.oauth1.granting = ""
    kind, answers = KINDS[name]
    error = SignInTooMuchError if name == "oauth1" else SignInScopeError
    with pytest.raises(error):
        sign_in(store, catalog(kind, url), Person([*answers]).dialogue())
    assert store.read("photobox", "main") is None


@pytest.mark.parametrize("name", KINDS)
def test_whatever_may_write_is_refused_and_the_old_sign_in_is_kept(
    store: CredentialStore, url: str, service: Service, name: str
) -> None:
    kind, answers = KINDS[name]
    sign_in(store, catalog(kind, url), Person([*answers]).dialogue())
    before = store.read("photobox", "main")
    _too_much(service, (READ, PEOPLE, WRITE))
    with pytest.raises(SignInTooMuchError, match="may write"):
        sign_in(store, catalog(kind, url), Person([*answers]).dialogue())
    assert store.read("photobox", "main") == before


def test_a_wrong_api_key(store: CredentialStore, url: str) -> None:
    with pytest.raises(SignInFailedError, match="does not accept"):
        sign_in(store, catalog(API_KEY, url), Person(["not-the-key"]).dialogue())
    for nothing in ("", "two words", "line\x07"):
        with pytest.raises(SignInFailedError):
            sign_in(store, catalog(API_KEY, url), Person([nothing]).dialogue())


@pytest.mark.parametrize("name", ["oauth2", "oauth1"])
def test_a_wrong_application(store: CredentialStore, url: str, name: str) -> None:
    kind, (id_, _) = KINDS[name]
    with pytest.raises(ClientRefusedError) as refused:
        sign_in(store, catalog(kind, url), Person([id_, "wrong-secret-of-app"]).dialogue())
    assert "wrong-secret-of-app" not in str(refused.value)


@pytest.mark.parametrize(
    "kind", ["502_html", "200_html", "drop_before", "429_seconds", "truncated"]
)
@pytest.mark.parametrize(
    ("name", "path"),
    [("oauth2", "^/token$"), ("oauth1", "token$"), ("oauth2", "/me$"), ("api_key", "/me$")],
)
def test_an_outage_is_not_a_refusal(
    store: CredentialStore, url: str, service: Service, name: str, path: str, kind: str
) -> None:
    service.app.faults.script(Step(Fault(FaultKind(kind)), path=path))
    sign_in_kind, answers = KINDS[name]
    with pytest.raises(SignInOutageError):
        sign_in(store, catalog(sign_in_kind, url), Person([*answers]).dialogue())
    assert store.read("photobox", "main") is None
