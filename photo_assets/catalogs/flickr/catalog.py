"""The catalog of one Flickr account: connects with the stored sign-in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar, Final

from photo_assets.catalogs.flickr.client import FlickrClient
from photo_assets.catalogs.flickr.item import READER_VERSION, SOURCE
from photo_assets.catalogs.flickr.service import FlickrService
from photo_assets.catalogs.flickr.settings import FlickrSettings
from photo_assets.catalogs.flickr.sign_in import SIGN_IN
from photo_assets.catalogs.online.catalog import OnlineCatalog
from photo_assets.catalogs.online.service import Record
from photo_assets.media.content import Absence, RemoteContent
from photo_assets.model.vocabulary import MediaKind
from photo_assets.service_calls import RateLimitedCaller
from photo_assets.sign_in.access import Access
from photo_assets.sign_in.asking import secrets_of
from photo_assets.sign_in.protocol import CatalogSignIn
from photo_assets.workspace import Workspace

_OF_FILE: Final = ("media", "originalformat", "o_width", "o_height", "best")


class FlickrCatalog(OnlineCatalog):
    """One account. The native id is the photo's id, under which Lightroom publishes it."""

    source: ClassVar[str] = SOURCE
    reader_version: ClassVar[int] = READER_VERSION

    def __init__(self, name: str, settings: FlickrSettings, workspace: Workspace) -> None:
        super().__init__(name, settings, workspace.listings / SOURCE / name)
        self._flickr = settings
        self._workspace = workspace

    def content(self, row: Mapping[str, Any]) -> RemoteContent:
        """Return the original of a photo; checksum tags are statements of its owner, not of Flickr.

        Originals of videos are not downloaded: their addresses lead to other servers.
        """
        content = replace(super().content(row), sha256=None, sha1=None, md5=None)
        is_video = row["media_kind"] == MediaKind.VIDEO
        return replace(content, withheld=Absence.NO_ORIGINAL) if is_video else content

    def content_version(self, record: Record) -> object:
        """Return what Flickr's listing states of the file.

        Its time of the last update also changes with comments and tags.
        """
        return [record.get(name) for name in _OF_FILE]

    def connect(self) -> FlickrService:
        """Return the account's service. Raises `SignInError`."""
        settings = self._flickr
        sign_in = CatalogSignIn(SOURCE, self.name, SIGN_IN, settings.endpoint)
        values = Access(self._workspace.credentials, sign_in).values()
        caller = RateLimitedCaller(
            self._workspace.ledger, SOURCE, settings.policy, secrets=secrets_of(values)
        )
        client = FlickrClient(values, settings.endpoint, caller, settings.files_endpoint)
        return FlickrService(client, sign_in, settings, str(values.get("account", "")))
