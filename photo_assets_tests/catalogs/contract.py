"""The contract of catalog readers as tests. See `photo_assets.catalogs.protocol`.

A reader is tested with one file, `photo_assets_tests/catalogs/<source>/test_contract.py`:

    class TestEagleContract(CatalogContract):
        source_name = "eagle"

        def populate(self, folder: Path) -> Path:
            return build_library(folder)          # somewhere inside `folder`, best one level deep

        def make(self, path: Path) -> Catalog:
            return EagleCatalog("test", EagleSettings(path=path))

`populate` builds a source with at least two readable items, one entry that fails or is discarded,
and the format's oddities. It may be called several times with different folders and must then build
the same. Everything in `folder`, source and siblings, is checked for changes.
"""

import dataclasses
import os
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import ClassVar

import orjson
import pytest

from photo_assets.catalogs.protocol import Catalog
from photo_assets.model.errors import CatalogUnavailableError
from photo_assets.model.events import Accounting, Discarded, Failed, Found, ScanEvent, Unchanged
from photo_assets.model.item import Item
from photo_assets.model.rows import item_to_row, row_to_item, rows_to_table
from photo_assets_tests.catalogs.manifest import copy_in_reverse, manifest, set_writable
from photo_assets_tests.cost import processor_seconds

TODAY = date(2026, 11, 20)
PATIENT = 60.0


def items_of(events: list[ScanEvent]) -> list[Item]:
    """Return the items of `Found` events."""
    return [event.item for event in events if isinstance(event, Found)]


def tokens_of(events: list[ScanEvent]) -> dict[str, str | None]:
    """Return the known items for the next scan."""
    return {item.native_id: item.change_token for item in items_of(events)}


class CatalogContract(ABC):
    """Subclass as `Test<Source>Contract`; pytest then runs every method below against it."""

    source_name: ClassVar[str]
    portable: ClassVar[bool] = True  # False: the format contains absolute paths, so a copy differs

    @abstractmethod
    def populate(self, folder: Path) -> Path:
        """Build a source in `folder` and return the path given to `make`."""

    @abstractmethod
    def make(self, path: Path) -> Catalog:
        """Return a reader named "test" of the source at `path`."""

    def placeless(self, item: Item) -> Item:
        """Return `item` without the fields that may differ in a copy of the source."""
        return dataclasses.replace(
            item, path=None, file_ctime_ns=None, file_inode=None, change_token=None
        )

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        folder = tmp_path / "place"
        folder.mkdir()
        return folder

    @pytest.fixture
    def path(self, folder: Path) -> Path:
        return self.populate(folder)

    @pytest.fixture
    def scratch(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The directory of temporary copies, for checking that none are left."""
        scratch = tmp_path / "scratch"
        scratch.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", os.fspath(scratch))
        monkeypatch.setenv("TMPDIR", os.fspath(scratch))
        return scratch

    def test_reading_changes_nothing_in_or_beside_the_source(
        self, folder: Path, path: Path
    ) -> None:
        before = manifest(folder)
        catalog = self.make(path)
        catalog.probe(time.monotonic() + PATIENT)
        known = tokens_of(list(catalog.scan({})))
        list(self.make(path).scan(known))
        abandoned = iter(catalog.scan({}))
        next(abandoned)
        del abandoned
        assert manifest(folder) == before

    def test_an_unwritable_source_is_read_like_a_writable_one(
        self, folder: Path, path: Path
    ) -> None:
        expected = [item.native_id for item in items_of(list(self.make(path).scan({})))]
        set_writable(folder, False)
        try:
            before = manifest(folder)
            self.make(path).probe(time.monotonic() + PATIENT)
            found = [item.native_id for item in items_of(list(self.make(path).scan({})))]
            assert found == expected
            assert manifest(folder) == before
        finally:
            set_writable(folder, True)

    def test_temporary_files_are_gone_after_a_scan_or_half_of_one(
        self, path: Path, scratch: Path
    ) -> None:
        catalog = self.make(path)
        catalog.probe(time.monotonic() + PATIENT)
        list(catalog.scan({}))
        half: Iterator[ScanEvent] = catalog.scan({})
        next(half)
        getattr(half, "close", lambda: None)()
        del half
        assert list(scratch.iterdir()) == []

    def test_a_source_that_is_away_is_unavailable_and_never_empty(
        self, path: Path, tmp_path: Path
    ) -> None:
        catalog = self.make(path)
        path.rename(tmp_path / "away")
        for reader in (catalog, self.make(path)):
            with pytest.raises(CatalogUnavailableError) as probed:
                reader.probe(time.monotonic() + PATIENT)
            assert str(probed.value).strip()
            with pytest.raises(CatalogUnavailableError):
                list(reader.scan({}))
            with pytest.raises(CatalogUnavailableError):
                list(reader.scan({"anything": "token"}))

    def test_a_source_whose_volume_is_away_is_unavailable(
        self, folder: Path, path: Path, tmp_path: Path
    ) -> None:
        catalog = self.make(path)
        folder.rename(tmp_path / "unplugged")
        with pytest.raises(CatalogUnavailableError):
            catalog.probe(time.monotonic() + PATIENT)
        with pytest.raises(CatalogUnavailableError):
            list(catalog.scan({}))

    def test_every_entry_ends_in_one_event_and_ids_are_unique(self, path: Path) -> None:
        events = list(self.make(path).scan({}))
        accounting = Accounting()
        for event in events:
            accounting.count(event)
        assert accounting.balanced
        assert accounting.found == len(events)
        assert accounting.written >= 2, "the contract needs a source with several items"
        assert accounting.discarded + accounting.failed >= 1, "and one that is not written"
        assert accounting.unchanged == 0, "nothing is known, so nothing can be unchanged"
        ids = [item.native_id for item in items_of(events)]
        assert len(set(ids)) == len(ids)
        assert all(ids)

    def test_discarded_and_failed_entries_are_named_with_a_reason(self, path: Path) -> None:
        for event in self.make(path).scan({}):
            if isinstance(event, Discarded | Failed):
                assert event.ref
                assert 0 < len(event.reason) <= 60, "a short stable code"
                assert "\n" not in event.reason
            if isinstance(event, Failed):
                assert len(event.detail) > len("no."), "a sentence for people"

    def test_items_say_which_reader_of_which_catalog_wrote_them(self, path: Path) -> None:
        catalog = self.make(path)
        assert catalog.source == self.source_name
        assert catalog.name == "test"
        for item in items_of(list(catalog.scan({}))):
            assert item.source == self.source_name
            assert item.catalog == "test"
            assert item.reader_version == catalog.reader_version
            for text in (item.extras, item.raw):
                assert text is None or orjson.loads(text) is not None

    def test_the_same_source_gives_the_same_events_each_time(self, path: Path) -> None:
        catalog = self.make(path)
        first = list(catalog.scan({}))
        assert list(catalog.scan({})) == first
        again = list(self.make(path).scan({}))
        assert again == first
        assert [i.digest() for i in items_of(again)] == [i.digest() for i in items_of(first)]

    def test_the_time_zone_of_the_machine_does_not_matter(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        seen = []
        for zone in ("UTC", "Pacific/Auckland", "America/Los_Angeles"):
            monkeypatch.setenv("TZ", zone)
            time.tzset()
            seen.append([item.digest() for item in items_of(list(self.make(path).scan({})))])
        monkeypatch.undo()
        time.tzset()
        assert seen[0] == seen[1] == seen[2]

    def test_a_copy_elsewhere_with_another_directory_order_gives_the_same_items(
        self, folder: Path, path: Path, tmp_path: Path
    ) -> None:
        if not self.portable:
            pytest.skip("the format holds absolute paths")
        elsewhere = tmp_path / "copy"
        copy_in_reverse(folder, elsewhere)
        moved = elsewhere / path.relative_to(folder)
        here = [self.placeless(item) for item in items_of(list(self.make(path).scan({})))]
        there = [self.placeless(item) for item in items_of(list(self.make(moved).scan({})))]
        assert there == here
        assert [item.digest() for item in there] == [item.digest() for item in here]

    def test_a_scan_with_its_own_tokens_finds_nothing_new(self, path: Path) -> None:
        first = list(self.make(path).scan({}))
        before = {item.native_id: item for item in items_of(first)}
        known = tokens_of(first)
        asked = dict(known)
        second = list(self.make(path).scan(known))
        assert known == asked, "known belongs to the caller"
        seen = []
        for event in second:
            if isinstance(event, Unchanged):
                assert asked[event.native_id] is not None, "unchanged needs a token to equal"
                seen.append(event.native_id)
            elif isinstance(event, Found):
                assert event.item == before[event.item.native_id]
                seen.append(event.item.native_id)
        assert sorted(seen) == sorted(before)
        rest = [e for e in second if isinstance(e, Discarded | Failed)]
        assert rest == [e for e in first if isinstance(e, Discarded | Failed)]

    def test_tokens_of_another_time_make_every_entry_read_again(self, path: Path) -> None:
        first = list(self.make(path).scan({}))
        stale = dict.fromkeys(tokens_of(first), "a token of another time")
        stale["an entry that is gone"] = "token"
        assert list(self.make(path).scan(stale)) == first

    def test_every_item_survives_the_way_through_arrow(self, path: Path) -> None:
        items = items_of(list(self.make(path).scan({})))
        table = rows_to_table([item_to_row(item, TODAY) for item in items])
        table.validate(full=True)
        back = [row_to_item(row) for row in table.to_pylist()]
        assert back == items
        assert [item.digest() for item in back] == [item.digest() for item in items]

    def test_a_probe_is_stable_and_gives_up_at_its_deadline(self, path: Path) -> None:
        first = self.make(path).probe(time.monotonic() + PATIENT)
        assert first == self.make(path).probe(time.monotonic() + PATIENT)
        assert first.summary.strip()
        with processor_seconds(5):
            late = self.make(path).probe(time.monotonic() - 1)
        assert late.token in {None, first.token}

    def test_the_settings_digest_depends_on_settings_alone(self, path: Path) -> None:
        digest = self.make(path).settings_digest
        assert digest
        assert digest == self.make(path).settings_digest
