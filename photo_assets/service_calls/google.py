"""The error replies of Google's APIs: what they state, and whether to repeat the call.

What a refusal means for people is in `sign_in.google`.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from photo_assets.service_calls.faults import Fault, FaultKind
from photo_assets.service_calls.http import classify_status

SCOPE_MISSING: Final = frozenset({"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"})
API_OFF: Final = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
FORBIDDEN_BY_POLICY: Final = frozenset({"domainPolicy", "appNotAuthorizedToFile", "accessDenied"})

_LIMITED: Final = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "sharingRateLimitExceeded"}
    | {"RATE_LIMIT_EXCEEDED"}
)
_OF_THE_DAY: Final = frozenset({"dailyLimitExceeded", "dailyLimitExceededUnreg", "quotaExceeded"})
_UNTIL_TOMORROW_S: Final = 3_600.0


@dataclass(frozen=True, slots=True)
class GoogleError:
    """What the body of an error states; nothing for a body of another form.

    `status` is one of google.rpc.Code, such as NOT_FOUND. `reasons` are those of the older
    `errors` and of ErrorInfo in `details`. `location` is the parameter that the error is about.
    """

    message: str | None = None
    status: str | None = None
    reasons: frozenset[str] = frozenset()
    location: str | None = None

    @property
    def code(self) -> str | None:
        """The code of the fault: a reason, or else the status."""
        return min(self.reasons, default=self.status)


def read_error(content: bytes | str) -> GoogleError:
    """Return what the body of an error reply states."""
    try:
        body = json.loads(content)
    except ValueError:
        return GoogleError()
    error = body.get("error") if isinstance(body, dict) else None
    if not isinstance(error, dict):
        return GoogleError()
    listed = [*_parts(error, "errors"), *_parts(error, "details")]
    reasons = frozenset(filter(None, (_text(one, "reason") for one in listed)))
    located = (_text(one, "location") for one in listed)
    return GoogleError(
        message=_text(error, "message"),
        status=_text(error, "status"),
        reasons=reasons,
        location=next(filter(None, located), None),
    )


def classify_reply(status: int, headers: Mapping[str, str], error: GoogleError) -> Fault:
    """Return the fault for an error reply. Limits are also stated with HTTP status 403."""
    fault = classify_status(status, headers, message=error.message, code=error.code)
    if status in (403, 429) and error.reasons & (_LIMITED | _OF_THE_DAY):
        wait = _UNTIL_TOMORROW_S if error.reasons & _OF_THE_DAY else None
        wait = fault.retry_after_s or wait
        return replace(fault, kind=FaultKind.TRANSIENT, retry_after_s=wait, limited=True)
    return fault


def _parts(error: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    found = error.get(name)
    return (one for one in (found if isinstance(found, list) else ()) if isinstance(one, dict))


def _text(part: dict[str, Any], name: str) -> str | None:
    found = part.get(name)
    return found if isinstance(found, str) and found.strip() else None
