"""Signing in on a terminal: which catalog is meant, prompts, the browser, and what is printed."""

import os
import sys
import threading
import webbrowser
from datetime import datetime
from typing import Any

import click

from photo_assets.catalogs.sign_ins import configured_sign_ins, required_keys, services
from photo_assets.catalogs.smugmug.renaming_sign_in import SOURCE as NAMES
from photo_assets.cli.failures import AttentionError
from photo_assets.cli.terminal import print_json, print_table, say, shown
from photo_assets.model.errors import ConfigurationError
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.dialogue import Dialogue
from photo_assets.sign_in.ending import end_sign_in
from photo_assets.sign_in.errors import (
    KEY_VARIABLE,
    KeyMissingError,
    SignInError,
    SignInOutageError,
)
from photo_assets.sign_in.flows import sign_in
from photo_assets.sign_in.keys import find_key, keep_in_keyring, new_key
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets.sign_in.state import SignInState, sign_in_state
from photo_assets.workspace import Workspace


def sign_in_to(
    workspace: Workspace, source: str, name: str | None, *, paste: bool, browser: bool
) -> None:
    """Sign in to a catalog. Raises `SignInError` or `ConfigurationError`."""
    catalog = chosen_catalog(workspace, source, name)
    _make_first_key(workspace.credentials)
    dialogue = Dialogue(
        say=lambda line: say(shown(line)),
        ask=_ask,
        ask_secret=_ask_secret,
        open_browser=open_browser if browser else lambda _address: None,
        paste=paste,
    )
    account = sign_in(workspace.credentials, catalog, dialogue)
    say(f"Signed {catalog.label} in as {shown(account.name)}. Check it: photosync doctor")


def revoke_sign_in(workspace: Workspace, source: str, name: str | None, *, local: bool) -> None:
    """Revoke and forget a sign-in, and print what was done."""
    catalog = chosen_catalog(workspace, source.replace("-", "_").lower(), name, stored=True)
    try:
        revoked = end_sign_in(workspace.credentials, catalog, tell_service=not local)
    except SignInOutageError as error:
        only_here = f"photosync auth revoke {catalog.source} {catalog.name} --local"
        raise SignInError(
            error.message,
            hint=f"{error.hint} To forget it here without telling the service: {only_here}",
        ) from error
    if revoked:
        say(f"The sign-in of {catalog.label} was revoked and forgotten.")
        return
    say(f"The sign-in of {catalog.label} was forgotten here, but not revoked at the service.")
    if catalog.sign_in.ending:
        say(catalog.sign_in.ending)


def print_sign_ins(workspace: Workspace, *, as_json: bool) -> None:
    """Print the state of every sign-in. Raises `AttentionError` if one is missing."""
    states = [sign_in_state(workspace.credentials, one) for one in configured_sign_ins(workspace)]
    if as_json:
        print_json({"catalogs": [_document(state) for state in states]})
    elif not states:
        say("No online catalog is configured.")
    else:
        columns = ("catalog", "signed in as", "since", "ends", "may")
        print_table(columns, [_row(state) for state in states])
        # A fault of the key is the same for all of them.
        for fault in dict.fromkeys(shown(state.fault) for state in states if state.fault):
            say(f"! {fault}")
    if any(state.fault for state in states):
        raise AttentionError


def show_key(workspace: Workspace, *, keyring: bool) -> None:
    """Print the key, or store it in the keyring. Raises `KeyMissingError`."""
    try:
        key = find_key().text
    except KeyMissingError as error:
        _require_no_other_key(workspace.credentials, error)
        key = new_key()
        say("This key is new. Keep a copy in a safe place.", error=True)
    if keyring:
        if keep_in_keyring(key).text != key:
            raise KeyMissingError(
                "The keyring already holds another key, which was kept.",
                hint=f"Unset {KEY_VARIABLE} to use that one.",
            )
        say("The key is in the keyring.")
        return
    say(f"Set {KEY_VARIABLE} to this, for photosync and for the Dagster daemon:", error=True)
    say(key)


def _make_first_key(store: CredentialStore) -> None:
    """Make a key and keep it in the keyring, if there is neither a key nor a use for an old one."""
    try:
        find_key()
    except KeyMissingError as error:
        _require_no_other_key(store, error)
        try:
            keep_in_keyring(new_key())
        except KeyMissingError:
            raise error from None
        say("A new key that encrypts your credentials was stored in the keyring.")
        say(f"Programs without access to it need {KEY_VARIABLE}: photosync auth key")


def _require_no_other_key(store: CredentialStore, missing: KeyMissingError) -> None:
    """Raise `missing` if a new key would be useless: for old credentials, or beside a wrong one."""
    if store.file.exists():
        raise KeyMissingError(
            missing.message,
            hint=f"Set {KEY_VARIABLE} to the key that {store.file} was encrypted with. If that key "
            "is lost, move the file away, and run: photosync auth key",
        )
    if os.environ.get(KEY_VARIABLE, "").strip():
        raise KeyMissingError(
            missing.message, hint=f"Unset {KEY_VARIABLE}, and run: photosync auth key"
        )


def chosen_catalog(
    workspace: Workspace, source: str, name: str | None, *, stored: bool = False
) -> CatalogSignIn:
    """Return the catalog that is meant; `stored`: also one that is no longer configured."""
    known = services()
    if source not in known:
        raise click.UsageError(
            f"There is no service {source!r} to sign in to. There are: {', '.join(known)}."
        )
    found = [one for one in configured_sign_ins(workspace) if one.source == source]
    if stored:
        store, configured = workspace.credentials, {one.name for one in found}
        for other in [n for s, n in store.catalogs() if s == source and n not in configured]:
            endpoint = (store.read(source, other) or {}).get("endpoint")
            found.append(CatalogSignIn(source, other, known[source], endpoint))
    if name is not None:
        found = [one for one in found if one.name == name]
    if not found:
        if source == NAMES:
            raise ConfigurationError(
                "`albums.rename` in photosync.yaml does not list this catalog.",
                hint=f"Add it, for instance `albums: {{rename: [smugmug/{name or 'main'}]}}`.",
            )
        of_source = sorted(workspace.settings.catalogs.of(source))
        keyed = [other for other in of_source if name in (None, other)]
        if keyed:
            raise ConfigurationError(
                f"{source}/{keyed[0]} needs no sign-in: its settings name a key.",
                hint="Check it: photosync doctor",
            )
        wanted = f"{source}/{name}" if name else f"catalog of {source}"
        keys = ", ".join(f"{key}: ..." for key in required_keys(source))
        raise ConfigurationError(
            f"photosync.yaml has no {wanted}.",
            hint=f"Add it below `catalogs:`, for instance "
            f"`{source}: {{{name or 'main'}: {{{keys}}}}}`.",
        )
    if len(found) > 1:
        names = ", ".join(one.name for one in found)
        raise click.UsageError(f"There are several catalogs of {source}: {names}. Name one.")
    return found[0]


def _ask(question: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    answer: str = click.prompt(question, default="", show_default=False)
    return answer


def _ask_secret(question: str) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    answer: str = click.prompt(
        f"{question} (not shown)", default="", show_default=False, hide_input=True
    )
    return answer


def open_browser(address: str) -> None:
    """Open a browser with a window; one for terminals would take this one.

    In a thread: the command in $BROWSER may return only when the browser ends.
    """
    windows = ("BROWSER", "DISPLAY", "WAYLAND_DISPLAY")
    if sys.platform == "darwin" or any(os.environ.get(name) for name in windows):
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()


def _row(state: SignInState) -> tuple[object, ...]:
    return (
        state.catalog.label,
        state.account or "",
        _day(state.since),
        _day(state.ends),
        ", ".join(state.scopes),
    )


def _day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _document(state: SignInState) -> dict[str, Any]:
    return {
        "catalog": state.catalog.label,
        "service": state.catalog.sign_in.service,
        "signed_in": state.fault is None,
        "account": state.account,
        "since": state.since.isoformat() + "Z" if state.since else None,
        "ends": state.ends.isoformat() + "Z" if state.ends else None,
        "scopes": list(state.scopes),
        "fault": state.fault.message if state.fault else None,
        "fix": state.fault.hint if state.fault else None,
    }
