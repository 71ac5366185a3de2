import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.iptc.datasets import MAX_DATASETS
from photo_assets.media.iptc.parse import parse_iptc
from photo_assets_tests.cost import in_bounds
from photo_assets_tests.media.iptc.blocks import WHOLE, dataset


@given(st.binary(max_size=400))
def test_any_bytes_are_a_record(data: bytes) -> None:
    parse_iptc(data)
    parse_iptc(b"\x1c" + data, b"\0" * 16)


@given(st.data())
def test_a_block_with_changed_bytes_is_a_record(data: st.DataObject) -> None:
    block = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 6))):
        spot = data.draw(st.integers(0, len(block) - 1))
        if data.draw(st.booleans()):
            block[spot] = data.draw(st.integers(0, 255))
        else:
            del block[spot : spot + data.draw(st.integers(1, 20))]
    parse_iptc(bytes(block))


@given(st.integers(0, len(WHOLE)))
def test_a_truncated_block_keeps_complete_datasets_and_a_problem(length: int) -> None:
    record = parse_iptc(WHOLE[:length])
    whole = parse_iptc(WHOLE)
    assert set(record.keywords) <= set(whole.keywords)
    ends = {0, len(WHOLE)}
    offset = 0
    while offset < len(WHOLE):
        offset += 5 + int.from_bytes(WHOLE[offset + 3 : offset + 5])
        ends.add(offset)
    assert bool(record.problems) == (length not in ends)


@pytest.mark.parametrize(
    "data",
    [
        dataset(25, b"") * 1_000_000,
        b"\x1c\x02\x78\x80\x08" + b"\xff" * 8 + b"x" * 3_000_000,
        dataset(25, "Köln".encode("mac_roman")) * 500_000,
        b"\0" * 3_000_000 + b"x",
        dataset(120, b"\xff" * 250_000) * 16,
    ],
    ids=["empty datasets", "length", "keywords", "padding", "not utf-8"],
)
def test_blocks_made_to_keep_a_reader_busy_do_not(data: bytes) -> None:
    in_bounds(150_000, 20, parse_iptc, data)
    assert len(parse_iptc(data).keywords) <= MAX_DATASETS
