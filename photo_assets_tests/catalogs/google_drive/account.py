"""A signed-in catalog of a stand-in, and what discovery makes of it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.google_drive.catalog import GoogleDriveCatalog
from photo_assets.catalogs.google_drive.settings import GoogleDriveSettings
from photo_assets.catalogs.google_drive.sign_in import SIGN_IN
from photo_assets.ledger import Ledger, open_ledger
from photo_assets.service_calls import Policy, RateLimitedCaller
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.keys import Key, new_key
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets_tests.services.google_drive.errors import READ_ONLY
from photo_assets_tests.services.google_drive.server import GoogleDriveServer

NOW = datetime(2026, 11, 1, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@dataclass
class SignedIn:
    """One person's Drive, and the folder in which its rows are kept."""

    server: GoogleDriveServer
    folder: Path
    ledger: Ledger
    store: CredentialStore
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def account(self) -> Any:
        return self.server.account

    def sign_in(self, scope: str = READ_ONLY, **changed: Any) -> None:
        """Store what `photosync auth` stores after the browser's answer."""
        values = self.server.oauth.stored(self.server.base_url, scope, **changed)
        self.store.write("google_drive", "test", values)

    def catalog(self, now: datetime = NOW, **changed: Any) -> GoogleDriveCatalog:
        """Return a new reader, as a new process has it; it does not wait between tries."""
        given = {"endpoint": self.server.base_url, "timeout_seconds": 5, **self.settings, **changed}
        settings = GoogleDriveSettings(**given)
        policy = Policy(
            requests_per_second=1_000,
            timeout_s=5,
            longest_wait_s=60,
            backoff_s=(0.001, 0.002),
            breaker_failures=50,
        )

        def caller() -> RateLimitedCaller:
            return RateLimitedCaller(self.ledger, "google_drive/test", policy)

        signed_in = CatalogSignIn("google_drive", "test", SIGN_IN, settings.endpoint)
        access = Access(self.store, signed_in, sleep=lambda _seconds: None)
        listings = self.folder / "listings"
        return GoogleDriveCatalog("test", settings, listings, access, caller, clock=lambda: now)

    def read(self, now: datetime = NOW, *, full: bool = False, **changed: Any) -> Discovery:
        """Discover the account with a new reader; the stand-in's log begins anew."""
        self.server.log.clear()
        guard = Guard(percent=100)
        catalog = self.catalog(now, **changed)
        return discover(catalog, self.folder / "rows", guard=guard, full=full, now=now)

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the accepted rows by file id."""
        place = catalog_folder(self.folder / "rows", "google_drive", "test")
        manifest = load_manifest(place)
        assert manifest is not None
        tables = [read_part(place, part) for part in manifest.months.values()]
        return {row["native_id"]: row for table in tables for row in table.to_pylist()}

    def paths(self, file_id: str) -> list[str]:
        """Return the folders of a file's row, as texts."""
        return ["/".join(album["path"]) for album in self.rows()[file_id]["albums"]]

    def states(self) -> Counter[str]:
        """Return how many rows there are of each availability."""
        return Counter(row["availability"] for row in self.rows().values())

    def calls(self) -> Counter[str]:
        """Return the calls to Drive since the last read began, by the end of their path."""
        arrivals = self.server.log.all()
        found = [a.path.removeprefix("/drive/v3/") for a in arrivals if "/drive/v3/" in a.path]
        return Counter("files/root" if path == "files/root" else path for path in found)


@contextmanager
def signed_in(folder: Path) -> Iterator[SignedIn]:
    """Run a stand-in and give it a signed-in catalog."""
    key = Key(new_key(), "test")
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.db'}")
    with GoogleDriveServer().running() as server:
        store = CredentialStore(folder / "credentials", lambda: key)
        one = SignedIn(server, folder, ledger, store)
        one.sign_in()
        yield one
        assert server.violations == []
        assert server.drive.writes == []


def _listed_anew(drive: SignedIn) -> dict[str, dict[str, Any]]:
    """Return the rows that a full listing gives."""
    drive.read(LATER, full=True)
    return drive.rows()


def same_as_listed(drive: SignedIn) -> None:
    followed = drive.rows()
    listed = _listed_anew(drive)
    assert followed.keys() <= listed.keys()
    for key, row in listed.items():
        assert _stated(followed[key]) == _stated(row), key


def _stated(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row without the record: the feed need not name what a folder changes below it."""
    return {name: row[name] for name in row.keys() - {"raw", "change_token", "item_digest"}}
