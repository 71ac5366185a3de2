"""The catalog of what was picked in one Google Photos account, and the picker that adds to it."""

from datetime import UTC, datetime
from typing import ClassVar

from photo_assets.catalogs.google_photos.client import PickerClient
from photo_assets.catalogs.google_photos.item import READER_VERSION, SOURCE
from photo_assets.catalogs.google_photos.picking import GooglePhotosPicker
from photo_assets.catalogs.google_photos.picks import Picks
from photo_assets.catalogs.google_photos.service import PickedService
from photo_assets.catalogs.google_photos.settings import GooglePhotosSettings
from photo_assets.catalogs.google_photos.sign_in import SIGN_IN
from photo_assets.catalogs.online.catalog import OnlineCatalog
from photo_assets.catalogs.online.service import OnlineService
from photo_assets.service_calls import RateLimitedCaller
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.asking import secrets_of
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets.workspace import Workspace


class GooglePhotosCatalog(OnlineCatalog):
    """The picks of one account. The native id is Google's, which is the same in every session."""

    source: ClassVar[str] = SOURCE
    reader_version: ClassVar[int] = READER_VERSION

    def __init__(self, name: str, settings: GooglePhotosSettings, workspace: Workspace) -> None:
        super().__init__(name, settings, workspace.listings / SOURCE / name)
        self._photos = settings
        self._workspace = workspace

    def connect(self) -> OnlineService:
        """Return the picks. Raises `SignInError` if there are none and nobody has signed in."""
        picks = picks_of(self.name, self._workspace)
        if not picks.names():
            Access(self._workspace.credentials, _signed_in(self.name, self._photos)).values()
        return PickedService(picks, self.name, self._photos)


def picks_of(name: str, workspace: Workspace) -> Picks:
    """Return the stored picks of a catalog."""
    return Picks(workspace.picks / SOURCE / name, f"{SOURCE}/{name}")


def google_photos_picker(
    name: str, settings: GooglePhotosSettings, workspace: Workspace
) -> GooglePhotosPicker:
    """Return what adds to the picks of a catalog. Raises `SignInError`."""
    sign_in = _signed_in(name, settings)
    access = Access(workspace.credentials, sign_in)
    secrets = secrets_of(access.values())
    caller = RateLimitedCaller(
        workspace.ledger, f"{SOURCE}/{name}", settings.policy, secrets=secrets
    )
    return GooglePhotosPicker(
        PickerClient(settings.endpoint, access, caller),
        picks_of(name, workspace),
        workspace.listings / SOURCE / name / "picking.jsonl",
        sign_in,
        lambda: datetime.now(UTC),
    )


def _signed_in(name: str, settings: GooglePhotosSettings) -> CatalogSignIn:
    return CatalogSignIn(SOURCE, name, SIGN_IN, settings.endpoint)
