"""Reads the library by `photosync discover`, and compares what was joined with what is true."""

import itertools
import json
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from photo_assets.cli.sample_services import pick_everything
from photo_assets.library import open_workspace
from photo_assets.model.tables import CONFLICTS, ITEMS, LOOKALIKES, MEMBERS
from photo_assets.sample.online import ACCOUNT, Upload
from photo_assets.sign_in.errors import KEY_VARIABLE
from photo_assets.sign_in.keys import new_key
from photo_assets_tests.bench.all_catalogs.copies import Copy, copies, photo_of
from photo_assets_tests.bench.all_catalogs.evidence import provable_groups
from photo_assets_tests.bench.all_catalogs.library import upload_of, write_library
from photo_assets_tests.services.sample.serving import SERVICES, Served, serving

_DOWNLOAD = re.compile(
    r"/drive/v3/files/(?!root$)[^/]+$|/original|/thumbnail|/photos/|/2822/|\.jpg$", re.I
)

Key = tuple[str, int]
"""Source, and the number of the photo that an item shows."""


class GateError(Exception):
    """Something that has to hold does not."""


def measure(photos: int, home: Path, fetch: str = "never") -> dict[str, Any]:
    """Make `photos` photos in the new folder `home`, read all catalogs, and return the figures.

    Raises `GateError` if two different photos were joined, a provable copy was not, an item is
    neither placed nor listed, or a file was downloaded that a checksum identifies. `fetch`: whether
    the others are: "never", "identify", or their previews, "preview".
    """
    made: defaultdict[str, list[Copy]] = defaultdict(list)
    for source, copy in copies(photos):
        made[source].append(copy)
    uploads = {source: [upload_of(source, copy) for copy in made[source]] for source in SERVICES}
    content = {f"{copy.photo} {copy.form}": copy for source in SERVICES for copy in made[source]}

    def bytes_of(upload: Upload) -> bytes:
        return content[upload.file].jpeg()

    with serving(uploads.__getitem__, bytes_of) as served:
        endpoints = {source: one.server.base_url for source, one in served.items()}
        configuration = write_library(home, made, endpoints, fetch)
        found = _discover(configuration, served)
        calls = {source: len(one.server.log.all()) for source, one in served.items()}
        downloads = [
            arrival.path
            for one in served.values()
            for arrival in one.server.log.all()
            if _DOWNLOAD.search(arrival.path)
        ]
    needed = 0 if fetch == "never" else len(_unidentified(made))
    _require(len(downloads) == needed, f"{len(downloads)} downloads, not {needed}: {downloads[:3]}")
    accounting = _accounting(found, made)
    every = [(source, copy) for source, chosen in made.items() for copy in chosen]
    return {
        "photos_true": photos,
        "items": len(every),
        "photos_found": found["photos"],
        "calls": calls,
        "downloads": len(downloads),
        "not_written": accounting,
        **_judged(configuration, every),
    }


def _unidentified(made: dict[str, list[Copy]]) -> list[Copy]:
    """Return the copies whose service gives the original and no checksum of it.

    It gives the same ones a preview: SmugMug has none of pictures as small as these.
    """
    flickr = [copy for copy in made["flickr"] if not copy.tagged]
    return flickr + [copy for copy in made["immich"] if not copy.known]


def _discover(configuration: Path, served: dict[str, Served]) -> dict[str, Any]:
    home, key = configuration.parent, new_key()
    os.environ[KEY_VARIABLE] = key
    workspace = open_workspace(configuration)
    for source, one in served.items():
        workspace.credentials.write(source, ACCOUNT, one.sign_in)
    pick_everything(workspace, ACCOUNT)
    environment = os.environ | {"DAGSTER_HOME": str(home), "DAGSTER_DISABLE_TELEMETRY": "1"}
    environment.pop("PHOTOSYNC_CONFIG", None)
    command = [str(Path(sys.executable).with_name("photosync")), "discover", "--json"]
    done = subprocess.run(command, env=environment, cwd=home, capture_output=True, text=True)
    if not done.stdout:
        raise GateError(done.stderr[-3_000:])
    read: dict[str, Any] = json.loads(done.stdout)
    _require(not read["errors"] and not read["failed_runs"], str(read)[:2_000])
    return read


def _accounting(found: dict[str, Any], made: dict[str, list[Copy]]) -> dict[str, int]:
    """Return the reasons of entries that were not written; every photo has to be written."""
    reasons = Counter[str]()
    for catalog in found["catalogs"]:
        source = catalog["catalog"].split("/")[0]
        _require(catalog["balanced"], f"{source} does not add up: {catalog}")
        _require(catalog["written"] == len(made[source]), f"{source}: {catalog}")
        _require(catalog["failed"] == 0, f"{source}: {catalog}")
        for reason, count in catalog["reasons"].items():
            reasons[f"{source}: {reason}"] += count
    return dict(sorted(reasons.items()))


def _judged(configuration: Path, every: list[tuple[str, Copy]]) -> dict[str, Any]:
    """Compare the stored photos with the truth, and with what can be proved."""
    lake = open_workspace(configuration).lake
    photo_by_id: dict[tuple[str, str], int] = {}
    for source in {source for source, _ in every}:
        columns = ["native_id", "file_name", "extras"]
        for row in lake.read_all(("catalog", source), ITEMS, columns).to_pylist():
            name = row["file_name"] or json.loads(row["extras"])["original_name"]
            photo_by_id[source, row["native_id"]] = photo_of(name)
    placed: defaultdict[str, list[Key]] = defaultdict(list)
    for row in lake.read_all(("identity", "members"), MEMBERS).to_pylist():
        photo = photo_by_id[row["source"], row["native_id"]]
        placed[row["photo_id"]].append((row["source"], photo))
    _require(sum(map(len, placed.values())) == len(every), "an item is in no photo")
    joined = _pairs(placed.values())
    true = _pairs(_by_photo(every).values())
    provable = _pairs(provable_groups(every))
    wrong, lost = joined - true, provable - joined
    _require(not wrong, f"{len(wrong)} pairs of different photos were joined: {sorted(wrong)[:5]}")
    _require(not lost, f"{len(lost)} provable pairs were not joined: {sorted(lost)[:5]}")
    kinds = lake.read_all(("metadata", "conflicts"), CONFLICTS, ["kind"]).column(0).to_pylist()
    candidates = lake.read(("identity", "lookalikes"), "lookalikes", LOOKALIKES).to_pylist()
    of_previews = [one for one in candidates if None in (one["a_sha256"], one["b_sha256"])]
    shown = {photo_id: {photo for _, photo in items} for photo_id, items in placed.items()}
    alike = [one for one in of_previews if shown[one["a_photo_id"]] & shown[one["b_photo_id"]]]
    return {
        "pairs_true": len(true),
        "pairs_joined": len(joined),
        "precision": 1.0 if not joined else len(joined & true) / len(joined),
        "recall": round(len(joined & true) / len(true), 4),
        "recall_of_provable": round(len(joined & provable) / len(provable), 4),
        "candidates": len(candidates),
        "candidates_by_preview": len(of_previews),
        "candidates_by_preview_of_one_photo": len(alike),
        "conflicts": dict(sorted(Counter(kinds).items())),
    }


def _by_photo(every: list[tuple[str, Copy]]) -> dict[int, list[Key]]:
    groups: defaultdict[int, list[Key]] = defaultdict(list)
    for source, copy in every:
        groups[copy.photo].append((source, copy.photo))
    return groups


def _pairs(groups: Any) -> set[tuple[Key, Key]]:
    return {pair for group in groups for pair in itertools.combinations(sorted(group), 2)}


def _require(holds: bool, sentence: str) -> None:
    if not holds:
        raise GateError(sentence)
