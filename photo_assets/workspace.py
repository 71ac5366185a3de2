"""Where everything of one configuration lives: lake, staging, ledger, caches.

One object that the Dagster layer, the command line and the tests open the same way. It knows
paths and how to open what is there; it knows no catalog.
"""

import logging
import os
import shutil
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sqlalchemy import URL

from photo_assets.configuration.loading import Configuration
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_files
from photo_assets.lake.upgrading import move_mirror_tables
from photo_assets.ledger import Ledger, open_ledger
from photo_assets.ledger.moving import holds_photos
from photo_assets.model.errors import ConfigurationError
from photo_assets.model.tables import MEMBERS
from photo_assets.system.durable import require_directory
from photo_assets.thumbnails.tree import ThumbnailTree

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
        """The folder that holds all of it."""
        return self.configuration.data_dir

    @cached_property
    def lake(self) -> Lake:
        """The Parquet lake, brought to this version's layout. Raises `StorageError`."""
        lake = Lake(
            self.data_dir / "lake",
            scratch=self.scratch / "lake",
            memory_mib=self.settings.query_memory_mib,
        )
        move_mirror_tables(lake)
        return lake

    @property
    def staging(self) -> Path:
        """What discovery last read of each catalog, before it becomes the catalog's asset."""
        return self.data_dir / "staging"

    @property
    def scratch(self) -> Path:
        """Temporary copies; anything in it may be deleted when nothing runs."""
        return self.data_dir / "scratch"

    def scratch_for(self, use: str) -> Path:
        """Return a folder for temporary files of one use, swept of what killed runs left."""
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
        """The folder of what photos were last joined from; derived, may be deleted."""
        return self.data_dir / "cache" / "photos"

    @property
    def told_lookalikes(self) -> Path:
        """The folder of what the search for look-alikes was told; derived, may be deleted."""
        return self.data_dir / "cache" / "lookalikes"

    @property
    def month_facts(self) -> Path:
        """The folder of what months of photos say that concerns others; derived, may be deleted."""
        return self.data_dir / "cache" / "months"

    @property
    def thumbnails(self) -> ThumbnailTree:
        """The thumbnails of every blob; derived, may be deleted."""
        return ThumbnailTree(self.settings.thumbnails.folder or self.data_dir / "thumbs")

    @property
    def contact_sheets(self) -> Path:
        """Sheets for people to look at, a folder a use; derived, may be deleted."""
        return self.data_dir / "contact_sheets"

    @property
    def ledger_url(self) -> str | URL:
        """The ledger's SQLAlchemy URL: that of its variable, else of a SQLite file."""
        url = os.environ.get(self.settings.ledger_url_env)
        if url:
            return url
        # Not as text: a folder's name may hold what means something in a URL.
        return URL.create("sqlite", database=str(self.ledger_file))

    @property
    def ledger_file(self) -> Path:
        """Where the ledger is while nothing else is said."""
        return self.data_dir / "ledger.sqlite"

    @cached_property
    def ledger(self) -> Ledger:
        """The ledger, opened and migrated on first use.

        Raises `ConfigurationError` naming the variable whose URL is wrong or leads to an empty
        database although there is a ledger, and `StorageError`.
        """
        require_directory(self.data_dir)
        try:
            return open_ledger(self.ledger_url, may_begin=self.require_no_other_ledger)
        except ConfigurationError as error:
            raise ConfigurationError(
                f"{self.settings.ledger_url_env}: {error.message}", hint=error.hint
            ) from error

    def require_no_other_ledger(self) -> None:
        """Raise `ConfigurationError` when an empty ledger would be begun beside the library's own.

        Warn when photos were joined before, and nobody knows where the ledger is they are in.
        """
        variable = self.settings.ledger_url_env
        if os.environ.get(variable) and holds_photos(self.ledger_file):
            raise ConfigurationError(
                f"The database is empty, and {self.ledger_file} holds the ledger of this library: "
                "ids of photos, decisions, what was written to the sinks. An empty ledger was not "
                "begun.",
                hint="End `photosync ui`, then move the ledger there: photosync ledger move. Or "
                f"unset {variable} to continue with the file.",
            )
        if photo_files(self.lake, MEMBERS):
            _LOG.warning(
                "An empty ledger is begun, although photos were joined before. If theirs is "
                "elsewhere (in a backup of %s, in a database that %s named), put it back and run "
                "again.",
                self.ledger_file,
                variable,
            )
