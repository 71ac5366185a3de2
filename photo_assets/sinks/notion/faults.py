"""Classify errors of notion-client, and advise the person."""

from typing import Final

from photo_assets.service_calls import (
    Fault,
    FaultKind,
    ServiceError,
    classify_http,
    classify_status,
)
from photo_assets.sinks.protocol import SinkNotReadyError

_OVERLOADED: Final = 529
_CONFLICT: Final = 409

HOW_TO_GET_ONE: Final = (
    "Create an internal connection at https://www.notion.so/profile/integrations and set "
    "{variable} to its token."
)
SHARE_HINT: Final = (
    "In Notion, open the page or database, ••• > Connections, and add the integration there."
)
CAPABILITY_HINT: Final = (
    "At https://www.notion.so/profile/integrations give the integration the capabilities to read, "
    "update and insert content."
)


def classify(error: Exception) -> Fault:
    """Return the fault for an error of a call. Errors of this program are raised again."""
    from notion_client.errors import (
        HTTPResponseError,
        InvalidPathParameterError,
        RequestTimeoutError,
    )

    if isinstance(error, HTTPResponseError):
        return _judge_reply(error.status, str(error.code), str(error), dict(error.headers))
    if isinstance(error, RequestTimeoutError):
        # The client hides the kind of timeout; without a connection nothing was sent.
        under = error.__context__
        known = classify_http(under) if isinstance(under, Exception) else None
        return known or Fault(FaultKind.AMBIGUOUS, "No reply was received in time", code="timeout")
    if isinstance(error, InvalidPathParameterError):
        return Fault(FaultKind.PERMANENT, "The request is invalid: wrong ID", code="invalid_path")
    known = classify_http(error)
    if known is None:
        raise error
    return known


def _judge_reply(status: int, code: str, message: str, headers: dict[str, str]) -> Fault:
    word = code.rpartition(".")[2] if code.startswith("APIErrorCode") else code
    fault = classify_status(status, headers, message=message, code=word)
    if status == _CONFLICT:  # "the transaction could not be completed": it was not
        return Fault(FaultKind.TRANSIENT, fault.message, status, word, fault.retry_after_s)
    if status == _OVERLOADED:  # "handle it the same way" as 429, according to the vendor
        return Fault(FaultKind.TRANSIENT, fault.message, status, word, fault.retry_after_s, True)
    return fault


def not_ready(error: ServiceError, variable: str) -> SinkNotReadyError | None:
    """Return the error that ends a run if every other call would fail too."""
    match error.fault.status:
        case 401:
            return SinkNotReadyError(
                f"Notion does not accept the token in {variable}.",
                hint=HOW_TO_GET_ONE.format(variable=variable),
            )
        case 403 if "block limit" in error.fault.message.lower():
            return SinkNotReadyError(
                f"Notion accepts no more pages: {error.fault.message}",
                hint="A free workspace with several members is limited to 1,000 blocks, "
                "including deleted ones. A paid plan or a workspace with one member has no such "
                "limit.",
            )
        case 403:
            return SinkNotReadyError(
                f"The integration is not permitted to do this: {error.fault.message}",
                hint=CAPABILITY_HINT,
            )
    return None


def is_in_trash(error: ServiceError) -> bool:
    """Return whether a page could not be changed because it is in the trash."""
    message = error.fault.message.lower()
    return error.fault.status == 400 and ("archived" in message or "trash" in message)


def is_not_there(error: ServiceError) -> bool:
    """Return whether the object does not exist, or this integration has no access to it."""
    return error.fault.status == 404


def is_about_upload(error: ServiceError) -> bool:
    """Return whether an upload was refused: it has expired, or never arrived."""
    message = error.fault.message.lower()
    return error.fault.status in (400, 404) and "upload" in message


def is_schema_full(error: ServiceError) -> bool:
    """Return whether there is no room for a new option."""
    return error.fault.status == 400 and "schema size" in error.fault.message.lower()


def is_about_schema(error: ServiceError) -> bool:
    """Return whether a property was missing or had another type than expected.

    Notion's message differs between a page's property and one in a query's filter.
    """
    message = error.fault.message.lower()
    phrases = (
        "is not a property that exists",
        "is expected to be",
        "could not find property",
        "does not match filter",
    )
    return error.fault.status == 400 and any(words in message for words in phrases)
