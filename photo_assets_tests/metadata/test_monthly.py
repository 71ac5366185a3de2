"""Months of unified rows and of conflicts: which are due, and the inputs of each."""

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from photo_assets.lake import Lake
from photo_assets.lake.inputs import photo_table
from photo_assets.metadata import (
    DECISION_SCHEMA,
    Approved,
    MetadataInputs,
    MetadataStream,
    MetadataSummary,
    build_conflicts,
    build_metadata,
    build_unified,
)
from photo_assets.metadata.answers import AnswersByMonth, decision_texts
from photo_assets.metadata.monthly import MetadataMonths, MetadataSources, PhotoMonth
from photo_assets.model.ai_release import Reviewed, ReviewState, release
from photo_assets.model.ai_values import AiValues
from photo_assets.model.errors import StorageError
from photo_assets.model.item import Item, Keyword
from photo_assets.model.tables import (
    CONFLICTS,
    FINGERPRINTS,
    ITEMS,
    MEMBERS,
    PHOTOS,
    UNIFIED,
    TableKind,
)
from photo_assets_tests.configured import default_rules
from photo_assets_tests.metadata.collection import Collection, item
from photo_assets_tests.metadata.random_photos import random_collection

RULES = default_rules()
MAY, JUNE = "2020-05-01", "2020-06-01"


class Library:
    """A collection in a lake, month by month. `touched` sets the versions of photos."""

    def __init__(self, folder: Path, collection: Collection) -> None:
        self.lake = Lake(folder / "lake")
        self.inputs = collection.write(folder / "plain")
        self.photos: dict[str, PhotoMonth] = {}
        self.answers = DECISION_SCHEMA.empty_table()
        self.ai = Approved()
        self.reviews: dict[str, list[str]] = {}
        self._store()

    def _store(self) -> None:
        for path in self.inputs.items:
            table = pq.read_table(path)
            source, month = table["source"][0].as_py(), table["month"][0].as_py()
            stored = self.lake.read(("catalog", source), month, ITEMS)
            rows = pa.concat_tables([stored, table.cast(ITEMS.schema)])
            self.lake.write(("catalog", source), month, ITEMS, rows)
        self._by_month(FINGERPRINTS, pq.read_table(self.inputs.fingerprints[0]), "month")
        photos = pq.read_table(self.inputs.photos[0])
        self._by_month(PHOTOS, photos, "month")
        members = pq.read_table(self.inputs.members[0])
        home = dict(zip(*(photos[n].to_pylist() for n in ("photo_id", "month")), strict=True))
        homes = pa.array([home[photo] for photo in members["photo_id"].to_pylist()])
        self._by_month(MEMBERS, members.append_column("home", homes), "home")
        for month in self.lake.names(photo_table(PHOTOS)):
            found = self.lake.read(photo_table(MEMBERS), month, MEMBERS)["month"].unique()
            self.photos[month] = PhotoMonth("1", sorted(found.to_pylist()))

    def _by_month(self, kind: TableKind, table: pa.Table, column: str) -> None:
        asset = photo_table(kind)
        for month in table[column].unique().to_pylist():
            rows = table.filter(pa.compute.equal(table[column], month))
            self.lake.write(asset, month, kind, rows.select(kind.schema.names))

    def touch(self, month: str, version: str) -> None:
        self.photos[month] = dataclasses.replace(self.photos[month], version=version)

    def months(
        self, kind: TableKind = UNIFIED, settings: str = ""
    ) -> MetadataMonths[MetadataSummary]:
        def build(inputs: MetadataInputs) -> MetadataStream:
            if kind is UNIFIED:
                return build_unified(inputs, RULES, self.answers, self.ai)
            return build_conflicts(inputs, RULES, self.answers)

        conflicts = ("metadata", CONFLICTS.name), "conflict_id"
        texts = {conflicts: decision_texts(self.answers)}
        if kind is UNIFIED:
            texts |= {(("metadata", UNIFIED.name), "photo_id"): self.reviews}
        answers = AnswersByMonth(texts)
        sources = MetadataSources(
            lake=self.lake, photos=self.photos, settings=settings, answers=answers
        )
        return MetadataMonths(kind, sources, build, MetadataSummary)

    def make(self, kind: TableKind = UNIFIED) -> list[str]:
        """Build the due months; return them."""
        months = self.months(kind)
        due = months.due()
        for month in due:
            months.make(month, due)
        return due

    def rows(self, kind: TableKind) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.lake.read_all(("metadata", kind.name), kind).to_pylist()
        return rows

    def files(self) -> dict[Path, tuple[int, bytes]]:
        return {
            path: (path.stat().st_mtime_ns, path.read_bytes())
            for path in (self.lake.root / "metadata").rglob("*.parquet")
        }


def taken(source: str, month: int, native_id: str = "1", **values: Any) -> Item:
    return item(source, native_id, capture_time=datetime(2020, month, 9, 12), **values)


@pytest.fixture
def two(tmp_path: Path) -> Library:
    """A photo of May with an entry in June, and one of June; their titles conflict."""
    photos = [
        [taken("lightroom", 5, title="Sea"), taken("eagle", 6, title="Lake")],
        [taken("lightroom", 6, "2", title="Hill"), taken("eagle", 6, "2", title="Mount")],
    ]
    return Library(tmp_path, Collection(photos))


def test_monthly_builds_equal_a_complete_build(tmp_path: Path) -> None:
    library = Library(tmp_path, random_collection(seed=3, items=500))
    assert library.make() == library.make(CONFLICTS) == sorted(library.photos)
    tables = build_metadata(library.inputs, RULES)
    assert library.rows(UNIFIED) == tables.unified.to_pylist()
    assert library.rows(CONFLICTS) == tables.conflicts.to_pylist()
    assert library.make() == library.make(CONFLICTS) == []


def test_a_month_built_alone_equals_one_built_with_others(tmp_path: Path) -> None:
    together = Library(tmp_path / "together", random_collection(seed=3, items=300))
    alone = Library(tmp_path / "alone", random_collection(seed=3, items=300))
    together.make()
    for month in alone.photos:
        alone.months().make(month, [])
    found = {path.name: content for path, (_, content) in together.files().items()}
    assert found == {path.name: content for path, (_, content) in alone.files().items()}
    assert len(found) == len(alone.photos) > 2


def test_a_month_reads_the_items_of_its_photos_in_all_months(two: Library) -> None:
    assert two.photos[MAY].items == [MAY, JUNE]
    two.make()
    (may, june) = two.rows(UNIFIED)
    assert (may["month"], may["item_count"], may["sources"]) == (
        MAY,
        2,
        ["eagle/main", "lightroom/main"],
    )
    assert june["month"] == JUNE


def test_only_the_changed_month_is_written(two: Library) -> None:
    two.make()
    two.make(CONFLICTS)
    before = two.files()
    two.touch(JUNE, "2")
    assert two.make() == two.make(CONFLICTS) == [JUNE]
    after = two.files()
    assert {path.stem for path in after if after[path] != before[path]} == {JUNE}
    assert two.rows(UNIFIED)[0]["month"] == MAY


def test_changed_rules_make_all_months_due(two: Library) -> None:
    two.make()
    assert two.months().due() == []
    assert two.months(settings="another rule").due() == [MAY, JUNE]


def test_a_month_without_photos_keeps_an_empty_table(two: Library) -> None:
    two.make()
    del two.photos[JUNE]
    assert two.make() == [JUNE]
    assert two.lake.names(("metadata", "unified")) == [MAY, JUNE]
    assert [row["month"] for row in two.rows(UNIFIED)] == [MAY]
    assert two.make() == []


@pytest.mark.parametrize("kind", [UNIFIED, CONFLICTS])
def test_a_damaged_month_is_rebuilt(two: Library, kind: TableKind) -> None:
    two.make(kind)
    before = two.rows(kind)
    two.lake.path(("metadata", kind.name), JUNE).write_bytes(b"PAR1 no more")
    assert two.make(kind) == [JUNE]
    assert two.rows(kind) == before


def test_a_month_whose_input_is_damaged_fails_alone(tmp_path: Path) -> None:
    photos = [[taken("lightroom", month, str(month))] for month in (3, 5, 6)]
    library = Library(tmp_path, Collection(photos))
    library.lake.path(("catalog", "lightroom"), MAY).write_bytes(b"PAR1 no more")
    months = library.months()
    due = months.due()
    assert months.make("2020-03-01", due).written.rows == 1
    with pytest.raises(StorageError, match=MAY):
        months.make(MAY, due)
    assert months.make(JUNE, due).written.rows == 1
    assert library.months().due() == [MAY]


def answer(question: dict[str, Any], value: object, evidence: bytes | None = None) -> pa.Table:
    row = {
        "conflict_id": question["conflict_id"],
        "evidence_digest": evidence or question["evidence_digest"],
        "answer": json.dumps({"value": value}),
        "decided_at": datetime(2026, 11, 29, tzinfo=UTC),
    }
    return pa.Table.from_pylist([row], schema=DECISION_SCHEMA)


def asked(library: Library, month: str) -> dict[str, Any]:
    rows = library.rows(CONFLICTS)
    (question,) = (row for row in rows if (row["month"], row["field"]) == (month, "title"))
    return question


def made_both(library: Library) -> tuple[Sequence[str], Sequence[str]]:
    """Build both in sequence: a conflict whose answer the first one found is no longer open."""
    conflicts, unified = library.make(CONFLICTS), library.make()
    assert library.make(CONFLICTS) == library.make() == []
    return unified, conflicts


def test_an_answer_makes_the_month_of_its_conflict_due(two: Library) -> None:
    made_both(two)
    question, before = asked(two, JUNE), two.files()
    two.answers = answer(question, "Hill")
    assert made_both(two) == ([JUNE], [JUNE])
    after = two.files()
    assert {path.stem for path in after if after[path] != before[path]} == {JUNE}
    assert {row["month"] for row in two.rows(CONFLICTS)} == {MAY}
    assert made_both(two) == ([], [])
    two.answers = pa.concat_tables([two.answers, answer(question, "Mount")])
    assert made_both(two) == ([JUNE], [JUNE])
    assert [row["title"] for row in two.rows(UNIFIED)][1] == "Mount"


def test_an_answer_to_other_evidence_reopens_the_conflict_once(two: Library) -> None:
    made_both(two)
    two.answers = answer(asked(two, MAY), "Sea", evidence=bytes(32))
    assert made_both(two) == ([MAY], [MAY])
    assert "decided before" in asked(two, MAY)["detail"]
    assert made_both(two) == ([], [])


def test_an_answer_to_an_unknown_conflict_makes_nothing_due(two: Library) -> None:
    made_both(two)
    two.answers = answer({**asked(two, MAY), "conflict_id": "never asked"}, "Sea")
    assert made_both(two) == ([], [])


def photo_of(library: Library, month: str) -> str:
    (photo,) = library.lake.read(photo_table(PHOTOS), month, PHOTOS)["photo_id"].to_pylist()
    return str(photo)


def say(library: Library, photo: str, values: AiValues | None) -> None:
    """Let a person approve values of a photo, or take that back."""
    said = f"{len(library.reviews.get(photo, []))} {values}"
    library.reviews.setdefault(photo, []).append(said)
    state = ReviewState.PENDING if values is None else ReviewState.EDITED
    one = Reviewed(
        photo_id=photo,
        model="m",
        request="r",
        proposed=AiValues(description="never approved"),
        state=state,
        given=values,
        review=7,
        who="mara",
        at="2026-01-02T03:04:05.000006Z",
    )
    library.ai = Approved(release([one]), frozenset(library.reviews))


def test_an_approved_ai_value_makes_its_month_due_alone(two: Library) -> None:
    assert (two.make(), two.make(CONFLICTS)) == ([MAY, JUNE], [MAY, JUNE])
    before, june = two.rows(UNIFIED), photo_of(two, JUNE)
    say(two, june, AiValues(description="A hill", tags=("hill", "Green"), quality_score=7.5))
    assert two.make() == [JUNE]
    assert two.make() == two.make(CONFLICTS) == []  # conflicts do not follow AI values
    first, second = two.rows(UNIFIED)
    assert first == before[0]
    assert second["caption"] == second["ai"]["description"] == "A hill"
    assert second["keywords"] == [["Green"], ["hill"]]
    assert second["title"] == before[1]["title"]
    origins = {one["field"]: one for one in second["provenance"] if one["source"] == "ai"}
    assert origins.keys() == {"ai", "caption", "keywords"}
    assert origins["caption"]["native_id"] == "7"
    at = datetime(2026, 1, 2, 3, 4, 5, 6, UTC)
    assert origins["caption"]["stated_at"] == at
    asked = {"model": "m", "request": "r"}
    assert second["ai_approval"] == {**asked, "approved_by": "mara", "approved_at": at}
    say(two, june, None)
    assert two.make() == [JUNE]
    assert two.rows(UNIFIED) == before


def test_a_persons_words_are_kept(tmp_path: Path) -> None:
    said = [[taken("lightroom", 5, caption="Ours", keywords=(Keyword(path=("a", "Hill")),))]]
    library = Library(tmp_path, Collection(said))
    library.make()
    say(library, photo_of(library, MAY), AiValues(description="A hill", tags=("hill", "sky")))
    assert library.make() == [MAY]
    (row,) = library.rows(UNIFIED)
    assert (row["caption"], row["ai"]["description"]) == ("Ours", "A hill")
    assert row["keywords"] == [["a", "Hill"], ["sky"]]


def test_an_earlier_view_is_read_and_built_anew(two: Library) -> None:
    two.make()
    old = pa.schema([one for one in UNIFIED.schema if one.name not in ("ai", "ai_approval")])
    earlier = TableKind("unified", 3, old)
    asset = ("metadata", "unified")
    table = two.lake.read(asset, MAY, UNIFIED)
    two.lake.write(asset, MAY, earlier, table.select(old.names))
    assert two.lake.read(asset, MAY, UNIFIED)["ai"].null_count == table.num_rows
    assert two.make() == [MAY]
