"""The two places where an album has its name, as `applying` and `verifying` see them.

The service is where people see the name; the database holds a copy. Their clients have modules of
their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from photo_assets.ledger import AlbumChange
from photo_assets.model.errors import ExitCode, PhotoAssetsError


class AlbumGoneError(PhotoAssetsError):
    """The service has no such album any more, or does not show it."""

    exit_code = ExitCode.CONFLICT


class Followed(StrEnum):
    """What the database did with a change."""

    RENAMED = "renamed"  # it has the new name, read back
    ABSENT = "absent"  # it has no such album, or may not have its name: nothing to do
    OTHER = "other"  # it has neither the old nor the new name: left as it is


@dataclass(frozen=True, slots=True)
class CopiedName:
    """The name of one album in the database. `key` is the catalog's id of the album."""

    catalog: str
    key: str
    name: str | None


class Service(Protocol):
    """One account whose albums are renamed. Every method raises `ServiceError`."""

    def name(self, key: str) -> str:
        """Return the album's name now, without spaces around it. Raises `AlbumGoneError`."""

    def rename(self, key: str, name: str) -> None:
        """Change the name and nothing else; its addresses stay.

        Called after `name` returned the expected name. May have been done although it raises.
        """

    def all(self) -> dict[str, str]:
        """Return key -> name of all albums, read in pages."""


class Database(Protocol):
    """The copy of the names. Every method raises `ServiceError`; each may be repeated."""

    def intend(self, change: AlbumChange) -> None:
        """Record there that a change is about to be made."""

    def follow(self, change: AlbumChange) -> Followed:
        """Take over the new name if the old one, or the new one, is there."""

    def complete(self, change: AlbumChange) -> None:
        """Record there how a change ended."""

    def names(self, catalog: str) -> Iterator[CopiedName]:
        """Yield the names of a catalog's albums, read in pages."""
