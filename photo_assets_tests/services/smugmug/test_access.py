"""Who gets in: signatures, levels of access, the sign-in of OAuth 1.0a, the rate limit."""

import re
from urllib.parse import parse_qs, urlsplit

import requests
from requests_oauthlib import OAuth1Session

from photo_assets_tests.services.smugmug.conftest import Client
from photo_assets_tests.services.smugmug.server import SmugMugServer
from photo_assets_tests.time_limit import PATIENCE_S


def test_a_wrong_secret_gets_the_body_of_a_401(server: SmugMugServer) -> None:
    wrong = Client(server, token_secret="other")
    assert wrong.get("!authuser") == {"Code": 401, "Message": "oauth_problem=signature_invalid"}
    unknown = Client(server, api_key="other")
    assert unknown.get("!authuser")["Message"] == "oauth_problem=consumer_key_unknown"
    server.api.oauth.revoke()
    assert Client(server).get("!authuser")["Message"] == "oauth_problem=token_rejected"
    plain = requests.get(server.base_url + "/api/v2!authuser", timeout=PATIENCE_S)
    assert (plain.status_code, plain.json()["Code"]) == (401, 401)


def test_a_request_that_is_sent_twice_is_refused(server: SmugMugServer, client: Client) -> None:
    url = server.base_url + "/api/v2!authuser"
    signed = client.session.prepare_request(requests.Request("GET", url))
    sent = [client.session.send(signed, timeout=PATIENCE_S).json() for _ in range(2)]
    assert [reply["Code"] for reply in sent] == [200, 401]
    assert sent[1]["Message"] == "oauth_problem=nonce_used"


def test_a_visitor_sees_less_than_the_owner(server: SmugMugServer, client: Client) -> None:
    library = server.library
    library.add_album("Open")
    library.add_album("Closed", privacy="Private")
    path = f"/user/{library.nickname}!albums"
    assert client.get("!authuser")["Response"]["User"]["ResponseLevel"] == "Full"
    assert len(client.get(path)["Response"]["Album"]) == 2
    server.settings.access = "Public"
    assert client.get("!authuser")["Response"]["User"]["ResponseLevel"] == "Public"
    (album,) = client.get(path)["Response"]["Album"]
    assert album["Name"] == "Open"
    assert "Privacy" not in album


def test_reading_permission_allows_no_change(server: SmugMugServer, client: Client) -> None:
    album = server.library.add_album("A")
    url = f"{server.base_url}/api/v2/album/{album.key}"
    reply = client.session.patch(url, json={"Name": "B"}, timeout=PATIENCE_S)
    assert reply.status_code == 401
    assert reply.json()["Message"] == "The user has not granted the required permissions"
    assert album.node.name == "A"


def test_the_sign_in_flow_ends_in_a_token(server: SmugMugServer) -> None:
    root = server.base_url + "/services/oauth/1.0a"
    settings = server.settings
    session = OAuth1Session(settings.api_key, settings.api_secret, callback_uri="oob")
    session.fetch_request_token(f"{root}/getRequestToken")
    address = session.authorization_url(f"{root}/authorize", Access="Full", Permissions="Read")
    shown = re.search("<code>(.*)</code>", requests.get(address, timeout=PATIENCE_S).text)
    assert shown is not None
    token = session.fetch_access_token(f"{root}/getAccessToken", verifier=shown[1])
    assert token["oauth_token_secret"] in server.api.oauth.secrets()
    user = session.get(server.base_url + "/api/v2!authuser").json()["Response"]["User"]
    assert user["ResponseLevel"] == "Full"


def test_access_stays_as_first_given(server: SmugMugServer) -> None:
    root = server.base_url + "/services/oauth/1.0a"
    settings = server.settings
    for access in ("Public", "Full"):
        session = OAuth1Session(
            settings.api_key, settings.api_secret, callback_uri="http://127.0.0.1:1/back"
        )
        session.fetch_request_token(f"{root}/getRequestToken")
        address = session.authorization_url(f"{root}/authorize", Access=access)
        sent = requests.get(address, allow_redirects=False, timeout=PATIENCE_S)
        assert "oauth_verifier" in parse_qs(urlsplit(sent.headers["location"]).query)
        assert settings.access == "Public"


def test_the_window_is_told_and_kept(server: SmugMugServer, client: Client) -> None:
    server.settings.window_calls = 2
    url = server.base_url + "/api/v2!authuser"
    replies = [client.session.get(url, timeout=PATIENCE_S) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [200, 200, 429]
    assert [reply.headers["X-RateLimit-Remaining"] for reply in replies] == ["1", "0", "0"]
    assert int(replies[2].headers["Retry-After"]) >= 1
    assert int(replies[2].headers["X-RateLimit-Reset"]) > 10**9
