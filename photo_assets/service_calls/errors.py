"""What a call raises when it is given up, one class for each thing a caller can do about it."""

from datetime import datetime

from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.service_calls.faults import Fault


class MalformedReplyError(Exception):
    """A reply of success that is not what it should be: a page of HTML, a wrong count.

    Raised by whoever reads the reply, inside the call. The call may have done its work.
    """


class ServiceError(PhotoAssetsError):
    """A service was called and the call came to nothing, or nobody knows what it came to."""

    exit_code = ExitCode.SOURCE

    def __init__(
        self, service: str, fault: Fault, *, what: str | None = None, hint: str | None = None
    ) -> None:
        asked = f" ({what})" if what else ""
        super().__init__(f"{service}{asked}: {fault.message}", hint=hint)
        self.service = service
        self.fault = fault


class PermanentServiceError(ServiceError):
    """The service will never do this as asked."""


class AmbiguousServiceError(ServiceError):
    """A call that must not simply be repeated may have been carried out: look before repeating."""


class ExhaustedServiceError(ServiceError):
    """Every allowed try failed, of a call that may be repeated."""


class StoppedError(PhotoAssetsError):
    """The program is being ended, so the call did not wait for its turn, or for its repeat.

    Nothing that must not be repeated is under way.
    """

    exit_code = ExitCode.INTERRUPTED


class BusyServiceError(ServiceError):
    """The wait asked for is longer than the caller may be kept: come back at `until` (UTC).

    Nothing that must not be repeated is under way. `budget`: the service asked for nothing, the
    calls allowed to this run are used up; then `until` is now.
    """

    def __init__(
        self,
        service: str,
        fault: Fault,
        *,
        until: datetime,
        what: str | None = None,
        budget: bool = False,
        hint: str | None = None,
    ) -> None:
        super().__init__(service, fault, what=what, hint=hint)
        self.until = until
        self.budget = budget
