"""The HTTP API and the exports: documents of what may leave, and nothing else."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator

import pytest

from photo_assets.model.item import Album, Person
from photo_assets.model.vocabulary import AlbumKind, Visibility
from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.library import TAKEN, Library
from photo_assets_tests.web.visiting import Page, served

HARZ = (Album(id="a1", path=("Trips", "Harz"), kind=AlbumKind.ALBUM),)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    found = Library(tmp_path_factory.mktemp("api"))
    values = {"capture_time": TAKEN, "albums": HARZ, "gps_latitude": 51.5, "gps_longitude": 10.5}
    for n in range(3):
        found.add(
            item("flickr", f"F{n}", title="=1+1", people=(Person(name="Astrid Lund"),), **values),
            color=f"#{n}{n}{n}",
        )
    found.add(item("flickr", "F3", visibility=Visibility.LOCKED, **values), color="#999")
    january = TAKEN.replace(month=1)  # photos that are stored in another month than their item
    found.add(
        item("immich", "I4", capture_time=january, visibility=Visibility.LOCKED),
        item("flickr", "F4", **values),
    )
    found.add(item("lightroom", "L5", capture_time=january), item("flickr", "F5", **values))
    found.store()
    return found


@pytest.fixture(scope="module")
def api(library: Library) -> Iterator[Page]:
    with served(library.open) as page:
        yield page


def test_a_program_uses_the_token(api: Page) -> None:
    client = api.stranger()
    assert client.get("/api/status").status_code == 401
    header = {"authorization": f"Bearer {api.access.token}"}
    assert client.get("/api/status", headers=header).json()["photos"] == 6
    assert client.get("/api/status", headers={"authorization": "Bearer x"}).status_code == 401
    refused = client.post("/api/flickr/sync", headers=header)
    assert refused.status_code == 404  # it passed the guard; no catalog is configured
    assert "No catalog of flickr" in refused.json()["detail"]


def test_a_service_has_albums_and_their_photos(library: Library, api: Page) -> None:
    client = api.visitor()
    albums = client.get("/api/flickr/albums").json()
    assert albums["total"] == 1 and albums["next"] is None
    (album,) = albums["albums"]
    assert (album["name"], album["photos"]) == ("Trips / Harz", 6)
    photos, offset = [], 0
    while offset is not None:
        page = client.get(f"/api/flickr/photos/{album['id']}?limit=4&offset={offset}").json()
        photos += page["photos"]
        offset = page["next"]
    found = {one["native_id"]: one["photo_id"] for one in photos}
    # Neither the locked one nor the one that another catalog locks.
    assert sorted(found) == ["F0", "F1", "F2", "F5"]
    assert found["F5"] == library.photo_id(5)
    assert all(one["gps_latitude"] is None and one["people"] is None for one in photos)
    assert "Astrid" not in str(photos)
    assert client.get("/api/flickr/photos/unknown").status_code == 404
    assert client.get("/api/nobody/albums").status_code == 404
    assert client.get("/api/flickr/albums?limit=x").status_code == 404


def test_the_document_describes_every_route_of_the_api(api: Page) -> None:
    client = api.visitor()
    document = client.get("/api/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) == {
        *("/api/status", "/api/{service}/sync", "/api/{service}/albums"),
        "/api/{service}/photos/{album}",
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == {part[1:-1] for part in path.split("/") if part.startswith("{")}
            assert f"{method.upper()} {path}" in client.get("/api").text


def _exported(page: Page, **fields: str) -> bytes:
    data = {"csrf": page.access.form_token, **fields}
    found = page.visitor().post("/export", data=data)
    assert found.status_code == 200
    assert found.headers["content-disposition"].startswith("attachment")
    return found.content


def test_a_table_has_no_formula_and_nothing_that_may_not_leave(library: Library, api: Page) -> None:
    chosen = " ".join(library.photo_id(n) for n in range(4))
    text = _exported(api, photos=chosen, format="csv").decode()
    rows = [*csv.DictReader(io.StringIO(text))]
    assert len(rows) == 3
    assert {row["title"] for row in rows} == {"'=1+1"}
    assert {row["gps_latitude"] for row in rows} == {""}
    assert "Astrid" not in text
    told = _exported(api, photos=chosen, format="csv", people="on", gps="on").decode()
    assert "Astrid Lund" in told and "51.5" in told and library.photo_id(3) not in told


def test_json_and_an_album_as_a_whole(api: Page) -> None:
    client = api.visitor()
    key = re.findall('href="/albums/([0-9a-f]{20})"', client.get("/albums").text)[0]
    import orjson

    found = orjson.loads(_exported(api, album=key, format="json"))
    assert [one["title"] for one in found] == [None, *["=1+1"] * 3]  # by month
    nothing = client.post("/export", data={"csrf": api.access.form_token, "format": "json"})
    assert nothing.status_code == 404


def test_originals_are_stored_in_one_archive(library: Library, api: Page) -> None:
    gone = library.folder / "files" / "2.jpg"
    gone.rename(gone.with_suffix(".away"))
    chosen = " ".join(library.photo_id(n) for n in range(4))
    form = {"photos": chosen, "format": "zip"}
    for some in ({}, {"people": "on"}, {"gps": "on"}):  # whole files may hold what is left out
        fields = {"csrf": api.access.form_token, **form, **some}
        refused = api.visitor().post("/export", data=fields)
        assert refused.status_code == 422 and "Nothing was exported" in refused.text
    found = _exported(api, **form, people="on", gps="on")
    with zipfile.ZipFile(io.BytesIO(found)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        contents = {archive.read(name) for name in names if name != "missing.txt"}
        missing = archive.read("missing.txt").decode()
    assert contents == {library.pictures[0], library.pictures[1]}
    assert len({name.casefold() for name in names}) == 3
    assert library.photo_id(2) in missing and library.photo_id(3) not in missing
