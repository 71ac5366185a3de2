"""HTTP requests of a sign-in itself: to token endpoints, and GETs that ask who signed in.

Replies are classified here once: a refusal that the service words as such, or an outage. Each
request is sent once; redirects are not followed, so no secret goes to another address.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from photo_assets.configuration.redaction import redact
from photo_assets.model.errors import ConfigurationError
from photo_assets.service_calls.client_logs import silence_clients
from photo_assets.service_calls.http import classify_http
from photo_assets.sign_in.errors import (
    ClientRefusedError,
    SignInOutageError,
    SignInRevokedError,
    code_refused,
)
from photo_assets.sign_in.protocol import ApiKey, CatalogSignIn, OAuth1

if TYPE_CHECKING:
    import requests

TIMEOUT_S: Final = 30.0
_LONGEST_REASON: Final = 200
_LONGEST_REPLY: Final = 10_000

Values = Mapping[str, Any]


class TokenRefusedError(Exception):
    """A token endpoint refused the request in its own words. `code` is one of RFC 6749, 5.2."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}" if description else code)
        self.code = code


def post_form(catalog: CatalogSignIn, url: str, form: Mapping[str, str]) -> dict[str, Any]:
    """Return the JSON object of a token endpoint's reply; {} for an empty success.

    Raises `TokenRefusedError`, and `SignInOutageError` for every other failure.
    """
    http = _requests()
    reply = _sent(
        catalog,
        tuple(form.values()),
        lambda: http.post(
            catalog.url(url),
            data=dict(form),
            headers={"Accept": "application/json"},
            auth=_unchanged,
            timeout=TIMEOUT_S,
            allow_redirects=False,
        ),
    )
    document = _json(reply)
    if 200 <= reply.status_code < 300 and (isinstance(document, dict) or not reply.content):
        return document or {}
    if 400 <= reply.status_code < 500 and isinstance(document, dict):
        code, description = document.get("error"), document.get("error_description")
        if isinstance(code, str):
            secrets = tuple(form.values())
            raise TokenRefusedError(_short(code, secrets), _short(str(description or ""), secrets))
    raise SignInOutageError(catalog, f"status {reply.status_code}, and not a token's reply")


def post_signed(
    catalog: CatalogSignIn, url: str, client: tuple[str, str], **signing: Any
) -> dict[str, str]:
    """Return the token of an OAuth 1.0a endpoint (RFC 5849, 2.1 and 2.3).

    `signing` are further arguments of `requests_oauthlib.OAuth1`. Raises `ClientRefusedError`,
    `SignInFailedError` for a wrong code, and `SignInOutageError` for every other failure.
    """
    http = _requests()
    from requests_oauthlib import OAuth1 as Signature

    reply = _sent(
        catalog,
        (client[1], *signing.values()),
        lambda: http.post(
            catalog.url(url),
            auth=Signature(*client, **signing),
            timeout=TIMEOUT_S,
            allow_redirects=False,
        ),
    )
    # Not the rest of the reply: it may repeat what was signed.
    answer = dict(parse_qsl(reply.text)) if len(reply.content) < _LONGEST_REPLY else {}
    if reply.status_code == 200 and answer.get("oauth_token") and "oauth_token_secret" in answer:
        return answer
    problem = answer.get("oauth_problem")
    if problem == "verifier_invalid":
        raise code_refused(catalog)
    if reply.status_code in (400, 401, 403) or (reply.status_code == 200 and problem):
        raise ClientRefusedError(catalog, _short(problem or f"status {reply.status_code}", ()))
    raise SignInOutageError(catalog, f"status {reply.status_code}, and not a token's reply")


class SignedInAccount:
    """An account with values that were just received or stored, to be asked who it is."""

    def __init__(self, catalog: CatalogSignIn, values: Values) -> None:
        self._catalog = catalog
        self.values = values

    def get(self, url: str, **parameters: str) -> Any:
        """Return the JSON of an authorized GET.

        Raises `SignInRevokedError` if the service does not accept the values,
        `ClientRefusedError` for another refusal, otherwise `SignInOutageError`.
        """
        http = _requests()
        reply = _sent(
            self._catalog,
            secrets_of(self.values),
            lambda: http.get(
                self._catalog.url(url),
                params=parameters,
                headers={"Accept": "application/json"},
                auth=_authorization(self._catalog, self.values),
                timeout=TIMEOUT_S,
                allow_redirects=False,
            ),
        )
        if reply.status_code == 401:
            raise SignInRevokedError(self._catalog)
        document = _json(reply)
        if reply.status_code in (400, 403, 404) and isinstance(document, dict):
            why = _said(document) or f"status {reply.status_code}"
            raise ClientRefusedError(self._catalog, _short(why, secrets_of(self.values)))
        if reply.status_code != 200 or document is None:
            raise SignInOutageError(
                self._catalog, f"status {reply.status_code}, and not the expected reply"
            )
        return document


def secrets_of(values: Values) -> tuple[str, ...]:
    """Return the values that must never be shown."""
    names = ("key", "token", "token_secret", "access_token", "refresh_token", "client_secret")
    return tuple(str(values[name]) for name in names if values.get(name))


def outage(catalog: CatalogSignIn, error: Exception, secrets: tuple[str, ...]) -> SignInOutageError:
    """Return the error for a request that got no reply."""
    fault = classify_http(error)
    why = fault.message if fault else f"{type(error).__name__}: {error}"
    return SignInOutageError(catalog, _short(why, secrets))


def _sent(
    catalog: CatalogSignIn, secrets: tuple[str, ...], send: "Callable[[], requests.Response]"
) -> "requests.Response":
    try:
        return send()
    except _requests().RequestException as error:
        raise outage(catalog, error, secrets) from None


def _authorization(
    catalog: CatalogSignIn, values: Values
) -> "Callable[[requests.PreparedRequest], requests.PreparedRequest]":
    sign_in = catalog.sign_in
    if isinstance(sign_in, OAuth1):
        from requests_oauthlib import OAuth1 as Signature

        signature: Callable[[requests.PreparedRequest], requests.PreparedRequest] = Signature(
            values["client_id"],
            values["client_secret"],
            values["token"],
            values["token_secret"],
        )
        return signature
    if isinstance(sign_in, ApiKey):
        name, value = sign_in.header, str(values["key"])
    else:
        name, value = "Authorization", f"Bearer {values['access_token']}"

    def authorize(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        request.headers[name] = value
        return request

    return authorize


def _unchanged(request: "requests.PreparedRequest") -> "requests.PreparedRequest":
    """Authorize nothing. Without this, requests adds the host's password from ~/.netrc."""
    return request


def _json(reply: "requests.Response") -> Any:
    try:
        return reply.json()
    except ValueError:
        return None


def _said(document: Mapping[str, Any]) -> str:
    """Return the message of an error's document; Google has it one level deeper than others."""
    error = document.get("error")
    inner = error if isinstance(error, dict) else document
    message = inner.get("message")
    return message if isinstance(message, str) else ""


def _short(text: str, secrets: tuple[str, ...]) -> str:
    return " ".join(redact(text, secrets).split())[:_LONGEST_REASON].rstrip(".")


def _requests() -> Any:
    try:
        import requests
    except ImportError:
        raise ConfigurationError(
            "The package requests is not installed, which signs in to online services.",
            hint="pip install 'photo_assets[sign-in]' -c deploy/constraints.txt",
        ) from None
    silence_clients()
    return requests
