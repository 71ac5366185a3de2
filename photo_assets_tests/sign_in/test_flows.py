"""Signing in at a service on a socket: what is said before, what is stored after, what is refused."""

import threading
import time
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from photo_assets.model.errors import ConfigurationError
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.errors import (
    SignInFailedError,
    SignInOutageError,
)
from photo_assets.sign_in.flows import announce, sign_in
from photo_assets.sign_in.protocol import ApiKey, CatalogSignIn
from photo_assets_tests.sign_in.service import (
    API_KEY,
    APP1,
    APP2,
    KEY,
    KINDS,
    OAUTH1,
    OAUTH2,
    PEOPLE,
    READ,
    Person,
    Service,
    catalog,
    follow,
    redirect_of,
    visit,
)


@pytest.mark.parametrize("name", KINDS)
def test_permissions_and_notes_are_said_first_and_the_values_stored_last(
    store: CredentialStore, url: str, service: Service, name: str
) -> None:
    kind, answers = KINDS[name]
    person = Person([*answers])
    account = sign_in(store, catalog(kind, url), person.dialogue())
    said = "\n".join(person.lines)
    for text in (kind.scopes[0].name, "list your photos", "only reads", "paying accounts"):
        assert text in said
    first_answer = said.index(kind.getting if isinstance(kind, ApiKey) else kind.registering)
    assert said.index("list your photos") < first_answer
    values = Access(store, catalog(kind, url)).values()
    assert account.name == values["account"] == ("ann@example.org" if name == "oauth2" else "ann")
    assert values["kind"] == name
    assert kind.scopes[0].name in values["scopes"]
    secrets = [*service.oauth1.secrets(), *service.oauth2.secrets(), KEY]
    assert not [secret for secret in secrets if secret in said]


@pytest.mark.parametrize(
    ("endpoint", "said"),
    [
        ("http://192.168.1.5:2283", True),
        ("http://127.0.0.1.example", True),
        ("http://127.0.0.1:2283", False),
        ("http://[::1]:2283", False),
        ("https://photos.example", False),
        (None, False),
    ],
)
def test_an_endpoint_that_is_not_encrypted_is_told(endpoint: str | None, said: bool) -> None:
    person = Person()
    announce(CatalogSignIn("photobox", "main", API_KEY, endpoint), person.dialogue())
    assert ("is not encrypted" in "".join(person.lines)) == said


@pytest.mark.parametrize("name", ["oauth2", "oauth1"])
def test_the_application_is_taken_from_the_environment(
    store: CredentialStore, url: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    kind, answers = KINDS[name]
    monkeypatch.setenv("PHOTOBOX_ID", answers[0])
    monkeypatch.setenv("PHOTOBOX_SECRET", answers[1])
    person = Person()
    sign_in(store, catalog(kind, url), person.dialogue())
    assert person.asked == []


@pytest.mark.parametrize("name", ["oauth2", "oauth1"])
def test_the_application_is_known_from_the_last_time(
    store: CredentialStore, url: str, name: str
) -> None:
    kind, answers = KINDS[name]
    sign_in(store, catalog(kind, url), Person([*answers]).dialogue())
    again = Person()
    sign_in(store, catalog(kind, url), again.dialogue())
    assert again.asked == []


@pytest.mark.parametrize("name", ["oauth2", "oauth1"])
def test_without_an_application_the_variables_are_named(
    store: CredentialStore, url: str, name: str
) -> None:
    with pytest.raises(ConfigurationError, match="PHOTOBOX_ID and PHOTOBOX_SECRET"):
        sign_in(store, catalog(KINDS[name][0], url), Person().dialogue())


def test_a_browser_elsewhere_oauth2(store: CredentialStore, url: str) -> None:
    """The page that the browser cannot open has the address to paste."""
    person = Person([*APP2, lambda lines: redirect_of(lines[-2].strip())])
    account = sign_in(store, catalog(OAUTH2, url), person.dialogue(paste=True))
    assert account.name == "ann@example.org"


def test_a_browser_elsewhere_oauth1(store: CredentialStore, url: str) -> None:
    def code(lines: list[str]) -> str:
        return follow(lines[-1].strip()).text.partition("<code>")[2].partition("</code>")[0]

    person = Person([*APP1, code])
    assert sign_in(store, catalog(OAUTH1, url), person.dialogue(paste=True)).name == "ann"


@pytest.mark.parametrize("pasted", ["", "nonsense", "http://127.0.0.1:1/?code=4%2Fx&state=other"])
def test_a_pasted_address_of_something_else_is_refused(
    store: CredentialStore, url: str, service: Service, pasted: str
) -> None:
    with pytest.raises(SignInFailedError, match="not completed"):
        sign_in(store, catalog(OAUTH2, url), Person([*APP2, pasted]).dialogue(paste=True))
    assert "/token" not in [arrival.path for arrival in service.app.log.all()]
    assert store.read("photobox", "main") is None


def test_an_answer_with_another_state_is_not_taken(store: CredentialStore, url: str) -> None:
    pages: list[int] = []

    def browse(address: str) -> None:
        asked = parse_qs(urlsplit(address).query)
        back = asked["redirect_uri"][0]

        def attack_and_follow() -> None:
            with httpx.Client(trust_env=False) as other:
                state = asked["state"][0]
                tried = (
                    *("favicon.ico", "?code=4%2Fevil&state=guessed", "?code=4%2Fevil"),
                    *(f"elsewhere?code=4%2Fevil&state={state}", f"?code=a&code=b&state={state}"),
                )
                pages.extend(other.get(back + query).status_code for query in tried)
            pages.append(follow(address).status_code)

        threading.Thread(target=attack_and_follow, daemon=True).start()

    person = Person([*APP2], browse=browse)
    assert sign_in(store, catalog(OAUTH2, url), person.dialogue()).name == "ann@example.org"
    assert pages == [404, 404, 404, 404, 404, 200]


def test_the_request_has_pkce_and_only_the_read_scopes(store: CredentialStore, url: str) -> None:
    seen = []

    def browse(address: str) -> None:
        seen.append(parse_qs(urlsplit(address).query))
        visit(address)

    sign_in(store, catalog(OAUTH2, url), Person([*APP2], browse=browse).dialogue())
    (asked,) = seen
    assert asked["scope"] == [f"{READ} {PEOPLE}"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["access_type"] == ["offline"]
    assert len(asked["state"][0]) >= 64
    assert asked["redirect_uri"][0].startswith("http://127.0.0.1:")


def test_a_wrong_verifier_is_refused_by_the_stand_in(url: str) -> None:
    """The stand-in checks PKCE; otherwise the test above would show nothing."""
    query = (
        "response_type=code&client_id=test-client&state=s&code_challenge_method=S256"
        "&code_challenge=abc&redirect_uri=http://127.0.0.1:9/"
    )
    code = parse_qs(urlsplit(redirect_of(f"{url}/o/oauth2/v2/auth?{query}")).query)["code"][0]
    reply = httpx.post(
        f"{url}/token",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "client_id": "test-client",
            "client_secret": "test-client-secret",
            "redirect_uri": "http://127.0.0.1:9/",
            "code_verifier": "guessed",
        },
        trust_env=False,
    )
    assert reply.json()["error"] == "invalid_grant"


def test_a_person_who_declines(store: CredentialStore, url: str, service: Service) -> None:
    service.oauth2.declines = True
    with pytest.raises(SignInFailedError, match="access was declined"):
        sign_in(store, catalog(OAUTH2, url), Person([*APP2]).dialogue())


@pytest.mark.parametrize("name", ["oauth2", "oauth1"])
@pytest.mark.parametrize("pasted", ["", "  "])
def test_nothing_is_pasted(store: CredentialStore, url: str, name: str, pasted: str) -> None:
    kind, answers = KINDS[name]
    with pytest.raises(SignInFailedError, match="what was pasted is not") as caught:
        sign_in(store, catalog(kind, url), Person([*answers, pasted]).dialogue(paste=True))
    assert "--paste" not in str(caught.value.hint)


def test_a_wrong_code_is_not_taken_for_a_wrong_application(
    store: CredentialStore, url: str
) -> None:
    kind, answers = KINDS["oauth1"]
    with pytest.raises(SignInFailedError, match="does not accept the code") as caught:
        sign_in(store, catalog(kind, url), Person([*answers, "111-222"]).dialogue(paste=True))
    assert "application" not in str(caught.value.hint)


@pytest.mark.parametrize("name", ["oauth2", "oauth1"])
def test_a_browser_that_never_comes_back(store: CredentialStore, url: str, name: str) -> None:
    kind, answers = KINDS[name]
    person = Person([*answers], browse=lambda _address: None)
    with pytest.raises(SignInFailedError, match="--paste"):
        sign_in(store, catalog(kind, url), person.dialogue(wait_s=0.05))


def test_a_renewal_that_ends_later_does_not_replace_a_new_sign_in(
    store: CredentialStore, url: str, service: Service
) -> None:
    one = catalog(API_KEY, url)
    signing_in = threading.Thread(target=sign_in, args=(store, one, Person([KEY]).dialogue()))
    with store.exclusive("photobox", "main"):
        signing_in.start()
        while "/me" not in [arrival.path for arrival in service.app.log.all() if arrival.status]:
            time.sleep(0.01)
        signing_in.join(0.2)
        store.write("photobox", "main", {"revoked": True})
    signing_in.join()
    assert Access(store, one).values()["key"] == KEY


@pytest.mark.parametrize("reply", [{}, [], "ann", {"name": "ann", "scopes": 3}])
def test_a_reply_of_another_form_is_an_outage(
    store: CredentialStore, url: str, service: Service, reply: object
) -> None:
    service.says = reply
    with pytest.raises(SignInOutageError, match="not as documented"):
        sign_in(store, catalog(API_KEY, url), Person([KEY]).dialogue())


def test_the_end_of_a_test_sign_in_is_stored(
    store: CredentialStore, url: str, service: Service
) -> None:
    service.oauth2.grant_lifetime_s = 7 * 86_400
    now = datetime(2026, 11, 29, 12)
    sign_in(store, catalog(OAUTH2, url), Person([*APP2]).dialogue(), clock=lambda: now)
    values = Access(store, catalog(OAUTH2, url), clock=lambda: now).values()
    assert values["ends"] == "2026-12-06T12:00:00"
    assert values["expiry"] == "2026-11-29T13:00:00"
