"""Errors of commands whose service call failed."""

import contextlib
from collections.abc import Iterator

from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.service_calls import PermanentServiceError, ServiceError


class ServiceUnavailableError(PhotoAssetsError):
    """A service did not respond or requested a wait; completed work is kept."""

    exit_code = ExitCode.SOURCE


@contextlib.contextmanager
def requires_response(hint: str) -> Iterator[None]:
    """Raise `ServiceUnavailableError` with `hint` if a service does not respond within the block.

    A permanent refusal is raised unchanged, because a retry would not help.
    """
    try:
        yield
    except PermanentServiceError:
        raise
    except ServiceError as error:
        raise ServiceUnavailableError(error.message, hint=error.hint or hint) from error
