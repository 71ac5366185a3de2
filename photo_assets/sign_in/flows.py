"""Signing in: from the announcement to stored values, the same steps for every kind.

The steps of a kind are in `oauth1` and `oauth2`.
"""

import os
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from photo_assets.model.errors import ConfigurationError
from photo_assets.sign_in.access import Clock, kind_of, utc_now
from photo_assets.sign_in.asking import SignedInAccount
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.dialogue import Dialogue
from photo_assets.sign_in.errors import SignInFailedError, SignInOutageError, SignInRevokedError
from photo_assets.sign_in.permissions import not_granted, require_read_only
from photo_assets.sign_in.protocol import Account, ApiKey, CatalogSignIn, OAuth1, OAuth2

Values = Mapping[str, Any]
_THIS_MACHINE: Final = ("127.0.0.1", "::1", "localhost")


def sign_in(
    store: CredentialStore, catalog: CatalogSignIn, dialogue: Dialogue, clock: Clock = utc_now
) -> Account:
    """Sign in and store the values, in place of older ones. Return who signed in.

    Nothing is stored, and older values are kept, if the service does not answer, if a needed
    permission was not granted, or if one was granted that may write. Raises `SignInError`, and
    `ConfigurationError` if the key or the application's id is missing.
    """
    old = store.read(catalog.source, catalog.name)  # the key is checked before anybody signs in
    announce(catalog, dialogue)
    values = {
        "kind": kind_of(catalog),
        "endpoint": catalog.base,
        "since": clock().isoformat(timespec="seconds"),
        **_received(catalog, dialogue, old or {}, clock),
    }
    if "scopes" in values:  # otherwise the call below would be refused, for another reason
        require_read_only(catalog, values["scopes"])
    account = _checked(catalog, values)
    granted = account.granted if account.granted is not None else values.get("scopes", ())
    require_read_only(catalog, granted)
    for scope in not_granted(catalog, granted):
        dialogue.say(f"Not granted: {scope.name}. It lets photosync {scope.allows}.")
    stored = {**values, "account": account.name, "scopes": sorted(granted)}
    # Another process may be renewing the older sign-in, and would store its outcome over this one.
    with store.exclusive(catalog.source, catalog.name):
        store.write(catalog.source, catalog.name, stored)
    return account


def _checked(catalog: CatalogSignIn, values: Values) -> Account:
    """Ask the service who signed in. Raises `SignInError`, also for a reply of another form."""
    try:
        return catalog.sign_in.check(SignedInAccount(catalog, values))
    except SignInRevokedError:
        raise SignInFailedError(
            f"{catalog.sign_in.service} does not accept this sign-in of {catalog.label}.",
            hint=f"Check what you entered, then run `{catalog.command}` again.",
        ) from None
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise SignInOutageError(
            catalog, f"its reply is not as documented ({type(error).__name__})"
        ) from None


def announce(catalog: CatalogSignIn, dialogue: Dialogue) -> None:
    """Print what will be permitted, and the notes."""
    service = catalog.sign_in.service
    writes = any(scope.writes for scope in catalog.sign_in.scopes)
    only = "" if writes else " photosync only reads."
    dialogue.say(f"Signing {catalog.label} in to {service}.{only} It asks for:")
    for scope in catalog.sign_in.scopes:
        needed = "" if scope.required else " (optional)"
        dialogue.say(f"  {scope.name}{needed}: lets photosync {scope.allows}")
    for note in catalog.sign_in.notes:
        dialogue.say(f"Note: {note}")
    server = urlsplit(catalog.base)
    if server.scheme == "http" and server.hostname not in _THIS_MACHINE:
        dialogue.say(
            f"Note: {catalog.base} is not encrypted: others on the network can read along."
        )


def _received(
    catalog: CatalogSignIn, dialogue: Dialogue, old: Values, clock: Clock
) -> dict[str, Any]:
    match catalog.sign_in:
        case ApiKey() as kind:
            dialogue.say(kind.getting)
            key = dialogue.ask_secret("API key").strip()
            if not key or not key.isprintable() or " " in key:
                raise SignInFailedError(
                    "No API key was entered.", hint=f"Run `{catalog.command}` and enter it."
                )
            return {"key": key}
        case OAuth1():
            from photo_assets.sign_in.oauth1 import receive_token as receive_oauth1

            return receive_oauth1(catalog, _client(catalog, dialogue, old), dialogue)
        case OAuth2():
            from photo_assets.sign_in.oauth2 import receive_token as receive_oauth2

            return receive_oauth2(catalog, _client(catalog, dialogue, old), dialogue, clock)


def _client(catalog: CatalogSignIn, dialogue: Dialogue, old: Values) -> tuple[str, str]:
    """Return id and secret of the application: from the environment, the last sign-in, or asked."""
    kind = catalog.sign_in
    assert not isinstance(kind, ApiKey)
    client_id = os.environ.get(kind.id_env, "").strip()
    secret = os.environ.get(kind.secret_env, "").strip()
    if not (client_id and secret) and old.get("endpoint") == catalog.base:
        client_id = client_id or str(old.get("client_id") or "")
        secret = secret or str(old.get("client_secret") or "")
    if not (client_id and secret):
        dialogue.say(kind.registering)
        client_id = client_id or dialogue.ask(f"Application id ({kind.id_env})").strip()
        secret = secret or dialogue.ask_secret(f"Application secret ({kind.secret_env})").strip()
    if not (client_id and secret):
        raise ConfigurationError(
            f"{kind.service} needs the id and the secret of an application: {kind.id_env} and "
            f"{kind.secret_env} are not set.",
            hint=kind.registering,
        )
    return client_id, secret
