"""The sample's accounts at online services: the readers find in each what was uploaded."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from photo_assets.catalogs.registry import build_catalogs
from photo_assets.cli.sample_services import pick_everything
from photo_assets.model.events import Found
from photo_assets.model.item import Item
from photo_assets.model.vocabulary import Availability, LinkKind
from photo_assets.sample import plan, sample_configuration
from photo_assets.sample.online import ACCOUNT, Upload, read_uploads
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.configured import workspace_of
from photo_assets_tests.sample.conftest import Sample
from photo_assets_tests.services.sample.serving import SERVICES, serving

Items = dict[str, Item]


def test_every_upload_has_its_bytes_in_the_sample(sample: Sample) -> None:
    entries = Counter((one.catalog, one.ref, one.sha256) for one in sample.manifest.online)
    found = Counter[tuple[str, str, str | None]]()
    for source in SERVICES:
        for one in read_uploads(sample.root, source):
            digest = hashlib.sha256((sample.root / one.file).read_bytes()).hexdigest()
            found[f"{source}/{ACCOUNT}", one.name, digest] += 1
    assert found == entries
    assert max(found.values()) == 1


def test_what_a_service_made_smaller_is_in_no_local_catalog(sample: Sample) -> None:
    local = {entry.sha256 for entry in sample.manifest.entries}
    made = {"published", "forwarded"}
    online = [e for e in sample.manifest.online if e.picture.rpartition(" ")[2] in made]
    assert len(online) > 8
    assert not local & {entry.sha256 for entry in online}


@pytest.fixture(scope="module")
def read(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Items]]:
    """Return the items of each account by file name, as the readers find them."""

    def uploads(source: str) -> list[Upload]:
        return read_uploads(sample.root, source)

    def content(upload: Upload) -> bytes:
        return (sample.root / upload.file).read_bytes()

    scratch: Path = tmp_path_factory.mktemp("accounts")
    with pytest.MonkeyPatch.context() as patch, serving(uploads, content) as served:
        patch.setenv(KEY_VARIABLE, new_key())
        endpoints = {source: one.server.base_url for source, one in served.items()}
        settings = yaml.safe_load(sample_configuration(sample.root, endpoints))
        workspace = workspace_of(settings["catalogs"], scratch)
        found = {}
        for source, one in served.items():
            workspace.credentials.write(source, ACCOUNT, one.sign_in)
            if source == "google_photos":
                pick_everything(workspace, ACCOUNT)
            (catalog,) = build_catalogs(workspace, source)
            events = list(catalog.scan({}))
            assert all(isinstance(event, Found) for event in events), source
            items = [event.item for event in events if isinstance(event, Found)]
            found[source] = {_name(item): item for item in items}
            assert len(found[source]) == len(items)
        yield found


def test_the_readers_find_every_upload(sample: Sample, read: dict[str, Items]) -> None:
    for source in SERVICES:
        uploads = read_uploads(sample.root, source)
        names = {one.id or (one.title if source == "flickr" else one.name) for one in uploads}
        assert read[source].keys() == names


def test_a_photo_is_public_in_one_account_and_private_in_another(read: dict[str, Items]) -> None:
    """The audit of the sample's visibility has something to show, by one checksum alone."""
    seen: dict[bytes, dict[str, str]] = {}
    for source, items in read.items():
        for one in items.values():
            if one.md5 is not None and one.visibility is not None:
                seen.setdefault(one.md5, {})[source] = (
                    f"{one.visibility.value}: {one.visibility_stated}"
                )
    both = {"google_drive": "private: not shared", "smugmug": "public: Public"}
    assert both in seen.values()


def test_the_digests_are_those_of_the_bytes(sample: Sample, read: dict[str, Items]) -> None:
    checked = Counter[str]()
    for entry in sample.manifest.online:
        source = entry.catalog.partition("/")[0]
        if source in ("flickr", "google_photos"):
            continue
        (upload,) = [one for one in read_uploads(sample.root, source) if one.name == entry.ref]
        content, item = (sample.root / upload.file).read_bytes(), read[source][entry.ref]
        for algorithm in ("sha256", "sha1", "md5"):
            stated = getattr(item, algorithm)
            if stated is not None:
                assert stated == hashlib.new(algorithm, content).digest(), entry
                checked[f"{source} {algorithm}"] += 1
    files = Counter(entry.catalog.partition("/")[0] for entry in sample.manifest.online)
    assert checked == {
        "google_drive sha256": files["google_drive"] - 1,
        "google_drive sha1": files["google_drive"] - 1,
        "google_drive md5": files["google_drive"],
        "smugmug md5": files["smugmug"],
        "immich sha1": files["immich"],
    }
    for source in ("flickr", "google_photos"):
        assert all(item.sha256 is None for item in read[source].values())


def test_what_the_owner_did_is_read(read: dict[str, Items]) -> None:
    trashed = [i for i in read["google_drive"].values() if i.availability is Availability.TRASHED]
    assert [item.albums[0].path[-1] for item in trashed] == ["Kapadokya"]
    videos = [
        link.target
        for item in read["immich"].values()
        for link in item.links
        if link.kind is LinkKind.LIVE_VIDEO_OF
    ]
    assert len(videos) == len(plan.LIVE_SHOTS)
    captions = {item.caption for item in read["flickr"].values()}
    assert set(plan.CAPTIONS_IN_FLICKR.values()) < captions
    assert sum(len(item.albums) == 2 for item in read["smugmug"].values()) == 9
    assert sum(item.gps_latitude is None for item in read["immich"].values()) == 0
    assert all(item.gps_latitude is None for item in read["google_drive"].values())


def _name(item: Item) -> str:
    """Return the name of its file; of Flickr, which states none, the id or what the title says."""
    if item.source != "flickr":
        assert item.file_name is not None
        return item.file_name
    return json.loads(item.extras or "{}").get("original_name") or item.native_id
