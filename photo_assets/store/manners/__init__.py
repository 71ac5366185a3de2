"""How outside services are called: at an agreed rate, patiently, and never twice by accident.

What a service says and means is the sinks' business; when a call may go out, what its failure is
worth and who waits for how long is decided here, for all processes together.
"""

from photo_assets.store.configuration.redaction import redact
from photo_assets.store.manners.errors import (
    AmbiguousServiceError,
    BusyServiceError,
    ExhaustedServiceError,
    MalformedReplyError,
    PermanentServiceError,
    ServiceError,
    StoppedError,
)
from photo_assets.store.manners.faults import Fault, FaultKind
from photo_assets.store.manners.http import judge_http, judge_status
from photo_assets.store.manners.manners import Manners
from photo_assets.store.manners.policy import Policy
from photo_assets.store.manners.retry_after import parse_retry_after
from photo_assets.store.manners.statistics import CallStatistics

__all__ = [
    "AmbiguousServiceError",
    "BusyServiceError",
    "CallStatistics",
    "ExhaustedServiceError",
    "Fault",
    "FaultKind",
    "MalformedReplyError",
    "Manners",
    "PermanentServiceError",
    "Policy",
    "ServiceError",
    "StoppedError",
    "judge_http",
    "judge_status",
    "parse_retry_after",
    "redact",
]
