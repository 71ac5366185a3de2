"""The errors of a failed call, one class per possible reaction of the caller."""

from datetime import datetime

from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.service_calls.faults import Fault


class MalformedReplyError(Exception):
    """A success reply with invalid content, such as an HTML page or a wrong count.

    Raised by the code that reads the reply, inside the call. The call may have taken effect.
    """


class ServiceError(PhotoAssetsError):
    """A call to a service failed, or its outcome is unknown."""

    exit_code = ExitCode.SOURCE

    def __init__(
        self, service: str, fault: Fault, *, what: str | None = None, hint: str | None = None
    ) -> None:
        asked = f" ({what})" if what else ""
        super().__init__(f"{service}{asked}: {fault.message}", hint=hint)
        self.service = service
        self.fault = fault


class PermanentServiceError(ServiceError):
    """The service will never accept this request."""


class AmbiguousServiceError(ServiceError):
    """A call that is not repeatable may have taken effect: look it up before repeating it."""


class ExhaustedServiceError(ServiceError):
    """All tries of a repeatable call failed."""


class StoppedError(PhotoAssetsError):
    """The program is stopping, so the call did not wait for its slot or its retry.

    No call with an unknown outcome is pending.
    """

    exit_code = ExitCode.INTERRUPTED


class BusyServiceError(ServiceError):
    """The requested wait is longer than the caller may wait: try again at `until` (UTC).

    No call with an unknown outcome is pending. `budget`: the service requested no wait, but this
    run has used its calls; then `until` is now.
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
