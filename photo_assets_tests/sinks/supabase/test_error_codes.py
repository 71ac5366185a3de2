"""The classification of errors, with the codes of PostgREST 12 and later versions."""

import httpx
import pytest
from postgrest import APIError

from photo_assets.service_calls import FaultKind
from photo_assets.sinks.supabase.faults import (
    LOOK_AT_THE_KEY,
    MIGRATE,
    Reply,
    classify,
    hint_for,
    is_of_a_row,
)

TRANSIENT, PERMANENT, AMBIGUOUS = FaultKind.TRANSIENT, FaultKind.PERMANENT, FaultKind.AMBIGUOUS


def api_error(code: str | None, message: str | None = "says why") -> APIError:
    return APIError({"code": code, "message": message, "hint": None, "details": None})


@pytest.mark.parametrize(
    ("code", "status", "kind", "of_a_row", "hint"),
    [
        ("22P05", 400, PERMANENT, True, None),
        ("23505", 409, PERMANENT, True, None),
        ("21000", 500, PERMANENT, True, None),
        ("54000", 500, PERMANENT, True, None),
        ("57014", 500, PERMANENT, True, None),  # statement timeout: half of it may go
        ("413", 413, PERMANENT, True, None),
        ("40001", 500, TRANSIENT, False, None),
        ("40P01", 500, TRANSIENT, False, None),
        ("53300", 503, TRANSIENT, False, None),
        ("PGRST003", 504, TRANSIENT, False, None),
        ("08006", 503, AMBIGUOUS, False, None),
        ("XX000", 500, AMBIGUOUS, False, None),
        ("42501", 403, PERMANENT, False, LOOK_AT_THE_KEY),
        ("PGRST301", 401, PERMANENT, False, LOOK_AT_THE_KEY),
        ("PGRST303", 401, PERMANENT, False, LOOK_AT_THE_KEY),
        (None, 401, PERMANENT, False, LOOK_AT_THE_KEY),  # the gateway's own
        ("42P01", 404, PERMANENT, False, MIGRATE),
        ("PGRST205", 404, PERMANENT, False, MIGRATE),
        ("PGRST204", 400, PERMANENT, False, MIGRATE),
        (None, 404, PERMANENT, False, MIGRATE),
        ("409", 409, TRANSIENT, False, None),
        ("503", 503, AMBIGUOUS, False, None),
        ("504", 504, AMBIGUOUS, False, None),
        ("529", 529, AMBIGUOUS, False, None),
    ],
)
def test_a_reply_is_classified(
    code: str | None, status: int, kind: FaultKind, of_a_row: bool, hint: str | None
) -> None:
    fault = classify(api_error(code), Reply(status, {}))
    assert (fault.kind, is_of_a_row(fault), hint_for(fault)) == (kind, of_a_row, hint)


def test_a_limit_keeps_its_wait_although_the_clients_error_has_no_headers() -> None:
    fault = classify(api_error("429"), Reply(429, {"retry-after": "7"}))
    assert (fault.kind, fault.limited, fault.retry_after_s) == (TRANSIENT, True, 7.0)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError("refused"), TRANSIENT),
        (httpx.ReadTimeout("late"), AMBIGUOUS),
        (httpx.RemoteProtocolError("cut"), AMBIGUOUS),
        (ValueError("Out of range float values are not JSON compliant"), PERMANENT),
        (UnicodeEncodeError("utf-8", "\ud83d", 0, 1, "surrogates not allowed"), PERMANENT),
    ],
)
def test_other_client_errors_are_classified(error: Exception, kind: FaultKind) -> None:
    assert classify(error).kind is kind
