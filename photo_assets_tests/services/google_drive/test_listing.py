"""Lists, pages and change logs, asked for by the vendor's client."""

from itertools import chain
from typing import Any

import pytest
from googleapiclient.errors import HttpError

from photo_assets_tests.services.google_drive.resources import FOLDER
from photo_assets_tests.services.google_drive.samples import camera, fill
from photo_assets_tests.services.google_drive.server import GoogleDriveServer

_ALL = {"supportsAllDrives": True, "includeItemsFromAllDrives": True}


def _pages(request: Any, following: Any) -> list[list[str]]:
    pages = []
    while request is not None:
        reply = request.execute(num_retries=0)
        pages.append([file["id"] for file in reply["files"]])
        request = following(request, reply)
    return pages


def _changes(client: Any, token: str, **asked: Any) -> tuple[dict[str, Any], str]:
    """Return the changes since a token by id, and the next token."""
    found: dict[str, Any] = {}
    while True:
        reply = client.changes().list(pageToken=token, fields="*", **asked).execute()
        found |= {
            change.get("fileId", change.get("driveId")): change for change in reply["changes"]
        }
        if "nextPageToken" not in reply:
            return found, reply["newStartPageToken"]
        assert "newStartPageToken" not in reply
        token = reply["nextPageToken"]


def test_every_page_is_given_and_pages_hold_at_most_1000(server: GoogleDriveServer) -> None:
    made = fill(server.account, 1100)
    files = server.client().files()
    asked = {
        "q": "mimeType contains 'image/'",
        "pageSize": 5000,
        "fields": "nextPageToken,files/id",
    }
    pages = _pages(files.list(**asked), files.list_next)
    assert [len(page) for page in pages] == [1000, 100]
    assert sorted(chain(*pages)) == sorted(made)
    assert server.calls("/files") == 2


def test_fields_without_the_token_end_a_listing_after_one_page(server: GoogleDriveServer) -> None:
    fill(server.account, 20)
    files = server.client().files()
    assert len(_pages(files.list(pageSize=5, fields="files(id)"), files.list_next)) == 1


def test_all_fields_of_every_kind_of_reply_are_in_the_document(server: GoogleDriveServer) -> None:
    account = server.account
    drive = account.add_drive("Family")
    folder = account.add_folder("Holiday")
    photo = account.add_file("a.jpg", b"a", folder, imageMediaMetadata=camera())
    account.add_file("b.CR3", b"b", None, drive=drive)
    account.add_file("c.heic", b"c", owner="friend@photos.example")
    account.add_shortcut("link", photo)
    account.share(photo, "anyone")
    account.share(photo, "domain", "photos.example")
    account.replace(photo, b"aa")
    account.trash(folder)
    client = server.client()
    client.about().get(fields="*").execute()
    client.drives().list(fields="*").execute()
    client.files().list(fields="*", corpora="drive", driveId=drive, **_ALL).execute()
    files = client.files().list(fields="*").execute()["files"]
    assert {file["name"] for file in files} == {"Holiday", "a.jpg", "c.heic", "link"}
    assert len(client.revisions().list(fileId=photo, fields="*").execute()["revisions"]) == 2
    assert len(client.permissions().list(fileId=photo, fields="*").execute()["permissions"]) == 3
    assert client.comments().list(fileId=photo, fields="*").execute()["comments"] == []
    _changes(client, "1", **_ALL)
    assert server.violations == []


def test_only_the_named_fields_are_given(server: GoogleDriveServer) -> None:
    photo = server.account.add_file("a.jpg", b"a", imageMediaMetadata=camera())
    files = server.client().files()
    asked = "id,imageMediaMetadata(time,width),owners/emailAddress"
    assert files.get(fileId=photo, fields=asked).execute() == {
        "id": photo,
        "imageMediaMetadata": {"time": "2019:07:14 18:30:05", "width": 4000},
        "owners": [{"emailAddress": server.account.me}],
    }
    assert set(files.get(fileId=photo).execute()) == {"kind", "id", "name", "mimeType"}
    with pytest.raises(HttpError, match="Invalid field selection sha512"):
        files.get(fileId=photo, fields="id,sha512").execute()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Rolls", "a.jpg", "b.NEF", "c.mp4"}),
        ("mimeType contains 'image/'", {"a.jpg"}),
        ("mimeType contains 'mage/'", set()),
        (f"mimeType = '{FOLDER}' or mimeType contains 'video/'", {"Rolls", "c.mp4"}),
        ("name contains 'b' and trashed = false", {"b.NEF"}),
        ("name contains 'NEF'", {"b.NEF"}),
        ("name contains 'EF'", set()),
        ("not (mimeType contains 'image/' or trashed = true)", {"Rolls", "b.NEF"}),
        ("trashed = true", {"c.mp4"}),
        ("starred = true", {"a.jpg"}),
        ("'{folder}' in parents", {"a.jpg"}),
    ],
)
def test_queries(server: GoogleDriveServer, query: str, names: set[str]) -> None:
    folder = server.account.add_folder("Rolls")
    server.account.add_file("a.jpg", b"a", folder, starred=True)
    server.account.add_file("b.NEF", b"b")
    server.account.trash(server.account.add_file("c.mp4", b"c"))
    found = server.client().files().list(q=query.replace("{folder}", folder)).execute()["files"]
    assert {file["name"] for file in found} == names


@pytest.mark.parametrize(
    "query", ["size > 5", "mimeType", "trashed = 'yes", "(starred = true", "'x' in owners"]
)
def test_a_query_that_drive_does_not_know_is_refused(server: GoogleDriveServer, query: str) -> None:
    with pytest.raises(HttpError) as caught:
        server.client().files().list(q=query).execute()
    assert caught.value.status_code == 400


@pytest.mark.parametrize("by_position", [True, False])
def test_files_added_and_removed_between_pages(
    server: GoogleDriveServer, by_position: bool
) -> None:
    made = fill(server.account, 9)
    server.listing.by_position = by_position
    files = server.client().files()
    request = files.list(
        q="mimeType contains 'image/'", pageSize=3, fields="nextPageToken,files/id"
    )
    first = request.execute()
    server.account.add_file("new.jpg", b"new")
    server.account.delete(made[5])
    request = files.list_next(request, first)
    rest = list(chain(*_pages(request, files.list_next)))
    shifted = made[6] in rest
    assert shifted == by_position, (
        "one added and one removed: one repeated, and one more on its way"
    )
    assert made[5] not in rest


def test_a_page_token_expires(server: GoogleDriveServer) -> None:
    fill(server.account, 9)
    files = server.client().files()
    request = files.list(pageSize=3, fields="nextPageToken,files/id")
    following = files.list_next(request, request.execute())
    server.listing.generation += 1
    for token in (following, files.list(pageToken="nonsense")):
        with pytest.raises(HttpError) as caught:
            token.execute()
        assert caught.value.status_code == 400
        assert caught.value.error_details[0]["location"] == "pageToken"


def test_the_change_log_names_each_file_once_at_its_last_change(server: GoogleDriveServer) -> None:
    client, account = server.client(), server.account
    start = client.changes().getStartPageToken().execute()["startPageToken"]
    assert _changes(client, start) == ({}, start)
    kept, gone = account.add_file("a.jpg", b"a"), account.add_file("b.jpg", b"b")
    account.rename(kept, "c.jpg")
    account.delete(gone)
    found, token = _changes(client, start, pageSize=1)
    assert found[kept]["file"]["name"] == "c.jpg"
    assert found[gone]["removed"]
    assert "file" not in found[gone]
    assert _changes(client, token) == ({}, token)
    without, _ = _changes(client, start, includeRemoved=True)
    assert set(without) == {kept, gone}


@pytest.mark.parametrize("named", [True, False])
def test_what_the_log_says_of_a_folder_in_the_trash(server: GoogleDriveServer, named: bool) -> None:
    client, account = server.client(), server.account
    account.feed_names_descendants = named
    folder = account.add_folder("Rolls")
    photo = account.add_file("a.jpg", b"a", folder)
    token = account.start_token
    account.trash(folder)
    found, token = _changes(client, token)
    assert set(found) == ({folder, photo} if named else {folder})
    state = client.files().get(fileId=photo, fields="trashed,explicitlyTrashed").execute()
    assert state == {"trashed": True, "explicitlyTrashed": False}
    account.delete(folder)
    found, _ = _changes(client, token)
    assert set(found) == ({folder, photo} if named else {folder})
    assert account.files == {}


def test_shared_drives_have_their_own_lists_and_logs(server: GoogleDriveServer) -> None:
    client, account = server.client(), server.account
    start = account.start_token
    drive = account.add_drive("Family")
    photo = account.add_file("a.jpg", b"a", drive=drive)
    assert client.files().list(**_ALL).execute()["files"] == []
    found = client.files().list(corpora="drive", driveId=drive, **_ALL).execute()["files"]
    assert [file["id"] for file in found] == [photo]
    assert set(_changes(client, start)[0]) == set()
    assert set(_changes(client, start, **_ALL)[0]) == {drive, photo}
    assert set(_changes(client, start, driveId=drive, **_ALL)[0]) == {photo}
    file = client.files().get(fileId=photo, fields="*", supportsAllDrives=True).execute()
    assert not {"permissions", "owners", "shared"} & set(file)
    account.leave_drive(drive)
    for request in (
        client.changes().list(pageToken=start, driveId=drive, **_ALL),
        client.files().list(corpora="drive", driveId=drive, **_ALL),
    ):
        with pytest.raises(HttpError) as caught:
            request.execute()
        assert caught.value.status_code == 404
    assert _changes(client, start, **_ALL)[0][drive]["removed"]
