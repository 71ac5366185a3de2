"""The catalog of one Flickr account: connects with the stored sign-in."""

from typing import ClassVar

from photo_assets.catalogs.flickr.client import FlickrClient
from photo_assets.catalogs.flickr.item import READER_VERSION, SOURCE
from photo_assets.catalogs.flickr.service import FlickrService
from photo_assets.catalogs.flickr.settings import FlickrSettings
from photo_assets.catalogs.flickr.sign_in import SIGN_IN
from photo_assets.catalogs.online.catalog import OnlineCatalog
from photo_assets.service_calls import RateLimitedCaller
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.asking import secrets_of
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets.workspace import Workspace


class FlickrCatalog(OnlineCatalog):
    """One account. The native id is the photo's id, under which Lightroom publishes it."""

    source: ClassVar[str] = SOURCE
    reader_version: ClassVar[int] = READER_VERSION

    def __init__(self, name: str, settings: FlickrSettings, workspace: Workspace) -> None:
        super().__init__(name, settings, workspace.listings / SOURCE / name)
        self._flickr = settings
        self._workspace = workspace

    def connect(self) -> FlickrService:
        """Return the account's service. Raises `SignInError`."""
        settings = self._flickr
        sign_in = CatalogSignIn(SOURCE, self.name, SIGN_IN, settings.endpoint)
        values = Access(self._workspace.credentials, sign_in).values()
        caller = RateLimitedCaller(
            self._workspace.ledger, SOURCE, settings.policy, secrets=secrets_of(values)
        )
        client = FlickrClient(values, settings.endpoint, caller)
        return FlickrService(client, sign_in, settings, str(values.get("account", "")))
