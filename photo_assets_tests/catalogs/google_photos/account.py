"""A signed-in catalog of a stand-in: what a person picks, and what discovery makes of it."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from photo_assets.catalogs.discovery.discover import Discovery, catalog_folder, discover
from photo_assets.catalogs.discovery.following import let_follow
from photo_assets.catalogs.discovery.guard import Guard
from photo_assets.catalogs.discovery.manifest import load_manifest
from photo_assets.catalogs.discovery.parts import read_part
from photo_assets.catalogs.google_photos.catalog import GooglePhotosCatalog, picks_of
from photo_assets.catalogs.google_photos.client import PickerClient
from photo_assets.catalogs.google_photos.picking import GooglePhotosPicker
from photo_assets.catalogs.google_photos.picks import Picks
from photo_assets.catalogs.google_photos.settings import GooglePhotosSettings
from photo_assets.catalogs.google_photos.sign_in import SIGN_IN
from photo_assets.catalogs.picking import Picked
from photo_assets.service_calls import Policy, RateLimitedCaller
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets.workspace import Workspace
from photo_assets_tests.configured import workspace_of
from photo_assets_tests.services.google_photos.server import GooglePhotosServer
from photo_assets_tests.services.tls import Certificate

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


class KilledError(BaseException):
    """Stands for the end of the process at that point: nothing catches it."""


@dataclass
class SignedIn:
    """One person's Google Photos, and the folder of the data. `now`: the clock of the next pick."""

    server: GooglePhotosServer
    folder: Path
    workspace: Workspace
    now: datetime = NOW
    waits: list[float] = field(default_factory=list)

    def sign_in(self, scope: str | None = None, **changed: Any) -> None:
        """Store what `photosync auth` stores after the browser's answer."""
        values = self.server.oauth.stored(self.server.base_url, scope, **changed)
        self.workspace.credentials.write("google_photos", "test", values)

    @property
    def picks(self) -> Picks:
        return picks_of("test", self.workspace)

    def picker(self) -> GooglePhotosPicker:
        """Return a new picker, as a new process has it; it does not wait between tries."""
        policy = Policy(
            requests_per_second=1_000,
            timeout_s=10,
            longest_wait_s=60,
            backoff_s=(0.001, 0.002),
            breaker_failures=50,
        )
        signed_in = CatalogSignIn("google_photos", "test", SIGN_IN, self.server.base_url)
        access = Access(self.workspace.credentials, signed_in, sleep=lambda _seconds: None)
        caller = RateLimitedCaller(self.workspace.ledger, "google_photos/test", policy)
        client = PickerClient(self.server.base_url, access, caller)
        listing = self.folder / "picking.jsonl"
        return GooglePhotosPicker(client, self.picks, listing, signed_in, lambda: self.now)

    def pick(
        self,
        ids: Iterable[str] | None,
        *,
        waiting: Callable[[float], None] | None = None,
        listed: Callable[[int], None] = lambda _number: None,
    ) -> Picked:
        """Let the person pick `ids` during the first wait; None: `waiting` says what they do."""
        chosen = None if ids is None else list(ids)

        def wait(seconds: float) -> None:
            self.waits.append(seconds)
            if waiting is not None:
                waiting(seconds)
            elif chosen is not None:
                self.server.library.pick(chosen)

        self.now += timedelta(days=1)
        with self.picker().session() as picking:
            return picking.collect(wait, listed)

    def catalog(self, **settings: Any) -> GooglePhotosCatalog:
        given = {"endpoint": self.server.base_url, **settings}
        return GooglePhotosCatalog("test", GooglePhotosSettings(**given), self.workspace)

    def read(self, *, full: bool = False, percent: float = 100, **settings: Any) -> Discovery:
        """Discover the picks with a new reader; the stand-in's log begins anew."""
        self.server.log.clear()
        guard = Guard(percent=percent)
        return discover(self.catalog(**settings), self.folder / "rows", guard=guard, full=full)

    def probe(self) -> str | None:
        """Return the token of a tick, as the sensor asks for it."""
        catalog = self.catalog()
        place = catalog_folder(self.folder / "rows", "google_photos", "test")
        let_follow(catalog, place, load_manifest(place))
        return catalog.probe(time.monotonic() + 60).token

    def accepted_token(self) -> str | None:
        manifest = load_manifest(catalog_folder(self.folder / "rows", "google_photos", "test"))
        return None if manifest is None else manifest.token

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the accepted rows by native id."""
        place = catalog_folder(self.folder / "rows", "google_photos", "test")
        manifest = load_manifest(place)
        parts = {} if manifest is None else manifest.months
        tables = [read_part(place, part) for part in parts.values()]
        return {row["native_id"]: row for table in tables for row in table.to_pylist()}

    def files(self) -> list[Path]:
        """Return the files of stored sessions, the oldest first."""
        return [self.picks.folder / name for name in self.picks.names()]


@contextmanager
def signed_in(
    folder: Path, monkeypatch: Any, *, tls: Certificate | None = None
) -> Iterator[SignedIn]:
    """Run a stand-in and give it a signed-in catalog."""
    monkeypatch.setenv(KEY_VARIABLE, new_key())
    with GooglePhotosServer().running(tls=tls) as server:
        catalogs = {"google_photos": {"test": {"endpoint": server.base_url}}}
        one = SignedIn(server, folder, workspace_of(catalogs, folder))
        one.sign_in()
        yield one
