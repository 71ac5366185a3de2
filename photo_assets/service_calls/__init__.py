"""How outside services are called: at an agreed rate, patiently, and never twice by accident.

What a service says and means is the sinks' business; when a call may go out, what its failure is
worth and who waits for how long is decided here, for all processes together.
"""

from photo_assets.configuration.redaction import redact
from photo_assets.service_calls.caller import RateLimitedCaller
from photo_assets.service_calls.errors import (
    AmbiguousServiceError,
    BusyServiceError,
    ExhaustedServiceError,
    MalformedReplyError,
    PermanentServiceError,
    ServiceError,
    StoppedError,
)
from photo_assets.service_calls.faults import Fault, FaultKind
from photo_assets.service_calls.http import judge_http, judge_status
from photo_assets.service_calls.policy import Policy
from photo_assets.service_calls.retry_after import parse_retry_after
from photo_assets.service_calls.statistics import CallStatistics

__all__ = [
    "AmbiguousServiceError",
    "BusyServiceError",
    "CallStatistics",
    "ExhaustedServiceError",
    "Fault",
    "FaultKind",
    "MalformedReplyError",
    "PermanentServiceError",
    "Policy",
    "RateLimitedCaller",
    "ServiceError",
    "StoppedError",
    "judge_http",
    "judge_status",
    "parse_retry_after",
    "redact",
]
