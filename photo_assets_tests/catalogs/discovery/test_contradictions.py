"""Stated values can contradict that two rows are of the same picture; missing values cannot."""

from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from photo_assets.catalogs.discovery.contradictions import COMPARED, FACTS, contradict
from photo_assets.model.schema import ITEM_SCHEMA

SCHEMA = pa.schema([ITEM_SCHEMA.field(name) for name in COMPARED])
COPY = [{"kind": "virtual_copy_of", "target": "a", "detail": None}]


def rows(*many: dict[str, Any]) -> pa.Table:
    return pa.Table.from_pylist([{"native_id": "a", **one} for one in many], schema=SCHEMA)


def contradicts(one: dict[str, Any], other: dict[str, Any]) -> bool:
    # Beside rows that agree and rows that do not: each pair is judged separately.
    before, now = rows({}, one, {"width": 1}), rows({}, other, {"width": 2})
    first, found, last = contradict(before, now).to_pylist()
    assert (first, last) == (False, True)
    return bool(found)


@pytest.mark.parametrize("fact", FACTS)
def test_contradicting_columns_of_pictures(fact: str) -> None:
    text = pa.types.is_string(SCHEMA.field(fact).type)
    this, that = ("1", "2") if text else (1, 2)
    assert contradicts({fact: this}, {fact: that})
    assert not contradicts({fact: this}, {fact: this})
    assert not contradicts({fact: this}, {})
    assert not contradicts({}, {fact: that})


def test_capture_times_contradict_if_the_file_itself_states_them() -> None:
    def taken(day: int, source: str | None) -> dict[str, Any]:
        return {"capture_time": datetime(2020, 1, day), "capture_source": source}

    exif, sidecar = "exif:DateTimeOriginal", "sidecar:exif:DateTimeOriginal"
    assert contradicts(taken(1, exif), taken(2, exif))
    assert not contradicts(taken(1, exif), taken(1, exif))
    assert not contradicts(taken(1, sidecar), taken(2, sidecar))
    assert not contradicts(taken(1, exif), taken(2, sidecar))
    assert not contradicts(taken(1, None), taken(2, None))
    assert not contradicts(taken(1, exif), {"capture_source": exif})


def test_a_version_is_not_the_picture_it_is_of() -> None:
    assert contradicts({}, {"links": COPY})
    assert contradicts({"links": COPY}, {"links": []})
    assert not contradicts({"links": COPY}, {"links": COPY})
    assert not contradicts({"links": None}, {"links": []})
