"""Writing rows through the real client and PostgREST: stored values, and failures of one row."""

from pathlib import Path

import pytest

from photo_assets.sinks.protocol import RowState, SinkNotReadyError
from photo_assets_tests.services.supabase.stack import Stack, running_project
from photo_assets_tests.sinks.supabase.plans import connected_sink, key, photo, row


def states(outcomes: object) -> list[RowState]:
    return [outcome.state for outcome in outcomes]  # type: ignore[attr-defined]


def titles(stack: Stack) -> dict[str, str | None]:
    return {str(k): v for k, v in stack.execute("select photo_id, title from photos")}


def test_rows_are_created_then_unchanged_then_updated(supabase: Stack, tmp_path: Path) -> None:
    rows = [photo(n) for n in range(5)]
    with connected_sink(supabase, tmp_path) as connection:
        assert states(connection.send(rows, uncertain=False)) == [RowState.CREATED] * 5
        before = supabase.execute("select xmin::text, updated_at from photos order by photo_id")
        assert states(connection.send(rows, uncertain=True)) == [RowState.UNCHANGED] * 5
        after = supabase.execute("select xmin::text, updated_at from photos order by photo_id")
        assert after == before  # not even a new version of a row
        rows[2] = photo(2, title="Another")
        outcomes = connection.send(rows, uncertain=False)
    assert states(outcomes) == [
        RowState.UPDATED if n == 2 else RowState.UNCHANGED for n in range(5)
    ]
    assert supabase.execute(
        "select title, updated_at > created_at from photos where title = 'Another'"
    ) == [("Another", True)]


def test_a_row_that_lacks_a_column_keeps_what_is_there(supabase: Stack, tmp_path: Path) -> None:
    """PostgREST writes the union of a request's columns: alike rows go together, others apart."""
    with connected_sink(supabase, tmp_path) as connection:
        connection.send(
            [photo(1, caption="Kept", rating=3), photo(2, caption="b")], uncertain=False
        )
        connection.send([photo(1), photo(2, caption="c", rating=5)], uncertain=False)
    assert supabase.execute("select caption, rating from photos order by photo_id") == [
        ("Kept", 3),
        ("c", 5),
    ]


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        ({"title": "nul \x00 here"}, "22P05"),
        ({"width": 2**40}, "22003"),
        ({"capture_time": "no time"}, "22007"),
        ({"gone": None}, "23502"),
        ({"rating": "many"}, "22P02"),
    ],
)
def test_a_row_that_cannot_be_stored_affects_only_itself(
    supabase: Stack, tmp_path: Path, bad: dict[str, object], why: str
) -> None:
    rows = [photo(n, **bad) if n in (3, 40) else photo(n) for n in range(64)]
    with connected_sink(supabase, tmp_path) as connection:
        outcomes = connection.send(rows, uncertain=False)
    assert [o.row for o in outcomes if o.state is RowState.FAILED] == [3, 40]
    assert all(why in (o.error or "") for o in outcomes if o.state is RowState.FAILED)
    assert len(titles(supabase)) == 62


def test_one_row_twice_in_a_request_is_written(supabase: Stack, tmp_path: Path) -> None:
    """21000 refuses the whole request; halved, both come through, the later one last."""
    rows = [photo(1), row(2, "photos", {"title": "Later"}, key(1))]
    with connected_sink(supabase, tmp_path) as connection:
        outcomes = connection.send(rows, uncertain=False)
    assert RowState.FAILED not in states(outcomes)
    assert titles(supabase) == {key(1): "Later"}


def test_a_retired_row_is_kept_with_its_time(supabase: Stack, tmp_path: Path) -> None:
    with connected_sink(supabase, tmp_path) as connection:
        connection.send([photo(1)], uncertain=False)
        connection.send([photo(1, gone=True, merged_into=key(9))], uncertain=False)
        ((gone, since, into),) = supabase.execute("select gone, gone_at, merged_into from photos")
        assert (gone, str(into)) == (True, key(9))
        assert since is not None
        connection.send([photo(1, gone=True, merged_into=key(8))], uncertain=False)
        assert supabase.execute("select gone_at from photos") == [(since,)]
        connection.send([photo(1)], uncertain=False)
    assert supabase.execute("select gone, gone_at from photos") == [(False, None)]


def test_a_large_request_is_written_completely(supabase: Stack, tmp_path: Path) -> None:
    """Replies to writes are not cut at max-rows, look-ups of unchanged rows neither."""
    rows = [photo(n) for n in range(1500)]
    with connected_sink(supabase, tmp_path) as connection:
        assert states(connection.send(rows, uncertain=False)) == [RowState.CREATED] * 1500
        assert states(connection.send(rows, uncertain=True)) == [RowState.UNCHANGED] * 1500


@pytest.mark.parametrize("role", ["anon", "authenticated"])
def test_a_role_other_than_the_secret_keys_is_reported(
    supabase: Stack, tmp_path: Path, role: str
) -> None:
    with connected_sink(supabase, tmp_path, key_=getattr(supabase.keys, role)) as connection:
        with pytest.raises(SinkNotReadyError, match="secret key"):
            connection.prepare(1)
        with pytest.raises(SinkNotReadyError, match="secret key"):
            connection.send([photo(1)], uncertain=False)
    assert titles(supabase) == {}


def test_an_expired_key_is_reported_without_its_text(supabase: Stack, tmp_path: Path) -> None:
    expired = supabase.keys.token("service_role", lifetime_s=-60)
    with (
        connected_sink(supabase, tmp_path, key_=expired) as connection,
        pytest.raises(SinkNotReadyError, match="secret key") as caught,
    ):
        connection.prepare(1)
    assert expired not in str(caught.value)


def test_a_project_without_tables_gets_a_hint_to_create_them(
    supabase_stack: Stack, tmp_path: Path
) -> None:
    """A project of its own: PostgREST learns of a changed schema in its own time."""
    cluster, programs = supabase_stack.cluster, supabase_stack.programs
    cluster.create("untouched")
    try:
        with (
            running_project(cluster, "untouched", programs) as project,
            connected_sink(project, tmp_path) as connection,
        ):
            with pytest.raises(SinkNotReadyError, match="photosync supabase migrate"):
                connection.prepare(1)
            with pytest.raises(SinkNotReadyError, match="photosync supabase migrate"):
                connection.send([photo(1)], uncertain=False)
    finally:
        cluster.drop("untouched")


def test_what_was_written_is_recorded_once(supabase: Stack, tmp_path: Path) -> None:
    """The reply to the audit entry is lost after the commit; repeated, it is there once."""
    with connected_sink(supabase, tmp_path) as connection:
        connection.send([photo(n) for n in range(3)], uncertain=False)
        supabase.gateway.faults.script("drop_after")
    audit = supabase.execute("select who, action, target, detail ->> 'rows_created' from audit")
    assert audit == [("photosync", "write", "photos", "3")]
    arrivals = [a for a in supabase.gateway.log.all() if a.path.endswith("/audit")]
    assert [a.fault for a in arrivals] == ["drop_after", ""]
    assert supabase.execute("select target, rows_created from sync_state") == [("photos", 3)]


def test_a_connection_that_wrote_nothing_records_nothing(supabase: Stack, tmp_path: Path) -> None:
    with connected_sink(supabase, tmp_path) as connection:
        connection.prepare(0)
    assert supabase.execute("select count(*) from audit") == [(0,)]
    assert {a.method for a in supabase.gateway.log.all()} == {"POST"}  # a function was asked
    assert supabase.execute("select count(*) from sync_state") == [(0,)]
