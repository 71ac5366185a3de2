"""Size and orientation of HEIC and AVIF pictures by their properties, in listed order."""

import io
import itertools

import pytest
from PIL import Image

from photo_assets.media.read import read_media, read_orientation
from photo_assets_tests.identity.fingerprints import heifs

SIZE = (64, 48)
ENCODERS = [heifs.avif, heifs.heic]


def orientation(content: bytes) -> int | None:
    found = read_media(io.BytesIO(content), "x").orientation
    assert read_orientation(io.BytesIO(content)) == (found or 1)
    return found


@pytest.mark.parametrize("encode", ENCODERS)
def test_a_mirror_before_a_turn_is_not_one_after_it(encode: object) -> None:
    assert callable(encode)
    plain = encode(Image.new("RGB", SIZE))
    # (mirror, quarters): the orientation when the turn comes first, and when the mirror does.
    expected = {(0, 1): (5, 7), (1, 1): (7, 5), (0, 3): (7, 5), (1, 3): (5, 7), (0, 2): (2, 2)}
    for (mode, quarters), (turn_first, mirror_first) in expected.items():
        turn, mirror = heifs.turn(quarters), heifs.mirror(mode)
        assert orientation(heifs.with_properties(plain, [turn, mirror])) == turn_first
        assert orientation(heifs.with_properties(plain, [mirror, turn])) == mirror_first


@pytest.mark.parametrize("encode", ENCODERS)
def test_turns_add_up(encode: object) -> None:
    assert callable(encode)
    plain = encode(Image.new("RGB", SIZE))
    for first, second in itertools.product(range(4), repeat=2):
        content = heifs.with_properties(plain, [heifs.turn(first), heifs.turn(second)])
        assert orientation(content) == (1, 8, 3, 6)[(first + second) % 4]


@pytest.mark.parametrize("encode", ENCODERS)
def test_the_size_is_that_of_the_clean_aperture(encode: object) -> None:
    """libheif codes blocks of 64 pixels and crops them by it: 64 x 48 lie in a picture of 64 x 64."""
    assert callable(encode)
    plain = encode(Image.new("RGB", SIZE))
    whole = read_media(io.BytesIO(plain), "x")
    assert (whole.width, whole.height) == SIZE
    cropped = heifs.with_properties(plain, [heifs.aperture(SIZE, 5, 3, 40, 30)])
    found = read_media(io.BytesIO(cropped), "x")
    assert (found.width, found.height) == (40, 30)
    turned = heifs.with_properties(plain, [heifs.turn(1), heifs.aperture((48, 64), 3, 5, 30, 40)])
    found = read_media(io.BytesIO(turned), "x")
    assert (found.width, found.height, found.orientation) == (40, 30, 8)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF", "HEIF"])
def test_the_turn_alone_is_that_of_the_whole_record(form: str) -> None:
    for turned in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = turned
        stream = io.BytesIO()
        Image.new("RGB", SIZE).save(stream, form, exif=exif)
        found = orientation(stream.getvalue())
        assert found == turned or form == "HEIF"  # whose orientation does not come from EXIF
    stream = io.BytesIO()
    Image.new("RGB", SIZE).save(stream, form)
    assert (orientation(stream.getvalue()) or 1) == 1


def test_a_packets_turn_counts_where_exif_has_none() -> None:
    packet = (
        b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-'
        b'syntax-ns#"><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" '
        b'tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
    )
    stream = io.BytesIO()
    Image.new("RGB", SIZE).save(stream, "JPEG", xmp=packet)
    assert orientation(stream.getvalue()) == 6
    assert read_orientation(io.BytesIO(b"no picture")) == 1
