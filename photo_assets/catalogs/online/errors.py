"""The errors for people when a service cannot be called, and the way out of each."""

from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.service_calls import BusyServiceError, PermanentServiceError, ServiceError


def as_unavailable(error: ServiceError) -> CatalogUnavailableError:
    """Return the error of a catalog whose service does not answer as expected."""
    if isinstance(error, BusyServiceError):
        hint = f"It is asked again after {error.until:%Y-%m-%d %H:%M:%S} UTC."
    elif isinstance(error, PermanentServiceError):
        hint = "Check the catalog's settings and permissions, then run: photosync doctor"
    else:
        hint = "It is asked again at the next check; nothing was lost."
    return CatalogUnavailableError(error.message, hint=error.hint or hint)
