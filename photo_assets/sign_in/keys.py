"""The key that encrypts the credentials: from the environment, else from the system's keyring.

The key is never stored beside the credentials.
"""

import base64
import binascii
import os
from dataclasses import dataclass, field
from typing import Any, Final

from photo_assets.model.errors import ConfigurationError
from photo_assets.sign_in.errors import KEY_VARIABLE, KeyMissingError

_SERVICE: Final = "photosync"
_USER: Final = "credentials key"
_KEY_BYTES: Final = 32  # Fernet: 16 to sign with, 16 to encrypt with

HOW_TO_MAKE_ONE: Final = (
    f"Run `photosync auth key`, and set {KEY_VARIABLE} to the key that it prints, for photosync "
    "and for the Dagster daemon. Keep a copy in a safe place."
)


@dataclass(frozen=True, slots=True)
class Key:
    """A Fernet key, and where it came from, for people."""

    text: str = field(repr=False)
    origin: str


def new_key() -> str:
    """Return a new random key, in the form of `PHOTOSYNC_KEY`."""
    return base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode()


def find_key() -> Key:
    """Return the key. Raises `KeyMissingError` if there is none, or one of another form."""
    text = os.environ.get(KEY_VARIABLE, "").strip()
    if text:
        return Key(_of_right_form(text, KEY_VARIABLE), KEY_VARIABLE)
    stored, why = _from_keyring()
    if stored:
        return Key(_of_right_form(stored, "the keyring"), "the keyring")
    raise KeyMissingError(
        f"There is no key to encrypt credentials with: {KEY_VARIABLE} is not set, and {why}.",
        hint=HOW_TO_MAKE_ONE,
    )


def keep_in_keyring(key: str) -> Key:
    """Store the key in the keyring and return it. Raises `KeyMissingError` if it cannot be kept.

    An existing key there is kept and returned instead: credentials may depend on it.
    """
    stored, _ = _from_keyring()
    if not stored:
        try:
            _keyring().set_password(_SERVICE, _USER, key)
        except Exception as error:  # each system has classes of its own
            raise _unkept(_reason(error)) from None
        stored, _ = _from_keyring()
    if not stored:
        raise _unkept("the keyring did not keep it")
    return Key(_of_right_form(stored, "the keyring"), "the keyring")


def _from_keyring() -> tuple[str | None, str]:
    try:
        return _keyring().get_password(_SERVICE, _USER), "the keyring holds none"
    except ConfigurationError as error:
        return None, error.message
    except Exception as error:  # without a desktop even reading raises
        return None, _reason(error)


def _keyring() -> Any:
    try:
        import keyring
    except ImportError:
        raise KeyMissingError("the package keyring is not installed") from None
    return keyring


def _reason(error: Exception) -> str:
    names = {kind.__name__ for kind in type(error).__mro__}
    if "KeyringLocked" in names:
        return "the keyring is locked"
    if isinstance(error, ConfigurationError):
        return error.message
    return f"this machine has no keyring that can be used ({type(error).__name__})"


def _unkept(why: str) -> KeyMissingError:
    return KeyMissingError(f"The key cannot be stored: {why}.", hint=HOW_TO_MAKE_ONE)


def _of_right_form(text: str, origin: str) -> str:
    try:
        right = len(base64.b64decode(text, altchars=b"-_", validate=True)) == _KEY_BYTES
    except (binascii.Error, ValueError):
        right = False
    if not right:
        raise KeyMissingError(
            f"The value of {origin} is not a key: a key has 44 characters.",
            hint=f"Set {KEY_VARIABLE} to the whole key that `photosync auth key` printed. If there "
            "was none yet, unset it and run `photosync auth key`.",
        )
    return text
