"""What a command says when a service did not do what it was asked."""

import contextlib
from collections.abc import Iterator

from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.service_calls import PermanentServiceError, ServiceError


class UnansweredError(PhotoAssetsError):
    """A service did not answer, or wants to be left alone; what was done before is kept."""

    exit_code = ExitCode.SOURCE


@contextlib.contextmanager
def answered(hint: str) -> Iterator[None]:
    """Raise `UnansweredError` with `hint` for a service that does not answer within the block.

    What it refused for good is raised as it is: trying again would not help.
    """
    try:
        yield
    except PermanentServiceError:
        raise
    except ServiceError as error:
        raise UnansweredError(error.message, hint=error.hint or hint) from error
