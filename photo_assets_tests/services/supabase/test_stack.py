"""The stack itself: what the gateway lets through, and that it leaves nothing behind."""

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from photo_assets_tests.services.supabase.cluster import connected
from photo_assets_tests.services.supabase.process import running_stack_process
from photo_assets_tests.services.supabase.programs import Programs
from photo_assets_tests.services.supabase.stack import Stack

_ONE = "00000000-0000-0000-0000-000000000001"


def ask(url: str, key: str | None, path: str = "/rest/v1/photos") -> httpx.Response:
    headers = {"apikey": key, "Authorization": f"Bearer {key}"} if key else {}
    return httpx.get(url + path, headers=headers, trust_env=False)


def test_the_gateway_wants_a_key_and_knows_both_kinds(supabase: Stack) -> None:
    keys = supabase.keys
    assert ask(supabase.api_url, None).status_code == 401
    assert ask(supabase.api_url, keys.service_role).json() == []
    assert ask(supabase.api_url, keys.secret_key).json() == []
    assert ask(supabase.api_url, keys.anon).json()["code"] == "42501"
    assert ask(supabase.api_url, "sb_secret_of_another_project").status_code == 401
    assert ask(supabase.api_url, keys.secret_key, "/auth/v1/user").status_code == 404


def test_the_owner_is_no_superuser(supabase: Stack) -> None:
    """As in a hosted project: a migration that needed one would fail there."""
    assert supabase.execute("select usesuper from pg_user where usename = current_user") == [
        (False,)
    ]


def test_the_next_test_finds_nothing_of_this_one(supabase: Stack) -> None:
    supabase.execute("insert into photos (photo_id, row_digest) values (%s, 'x')", _ONE)
    supabase.execute(
        "insert into audit (audit_id, at, who, action) values (%s, now(), 'a', 'b')", _ONE
    )
    supabase.gateway.faults.script("503")
    supabase.reset()
    assert ask(supabase.api_url, supabase.keys.secret_key).json() == []
    assert supabase.execute("select count(*) from audit") == [(0,)]
    assert [arrival.status for arrival in supabase.gateway.log.all()] == [200]


def test_it_runs_as_a_process_and_ends_with_it(supabase_programs: Programs) -> None:
    with running_stack_process() as stack:
        url, key = stack.environment["SUPABASE_URL"], stack.environment["SUPABASE_SECRET_KEY"]
        stack.control.script("503")
        assert ask(url, key).status_code == 503
        assert ask(url, key).json() == []
        with connected(stack.database_url) as connection:
            assert connection.exec_driver_sql("select count(*) from photos").scalar() == 0
    with pytest.raises(httpx.ConnectError):
        ask(url, key)
    with pytest.raises(OperationalError), connected(stack.database_url):
        pass
