"""The folders and databases of one configuration: lake, staging, ledger, caches.

The Dagster layer, the command line and the tests all open them through this object. Catalogs do not
belong here.
"""

import logging
import os
import shutil
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL

from photo_assets.configuration.loading import Configuration
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.configuration.vault import VaultStoreSettings
from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_files
from photo_assets.lake.upgrading import move_mirror_tables
from photo_assets.ledger import Ledger, open_ledger
from photo_assets.ledger.move import holds_photos
from photo_assets.model.errors import ConfigurationError, StorageError
from photo_assets.model.tables import MEMBERS
from photo_assets.sign_in.credentials import CredentialStore
from photo_assets.sign_in.keys import find_key
from photo_assets.system.durable import require_directory
from photo_assets.thumbnails.tree import ThumbnailTree
from photo_assets.vault.folder import FolderStore
from photo_assets.vault.history.repository import HistoryRepository

if TYPE_CHECKING:
    from photo_assets.vault.s3.store import S3Store

    VaultStore = FolderStore | S3Store

_ABANDONED_S = 24 * 3600.0
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Workspace:
    """The stores of one configuration."""

    configuration: Configuration

    @property
    def settings(self) -> PhotosyncSettings:
        """The loaded settings."""
        return self.configuration.settings

    @property
    def data_dir(self) -> Path:
        """The folder that contains all data."""
        return self.configuration.data_dir

    @cached_property
    def lake(self) -> Lake:
        """The Parquet lake, upgraded to the current layout. Raises `StorageError`."""
        lake = Lake(
            self.data_dir / "lake",
            scratch=self.scratch / "lake",
            memory_mib=self.settings.query_memory_mib,
            footers=self.data_dir / "cache" / "footers",
        )
        move_mirror_tables(lake)
        return lake

    @property
    def staging(self) -> Path:
        """The rows last read by discovery, before they become the catalog's asset."""
        return self.data_dir / "staging"

    @property
    def scratch(self) -> Path:
        """Temporary copies; all of them may be deleted when nothing is running."""
        return self.data_dir / "scratch"

    def scratch_for(self, use: str) -> Path:
        """Return a folder for temporary files of one use, without old files of killed runs."""
        folder = self.scratch / use
        require_directory(folder)
        for entry in os.scandir(folder):
            if time.time() - entry.stat(follow_symlinks=False).st_mtime > _ABANDONED_S:
                if entry.is_dir(follow_symlinks=False):
                    shutil.rmtree(entry.path, ignore_errors=True)
                else:
                    Path(entry.path).unlink(missing_ok=True)
        return folder

    @property
    def fingerprint_cache(self) -> Path:
        """The cache file of fingerprints; derived, may be deleted."""
        return self.data_dir / "cache" / "fingerprints.sqlite"

    @property
    def key_copy(self) -> Path:
        """The folder of the copy of the ledger's photo keys; derived, may be deleted."""
        return self.data_dir / "cache" / "photo_keys"

    @property
    def joined_photos(self) -> Path:
        """The folder of the last join's record and inputs; derived, may be deleted."""
        return self.data_dir / "cache" / "photos"

    @property
    def lookalike_inputs(self) -> Path:
        """The folder of the look-alike search's input digests; derived, may be deleted."""
        return self.data_dir / "cache" / "lookalikes"

    @property
    def plain_vectors(self) -> Path:
        """The folder of copies of vectors that searches map into memory; may be deleted."""
        return self.data_dir / "cache" / "vectors"

    @property
    def month_facts(self) -> Path:
        """The folder of facts of months that affect other months; derived, may be deleted."""
        return self.data_dir / "cache" / "months"

    @property
    def listings(self) -> Path:
        """The folder of interrupted listings of online catalogs; derived, may be deleted."""
        return self.data_dir / "cache" / "listings"

    @property
    def picks(self) -> Path:
        """What a person picked in services that cannot be listed: the only record of it."""
        return self.data_dir / "picks"

    @property
    def thumbnails(self) -> ThumbnailTree:
        """The thumbnails of every blob; derived, may be deleted."""
        return ThumbnailTree(self.settings.thumbnails.folder or self.data_dir / "thumbs")

    @cached_property
    def stores(self) -> "list[VaultStore]":
        """The stores of the vault, in the order of photosync.yaml. Some may not be connected."""
        stores = self.settings.vault.stores
        # Two that share the data of one photo would hold one copy.
        clones = sum(one.folder is not None for one in stores.values()) == 1
        return [self._store(name, one, clones) for name, one in stores.items()]

    def _store(self, name: str, settings: VaultStoreSettings, clones: bool) -> "VaultStore":
        if settings.folder is not None:
            return FolderStore(name, settings.folder, clones)
        from photo_assets.vault.s3.store import S3Store

        assert settings.s3 is not None  # either the one or the other, as the settings require
        return S3Store(name, settings.s3, lambda: self.ledger)

    @property
    def store_positions(self) -> Path:
        """The folder that keeps how far each store was checked; derived, may be deleted."""
        return self.data_dir / "cache" / "fsck"

    @property
    def history(self) -> HistoryRepository:
        """The repository of the history; it exists after the first commit."""
        folder = self.settings.vault.history.folder
        return HistoryRepository(folder or self.data_dir / "history.git")

    @property
    def history_note(self) -> Path:
        """The file that lists the folders outside the default one that held a history."""
        return self.data_dir / "history_folders.json"

    @property
    def contact_sheets(self) -> Path:
        """Contact sheets for review, one folder per use; derived, may be deleted."""
        return self.data_dir / "contact_sheets"

    @property
    def credentials(self) -> CredentialStore:
        """The encrypted credentials of online catalogs."""
        return CredentialStore(self.data_dir / "credentials", find_key)

    @property
    def ledger_url(self) -> str | URL:
        """The ledger's SQLAlchemy URL: from its variable, otherwise of a SQLite file."""
        url = os.environ.get(self.settings.ledger_url_env)
        if url:
            return url
        # Not as text: a folder's name may contain characters with a meaning in a URL.
        return URL.create("sqlite", database=str(self.ledger_file))

    @property
    def ledger_file(self) -> Path:
        """The default file of the ledger."""
        return self.data_dir / "ledger.sqlite"

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, opened and migrated on first use.

        Raises `ConfigurationError`, with the name of the variable, if its URL is invalid or is of
        an empty database although a ledger exists elsewhere. Raises `StorageError`.
        """
        require_directory(self.data_dir)
        try:
            return open_ledger(self.ledger_url, may_begin=self.require_no_other_ledger)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"{self.settings.ledger_url_env}: {error.message}", hint=error.hint
            ) from error

    @property
    def restore_marker(self) -> Path:
        """The file that stands from the first write of a restore to its last."""
        return self.data_dir / "restore.json"

    def require_no_restore(self) -> None:
        """Raise `StorageError` if a restore began and did not end: the library is half there."""
        if os.path.lexists(self.restore_marker):
            raise StorageError(
                f"A restore into {self.data_dir} has not ended.",
                hint="Run it again with the same history: photosync restore HISTORY.",
            )

    def require_no_other_ledger(self) -> None:
        """Raise `ConfigurationError` if a new ledger would replace the library's existing one.

        Warn if photos were joined before but their ledger was not found.
        """
        variable = self.settings.ledger_url_env
        if os.environ.get(variable) and holds_photos(self.ledger_file):
            raise ConfigurationError(
                f"The database is empty, and {self.ledger_file} contains the ledger of this "
                "library: ids of photos, decisions, records of the sinks. No new ledger was "
                "created there.",
                hint="Stop `photosync ui`, then move the ledger there: photosync ledger move. Or "
                f"unset {variable} to continue with the file.",
            )
        if photo_files(self.lake, MEMBERS):
            _LOG.warning(
                "An empty ledger is created, although photos were joined before. If their ledger "
                "is elsewhere (in a backup of %s, in a database that %s named), restore it and run "
                "again.",
                self.ledger_file,
                variable,
            )
