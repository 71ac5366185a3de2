"""Records that the database keeps: history, AI metadata with approval, vectors, metrics."""

from typing import Any

import httpx
import pytest

from photo_assets_tests.services.supabase.stack import Stack
from photo_assets_tests.sinks.supabase.plans import key

_PHOTO = "insert into photos (photo_id, row_digest, title, rating) values (%s, 'x', 'Old', 1)"


def call(stack: Stack, method: str, path: str, **more: Any) -> Any:
    secret = stack.keys.secret_key
    headers = {"apikey": secret, "Authorization": f"Bearer {secret}", **more.pop("headers", {})}
    with httpx.Client(base_url=f"{stack.api_url}/rest/v1", trust_env=False) as http:
        reply = http.request(method, path, headers=headers, **more)
    assert reply.is_success, reply.text
    return reply.json() if reply.content else None


def test_every_changed_field_is_in_the_history(supabase: Stack) -> None:
    supabase.execute(_PHOTO, key(1))
    call(
        *(supabase, "PATCH", "/photos"),
        params={"photo_id": f"eq.{key(1)}"},
        json={"title": "New", "rating": 5},
        headers={"X-Change-Reason": "a better name"},
    )
    history = supabase.execute(
        "select table_name, row_key, field, old_value, new_value, changed_by, change_reason"
        " from metadata_history order by field"
    )
    assert history == [
        ("photos", key(1), "rating", 1, 5, "service_role", "a better name"),
        ("photos", key(1), "title", "Old", "New", "service_role", "a better name"),
    ]


def test_ai_metadata_counts_its_versions_and_is_shown_once_approved(supabase: Stack) -> None:
    supabase.execute(_PHOTO, key(1))
    (made,) = call(
        *(supabase, "POST", "/ai_metadata"),
        json={
            "photo_id": key(1),
            "model": "m",
            "input_hash": "h",
            "ai_tags": ["sea"],
            "emotion": "calm",
        },
        headers={"Prefer": "return=representation"},
    )
    assert (made["processing_status"], made["approved"], made["version"]) == ("pending", False, 1)
    assert call(supabase, "GET", "/photo_metadata")[0]["emotion"] is None
    supabase.execute(
        "update ai_metadata set approved = true, approved_by = 'me', approved_at = now()"
    )
    (shown,) = call(supabase, "GET", "/photo_metadata")
    assert (shown["emotion"], shown["image_key"]) == ("calm", key(1))
    assert shown["enriched_at"] is not None
    assert supabase.execute("select version from ai_metadata") == [(2,)]
    fields = supabase.execute("select field from metadata_history order by 1")
    assert [field for (field,) in fields] == ["approved", "approved_at", "approved_by"]


@pytest.mark.parametrize(
    "statement",
    [
        "update ai_metadata set approved = true",
        "update ai_metadata set processing_status = 'perhaps'",
        "update ai_metadata set embedding = '[1,2,3]'",
        "update ai_metadata set embedding = '[1,2,3]', dim = 2",
    ],
)
def test_ai_metadata_that_contradicts_itself_is_refused(supabase: Stack, statement: str) -> None:
    supabase.execute(_PHOTO, key(1))
    supabase.execute(
        "insert into ai_metadata (photo_id, model, input_hash) values (%s, 'm', 'h')", key(1)
    )
    with pytest.raises(Exception, match="check constraint"):
        supabase.execute(statement)


@pytest.mark.parametrize("dim", [3, 384, 768])
def test_vectors_of_one_length_are_searched_and_the_index_is_used(
    supabase: Stack, dim: int
) -> None:
    """3 has no index, and is searched all the same; vectors of other lengths are not met."""
    for number in range(40):
        supabase.execute(_PHOTO, key(number))
        vector = [1.0, number / 10] + [0.0] * (dim - 2)
        other = [1.0, number / 10, 0.0, 0.0]
        for model, one in (("m", vector), ("other", other)):
            supabase.execute(
                "insert into ai_metadata (photo_id, model, input_hash, dim, embedding)"
                " values (%s, %s, 'h', %s, %s)",
                *(key(number), model, len(one), str(one)),
            )
    asked = [1.0, 2.0] + [0.0] * (dim - 2)
    found = call(
        *(supabase, "POST", "/rpc/match_photos"),
        json={"query_embedding": str(asked), "of_model": "m", "match_count": 3},
    )
    assert found[0]["photo_id"] == key(20)
    assert found[0]["similarity"] == pytest.approx(1.0)
    assert {row["photo_id"] for row in found} == {key(19), key(20), key(21)}
    if dim == 3:
        return
    plan = supabase.execute(
        "set enable_seqscan = off; set enable_sort = off; explain select photo_id from ai_metadata"
        f" where dim = {dim} order by embedding::extensions.vector({dim})"
        f" operator(extensions.<=>) '{asked}'::extensions.vector({dim}) limit 3"
    )
    assert f"ai_metadata_embedding_{dim}" in str(plan)


def test_a_photo_in_two_albums_has_two_rows_and_nameless_albums_are_counted(
    supabase: Stack,
) -> None:
    supabase.execute(_PHOTO, key(1))
    for number, name in ((11, "Lofoten"), (12, None)):
        supabase.execute(
            "insert into albums (album_id, source, catalog, album_key, album_name, row_digest)"
            " values (%s, 'smugmug', 's', %s, %s, 'x')",
            *(key(number), f"k{number}", name),
        )
        supabase.execute(
            "insert into photo_albums (photo_album_id, photo_id, album_id, row_digest)"
            " values (%s, %s, %s, 'x')",
            *(key(20 + number), key(1), key(number)),
        )
    supabase.execute(
        "insert into items (item_id, photo_id, source, catalog, native_id, url, row_digest)"
        " values (%s, %s, 'smugmug', 's', 'abc-0', 'https://example.org/abc', 'x')",
        *(key(31), key(1)),
    )
    rows = call(supabase, "GET", "/photo_metadata", params={"order": "album_key"})
    assert [(row["image_key"], row["album_key"], row["album_name"]) for row in rows] == [
        ("abc-0", "k11", "Lofoten"),
        ("abc-0", "k12", None),
    ]
    assert rows[0]["ImageUrl"] == "https://example.org/abc"
    (metrics,) = call(supabase, "GET", "/album_metrics")
    assert metrics == {
        **{"total_albums": 2, "recently_synced": 2, "missing_names": 1},
        **{"open_changes": 0, "failed_changes": 0, "last_change": None},
    }
