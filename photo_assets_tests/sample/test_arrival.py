"""The whole sample through reading, fingerprints, identity and metadata, with the intended results.

An additional, unintended conflict fails here.
"""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import imagehash
import numpy as np
import pyarrow.parquet as pq
import pytest

from photo_assets.identity.fingerprints.cache import FingerprintCache
from photo_assets.identity.fingerprints.options import FingerprintOptions
from photo_assets.identity.fingerprints.run import fingerprint_items
from photo_assets.identity.photos import build_photos
from photo_assets.ledger import PhotoRegistry, open_ledger
from photo_assets.metadata import MetadataInputs, build_metadata
from photo_assets.model.names import to_text
from photo_assets.model.rows import items_to_table
from photo_assets.sample import expected, plan
from photo_assets.sample.shots import all_scans, all_shots
from photo_assets.sample.specimens.specimen import Painter
from photo_assets_tests.configured import default_hierarchy, default_rules, photo_inputs
from photo_assets_tests.sample.conftest import Sample, Scan

Key = tuple[str, str, str]
Row = dict[str, Any]
TODAY = date(2026, 11, 20)
SHOTS = {shot.key: shot for shot in (*all_shots(20), *all_scans(20))}


@dataclass(frozen=True)
class Arrived:
    """The tables as rows, and the manifest's name for the content of each item with bytes."""

    prints: dict[Key, Row]
    members: dict[Key, Row]
    edges: list[Row]
    relations: list[Row]
    unified: dict[str, Row]
    conflicts: list[Row]
    picture: dict[Key, str]

    def pictures_of(self, photo_id: str) -> set[str]:
        return {
            self.picture[key]
            for key, row in self.members.items()
            if row["photo_id"] == photo_id and key in self.picture
        }

    def copies(self) -> set[Key]:
        """Virtual copies share their master's bytes, and are photos of their own."""
        return {
            (row["source"], row["catalog"], row["from_native_id"])
            for row in self.relations
            if row["kind"] == "virtual_copy_of"
        }


def key_of(row: Row) -> Key:
    return row["source"], row["catalog"], row["native_id"]


@pytest.fixture(scope="session")
def arrived(
    sample: Sample, scan: Callable[[str], Scan], tmp_path_factory: pytest.TempPathFactory
) -> Arrived:
    folder = tmp_path_factory.mktemp("arrived")
    items = [item for name in sample.manifest.items for item in scan(name).items]
    table = items_to_table(items, TODAY)
    pq.write_table(table, folder / "items.parquet")
    cache = FingerprintCache(folder / "cache.sqlite")
    prints = fingerprint_items(table, cache, FingerprintOptions(threads=2)).table
    cache.close()
    pq.write_table(prints, folder / "prints.parquet")
    files, found = (folder / "items.parquet",), (folder / "prints.parquet",)
    registry = PhotoRegistry(open_ledger(f"sqlite:///{folder / 'ledger.sqlite'}"))
    photos = build_photos(
        photo_inputs(items=files, fingerprints=found), registry, default_hierarchy()
    )
    pq.write_table(photos.photos, folder / "photos.parquet")
    pq.write_table(photos.members, folder / "members.parquet")
    inputs = MetadataInputs(
        items=files,
        fingerprints=found,
        photos=[folder / "photos.parquet"],
        members=[folder / "members.parquet"],
    )
    metadata = build_metadata(inputs, default_rules())
    named = {bytes.fromhex(e.sha256): e.picture for e in sample.manifest.entries if e.sha256}
    members = {key_of(row): row for row in photos.members.to_pylist()}
    return Arrived(
        prints={key_of(row): row for row in prints.to_pylist()},
        members=members,
        edges=photos.edges.to_pylist(),
        relations=photos.relations.to_pylist(),
        unified={row["photo_id"]: row for row in metadata.unified.to_pylist()},
        conflicts=metadata.conflicts.to_pylist(),
        picture={k: named[row["sha256"]] for k, row in members.items() if row["sha256"]},
    )


def test_a_picture_is_one_photo_and_a_photo_one_picture(arrived: Arrived) -> None:
    photos: defaultdict[str, set[str]] = defaultdict(set)
    for key, picture in arrived.picture.items():
        if key not in arrived.copies():
            photos[picture].add(arrived.members[key]["photo_id"])
    assert {name for name, ids in photos.items() if len(ids) > 1} == set()
    assert all(len(arrived.pictures_of(photo_id)) <= 1 for photo_id in arrived.unified)


def test_each_step_of_the_ladder_joins_what_it_should(arrived: Arrived, sample: Sample) -> None:
    steps = Counter(edge["step"] for edge in arrived.edges)
    assert steps[1] > 50
    # Each blob beyond a picture's first hangs on by image data, as often as it has items.
    assert steps[2] >= sample.manifest.joined_by_image_data > 20
    digest = {key: row["sha256"] for key, row in arrived.members.items()}
    for edge in arrived.edges:
        ends = [
            digest[edge[f"{side}_source"], edge[f"{side}_catalog"], edge[f"{side}_native_id"]]
            for side in "ab"
        ]
        assert (ends[0] == ends[1]) == (edge["step"] == 1)


def test_relations_are_those_that_were_planted(arrived: Arrived, sample: Sample) -> None:
    found = set()
    for row in arrived.relations:
        [name] = arrived.pictures_of(row["to_photo_id"])
        found.add(expected.Relation(row["kind"], name.split()[0]))
    assert found == set(sample.manifest.relations)


def test_every_planted_contradiction_is_asked_once_and_no_other(
    arrived: Arrived, sample: Sample
) -> None:
    asked = Counter(
        (name.split()[0], conflict["field"])
        for conflict in arrived.conflicts
        if conflict["kind"] == "metadata_mismatch"
        for name in arrived.pictures_of(conflict["photo_id"])
    )
    assert asked == Counter((each.picture, each.field) for each in sample.manifest.conflicts)
    for conflict in arrived.conflicts:
        if conflict["kind"] == "metadata_mismatch":
            assert len({value["value"] for value in conflict["values"]}) == 2


def test_a_correction_is_shown_and_not_asked(arrived: Arrived) -> None:
    shown = {
        name.split()[0]: row
        for photo, row in arrived.unified.items()
        for name in arrived.pictures_of(photo)
        if name.split()[0] in plan.DATE_CORRECTIONS
    }
    assert shown.keys() == plan.DATE_CORRECTIONS.keys()
    for key, row in shown.items():
        hours = timedelta(hours=plan.DATE_CORRECTIONS[key])
        assert row["capture_time"] == SHOTS[key].taken + hours
        said = {entry["rule"] for entry in row["provenance"] if entry["field"] == "capture_time"}
        assert "not chosen: a person corrected it" in said


def test_only_what_is_broken_or_not_there_has_no_picture(arrived: Arrived, sample: Sample) -> None:
    wrong = Counter(
        (row["reason"], row["status"] == "ok", arrived.picture.get(key, ""))
        for key, row in arrived.prints.items()
        if row["reason"] is not None
    )
    assert wrong == {
        ("offline", False, ""): len(plan.OFFLINE_SHOTS),
        ("missing", False, ""): 1,
        **{
            (entry.damage, entry.damage == "damaged", entry.picture): 1
            for entry in sample.manifest.entries
            if entry.damage
        },
    }
    heic = [key for key, name in arrived.picture.items() if name.endswith(" heic")]
    assert len(heic) == 2 * len(plan.HEIC_SHOTS) + 2
    assert {arrived.prints[key]["decoder"] for key in heic} == {"pillow:heif"}


def test_scans_with_16_bits_are_seen_as_they_are(arrived: Arrived) -> None:
    """Some decoders return noise for one of them and white for the other, without an error."""
    painter = Painter(20)
    for name, scene, number in (("slide tiff", "couple", 50), ("wedding png", "portrait", 51)):
        [key] = [key for key, picture in arrived.picture.items() if picture == name]
        drawn = imagehash.phash(painter.picture(scene, number).resize((240, 160)))
        bits = np.packbits(drawn.hash.flatten()).tobytes()
        apart = int.from_bytes(bits) ^ arrived.prints[key]["phash"]
        assert apart.bit_count() <= 4, name


def test_pictures_are_upright_whatever_their_orientation(arrived: Arrived) -> None:
    seen = set()
    for key, name in arrived.picture.items():
        shot, form = SHOTS.get(name.split()[0]), name.split()[1]
        if shot is not None and form == "jpeg":
            seen.add(shot.orientation)
            row = arrived.unified[arrived.members[key]["photo_id"]]
            assert (row["width"], row["height"]) == shot.size
    assert seen == set(range(1, 9))


def test_photos_lie_in_the_month_they_were_taken(arrived: Arrived, sample: Sample) -> None:
    undated: set[str] = set()
    for photo_id, row in arrived.unified.items():
        if row["capture_time"] is None:
            undated |= arrived.pictures_of(photo_id)
        else:
            assert row["month"] == f"{row['capture_time']:%Y-%m}-01"
    dated = {e.picture for e in sample.manifest.entries if e.states.get("capture_time")}
    states_none = {e.picture for e in sample.manifest.entries if "capture_time" in e.states}
    assert undated == states_none - dated


def test_the_same_places_twice_are_named_exactly(arrived: Arrived) -> None:
    twice = [c for c in arrived.conflicts if c["kind"] == "duplicate"]
    named = {value["native_id"] for conflict in twice for value in conflict["values"]}
    hostile = {f"Inbox/{to_text(name)}" for name in (*plan.HOSTILE_NAMES, plan.INVALID_UTF8_NAME)}
    assert len(twice) == len(named & hostile) > 5
    for conflict in twice:
        digests = {arrived.members[key_of(value)]["photo_id"] for value in conflict["values"]}
        assert digests == {conflict["photo_id"]}


def test_the_story_is_as_long_as_promised(arrived: Arrived) -> None:
    assert len(arrived.unified) >= 120
    years = {row["capture_time"].year for row in arrived.unified.values() if row["capture_time"]}
    assert years == set(range(2017, 2025))
    assert {key[0] for key in arrived.members} == {
        "lightroom",
        "eagle",
        "folders",
        "google_takeout",
    }
