"""The content of a page, and that any photo fits into one request."""

import json
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photo_assets.sample.notion.limits import check_limits
from photo_assets.sample.notion.settings import Settings
from photo_assets.sinks.notion.content import PageWriter
from photo_assets.sinks.notion.dates import notion_date, sortable_time
from photo_assets.sinks.notion.fields import IDS_OF, KINDS, MORE, Kind
from photo_assets.sinks.notion.limits import REQUEST_BYTES
from photo_assets.sinks.notion.options import choose
from photo_assets.sinks.notion.text import clean_line
from photo_assets.sinks.notion.wire import from_wire, says_the_same, to_wire
from photo_assets_tests.sinks.notion.collection import blob, photo

ALL = frozenset(KINDS)


def row(**more: Any) -> dict[str, Any]:
    found = {**photo(1), "caption": None, "sha256": blob(1), "cover": blob(1).hex()}
    found |= {"master_path": "/photos/1.jpg", "collections": ["A / B"]}
    found |= {"entries": [{"source": "lightroom", "catalog": "main", "native_id": "1"}]}
    return {**found, **more}


def content(owned: frozenset[str] = ALL, **more: Any) -> tuple[dict[str, Any], str | None]:
    one = row(**more)
    names = {
        "keywords": [path[-1] for path in one["keywords"] or ()],
        "people": one["people"] or (),
        "collections": one["collections"] or (),
        "camera": [one["camera_model"] or ""],
        "lens": [one["lens"] or ""],
    }
    vocabularies = {
        field: choose(dict.fromkeys(found, 1), (), 10_000) for field, found in names.items()
    }
    text, note = PageWriter(owned, vocabularies, covers=True).write(one)
    return json.loads(text), note


def test_coordinates_of_zero_are_coordinates() -> None:
    assert content(gps_latitude=0.0, gps_longitude=0.0)[0]["gps"] == "0.000000, 0.000000"
    assert content(gps_latitude=0.0, gps_longitude=None)[0]["gps"] is None


def test_what_is_not_owned_is_not_in_it() -> None:
    found, _ = content(ALL - {"gps", "people", "more_people"})
    assert not {"gps", "people", "more_people"} & found.keys()


def test_the_title_is_the_files_name_where_there_is_none() -> None:
    assert content(title=None)[0]["title"] == "DSC00001.jpg"
    assert content(title=None, file_name=None)[0]["title"] == blob(1).hex()[:16]


def test_ids_of_several_catalogs_name_the_catalog() -> None:
    three = [("lightroom", "b", "1"), ("lightroom", "a", "7"), ("eagle", "c", "9")]
    names = ("source", "catalog", "native_id")
    found = content(entries=[dict(zip(names, one, strict=True)) for one in three])[0]
    assert (found["lightroom_id"], found["eagle_id"]) == ("a/7\nb/1", "9")
    assert found["drive_id"] is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.004, "1/250 s"), (1 / 8000, "1/8000 s"), (0.5, "0.5 s"), (30, "30 s"), (None, None)],
)
def test_exposure_times_are_written_as_cameras_do(seconds: float | None, words: str) -> None:
    assert content(exposure_time_s=seconds)[0]["shutter"] == words


MOMENT = datetime(2019, 8, 4, 11, 28, 12, 340_000)


@pytest.mark.parametrize(
    ("offset", "kind", "precision", "start", "end", "words"),
    [
        (None, "wall", "year", "2019-01-01", "2019-12-31", "2019"),
        (None, "wall", "month", "2019-08-01", "2019-08-31", "2019-08"),
        (120, "wall", "day", "2019-08-04", None, "2019-08-04"),
        (None, "wall", "second", "2019-08-04", None, "2019-08-04 11:28:12"),
        (-90, "wall", "minute", "2019-08-04T11:28-01:30", None, "2019-08-04 11:28 -01:30"),
        (0, "wall", "second", "2019-08-04T11:28+00:00", None, "2019-08-04 11:28:12 +00:00"),
        (None, "utc", "subsecond", "2019-08-04T11:28+00:00", None, "2019-08-04 11:28:12.34 UTC"),
    ],
)
def test_a_capture_time_is_as_precise_as_known(
    offset: int | None, kind: str, precision: str, start: str, end: str | None, words: str
) -> None:
    assert notion_date(MOMENT, offset, kind, precision) == {"start": start, "end": end}
    assert sortable_time(MOMENT, offset, kind, precision) == words


@pytest.mark.parametrize(
    "name",
    ["x" * 101, "ISO, with comma", "a\nb, c"],
)
def test_any_lens_name_is_sent_in_full(name: str) -> None:
    found, _ = content(lens=name)
    check_limits({"properties": {"Lens": to_wire(Kind.SELECT, found["lens"])}}, Settings())
    assert found["more_equipment"] == f"lens: {clean_line(name)}" != f"lens: {found['lens']}"


def test_equipment_that_is_an_option_is_in_no_text() -> None:
    found, _ = content()
    assert (found["camera"], found["lens"]) == ("X-T3", "XF35mmF1.4 R")
    assert "more_equipment" not in found
    assert "more_equipment" not in content(camera_model=None, lens=None)[0]


ANY = st.text(st.characters(), max_size=40)
LONG = st.builds(lambda part, times: part * times, ANY, st.sampled_from([1, 1, 50, 4_000]))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    caption=LONG,
    title=LONG,
    lens=LONG,
    file_name=LONG,
    names=st.lists(LONG, max_size=40),
)
def test_any_photo_fits_into_one_request(
    caption: str, title: str, lens: str, file_name: str, names: list[str]
) -> None:
    _fits(caption=caption, title=title, lens=lens, file_name=file_name, names=names)


def test_the_largest_photo_fits_into_one_request() -> None:
    names = [f"{number:05}" + "字" * 95 for number in range(5_000)]
    _fits(
        caption="字" * 400_000,
        title="字" * 400_000,
        lens="字" * 400,
        file_name="字" * 9_000,
        names=names,
        native='"' * 9_000,
    )


def _fits(names: list[str], native: str = "1", **texts: Any) -> None:
    ids = [
        {"source": source, "catalog": "main", "native_id": native} for source, _ in IDS_OF.values()
    ]
    found, _ = content(
        keywords=[[name] for name in names],
        people=names,
        collections=names,
        entries=ids,
        master_path=texts["file_name"],
        camera_model=texts["lens"],
        **texts,
    )
    property_name = "字" * 100  # the longest a name may be
    body = {
        "parent": {"type": "data_source_id", "data_source_id": "0" * 36},
        "properties": {
            f"{property_name}{field}": to_wire(kind, found.get(field))
            for field, kind in KINDS.items()
        },
        "cover": {"type": "file_upload", "file_upload": {"id": "0" * 36}},
    }
    sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    assert len(sent) <= REQUEST_BYTES
    check_limits(body, Settings())


def test_omitted_or_changed_values_are_noted() -> None:
    _, note = content(
        caption="x" * 300_000,
        keywords=[["a,b"], ["y" * 200]],
        cover=None,
        lens="z" * 101,
        file_name="a\x00b",
    )
    assert note is not None
    assert set(note.split("; ")) == {
        "caption cut",
        "lens in the text only",
        "file name: characters replaced",
        "1 tags in the text only",
        "commas in tags look-alikes",
        "no cover: there is no thumbnail",
    }


@pytest.mark.parametrize("field", sorted(KINDS))
def test_sent_values_are_read_back_unchanged(field: str) -> None:
    found, _ = content(caption="Dusk\nat the lake", keywords=[["a"], ["B"]], lens="35, f/2")
    kind, value = KINDS[field], found[field]
    sent = to_wire(kind, value)[kind.value]
    if kind in (Kind.TITLE, Kind.TEXT):
        sent = [{"plain_text": part["text"]["content"]} for part in sent]
    back = from_wire({"type": kind.value, kind.value: sent})
    assert says_the_same(kind, value, back)
    if field == "captured":
        other = {"start": "2019-08-04T09:01:00.000+00:00", "end": None, "time_zone": None}
        assert says_the_same(kind, value, from_wire({"type": "date", "date": other}))


def test_every_multi_select_has_a_text_beside_it() -> None:
    assert {field for field, kind in KINDS.items() if kind is Kind.MULTI} == MORE.keys()
