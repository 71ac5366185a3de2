"""Google's error bodies: Drive's own form, and the ErrorInfo form of newer limits."""

from dataclasses import dataclass
from typing import Any

READ_ONLY = "https://www.googleapis.com/auth/drive.readonly"


@dataclass
class DriveError(Exception):
    """A refusal; `location` is the parameter or header that it is about."""

    status: int
    reason: str
    message: str
    domain: str = "global"
    location: str | None = None
    location_type: str = "parameter"
    canonical: str | None = None
    info: str | None = None

    def body(self) -> dict[str, Any]:
        one = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            one |= {"location": self.location, "locationType": self.location_type}
        error: dict[str, Any] = {"code": self.status, "message": self.message, "errors": [one]}
        if self.canonical:
            error["status"] = self.canonical
        if self.info:
            error["details"] = [
                {
                    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                    "reason": self.info,
                    "domain": "googleapis.com",
                    "metadata": {"service": "drive.googleapis.com"},
                }
            ]
        return {"error": error}

    @property
    def headers(self) -> dict[str, str]:
        if self.reason == "insufficientPermissions":
            challenge = f'error="insufficient_scope", scope="{READ_ONLY}"'
            return {"WWW-Authenticate": f'Bearer realm="https://accounts.google.com/", {challenge}'}
        return {}


def invalid(location: str) -> DriveError:
    return DriveError(400, "invalid", "Invalid Value", location=location)


def not_found(file_id: str) -> DriveError:
    return DriveError(404, "notFound", f"File not found: {file_id}.", location="fileId")


def drive_not_found(drive_id: str) -> DriveError:
    message = f"Shared drive not found: {drive_id}"
    return DriveError(404, "notFound", message, location="driveId")


def invalid_credentials() -> DriveError:
    return DriveError(
        401,
        "authError",
        "Invalid Credentials",
        location="Authorization",
        location_type="header",
        canonical="UNAUTHENTICATED",
    )


def insufficient_scope() -> DriveError:
    return DriveError(
        403,
        "insufficientPermissions",
        "Insufficient Permission: Request had insufficient authentication scopes.",
        canonical="PERMISSION_DENIED",
        info="ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    )


def rate_limit(reason: str = "userRateLimitExceeded", status: int = 403) -> DriveError:
    """The limit in Drive's own form; `reason` also rateLimitExceeded or dailyLimitExceeded."""
    message = {
        "userRateLimitExceeded": "User Rate Limit Exceeded. Rate of requests for user exceed "
        "configured project quota, you may consider re-evaluating expected per-user traffic to the "
        "API and adjust project quota limits accordingly.",
        "rateLimitExceeded": "Rate Limit Exceeded",
        "dailyLimitExceeded": "Daily Limit Exceeded",
    }[reason]
    return DriveError(status, reason, message, domain="usageLimits")


def rate_limit_info() -> DriveError:
    """The limit as Google's common front end words it: an ErrorInfo RATE_LIMIT_EXCEEDED."""
    return DriveError(
        403,
        "rateLimitExceeded",
        "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute' of service "
        "'drive.googleapis.com' for consumer 'project_number:1'.",
        domain="usageLimits",
        canonical="RESOURCE_EXHAUSTED",
        info="RATE_LIMIT_EXCEEDED",
    )


def not_enabled() -> DriveError:
    return DriveError(
        403,
        "accessNotConfigured",
        "Google Drive API has not been used in project 1 before or it is disabled.",
        domain="usageLimits",
        canonical="PERMISSION_DENIED",
        info="SERVICE_DISABLED",
    )


def error_body(status: int) -> dict[str, Any]:
    """The body of a fault with this status."""
    if status == 429:
        return rate_limit("rateLimitExceeded", 429).body()
    reason, message = (
        ("backendError", "Internal Error") if status >= 500 else ("conflict", "Conflict")
    )
    return DriveError(status, reason, message).body()
