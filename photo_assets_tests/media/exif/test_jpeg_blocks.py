import hashlib
import struct

import pytest

from photo_assets.media.exif.parts import IptcBlock
from photo_assets.media.iptc.parse import parse_iptc
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.blocks import (
    EXIF,
    PACKET,
    jpeg,
    model,
    parts,
    photoshop,
    resource,
    segment,
)
from photo_assets_tests.media.iptc.blocks import WHOLE, dataset

XMP = b"http://ns.adobe.com/xap/1.0/\0"
DIGEST = hashlib.md5(WHOLE).digest()


def titles(data: bytes) -> list[str | None]:
    return [parse_iptc(block.data).title for block in parts(data).iptc]


def test_iptc_lies_in_photoshop_s_resources_with_the_digest_beside_it() -> None:
    data = jpeg(photoshop(resource(1005, b"x" * 16), resource(1028, WHOLE), resource(1061, DIGEST)))
    (block,) = parts(data).iptc
    assert block == IptcBlock(data=WHOLE, digest=DIGEST)
    assert parse_iptc(block.data, block.digest).digest_matches is True
    before = jpeg(photoshop(resource(1061, b"\1" * 16), resource(1028, WHOLE)))
    (block,) = parts(before).iptc
    assert parse_iptc(block.data, block.digest).digest_matches is False


@pytest.mark.parametrize("signature", [b"8BIM", b"PHUT", b"AgHg", b"DCSR", b"MeSa"])
@pytest.mark.parametrize("name", [b"", b"odd", b"even"])
def test_resources_of_each_signature_with_names_of_any_length(
    signature: bytes, name: bytes
) -> None:
    other = resource(1000, b"odd", name, signature)
    assert titles(jpeg(photoshop(other, resource(1028, WHOLE)))) == ["Harbour"]


def test_resources_that_are_longer_than_a_segment() -> None:
    whole = resource(1036, b"t" * 100_000) + resource(1028, WHOLE)
    pieces = [whole[at : at + 60_000] for at in range(0, len(whole), 60_000)]
    assert titles(jpeg(*map(photoshop, pieces))) == ["Harbour"]
    apart = jpeg(photoshop(pieces[0]), segment(0xFE, b"comment"), *map(photoshop, pieces[1:]))
    assert titles(apart) == ["Harbour"]


def test_a_resource_without_the_byte_that_makes_its_length_even() -> None:
    odd = resource(1000, b"odd")[:-1]
    assert titles(jpeg(photoshop(odd, resource(1028, WHOLE)))) == ["Harbour"]


def test_the_header_of_photoshop_2_5() -> None:
    body = b"Adobe_Photoshop2.5:".ljust(27, b"\0") + resource(1028, WHOLE)
    assert titles(jpeg(segment(0xED, body))) == ["Harbour"]


def test_several_blocks_are_handed_on_in_order_and_empty_ones_are_not() -> None:
    first, second = dataset(5, "One"), dataset(5, "Two")
    data = jpeg(
        photoshop(resource(1028, b"")),
        photoshop(resource(1028, first)),
        photoshop(resource(1028, second), resource(1028, first)),
    )
    assert titles(data) == ["One", "Two"]


@pytest.mark.parametrize(
    "resources",
    [
        resource(1028, WHOLE)[:-40],
        resource(1000, b"x" * 20) + b"8BIM\x04\x04\0\0\x7f\xff\xff\xff" + WHOLE,
        resource(1000, b"x" * 20) + b"what is this",
        resource(1000, b"x" * 20) + b"8BIM\x04",
    ],
)
def test_damaged_resources_are_a_problem(resources: bytes) -> None:
    found = parts(jpeg(photoshop(resources)))
    assert found.iptc == ()
    assert len(found.problems) == 1
    assert "damaged" in found.problems[0]


def test_an_app13_segment_of_another_program_is_none_of_ours() -> None:
    found = parts(jpeg(segment(0xED, b"Adobe_CM\0\0" + b"\xff" * 20)))
    assert (found.iptc, found.problems) == ((), ())


@pytest.mark.parametrize("stray", [b"\0", b"\0\0\0", b"abcd", b"\xff\0junk", b"x" * 3000])
def test_stray_bytes_between_segments_lose_nothing(stray: bytes) -> None:
    data = jpeg(
        segment(0xE0, b"JFIF\0"),
        stray,
        segment(0xE1, EXIF),
        stray,
        photoshop(resource(1028, WHOLE)),
        stray,
        segment(0xE1, XMP + PACKET),
        stray,
    )
    found = parts(data)
    assert (found.width, found.height) == (40, 30)
    assert found.xmp == PACKET
    assert titles(data) == ["Harbour"]
    assert model(data) == "Box 1"
    assert found.problems == ()


@pytest.mark.parametrize("error", [-3, -1, 1, 2])
def test_a_segment_length_that_is_off_by_some_bytes_costs_that_segment_at_most(error: int) -> None:
    comment = segment(0xFE, b"a comment of some length")
    wrong = comment[:2] + struct.pack(">H", len(comment) - 2 + error) + comment[4:]
    data = jpeg(wrong, segment(0xE0, b"JFIF\0"), segment(0xE1, EXIF))
    assert model(data) == "Box 1"
    assert parts(data).width == 40


def test_every_packet_is_handed_on_and_the_first_is_the_xmp() -> None:
    other = replaced(PACKET, (b"<rdf:RDF", b"<rdf:RDF "))
    data = jpeg(
        segment(0xE1, XMP + PACKET), segment(0xE1, XMP + other), segment(0xE1, XMP + PACKET)
    )
    assert parts(data).packets == (PACKET, other)
    assert parts(data).xmp == PACKET
    assert parts(jpeg(segment(0xE1, XMP[:-1] + PACKET))).xmp == PACKET
    assert parts(jpeg(segment(0xE1, XMP + b" \0\n"))).packets == ()


def test_extended_xmp_that_did_not_come_whole_is_a_problem() -> None:
    extension = b'<x><rdf:RDF><rdf:Description a="1"/></rdf:RDF></x>'
    name = hashlib.md5(extension).hexdigest().upper().encode()
    head = b"http://ns.adobe.com/xmp/extension/\0" + name
    whole = segment(0xE1, head + struct.pack(">II", len(extension), 0) + extension)
    cut = segment(0xE1, head + struct.pack(">II", len(extension), 0) + extension[:20])
    packet = segment(0xE1, XMP + b"<x><rdf:RDF><!--" + name + b"--></rdf:RDF></x>")
    assert b"rdf:Description" in (parts(jpeg(packet, whole)).xmp or b"")
    assert parts(jpeg(packet, whole)).problems == ()
    assert parts(jpeg(packet, cut)).problems == (
        "Extended XMP is there and incomplete, so it is not read.",
    )
