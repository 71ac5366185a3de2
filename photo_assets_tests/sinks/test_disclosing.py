"""The disclosure of the stored view: the known names and the hidden photos."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.lake import Lake
from photo_assets.model.disclosure import Disclosure, DisclosurePolicy
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import MEMBERS, PHOTOS, UNIFIED, TableKind
from photo_assets.sinks.disclosing import Collection, Joined, shown_months

NOTHING = DisclosurePolicy(people=False, gps=False, archived=False)


def collection(lake: Lake, *people_roots: str) -> Collection:
    kept = lake.root.parent / "kept"
    return Collection(Joined(lake=lake, kept=kept, people_roots=people_roots))


def read_disclosure(lake: Lake, policy: DisclosurePolicy, *people_roots: str) -> Disclosure:
    return Disclosure(policy, collection(lake, *people_roots).known)


def rows(kind: TableKind, *stated: dict[str, Any]) -> pa.Table:
    named = [{**dict.fromkeys(kind.schema.names), **row} for row in stated]
    return pa.Table.from_pylist(named, schema=kind.schema)


def view(*stated: dict[str, Any]) -> pa.Table:
    counts = {"item_count": 1, "conflict_count": 0}
    return rows(UNIFIED, *({**counts, **row} for row in stated))


def test_names_come_from_people_guesses_marks_and_keywords_below_roots(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    marked = {"path": ["Zorah Quimby"], "person": True, "private_synonyms": ["Zozo"]}
    private = {"path": ["Clients", "Job 77"], "private": True, "private_from": 0}
    stored = view(
        {"photo_id": "1", "people": ["Ann Alder"], "guessed_people": ["Bo Bell"]},
        {"photo_id": "2", "marked_keywords": [marked, private]},
        {"photo_id": "3", "keywords": [["People", "Cy Cole"], ["harbour"]]},
    )
    lake.write(("metadata", "unified"), "all", UNIFIED, stored)
    disclosure = read_disclosure(lake, NOTHING, "people")
    names = ["Ann Alder", "Bo Bell", "Zorah Quimby", "Zozo", "Cy Cole", "Job 77", "harbour"]
    shown = disclosure.show({"keywords": [[name] for name in names]})
    assert shown == {"keywords": [["harbour"]]}


def test_without_tables_nothing_is_known_and_rows_are_shown_by_what_they_say(
    tmp_path: Path,
) -> None:
    disclosure = read_disclosure(Lake(tmp_path / "lake"), NOTHING, "People")
    row = {"people": ["Ann"], "keywords": [["Ann"], ["x"]], "gps_latitude": 1.0}
    assert disclosure.show(row) == {"people": None, "keywords": [["x"]], "gps_latitude": None}
    assert disclosure.show({"visibility": "locked"}) is None


def test_a_view_of_an_older_version_is_refused(tmp_path: Path) -> None:
    """It marks no keyword: taken as it is, all of them would leave."""
    lake = Lake(tmp_path / "lake")
    old = UNIFIED.schema
    for column in ("marked_keywords", "guessed_people", "archived"):
        old = old.remove(old.get_field_index(column))
    kind = TableKind("unified", 1, old)
    lake.write(("metadata", "unified"), "all", kind, old.empty_table())
    with pytest.raises(StorageError, match="disclosed data cannot"):
        read_disclosure(lake, NOTHING)


@pytest.mark.parametrize("archived", [True, False])
def test_hidden_photos_and_members_are_marked(tmp_path: Path, archived: bool) -> None:
    lake = Lake(tmp_path / "lake")
    states: dict[str, dict[str, Any]] = {
        "open": {},
        "locked": {"visibility": "locked"},
        "trashed": {"availability": "trashed"},
        "archived": {"archived": True},
    }
    stored = view(*({"photo_id": name, **state} for name, state in states.items()))
    lake.write(("metadata", "unified"), "all", UNIFIED, stored)
    ids = [*states, "not in the view yet"]
    plain: dict[str, Any] = dict.fromkeys(
        ("master_source", "master_catalog", "master_native_id"), "x"
    )
    plain |= {"master_availability": "online", "media_kind": "image", "month": "2024-05-01"}
    counts = dict.fromkeys(("item_count", "catalog_count", "blob_count"), 1)
    photos = rows(PHOTOS, *({"photo_id": name, **plain, **counts} for name in ids))
    lake.write(("identity", "photos"), "all", PHOTOS, photos)
    item = {"source": "s", "catalog": "c", "month": "2024-05-01", "is_master": True}
    item |= {"media_kind": "image", "availability": "online"}
    members = [{**item, "photo_id": name, "native_id": name} for name in ids]
    members.append({**members[0], "native_id": "in the trash", "availability": "trashed"})
    lake.write(("identity", "members"), "all", MEMBERS, rows(MEMBERS, *members))
    policy = DisclosurePolicy(people=True, gps=True, archived=archived)
    hidden = {"locked", "trashed", "not in the view yet"} | (set() if archived else {"archived"})
    with shown_months("The test", collection(lake), ["all"], policy) as connection:
        query = "SELECT photo_id FROM photos ANTI JOIN shown_photos USING (photo_id)"
        photos_hidden = connection.sql(query).fetchall()
        marked = connection.sql("SELECT native_id FROM marked_members WHERE withheld").fetchall()
    assert {name for (name,) in photos_hidden} == hidden
    assert {name for (name,) in marked} == {*hidden, "in the trash"}
