"""Notion's errors: codes, messages (those of the service where known), bodies."""

import uuid
from typing import Any

_CODES = {
    400: ("validation_error", "The request is not valid."),
    401: ("unauthorized", "API token is invalid."),
    403: ("restricted_resource", "API token does not have access to this resource."),
    404: ("object_not_found", "Could not find the resource."),
    409: ("conflict_error", "Conflict occurred while saving. Please try again."),
    429: ("rate_limited", "You have been rate limited. Please try again in a few minutes."),
    500: ("internal_server_error", "Unexpected error occurred."),
    503: ("service_unavailable", "Public API service is temporarily unavailable."),
    504: ("gateway_timeout", "The request timed out."),
    529: ("service_overload", "The service is overloaded. Please try again later."),
}


class NotionError(Exception):
    """An error response; `additional_data` and `retry_after` (seconds) where it has them."""

    def __init__(
        self,
        status: int,
        message: str,
        code: str = "",
        additional_data: dict[str, Any] | None = None,
        retry_after: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code or _CODES[status][0]
        self.message = message
        self.additional_data = additional_data
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        body = {
            "object": "error",
            "status": self.status,
            "code": self.code,
            "message": self.message,
            "request_id": str(uuid.uuid4()),
        }
        if self.additional_data is not None:
            body["additional_data"] = self.additional_data
        return body


def error_body(status: int) -> dict[str, Any]:
    """Return the body of an error with this status: the `ErrorBody` of `faulty_app`."""
    code, message = _CODES[status]
    extra: dict[str, Any] | None = None
    if status == 429:
        extra = {"rate_limit_reason": "public_api_space_request_rate_limit"}
    return NotionError(status, message, code, extra).body()


def invalid(message: str) -> NotionError:
    return NotionError(400, message)


def failed_validation(*problems: str) -> NotionError:
    return invalid("body failed validation: " + " ".join(problems))


def not_found(kind: str, id_: str) -> NotionError:
    return NotionError(
        404,
        f"Could not find {kind} with ID: {id_}. Make sure the relevant pages and databases are "
        "shared with your integration.",
    )
