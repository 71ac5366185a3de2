"""Which values a record has, and which changes of its inputs make its month due."""

import json
from dataclasses import dataclass, replace

import fastjsonschema
import pyarrow as pa
import pytest

from photo_assets.model.item import Item, Link
from photo_assets.model.vocabulary import GONE, LinkKind
from photo_assets.vault.history.months import HistoryMonth, due_months
from photo_assets.vault.history.published import photo_schema
from photo_assets.vault.history.records import (
    RECORD_VERSION,
    LedgerFacts,
    completed,
    photo_path,
    photo_record,
)
from photo_assets.vault.history.rows import Part, read_part
from photo_assets_tests.vault.history.commits import commit
from photo_assets_tests.vault.history.library import MONTH, OTHER, HistoryLibrary, Shot
from photo_assets_tests.vault.history.reading import objects_of, photos_of

A = Shot(name="a")
_LINK = Link(kind=LinkKind.PUBLISHED_AS, target="see https://example.org/?key=canary")


@dataclass(frozen=True, kw_only=True)
class _Linked(Shot):
    """A photo whose items name what they belong to by an address."""

    def items(self) -> list[Item]:
        return [replace(item, links=(_LINK,)) for item in super().items()]


def test_addresses_in_links_do_not_reach_the_repository(history: HistoryLibrary) -> None:
    history.put(_Linked(name="a"))
    history.commit()
    (record,) = photos_of(history.repository.folder).values()
    assert "see" in str(record["instances"][0]["row"]["links"])
    assert not [one for one in objects_of(history.repository.folder) if b"canary" in one]


@pytest.mark.parametrize("conflict", [True, False])
def test_a_month_is_due_when_only_its_conflicts_changed(
    history: HistoryLibrary, *, conflict: bool
) -> None:
    history.put(Shot(name="a", conflict=not conflict), Shot(name="b", month=OTHER))
    history.commit()
    sources = history.sources()
    assert due_months(sources) == []
    history._write_month(MONTH, [Shot(name="a", conflict=conflict)])
    assert due_months(sources) == [MONTH]
    history.shots["a"] = Shot(name="a", conflict=conflict)
    history.commit()
    state = photos_of(history.repository.folder)[A.photo_id]["state"]
    assert state == ("conflicted" if conflict else "resolved")


def test_a_month_is_due_when_only_its_version_changed(history: HistoryLibrary) -> None:
    history.put(A, Shot(name="b", month=OTHER))
    history.commit()
    sources = history.sources()
    other = {**sources.months, OTHER: HistoryMonth("another version", [OTHER])}
    assert due_months(replace(sources, months=other)) == [OTHER]


def test_the_order_of_the_rows_does_not_matter(history: HistoryLibrary) -> None:
    history.put(Shot(name="a", copies=3, conflict=True))
    ids = pa.array([A.photo_id], pa.string())
    (row,) = read_part(history.lake, Part([MONTH], [MONTH], ids))
    ledger = LedgerFacts("anchor", "2026-01-01T00:00:00.000000Z")
    orders = [
        {**row, "items": [row["items"][place] for place in places]}
        for places in ((0, 1, 2), (2, 1, 0), (1, 2, 0))
    ]
    records = [photo_record(one, ledger) for one in orders]
    assert [one["catalog"] for one in records[0]["instances"]] == ["nas0", "nas1", "nas2"]
    assert records[1:] == records[:2]


def test_a_gone_photo_keeps_the_sizes_of_its_blobs(history: HistoryLibrary) -> None:
    history.put(A, Shot(name="b"))
    history.commit()
    history.remove("a")
    history.commit()
    record = photos_of(history.repository.folder)[A.photo_id]
    assert record["state"] == "gone"
    assert record["blobs"] == [{"digest": f"sha256:{A.blob.hex()}", "size": 1000}]


def test_the_size_of_an_earlier_content_stays() -> None:
    edited = {
        "created_at": "2",
        "blobs": [{"digest": "sha256:a"}, {"digest": "sha256:b", "size": 2}],
    }
    earlier = {"created_at": "1", "blobs": [{"digest": "sha256:a", "size": 1}]}
    assert completed(edited, earlier)["blobs"] == [
        {"digest": "sha256:a", "size": 1},
        {"digest": "sha256:b", "size": 2},
    ]
    assert completed(edited, {})["blobs"] == edited["blobs"]


@dataclass(frozen=True, kw_only=True)
class _NotListed(Shot):
    """A photo whose entries their catalog no longer lists."""

    def items(self) -> list[Item]:
        return [replace(item, change_token=GONE) for item in super().items()]


def test_an_instance_says_whether_its_catalog_lists_it(history: HistoryLibrary) -> None:
    history.put(A, _NotListed(name="b"))
    history.commit()
    records = photos_of(history.repository.folder)
    for record in records.values():
        fastjsonschema.validate(photo_schema(), record)
    assert "listed" not in records[A.photo_id]["instances"][0]
    assert records[Shot(name="b").photo_id]["instances"][0]["listed"] is False


def test_rows_without_a_raw_record_keep_its_last_known_digest(history: HistoryLibrary) -> None:
    history.put(A)
    first = history.commit()
    history.put(_NoRaw(name="a"))
    assert history.commit(everything=True).commit == first.commit
    history.put(_NoRaw(name="a", title="another"), _NoRaw(name="b"))
    history.commit()
    records = photos_of(history.repository.folder)
    assert records[A.photo_id]["metadata"]["title"]["value"] == "another"
    assert len(records[A.photo_id]["instances"][0]["raw_sha256"]) == 64
    assert "raw_sha256" not in records[Shot(name="b").photo_id]["instances"][0]


@dataclass(frozen=True, kw_only=True)
class _NoRaw(Shot):
    """A photo whose items were restored from a history, which has no raw records."""

    def items(self) -> list[Item]:
        return [replace(item, raw=None) for item in super().items()]


def test_a_record_of_the_first_version_is_valid_and_is_written_anew(
    history: HistoryLibrary,
) -> None:
    history.put(A)
    history.commit()
    (record,) = photos_of(history.repository.folder).values()
    record["schema_version"] = 1
    del record["instances"][0]["fingerprint"]
    fastjsonschema.validate(photo_schema(), record)
    commit(history.repository.folder, {photo_path(A.photo_id): json.dumps(record).encode()}, 5)
    written = history.commit()
    assert (written.changed, written.new) == (1, 0)
    (record,) = photos_of(history.repository.folder).values()
    assert record["schema_version"] == RECORD_VERSION
    assert record["instances"][0]["fingerprint"]["sha256"] == A.blob.hex()
