"""The stored sign-in of one catalog, as its client uses it: read, and renewed when due.

An access token is renewed by one process at a time; the others then read what that one stored. The
sign-in is forgotten only if the service says `invalid_grant`.
"""

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from photo_assets.model.errors import ConfigurationError
from photo_assets.sign_in.asking import TokenRefusedError, post_form
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.errors import (
    ClientRefusedError,
    CredentialsUnusableError,
    OtherEndpointError,
    OtherKindError,
    SignInExpiredError,
    SignInMissingError,
    SignInOutageError,
    SignInRevokedError,
)
from photo_assets.sign_in.protocol import ApiKey, CatalogSignIn, OAuth1, OAuth2, same_endpoint

_EARLY: Final = timedelta(seconds=240)
"""An access token is renewed this long before it expires; google-auth refuses one 225 s before."""

_WAITS_S: Final = (0.5, 1.0, 2.0)
"""Waits before a renewal is tried again after an outage."""

_INVALID_GRANT: Final = "invalid_grant"  # RFC 6749, 5.2: the grant is invalid, expired or revoked

Values = Mapping[str, Any]
Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the time as naive UTC: google-auth refuses to compare any other."""
    return datetime.now(UTC).replace(tzinfo=None)


def kind_of(catalog: CatalogSignIn) -> str:
    """Return the name under which the kind of a sign-in is stored."""
    kinds = {ApiKey: "api_key", OAuth1: "oauth1", OAuth2: "oauth2"}
    return kinds[type(catalog.sign_in)]


def token_values(reply: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return what is stored of a token endpoint's reply (RFC 6749, 5.1). Times are naive UTC.

    Raises `KeyError` or `ValueError` if it is not such a reply.
    """
    token = reply["access_token"]
    if not isinstance(token, str) or not token:
        raise ValueError("no access token")
    values: dict[str, Any] = {
        "access_token": token,
        "expiry": _after(now, reply.get("expires_in", 3600)),
    }
    if reply.get("refresh_token"):
        values["refresh_token"] = str(reply["refresh_token"])
    # Google states this for apps in testing: seven days.
    if reply.get("refresh_token_expires_in"):
        values["ends"] = _after(now, reply["refresh_token_expires_in"])
    return values


class Access:
    """The sign-in of one catalog. May be used by several threads.

    Every method raises a `SignInError` that says what is wrong and what to do. `clock` and `sleep`
    are for tests.
    """

    def __init__(
        self,
        store: CredentialStore,
        catalog: CatalogSignIn,
        *,
        clock: Clock = utc_now,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.catalog = catalog
        self._store = store
        self._clock = clock
        self._sleep = sleep
        self._known: Values | None = None

    def values(self) -> Values:
        """Return the stored values, checked to belong to this service and endpoint."""
        catalog = self.catalog
        try:
            values = self._store.read(catalog.source, catalog.name)
        except ConfigurationError as error:
            raise CredentialsUnusableError(error) from error
        if values is None:
            raise SignInMissingError(catalog)
        if values.get("revoked"):
            raise SignInRevokedError(catalog)
        if values["kind"] != kind_of(catalog):
            raise OtherKindError(catalog)
        if not same_endpoint(values["endpoint"], catalog.base):
            raise OtherEndpointError(catalog, values["endpoint"])
        if values.get("ends") and self._clock() >= datetime.fromisoformat(values["ends"]):
            raise SignInExpiredError(catalog, f"{values['ends'].replace('T', ' ')[:16]} UTC")
        return values

    def token(self) -> str:
        """Return a valid OAuth 2.0 access token; renew it if it is about to expire."""
        return str(self.renewed()["access_token"])

    def renewed(self, refused: str | None = None) -> Values:
        """Return the values with an access token that is valid and is not `refused`.

        `refused` is a token that the service did not accept although it should still be valid.
        """
        if self._known is not None and self._is_valid(self._known, refused):
            return self._known
        values = self.values()
        if not self._is_valid(values, refused):
            with self._store.exclusive(self.catalog.source, self.catalog.name):
                values = self.values()
                if not self._is_valid(values, refused):
                    values = self._renew(values)
        self._known = values
        return values

    def _is_valid(self, values: Values, refused: str | None) -> bool:
        if values["access_token"] == refused:
            return False
        return self._clock() + _EARLY < datetime.fromisoformat(values["expiry"])

    def _renew(self, values: Values) -> Values:
        catalog = self.catalog
        if not values.get("refresh_token"):
            raise SignInExpiredError(catalog, f"{values['expiry'].replace('T', ' ')[:16]} UTC")
        try:
            reply = self._reply(values)
            renewed = {**values, **token_values(reply, self._clock())}
        except TokenRefusedError as error:
            if error.code != _INVALID_GRANT:
                raise ClientRefusedError(catalog, str(error)) from None
            self._forget_tokens(values)
            raise SignInRevokedError(catalog) from None
        except (KeyError, ValueError, TypeError):
            raise SignInOutageError(catalog, "its reply holds no token") from None
        self._store.write(catalog.source, catalog.name, renewed)
        return renewed

    def _reply(self, values: Values) -> Mapping[str, Any]:
        assert isinstance(self.catalog.sign_in, OAuth2)
        form = {
            "grant_type": "refresh_token",
            "refresh_token": values["refresh_token"],
            "client_id": values["client_id"],
            "client_secret": values["client_secret"],
        }
        for wait in _WAITS_S:
            try:
                return post_form(self.catalog, self.catalog.sign_in.token_url, form)
            except SignInOutageError:
                self._sleep(wait)
        return post_form(self.catalog, self.catalog.sign_in.token_url, form)

    def _forget_tokens(self, values: Values) -> None:
        kept = ("kind", "endpoint", "account", "since", "client_id", "client_secret")
        left = {name: values[name] for name in kept if name in values}
        self._store.write(self.catalog.source, self.catalog.name, {**left, "revoked": True})


def _after(now: datetime, seconds: Any) -> str:
    return (now + timedelta(seconds=float(seconds))).isoformat(timespec="seconds")
