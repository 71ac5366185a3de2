"""Plan rows and connections for tests that send without a lake."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from photo_assets.lake import Lake
from photo_assets.ledger import open_ledger
from photo_assets.model.canonical import canonical
from photo_assets.model.plans import CREATE, content_digest
from photo_assets.service_calls import Policy, RateLimitedCaller
from photo_assets.sinks.protocol import PlanRow
from photo_assets.sinks.supabase.client import connect
from photo_assets.sinks.supabase.connection import SupabaseConnection
from photo_assets.sinks.supabase.tables import KEY_OF
from photo_assets_tests.services.supabase.stack import Stack

QUICK = Policy(
    requests_per_second=1000,
    timeout_s=5,
    longest_wait_s=10,
    tries=10,
    backoff_s=(0.01, 0.05),
    breaker_failures=1000,
)


def key(number: int) -> str:
    return str(uuid.UUID(int=number))


def row(number: int, target: str, content: Mapping[str, Any], key_: str | None = None) -> PlanRow:
    """Return the plan's row `number`; its key is the number unless told otherwise."""
    name = key_ or key(number)
    after = canonical({KEY_OF[target]: name, "gone": False, **content})
    return PlanRow(
        row=number,
        target=target,
        key=name,
        photo_id=None,
        month=content.get("month"),
        action=CREATE,
        before=None,
        after=after,
        before_digest=None,
        digest=content_digest(after),
        reason="new",
    )


def photo(number: int, **content: Any) -> PlanRow:
    return row(number, "photos", {"month": "2024-05-01", "title": f"Photo {number}", **content})


@contextmanager
def connected_sink(
    stack: Stack, folder: Path, policy: Policy = QUICK, key_: str | None = None
) -> Iterator[SupabaseConnection]:
    """Yield a connection with the real client, whose lake's table of written rows is not there."""
    secret = key_ or stack.keys.secret_key
    ledger = open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}")
    caller = RateLimitedCaller(ledger, "supabase", policy, secrets=(secret,))
    client = connect(stack.api_url, secret, caller)
    connection = SupabaseConnection("here", client, Lake(folder / "lake"), list)
    try:
        yield connection
    finally:
        connection.close()
