"""The check of signatures itself: the example of RFC 5849, and what it must refuse."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from requests_oauthlib import OAuth1
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from photo_assets_tests.services.faulty_app import FaultyApp
from photo_assets_tests.services.oauth.oauth1 import OAuth1Provider, ProblemError, Token
from photo_assets_tests.services.server import running

# RFC 5849, section 1.2: the photo that is printed.
EXAMPLE = (
    'OAuth realm="Photos", oauth_consumer_key="dpf43f3p2l4k3l03", '
    'oauth_token="nnch734d00sl2jdk", oauth_signature_method="HMAC-SHA1", '
    'oauth_timestamp="137131202", oauth_nonce="chapoH", '
    'oauth_signature="MdpQcU8iPSUjWoN%2FUDMsK2sui9I%3D"'
)
PATH = "/photos?file=vacation.jpg&size=original"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> OAuth1Provider:
    provider = OAuth1Provider(client=("dpf43f3p2l4k3l03", "kd94hf93k423kf44"))
    provider.tokens["nnch734d00sl2jdk"] = Token("pfkkdhi9sl3r4s00", "read")
    return provider


@pytest.fixture
def url(provider: OAuth1Provider) -> Iterator[str]:
    async def photos(request: Request) -> Response:
        try:
            token = await provider.token_of(request)
        except ProblemError as problem:
            return JSONResponse({"problem": str(problem)}, 401)
        return JSONResponse({"permission": token.permission})

    with running(FaultyApp(Starlette(routes=[Route("/photos", photos)]))) as address:
        yield address


def ask(url: str, **headers: str) -> dict[str, str]:
    session = requests.Session()
    session.trust_env = False
    answer: dict[str, str] = session.get(f"{url}{PATH}", headers=headers, timeout=30).json()
    return answer


def test_the_example_of_the_standard(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 137131210.0)
    wrong = EXAMPLE.replace("MdpQ", "NdpQ")
    assert ask(url, Authorization=wrong, Host="photos.example.net") == {
        "problem": "signature_invalid"
    }
    for _ in range(2):
        said = ask(url, Authorization=EXAMPLE, Host="photos.example.net")
    assert said == {"problem": "nonce_used"}, "the first one was right"


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"client_key": "other"}, "consumer_key_unknown"),
        ({"client_secret": "other"}, "signature_invalid"),
        ({"resource_owner_key": "other"}, "token_rejected"),
        ({"resource_owner_secret": "other"}, "signature_invalid"),
        ({"timestamp": "137131202"}, "timestamp_refused"),
        ({}, None),
    ],
)
def test_each_wrong_part_is_refused(url: str, change: dict[str, str], problem: str | None) -> None:
    right: dict[str, Any] = {
        "client_key": "dpf43f3p2l4k3l03",
        "client_secret": "kd94hf93k423kf44",
        "resource_owner_key": "nnch734d00sl2jdk",
        "resource_owner_secret": "pfkkdhi9sl3r4s00",
    }
    reply = requests.get(f"{url}{PATH}", auth=OAuth1(**{**right, **change}), timeout=30)
    assert reply.json() == ({"problem": problem} if problem else {"permission": "read"})
