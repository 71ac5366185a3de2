"""Backends for the keyring package: one that works, one that is locked, one that breaks."""

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

FILE_VARIABLE = "TEST_KEYRING_FILE"


class FileKeyring(KeyringBackend):
    """Keeps passwords in the file that the variable names."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        password: str | None = self._all().get(f"{service}/{username}")
        return password

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = {**self._all(), f"{service}/{username}": password}
        self._file.write_text(json.dumps(kept))

    @property
    def _file(self) -> Path:
        return Path(os.environ[FILE_VARIABLE])

    def _all(self) -> dict[str, str]:
        kept: dict[str, str] = json.loads(self._file.read_text()) if self._file.exists() else {}
        return kept


class LockedKeyring(KeyringBackend):
    """What SecretStorage says when nobody unlocks it."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked("Failed to unlock the collection!")


class BrokenKeyring(KeyringBackend):
    """One whose own libraries fail."""

    priority = 1

    def get_password(self, service: str, username: str) -> str | None:
        raise RuntimeError("no D-Bus")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise RuntimeError("no D-Bus")
