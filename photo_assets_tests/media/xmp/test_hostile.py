import contextlib
import random

import pytest

from photo_assets.media.xmp.packet import MAX_PACKET_BYTES
from photo_assets.media.xmp.parse import XmpError, parse_xmp
from photo_assets_tests.cost import in_bounds, processor_seconds
from photo_assets_tests.media.xmp.packets import (
    ICLOUDPD,
    MICROSOFT_FACE,
    MWG_FACE,
    bag,
    darktable,
    packet,
)

XXE = """<?xml version="1.0"?>
<!DOCTYPE r [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
{}"""
LAUGHS = """<!DOCTYPE r [<!ENTITY a0 "ha">{}]>
{{}}""".format("".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)))
EXTERNAL_DTD = """<!-- first --><?pi second?><!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">
{}"""


@pytest.mark.parametrize("prolog", [XXE, LAUGHS, EXTERNAL_DTD])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
def test_a_document_type_is_refused_before_anything_is_expanded(prolog: str, encoding: str) -> None:
    body = packet("<dc:title>&secret;&a11;</dc:title>").decode().partition("?>\n")[2]
    with processor_seconds(1), pytest.raises(XmpError, match="document type"):
        parse_xmp(prolog.format(body).encode(encoding))


def test_an_undeclared_entity_is_no_text() -> None:
    with pytest.raises(XmpError):
        parse_xmp(packet("<dc:title>&secret;</dc:title>"))


def test_a_packet_beyond_the_limit_is_refused() -> None:
    with pytest.raises(XmpError, match="at most"):
        parse_xmp(b" " * (MAX_PACKET_BYTES + 1))


@pytest.mark.parametrize(
    "body",
    [
        "<dc:title>" * 5_000,
        "<dc:title>" * 300 + "</dc:title>" * 300,
        "<dc:title/>" * 2_000_000,
        "<dc:title " + " ".join(f'a{n}="1"' for n in range(700_000)) + "/>",
        "<dc:title>" + "x" * 12_000_000 + "</dc:title>",
    ],
    ids=["unclosed", "deep", "many", "attributes", "long"],
)
def test_structures_made_to_exhaust_memory_do_not(body: str) -> None:
    in_bounds(600_000, 20, parse_xmp, packet(body), refusing=XmpError)


@pytest.mark.parametrize(
    "data",
    [
        packet("<dc:title>x</dc:title>" + " " * 8_000_000),
        packet("<exif:GPSLatitude>1" + " " * 90_000 + "x</exif:GPSLatitude>"),
        packet("<exif:GPSAltitude>1" + " " * 90_000 + "x</exif:GPSAltitude>"),
        packet("<xmp:CreateDate>2007" + " " * 90_000 + "x</xmp:CreateDate>"),
        packet("<xmp:Rating>" + "1" * 90_000 + "</xmp:Rating>"),
        packet(bag("digiKam:TagsList", *(["/" * 1000] * 3000))),
        packet(bag("lr:hierarchicalSubject", *(["a|" * 30_000 + " " * 30_000] * 100))),
        packet(attributes='photomechanic:Prefs="' + "1:" * 45_000 + '"'),
        packet() + b"<?" * 2_000_000,
        b"<!--" + b"-" * 4_000_000 + packet(),
    ],
    ids=[
        "padding",
        "latitude",
        "altitude",
        "date",
        "rating",
        "slashes",
        "pipes",
        "prefs",
        "prolog",
        "comment",
    ],
)
def test_patterns_take_no_more_than_a_moment_over_long_runs(data: bytes) -> None:
    with processor_seconds(6), contextlib.suppress(XmpError):
        parse_xmp(data)


def test_long_texts_and_lists_are_bounded() -> None:
    record = parse_xmp(
        packet(
            bag("dc:subject", *(f"k{n}" for n in range(30_000))),
            f"<dc:title>{'x' * 500_000}</dc:title>",
        )
    )
    assert len(record.keywords) == 10_000
    assert len(record.title or "") == 100_000


def mutations(seed: int, count: int) -> None:
    rng = random.Random(seed)
    seeds = [
        ICLOUDPD,
        packet(MWG_FACE, MICROSOFT_FACE, bag("lr:hierarchicalSubject", "a|b", "c|d|e")),
        packet(
            attributes='exif:GPSLatitude="53,7.95N" exif:GPSLongitude="8,30,36W" xmp:Rating="3"'
        ),
        darktable(),
        packet(
            '<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li Iptc4xmpExt:City="Bern"/></rdf:Bag>'
            "</Iptc4xmpExt:LocationShown>",
            attributes='photomechanic:Prefs="1:2:3:4" exif:FNumber="28/10" '
            'exif:GPSTimeStamp="2019-08-07T04:05:03Z" acdsee:rating="4"',
        ),
    ]
    for _ in range(count):
        data = bytearray(rng.choice(seeds))
        for _ in range(rng.randint(1, 12)):
            spot = rng.randrange(len(data))
            match rng.randrange(4):
                case 0:
                    data[spot] = rng.randrange(256)
                case 1:
                    del data[spot : spot + rng.randint(1, 40)]
                case 2:
                    data[spot:spot] = data[rng.randrange(len(data)) :][: rng.randint(1, 80)]
                case _:
                    data[spot:spot] = rng.choice(
                        [b"&#0;", b"]]>", b"<!--", b"<![CDATA[", b"\xff", b"/>"]
                    )
        try:
            parse_xmp(bytes(data))
        except XmpError:
            continue


def test_mutated_packets_parse_or_say_why_not() -> None:
    mutations(20_240_229, 300)


@pytest.mark.slow
def test_many_mutated_packets_parse_or_say_why_not() -> None:
    mutations(7, 10_000)
