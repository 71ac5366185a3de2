"""The stand-in's replies have the names and types that the vendor publishes."""

import json
import os
from pathlib import Path
from typing import Any

import httpx
import pytest

from photo_assets_tests.services.immich.server import KEY, ImmichServer
from photo_assets_tests.services.immich.types import VendorTypes


def replies() -> dict[str, Any]:
    """Return a reply of every kind, by the name of its type."""
    with ImmichServer().running() as server:
        store = server.store
        video = store.add("IMG_1.mov", type="VIDEO", duration=2_000)
        still = store.add("IMG_1.heic", livePhotoVideoId=video, exif={"make": "Apple", "iso": 80})
        store.add_external("/mnt/DSC_1.NEF")
        store.put_album("Trip", [still])
        store.put_tag("a/b", [still])
        store.put_stack(still, video)
        headers = {"x-api-key": KEY}
        with httpx.Client(base_url=server.base_url, headers=headers, trust_env=False) as client:
            query = {"withExif": True, "withPeople": True, "size": 2}
            found = client.post("/api/search/metadata", json=query).json()
            assert found["assets"]["nextPage"] == "2"
            return {
                "SearchResponseDto": found,
                "AlbumResponseDto[]": client.get("/api/albums").json(),
                "TagResponseDto[]": client.get("/api/tags").json(),
                "StackResponseDto[]": client.get("/api/stacks").json(),
                "UserAdminResponseDto": client.get("/api/users/me").json(),
                "ApiKeyResponseDto": client.get("/api/api-keys/me").json(),
            }


PARTIAL = {"UserAdminResponseDto", "ApiKeyResponseDto"}
"""Types of which only some values are made: nothing else in them is read."""


def test_replies_are_of_the_vendors_types() -> None:
    named = os.environ.get("PHOTO_ASSETS_IMMICH_TYPES")
    if not named:
        pytest.skip("PHOTO_ASSETS_IMMICH_TYPES names no fetch-client.d.ts of @immich/sdk")
    types = VendorTypes(Path(named).read_text())
    for kind, value in replies().items():
        faults = types.faults(value, kind)
        if kind in PARTIAL:
            faults = [fault for fault in faults if ": missing in " not in fault]
        # Version 3.2 adds a second way to page, beside the documented one.
        assert [fault for fault in faults if "nextCursor: missing" not in fault] == [], kind
    assert types.faults([{"id": 3}], "TagResponseDto[]")


def test_replies_have_the_published_names(real_data: Path) -> None:
    path = real_data / "immich/tests/data/immich-openapi.pruned.json"
    schemas = json.loads(path.read_text())["schemas"]

    def check(value: dict[str, Any], kind: str) -> None:
        assert value.keys() <= set(schemas[kind]), kind

    found = replies()
    assets = found["SearchResponseDto"]["assets"]
    check(found["SearchResponseDto"], "SearchResponseDto")
    check(assets, "SearchAssetResponseDto")
    for asset in assets["items"]:
        check(asset, "AssetResponseDto")
        check(asset["exifInfo"], "ExifResponseDto")
    for kind in ("AlbumResponseDto", "TagResponseDto", "StackResponseDto"):
        for value in found[f"{kind}[]"]:
            check(value, kind)
    check(found["UserAdminResponseDto"], "UserAdminResponseDto")
