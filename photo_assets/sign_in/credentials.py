"""The store of credentials: one encrypted file, readable by its owner alone.

Fernet (AES-128 in CBC mode with HMAC-SHA256) over one JSON document. What an entry means belongs in
`access`; where the key comes from, in `keys`.
"""

import json
import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.sign_in.errors import KEY_VARIABLE, WrongKeyError
from photo_assets.sign_in.keys import Key
from photo_assets.system.durable import require_directory, write_bytes
from photo_assets.system.file_lock import file_lock

_VERSION: Final = 1
_OWNER_ONLY: Final = 0o600

Values = Mapping[str, Any]
_Document = dict[str, dict[str, Any]]


class CredentialStore:
    """The credentials of all catalogs of a workspace, by source and name.

    A write replaces the whole file durably, under a lock; a crash leaves the old or the new
    content. Every method may raise `StorageError`, and, except for a store without a file,
    `KeyMissingError`, `WrongKeyError`, or `ConfigurationError` if cryptography is not installed.
    """

    def __init__(self, file: Path, key: Callable[[], Key]) -> None:
        self.file = file
        self._key = key
        self._locks = file.with_name(f"{file.name}.locks")

    def read(self, source: str, name: str) -> Values | None:
        """Return the values of a catalog, or None if there are none."""
        return self._load().get(f"{source}/{name}")

    def catalogs(self) -> list[tuple[str, str]]:
        """Return source and name of every catalog with values, sorted."""
        return [(source, name) for source, _, name in (k.partition("/") for k in self._load())]

    def write(self, source: str, name: str, values: Values) -> None:
        """Store the values of a catalog in place of its old ones."""
        with self._changing() as document:
            document[f"{source}/{name}"] = dict(values)

    def forget(self, source: str, name: str) -> None:
        """Remove the values of a catalog, if there are any."""
        if self.read(source, name) is not None:
            with self._changing() as document:
                document.pop(f"{source}/{name}", None)

    @contextmanager
    def exclusive(self, source: str, name: str) -> Iterator[None]:
        """Hold the right to renew the values of a catalog; other threads and processes wait.

        Read them again inside: another process may have renewed them meanwhile.
        """
        require_directory(self._locks)
        with file_lock(self._locks / f"{source}.{name}"):
            yield

    @contextmanager
    def _changing(self) -> Iterator[_Document]:
        require_directory(self._locks)
        with file_lock(self._locks / "file"):
            document = self._load()
            yield document
            plain = json.dumps({"version": _VERSION, "credentials": document}, sort_keys=True)
            _, encrypt = self._cipher()
            write_bytes(self.file, encrypt(plain.encode()), mode=_OWNER_ONLY)

    def _load(self) -> _Document:
        try:
            with self.file.open("rb") as stream:
                _make_private(stream.fileno())
                content = stream.read()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise StorageError(
                f"Could not read {self.file}: {error.strerror or error}.",
                hint="Check the file's owner and permissions.",
            ) from error
        decrypt, _ = self._cipher()
        document = json.loads(decrypt(content))
        if document.get("version") != _VERSION:
            raise StorageError(
                f"{self.file} was written by a newer version of photosync.",
                hint="Use that version. The file was not changed.",
            )
        credentials: _Document = document["credentials"]
        return credentials

    def _cipher(self) -> tuple[Callable[[bytes], bytes], Callable[[bytes], bytes]]:
        try:
            from cryptography.fernet import Fernet, InvalidToken
        except ImportError:
            raise ConfigurationError(
                "The package cryptography is not installed, which encrypts credentials.",
                hint="pip install 'photo_assets[sign-in]' -c deploy/constraints.txt",
            ) from None
        key = self._key()
        cipher = Fernet(key.text)

        def decrypt(content: bytes) -> bytes:
            try:
                return cipher.decrypt(content)
            except InvalidToken:
                raise WrongKeyError(
                    f"{self.file} cannot be decrypted with the key of {key.origin}: it was "
                    "encrypted with another key, or is damaged. It was not changed.",
                    hint=f"Set {KEY_VARIABLE} to the key it was encrypted with. If that key is "
                    "lost, move the file away and sign in again.",
                ) from None

        return decrypt, cipher.encrypt


def _make_private(descriptor: int) -> None:
    """Take away what others may do with a file, for instance one that a backup restored."""
    mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
    if mode & ~_OWNER_ONLY:
        os.fchmod(descriptor, _OWNER_ONLY)
