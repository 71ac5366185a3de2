"""Months of visibility: an approval, its revocation and a decision make exactly their month due."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest

from photo_assets.catalogs.registry import VISIBILITY as SERVICES
from photo_assets.metadata.answers import AnswersByMonth, decision_texts
from photo_assets.metadata.checking import count_discrepancies
from photo_assets.metadata.monthly import MetadataMonths, MetadataSources
from photo_assets.metadata.visibility import VisibilityStream, VisibilitySummary
from photo_assets.model.item import Item
from photo_assets.model.permits import Level
from photo_assets.model.tables import CONFLICTS, VISIBILITY
from photo_assets.model.vocabulary import Visibility
from photo_assets_tests.metadata.collection import Collection
from photo_assets_tests.metadata.test_monthly import JUNE, MAY, Library, taken
from photo_assets_tests.metadata.test_visibility import decided


def _shared(month: int, number: str) -> list[Item]:
    private = taken("immich", month, number, visibility=Visibility.PRIVATE)
    return [private, taken("flickr", month, number, visibility=Visibility.PUBLIC)]


PHOTOS = [_shared(5, "1"), _shared(6, "2"), [taken("lightroom", 6, "3", title="Hill")]]


class Seen(Library):
    """A photo of May and one of June, each public in one catalog and private in another."""

    def __init__(self, folder: Path) -> None:
        self.collection = Collection(PHOTOS)
        self.approved: dict[str, set[Level]] = {}
        super().__init__(folder, self.collection)

    def approve(self, number: int, target: str = "flickr/main") -> None:
        photo = self.collection.photo_id(number)
        level = Level(photo_id=photo, target=target, level=Visibility.PUBLIC)
        self.approved.setdefault(photo, set()).add(level)

    def seen(self) -> MetadataMonths[VisibilitySummary]:
        texts = {one: sorted(map(repr, levels)) for one, levels in self.approved.items()}
        columns = {"conflict_id": decision_texts(self.answers), "photo_id": texts}
        sources = MetadataSources(
            lake=self.lake,
            photos=self.photos,
            settings="",
            answers=AnswersByMonth(
                {(("metadata", VISIBILITY.name), name): one for name, one in columns.items()}
            ),
        )
        return MetadataMonths(
            VISIBILITY,
            sources,
            lambda inputs: VisibilityStream(inputs, SERVICES, self.answers, self.approved),
            VisibilitySummary,
        )

    def refresh(self) -> Sequence[str]:
        """Build the due months, and return them."""
        months = self.seen()
        due = months.due()
        for month in due:
            months.make(month, due)
        assert self.seen().due() == []
        return due


@pytest.fixture
def seen(tmp_path: Path) -> Seen:
    found = Seen(tmp_path)
    assert found.refresh() == [MAY, JUNE]
    assert count_discrepancies(found.lake) == {"too_visible": 2, "unknown": 0}
    return found


def test_an_approval_and_its_revocation_make_exactly_their_month_due(seen: Seen) -> None:
    seen.approve(0)
    assert seen.refresh() == [MAY]
    assert count_discrepancies(seen.lake)["too_visible"] == 1
    seen.approve(0, "flickr/other")
    assert seen.refresh() == [MAY]
    seen.approve(1)
    assert seen.refresh() == [JUNE]
    assert count_discrepancies(seen.lake)["too_visible"] == 0
    seen.approved = {}
    assert seen.refresh() == [MAY, JUNE]
    assert count_discrepancies(seen.lake)["too_visible"] == 2


def test_an_approval_of_a_photo_that_no_service_shows_makes_nothing_due(seen: Seen) -> None:
    seen.approve(2)
    assert seen.refresh() == []


def test_a_decision_makes_its_month_due_whichever_asset_is_built_first(
    seen: Seen, tmp_path: Path
) -> None:
    seen.make()
    seen.make(CONFLICTS)
    seen.answers = decided(tmp_path / "asked", PHOTOS[0], "locked")
    assert seen.make() == seen.make(CONFLICTS) == [MAY]
    assert seen.refresh() == [MAY]
    assert {row["wanted"] for row in seen.rows(VISIBILITY)} == {"locked", None}
    seen.answers = pa.Table.from_batches([], seen.answers.schema)
    assert seen.refresh() == seen.make() == [MAY]


def test_other_decisions_do_not_concern_it(seen: Seen, tmp_path: Path) -> None:
    photos = [dataclasses.replace(one, title=one.source) for one in PHOTOS[0]]
    (asked,) = (
        row
        for row in Collection([photos]).build(tmp_path / "asked").conflicts.to_pylist()
        if row["field"] == "title"
    )
    answer = {"answer": '{"value":"x"}', "decided_at": None}
    names = ("conflict_id", "evidence_digest")
    rows = [{**{name: asked[name] for name in names}, **answer}]
    seen.answers = pa.Table.from_pylist(rows, seen.answers.schema)
    assert seen.refresh() == []
    assert seen.lake.names(("metadata", "visibility")) == [MAY, JUNE]
