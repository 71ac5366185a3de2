"""What flickrapi 2.4.0, unchanged, makes of the stand-in and of each fault.

The reader is written against these; a new version of the client that changes one is told of here.
"""

import json
from typing import Any

import flickrapi
import pytest
import requests

from photo_assets_tests.services.faults import Fault, FaultKind
from photo_assets_tests.services.flickr.server import FlickrServer


def _pages(server: FlickrServer, **arguments: Any) -> list[list[str]]:
    client = server.client()
    pages = []
    for page in (1, 2, 3, 4):
        answer = client.people.getPhotos(user_id="me", per_page=2, page=page, **arguments)
        pages.append([photo["id"] for photo in answer["photos"]["photo"]])
    return pages


def test_photos_come_newest_first_and_pages_shift_with_what_happens(server: FlickrServer) -> None:
    ids = server.account.add_photos(5)
    newest = ids[::-1]
    assert _pages(server) == [newest[:2], newest[2:4], newest[4:], []]

    def delete_before_the_second_page(call: Any) -> None:
        if call.given.get("page") == "2" and newest[0] in server.account.photos:
            server.account.delete_photo(newest[0])

    server.inner.before = delete_before_the_second_page
    # The third photo has moved up to the first page: it is on no page that was seen.
    assert _pages(server) == [newest[:2], newest[3:], [], []]


def test_moderate_and_restricted_photos_are_shown_on_request_alone(server: FlickrServer) -> None:
    server.account.add_photo(safety=0)
    server.account.add_photo(safety=2)
    client = server.client()
    assert len(client.people.getPhotos(user_id="me")["photos"]["photo"]) == 1
    assert len(client.people.getPhotos(user_id="me", safe_search=3)["photos"]["photo"]) == 2


def test_a_search_repeats_its_last_page_and_goes_on_promising(server: FlickrServer) -> None:
    server.account.add_photos(4_600)
    client = server.client()
    pages = [
        client.photos.search(user_id="me", per_page=500, page=page)["photos"] for page in (8, 9, 10)
    ]
    assert {page["total"] for page in pages} == {"4600"}
    assert pages[0]["photo"] == pages[1]["photo"] == pages[2]["photo"]


def test_changes_come_newest_first_from_a_time_on_and_name_no_deletion(
    server: FlickrServer,
) -> None:
    old, edited, gone = server.account.add_photos(3)
    since = server.account.tick()
    server.account.edit_photo(edited, title="another")
    server.account.delete_photo(gone)
    server.account.view_photo(old)
    answer = server.client().photos.recentlyUpdated(min_date=since)
    assert [photo["id"] for photo in answer["photos"]["photo"]] == [edited]


def test_extras_given_as_a_list_are_lost_but_for_the_last(server: FlickrServer) -> None:
    server.account.add_photo()
    client = server.client()
    joined = client.people.getPhotos(user_id="me", extras="license,media")["photos"]["photo"][0]
    repeated = client.people.getPhotos(user_id="me", extras=["license", "media"])
    assert {"license", "media"} <= set(joined)
    assert "license" not in repeated["photos"]["photo"][0]


def test_tags_lose_their_spelling_but_in_two_methods(server: FlickrServer) -> None:
    photo_id = server.account.add_photo(tags=("Jon Snow", "checksum:sha1=AB", "São Paulo"))
    client = server.client()
    listed = client.people.getPhotos(user_id="me", extras="tags,machine_tags")["photos"]["photo"][0]
    assert listed["tags"] == "jonsnow checksum:sha1=ab sãopaulo"
    assert listed["machine_tags"] == "checksum:sha1=ab"
    info = client.photos.getInfo(photo_id=photo_id)["photo"]
    assert [tag["raw"] for tag in info["tags"]["tag"]][:1] == ["Jon Snow"]
    tags = client.tags.getListUserRaw()["who"]["tags"]["tag"]
    assert tags[1] == {"clean": "jonsnow", "raw": [{"_content": "Jon Snow"}]}


@pytest.mark.parametrize("code", [1, 98, 99, 100, 105, 201])
def test_a_failure_comes_with_status_200_and_a_number(server: FlickrServer, code: int) -> None:
    server.inner.fails.append(code)
    with pytest.raises(flickrapi.FlickrError) as caught:
        server.client().test.login()
    assert caught.value.code == code
    assert [arrival.status for arrival in server.log.all()] == [200]


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("429_missing", flickrapi.FlickrError),
        ("500", flickrapi.FlickrError),
        ("502_html", flickrapi.FlickrError),
        ("drop_before", requests.ConnectionError),
        ("reset_before", requests.ConnectionError),
        ("truncated", requests.exceptions.ChunkedEncodingError),
        ("200_html", json.JSONDecodeError),
    ],
)
def test_a_fault_as_the_client_passes_it_on(
    server: FlickrServer, kind: str, error: type[Exception]
) -> None:
    server.faults.script(kind)
    with pytest.raises(error) as caught:
        server.client().test.login()
    # No status, no Retry-After: the session's own hook has to keep them.
    assert getattr(caught.value, "code", None) is None


def test_a_reply_that_never_comes_is_waited_for_as_long_as_said(server: FlickrServer) -> None:
    server.faults.script(Fault(FaultKind.SLOW, delay=30))
    with pytest.raises(requests.RequestException):
        server.client(timeout=0.2).test.login()


def test_a_wrong_secret_a_wrong_token_and_a_revoked_one(server: FlickrServer) -> None:
    good = server.client()
    assert good.test.login()["user"]["id"] == server.account.nsid
    good.flickr_oauth.resource_owner_secret = "another"
    with pytest.raises(flickrapi.FlickrError, match="401"):
        good.test.login()
    server.keys.revoked = True
    with pytest.raises(flickrapi.FlickrError) as caught:
        server.client().test.login()
    assert caught.value.code == 98


def test_a_token_to_read_may_not_write(server: FlickrServer) -> None:
    photo_id = server.account.add_photo()
    with pytest.raises(flickrapi.FlickrError) as caught:
        server.client().photos.delete(photo_id=photo_id)
    assert caught.value.code == 99
    assert server.writes() == ["flickr.photos.delete"]
    assert photo_id in server.account.photos


def test_text_of_any_script_is_signed_rightly(server: FlickrServer) -> None:
    for text in ("Jon Snow & co.", "100 % *!'()", "写真 ~", "a+b=c", ""):
        assert server.client().photos.search(user_id="me", text=text)["stat"] == "ok"
    assert {arrival.method for arrival in server.log.all()} == {"POST"}


def test_more_calls_than_the_limit_are_refused() -> None:
    with FlickrServer(per_hour=2).running() as server:
        client = server.client()
        client.test.login()
        client.test.login()
        with pytest.raises(flickrapi.FlickrError, match="429"):
            client.test.login()
