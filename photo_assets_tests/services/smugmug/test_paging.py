"""Pages: defaults, clamps, the recorded oddities, and changes between two of them."""

from typing import Any

from photo_assets_tests.services.smugmug.conftest import Client
from photo_assets_tests.services.smugmug.library import Album
from photo_assets_tests.services.smugmug.server import SmugMugServer


def _filled(server: SmugMugServer, images: int) -> Album:
    album = server.library.add_album("Full")
    for number in range(images):
        server.library.add_image(album, f"{number}.jpg")
    return album


def _names(reply: dict[str, Any]) -> list[str]:
    return [image["FileName"] for image in reply["Response"].get("AlbumImage", [])]


def test_each_endpoint_has_its_default_and_its_clamp(server: SmugMugServer, client: Client) -> None:
    album = _filled(server, 120)
    server.settings.clamps["images"] = 110
    path = f"/album/{album.key}!images"
    assert client.get(path)["Response"]["Pages"]["RequestedCount"] == 100
    pages = client.get(path, count=5000)["Response"]["Pages"]
    assert (pages["RequestedCount"], pages["Count"], pages["Total"]) == (110, 110, 120)
    children = f"/node/{server.library.root.id}!children"
    assert client.get(children)["Response"]["Pages"]["RequestedCount"] == 10


def test_an_empty_list_is_not_named(server: SmugMugServer, client: Client) -> None:
    album = _filled(server, 0)
    reply = client.get(f"/album/{album.key}!images")["Response"]
    assert "AlbumImage" not in reply
    assert reply["Pages"]["Total"] == 0


def test_the_oddities(server: SmugMugServer, client: Client) -> None:
    album = _filled(server, 15)
    path = f"/album/{album.key}!images"
    server.settings.first_page_names_no_next = True
    assert "NextPage" not in client.get(path, count=10)["Response"]["Pages"]
    server.settings.first_page_names_no_next = False
    server.settings.total_off = 20
    pages = client.get(path, count=10, start=11)["Response"]["Pages"]
    assert (pages["Count"], pages["Total"]) == (5, 35)
    assert "start=21" in pages["NextPage"]
    server.settings.repeats_last_page = True
    beyond = client.get(path, count=10, start=21)
    assert _names(beyond)[-1] == "14.jpg"


def test_changes_between_pages_move_what_follows(server: SmugMugServer, client: Client) -> None:
    album = _filled(server, 6)
    path, first = f"/album/{album.key}!images", album.images[0]
    server.after_page(lambda: server.library.remove_from_album(first, album))
    seen = _names(client.get(path, count=3)) + _names(client.get(path, count=3, start=4))
    assert seen == ["0.jpg", "1.jpg", "2.jpg", "4.jpg", "5.jpg"]  # 3.jpg moved to the first page


def test_expansions_come_in_the_same_reply(server: SmugMugServer, client: Client) -> None:
    album = server.library.add_album("A")
    image = server.library.add_image(
        album, "a.jpg", metadata={"DateTimeCreated": "2019-08-04T11:28:12"}
    )
    server.library.add_image(album, "b.jpg", metadata=None)
    path = f"/album/{album.key}!images"
    reply = client.get(path, _expand="ImageMetadata", _filter="ImageKey", _verbosity=1)
    assert reply["Response"]["AlbumImage"][0]["ImageKey"] == image.key
    assert "Caption" not in reply["Response"]["AlbumImage"][0]
    (uri,) = reply["Expansions"]
    assert uri == reply["Response"]["AlbumImage"][0]["Uris"]["ImageMetadata"]
    stated = reply["Expansions"][uri]["ImageMetadata"]
    assert (stated["DateTimeCreated"], stated["Make"]) == ("2019-08-04T11:28:12", "")
    server.api.hidden_expansions.add("ImageMetadata")
    assert "Expansions" not in client.get(path, _expand="ImageMetadata")


def test_a_configuration_filters_expansions_too(server: SmugMugServer, client: Client) -> None:
    folder = server.library.add_folder("Family", privacy="Private")
    server.library.add_album("Kids", folder, password="p4ss", security="Password")
    config = (
        '{"filter":["AlbumKey"],"filteruri":["Node"],"expand":{"Node":{"filter":'
        '["EffectivePrivacy"],"filteruri":["ParentNodes"],"expand":{"ParentNodes":'
        '{"filter":["Name"],"filteruri":[]}}}}}'
    )
    reply = client.get(f"/user/{server.library.nickname}!albums", _config=config, _verbosity=1)
    node, parents = reply["Expansions"].values()
    assert node["Node"]["EffectivePrivacy"] == "Private"
    assert [one["Name"] for one in parents["Node"]] == ["Kids", "Family", ""]
    assert "p4ss" not in str(reply)
