"""What a test does with an account whose albums are renamed: sign in, add albums, kill, look."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from photo_assets.albums.applying import Renaming
from photo_assets.albums.sides import CopiedName, Database, Followed, Service
from photo_assets.albums.smugmug import SmugMugAlbums, open_account
from photo_assets.catalogs.smugmug.renaming_sign_in import SOURCE
from photo_assets.configuration.loading import Configuration
from photo_assets.ledger import AlbumChange, AlbumChanges
from photo_assets.library import SETTINGS
from photo_assets.workspace import Workspace
from photo_assets_tests.services.smugmug.library import Album
from photo_assets_tests.services.smugmug.server import SmugMugServer


class RenamedAccount:
    """The catalog smugmug/me at a stand-in, signed in with the permission to modify."""

    def __init__(self, server: SmugMugServer, folder: Path) -> None:
        self.server, self.library = server, server.library
        server.settings.permissions = "Modify"
        of_account = {"endpoint": server.base_url, "requests_per_second": 1000}
        settings = SETTINGS.model_validate(
            {
                "catalogs": {"smugmug": {"me": of_account}},
                "albums": {"rename": ["smugmug/me"], "renames_per_second": 1000},
                "sinks": {"supabase": {"requests_per_second": 1000}},
            }
        )
        self.workspace = Workspace(Configuration(settings, None, folder))
        given = server.settings
        values = {
            "kind": "oauth1",
            "endpoint": server.base_url,
            "client_id": given.api_key,
            "client_secret": given.api_secret,
            "token": given.token,
            "token_secret": given.token_secret,
        }
        self.workspace.credentials.write(SOURCE, "me", values)

    @property
    def changes(self) -> AlbumChanges:
        return AlbumChanges(self.workspace.ledger)

    def service(self) -> SmugMugAlbums:
        return open_account(self.workspace, "me")

    def rename(self, album: Album, after: str, database: Database | None = None) -> AlbumChange:
        """Rename an album as a plan would."""
        renaming = Renaming(self.changes, self.service(), database)
        return renaming.begin(change_of(album, after))


def change_of(album: Album, after: str) -> AlbumChange:
    return AlbumChange(
        album=f"smugmug/me/{album.key}",
        field="Name",
        before=album.node.name,
        after=after,
        who="mara",
    )


class KilledError(BaseException):
    """The process ended here: no code of the program handles this."""


class Killing:
    """Ends the process at the `at`-th boundary of a call: before it, or after it was done."""

    def __init__(self, at: int) -> None:
        self._left = at

    def pass_by(self, *_: Any) -> None:
        self._left -= 1
        if self._left == 0:
            raise KilledError

    def around(self, call: Callable[[], Any]) -> Any:
        self.pass_by()
        done = call()
        self.pass_by()
        return done


class KilledService:
    """The real account, with a process around it that may end at each call."""

    def __init__(self, service: Service, killing: Killing) -> None:
        self._service, self._killing = service, killing

    def name(self, key: str) -> str:
        found: str = self._killing.around(lambda: self._service.name(key))
        return found

    def rename(self, key: str, name: str) -> None:
        self._killing.around(lambda: self._service.rename(key, name))

    def all(self) -> dict[str, str]:
        return self._service.all()


class KilledDatabase:
    """The real project, likewise."""

    def __init__(self, database: Database, killing: Killing) -> None:
        self._database, self._killing = database, killing

    def intend(self, change: AlbumChange) -> None:
        self._killing.around(lambda: self._database.intend(change))

    def follow(self, change: AlbumChange) -> Followed:
        found: Followed = self._killing.around(lambda: self._database.follow(change))
        return found

    def complete(self, change: AlbumChange) -> None:
        self._killing.around(lambda: self._database.complete(change))

    def names(self, catalog: str) -> Iterator[CopiedName]:
        return self._database.names(catalog)
