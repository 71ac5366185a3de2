"""The original of an entry: what its row states of it, and asking for it or for its preview.

Which of them are asked for is decided in `catalogs.fetching`.
"""

from collections.abc import Mapping
from typing import Any, Final

from photo_assets.catalogs.online.errors import as_unavailable
from photo_assets.catalogs.online.service import OnlineService
from photo_assets.media.content import Absence, RemoteContent, RemoteContentError
from photo_assets.model.canonical import canonical
from photo_assets.model.errors import CatalogUnavailableError, PhotoAssetsError
from photo_assets.model.media import ending_of
from photo_assets.model.vocabulary import Quality
from photo_assets.service_calls import BusyServiceError, PermanentServiceError, ServiceError
from photo_assets.service_calls.download import Download, WrongBytesError

LONGER_SIDE: Final = 320
"""The longer side of the smallest preview to ask for where there are several, pixels."""

_OF_ONE_ENTRY: Final = frozenset({400, 404, 410, 451})
"""Statuses that say nothing about other entries."""


def content_of(row: Mapping[str, Any], version: object) -> RemoteContent:
    """Return the original of an entry from its row; `version` is what changes with its bytes."""
    return RemoteContent(
        source=row["source"],
        catalog=row["catalog"],
        native_id=row["native_id"],
        version=canonical(version),
        ending=ending_of(row["file_name"], row["media_type"]),
        size=row["file_size"],
        sha256=row["sha256"],
        sha1=row["sha1"],
        md5=row["md5"],
        withheld=Absence.NO_ORIGINAL if row["quality"] == Quality.REDUCED else None,
    )


def fetch(service: OnlineService, content: RemoteContent, download: Download) -> None:
    """Ask for an original or a preview until it is complete.

    Raises `RemoteContentError`, or `CatalogUnavailableError` where no other one can be had either.
    """
    ask = service.fetch_preview if content.is_preview else service.fetch
    try:
        ask(content, download)
    except ServiceError as error:
        raise _of_content(error, service.unavailable(error)) from error


def _of_content(error: ServiceError, told: CatalogUnavailableError | None) -> PhotoAssetsError:
    """Return the error of a download that failed: of its entry alone, or of the whole catalog.

    `told`: how the service explains the error, if it does.
    """
    if isinstance(error, BusyServiceError):
        return as_unavailable(error)
    if isinstance(error, PermanentServiceError):
        if told is not None and error.fault.status not in _OF_ONE_ENTRY:
            return told
        return RemoteContentError(Absence.REFUSED, error.message)
    if error.fault.code == WrongBytesError.__name__:
        return RemoteContentError(Absence.WRONG_BYTES, error.message)
    return RemoteContentError(Absence.SERVICE_UNAVAILABLE, error.message)
