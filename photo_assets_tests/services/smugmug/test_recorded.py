"""The stand-in beside replies that were recorded of the service, as a visitor saw them.

Every recorded field must be there with the same kind of value. What is here and was not recorded is
listed with its reason: newer recordings and the vendor's own description of the output have it.
"""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from photo_assets_tests.services.smugmug.conftest import Client
from photo_assets_tests.services.smugmug.server import SmugMugServer

#: Where a recorded field is not made here: nobody reads it.
_LEFT_OUT = {
    "Options": "parameters of the method",
    "DocUri": "the address of the vendor's page",
    "Uris": "only the links that somebody follows",
}
#: Fields of later recordings of the same objects.
_LATER = {
    "AlbumImage": {
        "ComponentFileTypes",
        "DateTimeUploaded",
        "Origin",
        "OriginalSize",
        "Serial",
    },
    "Album": set[str](),
    "Node": set[str](),
    "User": set[str](),
    "Pages": set[str](),
}


def _recorded(real_data: Path, name: str) -> dict[str, Any]:
    path = real_data / "smugmug" / f"{name}.json"
    if not path.is_file():
        pytest.skip("no recorded replies of SmugMug here")
    body: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return body


@pytest.fixture
def account(server: SmugMugServer) -> SmugMugServer:
    """Folders and albums of the recorded numbers, seen by a visitor."""
    server.settings.access = "Public"
    library = server.library
    folder = library.add_folder("Photography")
    for number in range(16):
        album = library.add_album(f"Album {number}", folder)
    for number in range(18):
        library.add_image(album, f"DSC_{number}.jpg", keywords=("a", "b"))
    for number in range(16):
        library.add_folder(f"Folder {number}")
    return server


def _places(server: SmugMugServer) -> dict[str, tuple[str, dict[str, Any]]]:
    library = server.library
    folder = next(node for node in library.nodes.values() if node.name == "Photography")
    album = list(library.albums)[-1]
    return {
        "authuser": ("!authuser", {}),
        "user": (f"/user/{library.nickname}", {}),
        "album": (f"/album/{album}", {}),
        "album_images": (f"/album/{album}!images", {"start": 1, "count": 100}),
        "album_images_page2": (f"/album/{album}!images", {"start": 11, "count": 10}),
        "root_node": (f"/node/{library.root.id}", {}),
        "smugmug_node": (f"/node/{folder.id}", {}),
        "root_children": (f"/node/{library.root.id}!children", {}),
        "root_children_page2": (f"/node/{library.root.id}!children", {"start": 11, "count": 10}),
        "folder_children": (f"/node/{folder.id}!children", {}),
        "folder_children_page2": (f"/node/{folder.id}!children", {"start": 11, "count": 10}),
    }


@pytest.mark.parametrize(
    "name",
    [
        "authuser",
        "user",
        "album",
        "album_images",
        "album_images_page2",
        "root_node",
        "smugmug_node",
        "root_children",
        "root_children_page2",
        "folder_children",
        "folder_children_page2",
    ],
)
def test_a_recorded_reply_has_a_twin(
    real_data: Path, account: SmugMugServer, client: Client, name: str
) -> None:
    recorded = _recorded(real_data, name)
    path, query = _places(account)[name]
    if name == "authuser":  # the one that its owner recorded
        account.settings.access = "Full"
    ours = client.get(path, **query)
    assert (ours["Code"], ours["Message"]) == (recorded["Code"], recorded["Message"])
    assert _differences(recorded, ours, "") == []


def _differences(recorded: Any, ours: Any, place: str) -> list[str]:
    """Name what is recorded and not here, here and not recorded, or of another kind."""
    if isinstance(recorded, dict) and isinstance(ours, dict):
        found = [
            f"{place}.{name} is missing"
            for name in recorded.keys() - ours.keys() - _LEFT_OUT.keys()
            if not _is_of_the_account(name)
        ]
        later = _LATER.get(place.rsplit(".", 1)[-1].removesuffix("[]"))
        if later is not None:
            found += [
                f"{place}.{name} was not recorded"
                for name in ours.keys() - recorded.keys() - later - _LEFT_OUT.keys()
            ]
        for name in recorded.keys() & ours.keys() - _LEFT_OUT.keys():
            found += _differences(recorded[name], ours[name], f"{place}.{name}")
        return found
    if isinstance(recorded, list) and isinstance(ours, list):
        pairs = zip(recorded[:1], ours[:1], strict=False)
        return [d for one, other in pairs for d in _differences(one, other, f"{place}[]")]
    return [] if _kind(recorded) == _kind(ours) else [f"{place}: {recorded!r} and {ours!r}"]


def _is_of_the_account(name: str) -> bool:
    """Whether a field depends on what the person has switched on, not on the API."""
    return name in {
        "Domain",
        "DomainOnly",
        "FirstName",
        "FriendsView",
        "IsTrial",
        "LastName",
        "SortBy",
    }


def _kind(value: Any) -> str:
    if isinstance(value, str):
        return re.sub(r"\d", "0", value) if re.match(r"\d{4}-\d\dT|\d{4}-\d\d-", value) else "text"
    return type(value).__name__
