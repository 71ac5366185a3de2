"""Call external services: within a rate limit, with retries, and never twice by accident.

The sinks interpret the replies. This package decides for all processes when a call may start, how
its failure is classified, and how long callers wait.
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
from photo_assets.service_calls.http import classify_http, classify_status
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
    "classify_http",
    "classify_status",
    "parse_retry_after",
    "redact",
]
