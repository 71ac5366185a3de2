"""Renewing access tokens: once for all processes, and forgotten on `invalid_grant` alone."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.errors import (
    KEY_VARIABLE,
    ClientRefusedError,
    CredentialsUnusableError,
    OtherEndpointError,
    OtherKindError,
    SignInExpiredError,
    SignInMissingError,
    SignInOutageError,
    SignInRevokedError,
)
from photo_assets.sign_in.flows import sign_in
from photo_assets.sign_in.keys import new_key
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets_tests.services.faults import Fault, FaultKind, Step
from photo_assets_tests.sign_in.service import API_KEY, KEY, OAUTH1, OAUTH2, Person, Service
from photo_assets_tests.time_limit import PATIENCE_S

START = datetime(2026, 11, 29, 12)


class Clock:
    """Naive UTC that tests move."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalog(url: str) -> CatalogSignIn:
    return CatalogSignIn("photobox", "main", OAUTH2, url)


@pytest.fixture
def access(store: CredentialStore, catalog: CatalogSignIn, clock: Clock) -> Access:
    person = Person(["test-client", "test-client-secret"])
    sign_in(store, catalog, person.dialogue(), clock)
    return Access(store, catalog, clock=clock, sleep=lambda _s: None)


def requests_for_a_token(service: Service) -> int:
    return sum(arrival.path == "/token" for arrival in service.app.log.all()) - 1


def test_a_token_is_used_until_shortly_before_it_expires(
    access: Access, clock: Clock, service: Service
) -> None:
    first = access.token()
    clock.now = START + timedelta(seconds=3600 - 241)
    assert access.token() == first
    assert requests_for_a_token(service) == 0
    clock.now = START + timedelta(seconds=3600 - 240)
    second = access.token()
    assert second != first
    assert access.token() == second
    assert requests_for_a_token(service) == service.oauth2.refreshes == 1
    assert access.values()["expiry"] == "2026-11-29T13:56:00"
    assert access.values()["refresh_token"], "Google does not repeat it"


def test_a_token_that_the_service_refuses_is_renewed_once(
    access: Access, store: CredentialStore, catalog: CatalogSignIn, clock: Clock, service: Service
) -> None:
    other = Access(store, catalog, clock=clock)
    refused = access.token()
    assert other.token() == refused
    renewed = access.renewed(refused=refused)["access_token"]
    assert other.renewed(refused=refused)["access_token"] == renewed != refused
    assert service.oauth2.refreshes == 1


_PROCESS = """
import sys
from datetime import timedelta
from pathlib import Path
from photo_assets.sign_in.access import Access, utc_now
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.keys import find_key
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets_tests.sign_in.service import OAUTH2

store = CredentialStore(Path(sys.argv[1]), find_key)
access = Access(store, CatalogSignIn("photobox", "main", OAUTH2, sys.argv[2]))
print("ready", flush=True)
sys.stdin.readline()
print(access.token(), flush=True)
"""


def test_five_processes_renew_once(
    store: CredentialStore, catalog: CatalogSignIn, service: Service, url: str
) -> None:
    """All wait while the first is answered slowly, then read what it stored."""
    long_ago = Clock()
    person = Person(["test-client", "test-client-secret"])
    sign_in(store, catalog, person.dialogue(), long_ago)
    values = dict(store.read("photobox", "main") or {})
    store.write("photobox", "main", {**values, "expiry": "2020-01-01T00:00:00"})
    service.app.faults.script(Step(Fault(FaultKind.SLOW, delay=0.5), path="^/token$"))
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", _PROCESS, str(store.file), url],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(5)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    tokens = {process.communicate(timeout=PATIENCE_S)[0].strip() for process in processes}
    assert len(tokens) == 1 and "" not in tokens
    assert service.oauth2.refreshes == 1
    assert (store.read("photobox", "main") or {})["access_token"] in tokens


def test_five_threads_renew_once(access: Access, clock: Clock, service: Service) -> None:
    clock.now = START + timedelta(hours=2)
    service.app.faults.script(Step(Fault(FaultKind.SLOW, delay=0.2), path="^/token$"))
    with ThreadPoolExecutor(5) as pool:
        tokens = list(pool.map(lambda _n: access.token(), range(5)))
    assert len(set(tokens)) == 1
    assert service.oauth2.refreshes == 1


OUTAGES = (
    *("502_html", "200_html", "503", "500", "429_seconds", "429_text", "409"),
    *("drop_before", "drop_after", "reset_after", "truncated"),
)


@pytest.mark.parametrize("kind", OUTAGES)
def test_an_outage_forgets_nothing(
    access: Access, store: CredentialStore, clock: Clock, service: Service, kind: str
) -> None:
    before = store.read("photobox", "main")
    clock.now = START + timedelta(hours=2)
    service.app.faults.script(Step(Fault(FaultKind(kind)), path="^/token$", times=None))
    with pytest.raises(SignInOutageError, match="kept") as outage:
        access.token()
    assert isinstance(outage.value, CatalogUnavailableError)
    assert store.read("photobox", "main") == before
    service.app.faults.clear()
    assert access.token() != (before or {})["access_token"]


@pytest.mark.parametrize("kind", ["502_html", "drop_before", "200_html"])
def test_a_short_outage_is_not_noticed(
    access: Access, clock: Clock, service: Service, kind: str
) -> None:
    clock.now = START + timedelta(hours=2)
    service.app.faults.script(Step(Fault(FaultKind(kind)), path="^/token$", times=3))
    assert access.token()


def test_a_revoked_sign_in_is_forgotten(
    access: Access, store: CredentialStore, clock: Clock, service: Service
) -> None:
    secret = (store.read("photobox", "main") or {})["refresh_token"]
    service.oauth2.revoke_all()
    clock.now = START + timedelta(hours=2)
    for _ in range(2):
        with pytest.raises(SignInRevokedError, match="revoked, or has expired"):
            access.token()
    assert requests_for_a_token(service) == 1
    left = store.read("photobox", "main") or {}
    assert secret not in left.values() and "access_token" not in left
    assert left["account"] == "ann@example.org"


def test_a_wrong_application_is_not_a_revoked_sign_in(
    access: Access, store: CredentialStore, clock: Clock, service: Service
) -> None:
    before = store.read("photobox", "main")
    service.oauth2.client = ("test-client", "another secret")
    clock.now = START + timedelta(hours=2)
    with pytest.raises(ClientRefusedError, match="invalid_client"):
        access.token()
    assert store.read("photobox", "main") == before


def test_each_fault_has_its_own_sentence(
    store: CredentialStore, catalog: CatalogSignIn, access: Access, clock: Clock, url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    values = dict(store.read("photobox", "main") or {})

    def with_values(**changed: object) -> Access:
        store.write("photobox", "main", {**values, **changed})
        return Access(store, catalog, clock=clock)

    def elsewhere(name: str, kind: object) -> Access:
        return Access(store, CatalogSignIn("photobox", name, kind, url), clock=clock)  # type: ignore[arg-type]

    cases: list[tuple[Access, type[CatalogUnavailableError]]] = [
        (elsewhere("other", OAUTH2), SignInMissingError),
        (elsewhere("main", OAUTH1), OtherKindError),
        (Access(store, CatalogSignIn("photobox", "main", OAUTH2)), OtherEndpointError),
    ]
    said: list[CatalogUnavailableError] = []
    raised: pytest.ExceptionInfo[CatalogUnavailableError]
    for case, error in cases:
        with pytest.raises(error) as raised:
            case.values()
        said.append(raised.value)
    changes: list[tuple[dict[str, object], type[CatalogUnavailableError]]] = [
        ({"ends": "2026-11-29T12:00:00"}, SignInExpiredError),
        ({"revoked": True}, SignInRevokedError),
    ]
    for changed, error in changes:
        with pytest.raises(error) as raised:
            with_values(**changed).values()
        said.append(raised.value)
    with pytest.raises(SignInExpiredError):
        with_values(refresh_token=None, expiry="2026-11-29T12:00:00").token()
    monkeypatch.setenv(KEY_VARIABLE, new_key())
    with pytest.raises(CredentialsUnusableError, match="cannot be decrypted") as raised:
        access.values()
    said.append(raised.value)
    monkeypatch.delenv(KEY_VARIABLE)
    with pytest.raises(CredentialsUnusableError, match="no key") as raised:
        access.values()
    said.append(raised.value)
    assert len({one.message for one in said}) == len(said)
    for one in said:
        assert isinstance(one, CatalogUnavailableError)
        assert one.hint and ("photosync auth" in one.hint or KEY_VARIABLE in one.hint)


def test_an_api_key_and_oauth1_values_are_read(store: CredentialStore, url: str) -> None:
    one = CatalogSignIn("photobox", "main", API_KEY, url)
    sign_in(store, one, Person([KEY]).dialogue())
    assert Access(store, one).values()["key"] == KEY
    two = CatalogSignIn("photobox", "two", OAUTH1, url)
    sign_in(store, two, Person(["test-key", "test-key-secret"]).dialogue())
    names = {"client_id", "client_secret", "token", "token_secret"}
    assert names <= Access(store, two).values().keys()


def test_passwords_of_netrc_are_not_sent(
    store: CredentialStore, url: str, service: Service, tmp_path: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    netrc = os.path.join(str(tmp_path), "netrc")
    with open(netrc, "w") as stream:
        stream.write("machine 127.0.0.1 login me password hunter2\n")
    monkeypatch.setenv("NETRC", netrc)
    seen: list[str] = []
    inner = service.app.app

    async def watching(scope: dict[str, object], receive: object, send: object) -> None:
        headers = dict(scope["headers"])  # type: ignore[call-overload]
        seen.append(headers.get(b"authorization", b"").decode())
        await inner(scope, receive, send)  # type: ignore[arg-type]

    service.app.app = watching  # type: ignore[assignment]
    person = Person(["test-client", "test-client-secret"])
    sign_in(store, CatalogSignIn("photobox", "main", OAUTH2, url), person.dialogue())
    assert seen and not [value for value in seen if value.startswith("Basic")]
