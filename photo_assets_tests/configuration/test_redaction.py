"""Redaction of messages. `hunter2secret` and similar values represent secrets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.configuration.redaction import redact, shown
from photo_assets_tests.cost import processor_seconds

SECRET = "hunter2secret"
JWT = f"eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoic2VydmljZV9yb2xlIn0.{SECRET}"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"Authorization: Basic {SECRET}",
        f"authorization: {SECRET}",
        f"{{'Authorization': 'Bearer {SECRET}', 'Accept': 'x'}}",
        f'{{"authorization":"{SECRET}"}}',
        f"[(b'authorization', b'{SECRET}')]",
        f"Illegal header value b'Bearer {SECRET}\\n'",
        "got Basic bWU6aHVudGVyMnNlY3JldA== instead",
        f"apikey: {SECRET}",
        f'{{"apikey": "{SECRET}"}}',
        f"X-API-Key: {SECRET}",
        f"Set-Cookie: session={SECRET}; Path=/",
        f"Cookie: a=b; session={SECRET}",
        f"bearer {SECRET}",
        f"token ntn_{SECRET} is invalid",
        f"token secret_{SECRET} is invalid",
        f"sb_secret_{SECRET}",
        f"sbp_{SECRET}",
        f"key {JWT}, please",
        f"https://x.example/file?X-Amz-Algorithm=A&X-Amz-Signature={SECRET}&x-id=GetObject",
        f"https://x.example/file?X-Amz-Credential={SECRET}",
        f"https://x.example/file?X-Amz-Security-Token={SECRET}",
        f"https://x.example/file?X-Goog-Signature={SECRET}",
        f"https://x.example/file?Expires=1&Signature={SECRET}&Key-Pair-Id=K",
        f"https://x.blob.example/file?sv=2022&sig={SECRET}",
        f"https://x.example/cb?access_token={SECRET}&x=1",
        f"https://x.example/cb?refresh_token={SECRET}",
        f"https://x.example/cb?client_secret={SECRET}",
        f"postgresql://me:{SECRET}@db.example/photos",
        f"postgresql://me:p@{SECRET}@db.example/photos",
        f"connection to postgresql://{SECRET}@db.example failed",
        f"host=db user=me password={SECRET} dbname=x",
        f'{{"password": "{SECRET}", "user": "me"}}',
        f"{{'access_token': '{SECRET}'}}",
        f"https://x.example/file?api_key={SECRET}",
        f"Unable to find the server at me:{SECRET}@127.0.0.1",
        f"Invalid reserved character(s) in header value: '{SECRET}\\n'",
        f"http://127.0.0.1:5000/?state=x&code={SECRET}",
        f"https://x.example/v1?key={SECRET}&alt=json",
        f'OAuth oauth_nonce="1", oauth_token="{SECRET}", oauth_version="1.0"',
        f"b'Authorization': b'OAuth oauth_version=\"1.0\", oauth_signature=\"{SECRET}\"'",
        f"Normalized params: oauth_nonce=1&oauth_token={SECRET}&oauth_version=1.0",
        f"POST&https%3A%2F%2Fx.example%2F&oauth_nonce%3D1%26oauth_token%3D{SECRET}%26oauth_version",
        f"GET&https%3A%2F%2Fx.example&access_token%253D{SECRET}%2526x",
        f"Collected params: [('oauth_nonce', '1'), ('oauth_token', '{SECRET}')]",
        f"<Client client_key={SECRET}, client_secret=****>",
        f"<Client resource_owner_key={SECRET}, verifier=None>",
        f"<Client client_secret=****, verifier={SECRET}>",
        f"grant_type=authorization_code&code_verifier={SECRET}",
        f"{{'refresh_token': '{SECRET}', 'expires_in': 3599}}",
        f"[(b'refresh_token', b'{SECRET}')]",
        f"PHOTOSYNC_KEY={SECRET}",
        f"token ya29.{SECRET}_x",
        f"token 1//0{SECRET}-aaaaaaaaaaaaaaaa",
        f"4/0{SECRET}-aaaaaaaaaaaaaaaaaa",
        f"secret GOCSPX-{SECRET}",
    ],
)
def test_secrets_that_can_be_recognized_are_not_shown(text: str) -> None:
    hidden = redact(text)
    assert SECRET not in hidden
    assert "bWU6" not in hidden
    assert "***" in hidden
    assert redact(hidden).count(SECRET) == 0


@pytest.mark.parametrize(
    "text",
    [
        "/mnt/photos/2024/Basic training/IMG_0001.JPG",
        "me@example.org",
        "https://example.org/a@b",
        "https://api.example/v1/pages/3c90c3cc0d444b5088888dd25736052a?page_size=100",
        "The service answered 409: Conflict occurred while saving. Please try again.",
        "expected 200 rows, got 199",
        "design=new",
        "Basic concepts of Bearer tokens",
        "a secret: nobody knows",
        "repeat service=flickr call='photos' code=429 key=1",
        "1/40000000000000000000000000000 s and 4/0 of 4",
        "/photos/1//02024-05-06-IMG_0001.JPG",
        "verifier, token and secret",
        "/photos/12:30@home.jpg and caption: me@example.org",
        "the header value: none",
        "oauth_problem in a reply",
    ],
)
def test_other_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_given_secrets_are_not_shown_in_any_form() -> None:
    secret = "a/b+c d=="
    text = f"x {secret} y a%2Fb%2Bc%20d%3D%3D z a%2Fb%2Bc+d%3D%3D"
    assert redact(text, [secret]) == "x *** y *** z ***"


def test_a_secret_inside_another_does_not_leave_its_rest() -> None:
    assert redact("key abcdefgh", ["abcd", "abcdefgh"]) == "key ***"


def test_an_empty_or_tiny_secret_does_not_redact_everything() -> None:
    assert redact("a banana", ["", "a"]) == "a banana"


def test_text_is_redacted_before_it_is_cut() -> None:
    text = "x" * 85 + f" Bearer {SECRET}"
    assert "hunt" not in shown(text)


@given(before=st.text(), after=st.text(), secret=st.text(min_size=4))
def test_a_given_secret_never_comes_through(before: str, after: str, secret: str) -> None:
    if secret in "***" or any(secret[:n] in "***" for n in range(1, 4)):
        return
    hidden = redact(before + secret + after, [secret])
    assert secret not in hidden or secret in redact(before + "***" + after)


@pytest.mark.parametrize("part", ["x", "_", "a_", "token", "x="])
def test_a_long_text_costs_no_more_than_its_length(part: str) -> None:
    with processor_seconds(10):  # what grows with the square takes minutes
        redact(part * (200_000 // len(part)))
