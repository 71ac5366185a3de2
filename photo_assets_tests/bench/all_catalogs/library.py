"""Writes the local catalogs, and states what each online account holds. No measuring."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.catalogs.registry import spec_of
from photo_assets.sample.online import ACCOUNT, Upload
from photo_assets_tests.bench.all_catalogs.copies import Copy, Form
from photo_assets_tests.bench.lightroom_catalog import KNOWN_ROOT, write_lightroom
from photo_assets_tests.bench.make_collection import DAGSTER_YAML
from photo_assets_tests.bench.other_catalogs import write_eagle, write_folders, write_takeout

Made = Mapping[str, Sequence[Copy]]
"""The copies by source."""


def write_library(home: Path, made: Made, endpoints: Mapping[str, str], fetch: str) -> Path:
    """Fill the new folder `home`, and return its photosync.yaml.

    `endpoints`: where each online service is; `fetch`: the setting of their catalogs, "never" for
    services without it.
    """
    collection = home / "collection"
    (collection / "lightroom").mkdir(parents=True)
    lightroom = made["lightroom"]
    write_lightroom(
        collection / "lightroom",
        lightroom,
        lacking={copy.name for copy in lightroom if not copy.known},
        published={copy.name: copy.published for copy in lightroom if copy.published},
    )
    write_eagle(collection / "bench.library", made["eagle"])
    write_folders(collection / "folders", made["folders"])
    write_takeout(collection / "takeout", made["google_takeout"])
    pictures = {KNOWN_ROOT: "collection/lightroom/pictures"}
    catalogs: dict[str, dict[str, dict[str, object]]] = {
        "lightroom": {"main": {"path": "collection/lightroom/bench.lrcat", "root_map": pictures}},
        "eagle": {"main": {"path": "collection/bench.library"}},
        "folders": {"main": {"path": "collection/folders", "settle_seconds": 0}},
        "google_takeout": {"main": {"path": "collection/takeout"}},
    }
    for source, endpoint in endpoints.items():
        refused = fetch == "preview" and not _model(source).gives_previews
        settings: dict[str, object] = {
            "endpoint": endpoint,
            "requests_per_second": 1000,
            "fetch": "never" if refused else fetch,
        }
        if source in ("flickr", "smugmug"):
            settings["files_endpoint"] = endpoint.replace("127.0.0.1", "localhost")
        catalogs[source] = {ACCOUNT: settings}
    (home / "dagster.yaml").write_text(DAGSTER_YAML.read_text())
    file = home / "photosync.yaml"
    written = {"data_dir": "data", "catalogs": catalogs, "thumbnails": {"enabled": False}}
    file.write_text(yaml.safe_dump(written, allow_unicode=True))
    return file


def _model(source: str) -> type[OnlineCatalogSettings]:
    settings = spec_of(source).settings
    assert issubclass(settings, OnlineCatalogSettings)
    return settings


def upload_of(source: str, copy: Copy) -> Upload:
    """Return a copy as an upload to a service; its `file` is the number and form of the photo."""
    exif = copy.exposure()
    camera = (
        {}
        if copy.form is Form.FORWARDED
        else {
            "taken": exif.taken,
            "make": exif.make,
            "model": exif.model,
            "lens": exif.lens,
            "f_number": exif.f_number,
            "exposure_s": exif.exposure_s,
            "iso": exif.iso,
            "focal_mm": exif.focal_mm,
            "place": None if source == "flickr" else exif.place,
        }
    )
    keywords = tuple(path[-1] for path in copy.keywords)
    if copy.tagged:
        keywords += (f"checksum:sha1={hashlib.sha1(copy.jpeg()).hexdigest()}",)
    return Upload(
        name=copy.name,
        file=f"{copy.photo} {copy.form}",
        picture=f"{copy.photo} {copy.form}",
        width=64,
        height=48,
        albums=(f"{copy.taken:%Y}",),
        title=copy.name if source == "flickr" else None,
        caption=copy.caption or None,
        keywords=keywords,
        rating=copy.rating or None,
        checksums=copy.known,
        id=copy.published,
        **camera,  # type: ignore[arg-type]
    )
