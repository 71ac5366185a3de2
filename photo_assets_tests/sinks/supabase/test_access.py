"""Access rights: only the secret key has any, and it cannot delete."""

from collections.abc import Iterator

import httpx
import pytest

from photo_assets.sinks.supabase.migrate import migrate
from photo_assets_tests.services.supabase.cluster import Cluster, connected
from photo_assets_tests.services.supabase.stack import Stack

TABLES = (
    *("photos", "items", "albums", "photo_albums", "fingerprints", "conflicts"),
    *("ai_metadata", "metadata_history", "sync_state", "audit", "album_name_changes"),
)
VIEWS = ("photo_metadata", "album_metrics", "sync_standing")
FUNCTIONS = ("match_photos", "sink_month_counts", "sink_month_digests", "sink_month_rows")
PHOTO = {"photo_id": "00000000-0000-0000-0000-000000000001", "row_digest": "x", "title": "Secret"}


def client(stack: Stack, key: str) -> httpx.Client:
    headers = {"apikey": key, "Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=f"{stack.api_url}/rest/v1", headers=headers, trust_env=False)


@pytest.fixture(params=["anon", "authenticated"])
def visitor(supabase: Stack, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    supabase.execute(
        "insert into photos (photo_id, row_digest, title) values (%s, 'x', 'Secret')",
        PHOTO["photo_id"],
    )
    with client(supabase, getattr(supabase.keys, request.param)) as http:
        yield http


@pytest.mark.parametrize("name", [*TABLES, *VIEWS])
def test_a_visitor_reads_and_writes_nothing(visitor: httpx.Client, name: str) -> None:
    assert visitor.get(f"/{name}").json()["code"] == "42501"
    if name in TABLES:
        assert visitor.post(f"/{name}", json={}).json()["code"] == "42501"
        assert visitor.delete(f"/{name}").json()["code"] == "42501"


def test_a_visitor_changes_no_photo(visitor: httpx.Client, supabase: Stack) -> None:
    one = {"photo_id": f"eq.{PHOTO['photo_id']}"}
    assert visitor.get("/photos", params=one).json()["code"] == "42501"
    assert visitor.post("/photos", json=PHOTO).json()["code"] == "42501"
    assert visitor.patch("/photos", json={"title": "x"}, params=one).json()["code"] == "42501"
    assert visitor.delete("/photos", params=one).json()["code"] == "42501"
    assert supabase.execute("select title from photos") == [("Secret",)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_visitor_calls_no_function(visitor: httpx.Client, name: str) -> None:
    arguments = {
        "match_photos": {"query_embedding": "[1,2]"},
        "sink_month_counts": {"target": "photos"},
        "sink_month_digests": {"target": "photos", "months": []},
        "sink_month_rows": {"target": "photos", "of_month": None},
    }
    assert visitor.post(f"/rpc/{name}", json=arguments[name]).json()["code"] == "42501"


@pytest.mark.parametrize("name", TABLES)
def test_not_even_the_secret_key_deletes(supabase: Stack, name: str) -> None:
    with client(supabase, supabase.keys.secret_key) as http:
        assert http.delete(f"/{name}").json()["code"] == "42501"


def test_requests_without_a_key_are_refused(supabase: Stack) -> None:
    assert httpx.get(f"{supabase.api_url}/rest/v1/photos", trust_env=False).status_code == 401


@pytest.mark.parametrize("public_grants", [True, False], ids=["older project", "newer project"])
def test_every_table_has_row_security_and_a_policy(cluster: Cluster, public_grants: bool) -> None:
    """Older projects grant all to everyone by default, newer ones nothing: both end the same."""
    name = f"grants_{public_grants}".lower()
    url = cluster.create(name, public_grants=public_grants)
    try:
        migrate(url)
        with connected(url) as connection:
            rows = connection.exec_driver_sql(
                "select c.relname, c.relrowsecurity,"
                " exists (select from pg_policy p where p.polrelid = c.oid),"
                " has_table_privilege('anon', c.oid, 'select, insert, update, delete'),"
                " has_table_privilege('authenticated', c.oid, 'select, insert, update, delete'),"
                " has_table_privilege('service_role', c.oid, 'select'),"
                " has_table_privilege('service_role', c.oid, 'delete, truncate')"
                " from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'"
            ).all()
    finally:
        cluster.drop(name)
    assert {row[0] for row in rows} == set(TABLES)
    assert {tuple(row[1:]) for row in rows} == {(True, True, False, False, True, False)}


def test_the_audit_is_only_added_to(supabase: Stack) -> None:
    """Not even by the database's owner."""
    supabase.execute(
        "insert into audit (audit_id, at, who, action) values (gen_random_uuid(), now(), 'a', 'b')"
    )
    for statement in ("update audit set who = 'x'", "delete from audit", "truncate audit"):
        with pytest.raises(Exception, match="only added"):
            supabase.execute(statement)
