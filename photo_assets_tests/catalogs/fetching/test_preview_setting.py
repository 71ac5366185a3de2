"""Where `fetch: preview` may be written, and which calls it adds to the lists of reads."""

from typing import Any

import pytest

from photo_assets.catalogs.flickr.client import FILE_READS
from photo_assets.catalogs.flickr.client import READS as FLICKR_READS
from photo_assets.catalogs.immich.client import READS as IMMICH_READS
from photo_assets.catalogs.registry import SPECS
from photo_assets.catalogs.smugmug.client import READS as SMUGMUG_READS
from photo_assets.library import SETTINGS
from photo_assets.service_calls.read_list import NotOnReadListError, ReadList
from photo_assets_tests.catalogs.fetching.previewing import GIVING

ONLINE = [spec for spec in SPECS if "fetch" in spec.settings.model_fields]


@pytest.mark.parametrize("spec", ONLINE, ids=lambda spec: spec.source)
def test_a_service_without_usable_previews_refuses_the_setting(spec: Any) -> None:
    stated = {"endpoint": "https://photos.example.org", "fetch": "preview"}
    catalogs = {"catalogs": {spec.source: {"main": stated}}}
    if spec.settings.gives_previews:
        SETTINGS.model_validate(catalogs)
        return
    with pytest.raises(ValueError, match="gives no preview") as refused:
        SETTINGS.model_validate(catalogs)
    (error,) = refused.value.errors()  # type: ignore[attr-defined]
    assert error["loc"] == ("catalogs", spec.source, "main", "fetch")


def test_the_services_with_previews() -> None:
    assert {s.source for s in ONLINE if s.settings.gives_previews} == set(GIVING)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("reads", "path", "allowed"),
    [
        (IMMICH_READS, "/api/assets/1/thumbnail?size=thumbnail", True),
        (IMMICH_READS, "/api/assets/1/thumbnail?size=fullsize", False),
        (IMMICH_READS, "/api/assets/1/thumbnail", False),
        (IMMICH_READS, "/api/assets/1/video/playback", False),
        (SMUGMUG_READS, "/api/v2/image/aB3-0!sizedetails", True),
        (SMUGMUG_READS, "/api/v2/image/aB3-0!download", False),
        (FILE_READS, "/65535/1_secret_n.jpg", True),
        (FLICKR_READS, "/65535/1_secret_n.jpg", False),
    ],
)
def test_the_read_lists_have_the_previews_and_nothing_else(
    reads: Any, path: str, allowed: bool
) -> None:
    base = "https://photos.example.org"
    listed = ReadList([base], reads)
    if allowed:
        listed.require("GET", base + path, {})
        with pytest.raises(NotOnReadListError):
            listed.require("PUT", base + path, {})
    else:
        with pytest.raises(NotOnReadListError):
            listed.require("GET", base + path, {})
