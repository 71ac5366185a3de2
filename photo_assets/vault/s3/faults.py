"""What the errors of boto3 mean: whether a request is repeated, and what a person can do.

Nothing is sent here.
"""

import ssl
from dataclasses import replace
from typing import Any, Final

from photo_assets.model.errors import StorageError
from photo_assets.service_calls import (
    BusyServiceError,
    Fault,
    FaultKind,
    ServiceError,
    classify_status,
)
from photo_assets.vault.store import StoreUnavailableError, UnwritableStoreError

_NO_BUCKET: Final = "NoSuchBucket"

_LIMITED: Final = frozenset(
    {"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests"}
)
_REPEATED: Final = frozenset({"ConditionalRequestConflict", "OperationAborted", "RequestTimeout"})
"""Refusals that S3's documentation calls temporary, although their status is 400 or 409."""

_NO_SPACE: Final = 507
_LASTING: Final = (501, _NO_SPACE)
"""Not implemented, and no space left: the same at the next try."""

_NOT_IMPLEMENTED: Final = frozenset({"NotImplemented", "InvalidArgument", "InvalidRequest"})
_OF_THE_STORE: Final = (301, 307, 401, 403)
_FULL: Final = frozenset({"QuotaExceeded"})
_OF_ONE_OBJECT: Final = frozenset({"InvalidObjectState"})
_HINTS: Final = {
    _NO_BUCKET: "Create the bucket, or correct `bucket` in photosync.yaml.",
    "InvalidAccessKeyId": "Check the ID of the access key in {access}, and `endpoint`.",
    "SignatureDoesNotMatch": "Check the secret key in {secret}: it is not the one of the ID.",
    "RequestTimeTooSkewed": "Set the clock of this machine.",
    "AuthorizationHeaderMalformed": "Check `region` in photosync.yaml.",
    "PermanentRedirect": "Check `region` and `endpoint` in photosync.yaml.",
}
_NOT_ALLOWED: Final = (
    "Check the keys in {access} and {secret}, and that they may list, read and write the bucket."
)
_MAKE_SPACE: Final = "It is full: raise the quota of the bucket, or give the service more space."


class AbsentError(StorageError):
    """There is no such object or upload. The bucket exists, as far as the service says."""


class ExistsError(StorageError):
    """There is an object already, and the request was to write only a new one."""


class OutOfRangeError(StorageError):
    """The object ends before the bytes that were asked for."""


class UnsupportedError(StorageError):
    """The service does not know this kind of request."""


class FailingError(StorageError):
    """The service fails at this request at each try, without refusing it."""


_BY_STATUS: Final = {404: AbsentError, 412: ExistsError, 416: OutOfRangeError}


def classify(error: Exception) -> Fault:
    """Return the fault of an error of boto3. Errors of another kind are raised unchanged."""
    from botocore import exceptions as botocore
    from urllib3.exceptions import HTTPError

    if isinstance(error, botocore.ClientError):
        return _classify_reply(error.response)
    if isinstance(error, botocore.SSLError) and _is_untrusted(error):
        return _fault(FaultKind.PERMANENT, "The service's certificate is not trusted", error)
    never_sent = (
        botocore.EndpointConnectionError,
        botocore.ConnectTimeoutError,
        botocore.ProxyConnectionError,
    )
    if isinstance(error, never_sent):
        return _fault(FaultKind.TRANSIENT, "The connection failed", error)
    # A body that ends early, a page that is not XML: of one reply, so they are repeated.
    if isinstance(
        error,
        botocore.HTTPClientError
        | botocore.IncompleteReadError
        | botocore.ResponseStreamingError
        | HTTPError
        | OSError,
    ):
        return _fault(FaultKind.AMBIGUOUS, "The connection was lost", error)
    if _is_unreadable(error):
        return _fault(FaultKind.AMBIGUOUS, "The reply cannot be read", error)
    if isinstance(error, botocore.BotoCoreError):  # the request is not one that can be sent
        return _fault(FaultKind.PERMANENT, "The request is invalid", error)
    raise error


def explain(store: str, error: ServiceError, variables: tuple[str, str]) -> StorageError:
    """Return the error of a store for a request that failed.

    `variables`: the names of the variables that hold the ID of the access key and the secret key.
    A service that does not answer, or refuses the keys, makes the whole store unavailable.
    """
    fault, code = error.fault, error.fault.code or ""
    if fault.status == _NO_SPACE or code in _FULL:
        return UnwritableStoreError(
            _sentence(f"The store `{store}` takes no more objects: {error.message}"),
            hint=_MAKE_SPACE,
        )
    refused = fault.status in _OF_THE_STORE or code in _HINTS
    unreachable = fault.kind is FaultKind.TRANSIENT or (
        fault.kind is FaultKind.PERMANENT and fault.status is None
    )
    of_the_store = refused or unreachable or isinstance(error, BusyServiceError)
    if of_the_store and code not in _OF_ONE_OBJECT:
        hint = "Check `endpoint` in photosync.yaml, and the network."
        if refused:
            hint = _HINTS.get(code, _NOT_ALLOWED)
        return StoreUnavailableError(
            _sentence(f"The store `{store}` is not available: {error.message}"),
            hint=hint.format(access=variables[0], secret=variables[1]),
        )
    return _of_request(store, error)


def of_one_object(store: str, error: StorageError) -> StorageError:
    """Return the error as one of an object, after the store itself turned out to be available."""
    cause = error.__cause__
    if isinstance(error, StoreUnavailableError) and isinstance(cause, ServiceError):
        return _of_request(store, cause)
    return error


def _of_request(store: str, error: ServiceError) -> StorageError:
    status, code = error.fault.status or 0, error.fault.code or ""
    kind: type[StorageError] = _BY_STATUS.get(status, StorageError)
    if status == 501 or (status == 400 and code in _NOT_IMPLEMENTED):
        kind = UnsupportedError
    elif status not in _LASTING and (status >= 500 or error.fault.kind is FaultKind.AMBIGUOUS):
        kind = FailingError
    return kind(_sentence(f"The store `{store}`: {error.message}"))


def _classify_reply(response: dict[str, Any]) -> Fault:
    about, stated = response.get("ResponseMetadata", {}), response.get("Error", {})
    code = str(stated.get("Code") or "")
    status = int(about.get("HTTPStatusCode") or 0)
    message = str(stated.get("Message") or "")
    said = ": ".join(part for part in (code if not code.isdigit() else "", message) if part)
    fault = classify_status(status, about.get("HTTPHeaders"), message=said or None, code=code)
    if code in _LIMITED or status == 503:
        return replace(fault, kind=FaultKind.TRANSIENT, limited=code in _LIMITED)
    if code in _REPEATED:
        return replace(fault, kind=FaultKind.AMBIGUOUS)
    if status in _LASTING:
        return replace(fault, kind=FaultKind.PERMANENT)
    return fault


def _is_unreadable(error: Exception) -> bool:
    from botocore.parsers import ResponseParserError

    return isinstance(error, ResponseParserError)


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _fault(kind: FaultKind, sentence: str, error: Exception) -> Fault:
    return Fault(kind, f"{sentence}: {error}", code=type(error).__name__)


def _sentence(text: str) -> str:
    return f"{text.rstrip('.')}."
