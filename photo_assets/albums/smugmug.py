"""The account at SmugMug whose albums are renamed: the only module that writes to SmugMug.

Its sign-in is another one than the catalog's, which may only read (`renaming_sign_in`).
"""

from dataclasses import replace
from typing import ClassVar, Final

from photo_assets.albums.sides import AlbumGoneError
from photo_assets.catalogs.smugmug.client import SmugMugClient, classify, read_reply
from photo_assets.catalogs.smugmug.lists import read_whole
from photo_assets.catalogs.smugmug.renaming_sign_in import renaming_sign_in
from photo_assets.catalogs.smugmug.settings import SmugMugSettings
from photo_assets.model.errors import ConfigurationError
from photo_assets.service_calls import PermanentServiceError, Policy, RateLimitedCaller
from photo_assets.service_calls.read_list import Read
from photo_assets.sign_in.access import Access
from photo_assets.workspace import Workspace

_ALBUMS_A_PAGE: Final = 1000  # lowered by the service to what it allows
_NAME: Final = '{"filter":["AlbumKey","Name"],"filteruri":[]}'
_NOT_PERMITTED: Final = 401
_SIGN_IN_AGAIN: Final = (
    "The sign-in for names may have the access of the catalog's: sign in with another API key "
    "(photosync auth smugmug_names NAME, docs/albums.md)."
)
_GONE: Final = frozenset({403, 404, 410})


class _RenamingClient(SmugMugClient):
    """The catalog's client with one more call: changing an album."""

    calls: ClassVar[tuple[Read, ...]] = (
        Read("GET", "/api/v2!authuser"),
        Read("GET", "/api/v2/user/*!albums"),
        Read("GET", "/api/v2/album/*", {"_config": frozenset({_NAME})}),
        Read("PATCH", "/api/v2/album/*"),
    )

    def rename(self, key: str, name: str, caller: RateLimitedCaller) -> None:
        """Send the change. Raises `ServiceError`; it is not repeated if it may have been done."""
        path = f"/album/{key}"
        caller.call(
            "rename an album",
            lambda: read_reply(
                self._send("PATCH", path, {"_config": _NAME}, {"Name": name}), "Album"
            ),
            classify=classify,
            repeatable=False,
        )


class SmugMugAlbums:
    """A `sides.Service`. `renames` limits how often names are changed, `caller` all other calls."""

    def __init__(self, client: _RenamingClient, renames: RateLimitedCaller) -> None:
        self._client = client
        self._renames = renames

    def name(self, key: str) -> str:
        """Return the album's name now. Raises `AlbumGoneError`."""
        try:
            found = self._client.get(f"/album/{key}", "Album", _config=_NAME).objects
        except PermanentServiceError as error:
            if error.fault.status in _GONE:
                raise AlbumGoneError(f"SmugMug does not show the album {key}.") from error
            raise
        return _text(found[0].get("Name"))

    def rename(self, key: str, name: str) -> None:
        """Change the name and nothing else."""
        try:
            self._client.rename(key, name, self._renames)
        except PermanentServiceError as error:
            if error.fault.status != _NOT_PERMITTED:
                raise
            fault = replace(error.fault, message=f"{error.fault.message}. {_SIGN_IN_AGAIN}")
            raise PermanentServiceError(error.service, fault) from error

    def all(self) -> dict[str, str]:
        """Return key -> name of all albums."""
        user = self._client.get("!authuser", "User").objects[0]
        path = f"/user/{user['NickName']}!albums"
        whole = read_whole(
            lambda start, count: self._client.get(
                path, "Album", start=start, count=count, _config=_NAME
            ),
            "AlbumKey",
            _ALBUMS_A_PAGE,
            "list of albums",
        )
        return {str(one["AlbumKey"]): _text(one.get("Name")) for one in whole.objects}


def open_account(workspace: Workspace, name: str) -> SmugMugAlbums:
    """Return the account of the catalog `smugmug/<name>`, without a call.

    Raises `ConfigurationError` if its albums may not be renamed, and `SignInError`.
    """
    settings = workspace.settings.catalogs.of("smugmug").get(name)
    if f"smugmug/{name}" not in workspace.settings.albums.rename or settings is None:
        raise ConfigurationError(
            f"The albums of smugmug/{name} may not be renamed.",
            hint=f"Add smugmug/{name} to `albums.rename` in photosync.yaml (docs/albums.md).",
        )
    assert isinstance(settings, SmugMugSettings)
    signed = renaming_sign_in(name, settings.endpoint)
    values = Access(workspace.credentials, signed).values()
    secrets = [str(values[one]) for one in ("client_secret", "token", "token_secret")]

    def caller(service: str, policy: Policy) -> RateLimitedCaller:
        return RateLimitedCaller(workspace.ledger, service, policy, secrets=secrets)

    # One budget with the reader: the service counts the calls of an account.
    client = _RenamingClient(
        settings.endpoint,
        values,
        caller(f"smugmug/{name}", settings.policy),
        settings.timeout_seconds,
    )
    own = Policy(
        requests_per_second=workspace.settings.albums.renames_per_second,
        timeout_s=settings.timeout_seconds,
        longest_wait_s=settings.policy.longest_wait_s,
    )
    return SmugMugAlbums(client, caller(f"smugmug/{name} renames", own))


def _text(name: object) -> str:
    return name.strip() if isinstance(name, str) else ""
