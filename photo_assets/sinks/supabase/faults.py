"""Classify errors of the Supabase client, first by the codes of PostgreSQL and PostgREST.

Codes differ between PostgREST 12 and 13 and later (42P01 or PGRST205, PGRST301 or PGRST303); both
are known here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from photo_assets.service_calls import Fault, FaultKind, classify_http, classify_status

MIGRATE: Final = "`photosync supabase migrate` brings its tables up to date."
LOOK_AT_THE_KEY: Final = "Check the secret key: sb_secret_… or service_role, of this project."

_SQLSTATE = re.compile(r"[0-9A-Z]{5}", re.ASCII)

# The transaction was rolled back or never started: it certainly had no effect.
_ROLLED_BACK: Final = frozenset({"40", "53", "57", "55"})
_NOT_BEGUN: Final = frozenset({"PGRST000", "PGRST001", "PGRST002", "PGRST003"})

_NO_TABLE: Final = frozenset(
    {"42P01", "42703", "42883", "3F000", "PGRST106", "PGRST202", "PGRST204", "PGRST205"}
)
_NO_RIGHT: Final = frozenset(
    {"42501", "28000", "28P01", "PGRST300", "PGRST301", "PGRST302", "PGRST303"}
)
# An invalid value, a constraint, a duplicate row: caused by one row, not by the request.
_OF_A_ROW: Final = ("22", "23", "21", "54", "0A")
_TIMED_OUT: Final = "57014"
_TOO_LARGE: Final = 413


@dataclass(frozen=True, slots=True)
class Reply:
    """Status and headers of the last reply, which the client's errors do not contain."""

    status: int
    headers: Mapping[str, str]


def classify(error: Exception, reply: Reply | None = None) -> Fault:
    """Return the fault for an error; `reply` is the reply that caused it, if any."""
    known = classify_http(error)
    if known is not None:
        return known
    if not hasattr(
        error, "code"
    ):  # our own error: a value that JSON cannot represent, or a wrong argument
        return Fault(FaultKind.PERMANENT, f"It cannot be sent: {error}", code=type(error).__name__)
    # An error's body may be an empty object; then only the status is available.
    return _judge_code(error.code or "", getattr(error, "message", None) or "", reply)


def _judge_code(code: str, message: str, reply: Reply | None) -> Fault:
    status = reply.status if reply else (int(code) if code.isdigit() and len(code) == 3 else None)
    headers = reply.headers if reply else {}
    if code == _TIMED_OUT:  # and rolled back; the same request would take as long again
        return Fault(FaultKind.PERMANENT, _sentence(code, message), status=status, code=code)
    if status == 409 and not _SQLSTATE.fullmatch(code):  # not a constraint, but a gateway
        return Fault(FaultKind.TRANSIENT, _sentence(code, message), status=status, code=code)
    if code in _NOT_BEGUN or (_SQLSTATE.fullmatch(code) and code[:2] in _ROLLED_BACK):
        return Fault(FaultKind.TRANSIENT, _sentence(code, message), status=status, code=code)
    if _SQLSTATE.fullmatch(code) and code[:2] in {"08", "58", "XX"}:
        return Fault(FaultKind.AMBIGUOUS, _sentence(code, message), status=status, code=code)
    if code.startswith("PGRST") or _SQLSTATE.fullmatch(code):
        return Fault(FaultKind.PERMANENT, _sentence(code, message), status=status, code=code)
    return classify_status(status or 0, headers, message=message or None, code=code or None)


def _sentence(code: str, message: str) -> str:
    return f"The database returned {code}: {message}"


def is_of_a_row(fault: Fault) -> bool:
    """Return whether one row may be the cause, so that the others can be sent without it."""
    code = fault.code or ""
    if code == _TIMED_OUT or fault.status == _TOO_LARGE:  # half of it may succeed
        return True
    return bool(_SQLSTATE.fullmatch(code)) and code.startswith(_OF_A_ROW)


def hint_for(fault: Fault) -> str | None:
    """Return advice for the person, if there is any."""
    if fault.code in _NO_TABLE or fault.status == 404:
        return MIGRATE
    if fault.code in _NO_RIGHT or fault.status in (401, 403):
        return LOOK_AT_THE_KEY
    return None
