import hashlib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.iptc.parse import IptcRecord, parse_iptc
from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import WallTime
from photo_assets_tests.media.iptc.blocks import UTF_8, WHOLE, dataset, declared


def test_every_dataset_that_is_read_is_in_its_field() -> None:
    assert parse_iptc(WHOLE) == IptcRecord(
        title="Harbour",
        headline="Boats come home",
        caption="Boats at noon\nand later",
        caption_writer="Editor",
        keywords=("harbour", "Müller"),
        category="TRA",
        supplemental_categories=("Boats",),
        creators=("A. Person", "B. Person"),
        creator_titles=("Staff",),
        credit="Agency",
        source="Archive",
        copyright="© 2001",
        instructions="Embargo",
        city="Köln",
        sublocation="Rheinufer",
        state="NRW",
        country="Germany",
        country_code="DEU",
        created=WallTime(datetime(2001, 2, 3, 4, 5, 6), 60, Precision.SECOND),
        digitized=WallTime(datetime(2010, 1, 1), None, Precision.YEAR),
    )


def test_an_empty_block_gives_an_empty_record() -> None:
    for data in (b"", b"\0" * 40, dataset(0, b"\0\2")):
        assert parse_iptc(data) == IptcRecord()


@pytest.mark.parametrize("padding", [b"", b"\0", b"\0" * 500])
def test_padding_after_the_last_dataset_is_not_a_problem(padding: bytes) -> None:
    record = parse_iptc(WHOLE + padding)
    assert record.title == "Harbour"
    assert record.problems == ()


def test_texts_that_end_in_zeros_or_are_blank() -> None:
    block = dataset(5, b"\0\0") + dataset(5, b"Pier\0\0") + dataset(25, b"") + dataset(90, b"  ")
    record = parse_iptc(block)
    assert (record.title, record.keywords, record.city) == ("Pier", (), None)
    assert record.problems == ()


@pytest.mark.parametrize(
    ("date", "clock", "expected"),
    [
        ("20010203", "040506+0100", ("2001-02-03 04:05:06", 60, Precision.SECOND)),
        ("20010203", "040506-0330", ("2001-02-03 04:05:06", -210, Precision.SECOND)),
        ("20010203", "040506", ("2001-02-03 04:05:06", None, Precision.SECOND)),
        ("20010203", "0405", ("2001-02-03 04:05:00", None, Precision.MINUTE)),
        ("20010203", "04:05:06+01:00", ("2001-02-03 04:05:06", 60, Precision.SECOND)),
        ("20010203", "", ("2001-02-03 00:00:00", None, Precision.DAY)),
        ("20010203", "noon", ("2001-02-03 00:00:00", None, Precision.DAY)),
        ("20010203", "250000+0000", ("2001-02-03 00:00:00", None, Precision.DAY)),
        ("2001:02:03", "040506Z", ("2001-02-03 04:05:06", 0, Precision.SECOND)),
        ("20010200", "040506+0100", ("2001-02-01 00:00:00", None, Precision.MONTH)),
        ("20010000", "", ("2001-01-01 00:00:00", None, Precision.YEAR)),
        ("2001", "", ("2001-01-01 00:00:00", None, Precision.YEAR)),
        ("19010203\0", "000000+0000\0", ("1901-02-03 00:00:00", 0, Precision.SECOND)),
    ],
)
def test_dates_of_each_precision(
    date: str, clock: str, expected: tuple[str, int | None, Precision]
) -> None:
    record = parse_iptc(dataset(55, date) + dataset(60, clock))
    time = WallTime(datetime.fromisoformat(expected[0]), expected[1], expected[2])
    assert record.created == time
    assert record.digitized is None
    assert record.problems == ()
    assert parse_iptc(dataset(62, date) + dataset(63, clock)).digitized == time


@pytest.mark.parametrize("date", ["00000000", "        ", "0000:00:00", "----------"])
def test_a_date_of_zeros_or_blanks_is_none_without_a_problem(date: str) -> None:
    record = parse_iptc(dataset(55, date) + dataset(60, "040506"))
    assert (record.created, record.problems) == (None, ())


@pytest.mark.parametrize("date", ["20011303", "20010230", "yesterday", "3 Feb 2001"])
def test_a_date_that_is_not_understood_is_a_problem(date: str) -> None:
    record = parse_iptc(dataset(55, date))
    assert record.created is None
    assert record.problems == ("The IPTC date 2:55 is none that can be read.",)


def test_a_long_value_in_the_extended_form() -> None:
    text = "x" * 40_000
    record = parse_iptc(dataset(120, text) + dataset(90, "Bern"))
    assert (record.caption, record.city) == (text, "Bern")


def test_a_value_beyond_the_limit_costs_itself() -> None:
    record = parse_iptc(dataset(120, b"x" * 300_000) + dataset(90, "Bern"))
    assert (record.caption, record.city) == (None, "Bern")
    assert record.problems == ("A dataset of the IPTC block has 300,000 bytes and is not read.",)


@pytest.mark.parametrize(
    "rest",
    [
        b"\x1c\x02\x78\x7f\xff short",  # longer than the block
        b"\x1c\x02\x78\x80\x04\xff\xff\xff\xff short",
        b"\x1c\x02\x78\x80\x09" + b"\0" * 9,  # nine bytes of length
        b"\x1c\x02\x78\xff\xff",
        b"\x1c\x02",
        b"\x1d\x02\x78\0\1x",
        b"debris",
        b"\0\0debris",
    ],
)
def test_the_rest_after_a_wrong_length_or_marker_is_reported_as_lost(rest: bytes) -> None:
    record = parse_iptc(dataset(5, "Pier") + rest + dataset(90, "Bern"))
    assert (record.title, record.city) == ("Pier", None)
    assert len(record.problems) == 1
    assert "is lost" in record.problems[0]


def test_a_block_that_was_stored_as_numbers_of_the_other_byte_order() -> None:
    data = WHOLE + b"\0" * (-len(WHOLE) % 4)
    swapped = b"".join(data[at : at + 4][::-1] for at in range(0, len(data), 4))
    assert parse_iptc(swapped) == parse_iptc(WHOLE)


def test_the_digest_shows_whether_the_block_changed() -> None:
    digest = hashlib.md5(WHOLE).digest()
    assert parse_iptc(WHOLE).digest_matches is None
    assert parse_iptc(WHOLE, digest).digest_matches is True
    assert parse_iptc(WHOLE + b"\0\0", digest).digest_matches is True
    assert parse_iptc(WHOLE + dataset(25, "new"), digest).digest_matches is False
    assert parse_iptc(WHOLE, b"\0" * 16).digest_matches is False


def test_other_records_than_the_application_record_are_ignored() -> None:
    assert parse_iptc(dataset(5, "x", record=1) + dataset(120, "y", record=240)) == IptcRecord()


texts = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60)


@given(st.lists(texts, max_size=8), texts)
def test_any_utf_8_text_comes_back(keywords: list[str], caption: str) -> None:
    block = declared(UTF_8) + b"".join(dataset(25, word) for word in keywords)
    record = parse_iptc(block + dataset(120, caption))
    expected = dict.fromkeys(word.strip() for word in keywords)
    assert record.keywords == tuple(word for word in expected if word)
    assert record.caption == (caption.strip() or None)
    assert record.problems == ()
