from datetime import datetime

import pytest

from photo_assets.media.xmp.parse import XmpError, parse_xmp
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.media.xmp.regions import upright, upright_people
from photo_assets.model.item import Region
from photo_assets.model.vocabulary import Precision
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.xmp.packets import (
    ICLOUDPD,
    MICROSOFT_FACE,
    MWG_FACE,
    bag,
    packet,
)


def paths(record: XmpRecord) -> list[tuple[str, ...]]:
    return [keyword.path for keyword in record.keywords]


def test_icloudpd_sidecar_is_read_although_its_root_and_texts_are_not_to_the_letter() -> None:
    record = parse_xmp(ICLOUDPD)
    assert (record.title, record.caption) == ("Rue", "On the Yukon")
    assert record.rating == 5.0
    assert record.capture_time == datetime(2024, 1, 23, 18, 12, 34)
    assert record.capture_offset_min == -420
    assert record.gps_latitude == pytest.approx(60.731941666)
    assert record.gps_longitude == pytest.approx(-135.066833333)
    assert paths(record) == [("river",)]
    assert record.producer == "icloudpd 1.32.2+2035bb1"


def test_attributes_and_elements_of_several_descriptions_are_one_packet() -> None:
    record = parse_xmp(
        packet(
            "<xmp:Label>Red</xmp:Label>",
            '<dc:title><rdf:Alt><rdf:li xml:lang="fr">Pont</rdf:li>'
            '<rdf:li xml:lang="x-default">Bridge</rdf:li></rdf:Alt></dc:title>',
            bag("dc:creator", "Ann", "Bob", kind="Seq"),
            attributes='xmp:Rating="3.0" photoshop:City="Bern" xmpDM:pick="-1"',
        )
    )
    assert (record.rating, record.label, record.title) == (3.0, "Red", "Bridge")
    assert (record.city, record.creator, record.pick) == ("Bern", "Ann; Bob", -1)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_read_with_padding_around_it(encoding: str) -> None:
    text = packet("<xmp:Label>żółty 黄</xmp:Label>").decode()
    assert parse_xmp(text.encode(encoding) + b"\0" * 8).label == "żółty 黄"


def test_debris_after_the_packet_does_not_cost_it() -> None:
    good = packet(attributes='xmp:Label="Blue"')
    assert parse_xmp(good + b"<second/>garbage").label == "Blue"
    assert parse_xmp(replaced(good, (b"Blue", b"Bl\x0bue"))).label == "Blue"


def test_hierarchies_of_all_programs_are_joined_without_repeating_their_parts() -> None:
    record = parse_xmp(
        packet(
            bag("dc:subject", "Places", "Italy", "Rome", "sunset", "AC/DC", "Ann"),
            bag("lr:hierarchicalSubject", "Places|Italy|Rome"),
            bag("digiKam:TagsList", "Places/Italy/Rome", "People/Ann"),
            bag("MicrosoftPhoto:LastKeywordXMP", "AC/DC", "sunset"),
            bag("mediapro:CatalogSets", "Shows|2019"),
            '<acdsee:categories>&lt;Categories>&lt;Category Assigned="0">Pets'
            '&lt;Category Assigned="1">Rex&lt;/Category>&lt;/Category>&lt;/Categories>'
            "</acdsee:categories>",
        )
    )
    assert paths(record) == [
        ("Places", "Italy", "Rome"),
        ("Shows", "2019"),
        ("People", "Ann"),
        ("AC/DC",),
        ("sunset",),
        ("Pets", "Rex"),
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ('exif:GPSLatitude="53,7.95N" exif:GPSLongitude="8,30,36W"', (53.1325, -8.51)),
        ('exif:GPSLatitude="-33.5" exif:GPSLongitude="151.25"', (-33.5, 151.25)),
        (
            'exif:GPSLatitude="33.5" exif:GPSLatitudeRef="S" exif:GPSLongitude="151.25" '
            'exif:GPSLongitudeRef="E"',
            (-33.5, 151.25),
        ),
        ('exif:GPSLatitude="0,0N" exif:GPSLongitude="0.0"', None),
        ('exif:GPSLatitude="91" exif:GPSLongitude="0"', None),
        ('exif:GPSLatitude="nan" exif:GPSLongitude="1"', None),
        ('exif:GPSLatitude="47"', None),
    ],
)
def test_gps_in_each_form(fields: str, expected: tuple[float, float] | None) -> None:
    record = parse_xmp(packet(attributes=fields))
    if expected is None:
        assert record.gps_latitude is None
        assert record.gps_longitude is None
    else:
        assert (record.gps_latitude, record.gps_longitude) == pytest.approx(expected)


def test_altitude_is_rational_and_below_the_sea_where_the_reference_says_so() -> None:
    fields = 'exif:GPSLatitude="1" exif:GPSLongitude="1" exif:GPSAltitude="855/2"'
    assert parse_xmp(packet(attributes=fields)).gps_altitude_m == 427.5
    below = fields + ' exif:GPSAltitudeRef="1"'
    assert parse_xmp(packet(attributes=below)).gps_altitude_m == -427.5
    assert parse_xmp(packet(attributes=replaced(fields, ("/2", "/0")))).gps_altitude_m is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [("5", 5.0), ("-1", -1.0), ("2.5", 2.5), ("6", None), ("-2", None), ("NaN", None), ("*", None)],
)
def test_rating_is_believed_only_between_rejected_and_five(
    text: str, expected: float | None
) -> None:
    assert parse_xmp(packet(attributes=f'xmp:Rating="{text}"')).rating == expected


def test_windows_percent_is_stars_where_no_rating_stands() -> None:
    assert parse_xmp(packet(attributes='MicrosoftPhoto:Rating="75"')).rating == 4.0


def test_capture_time_prefers_the_original_and_keeps_what_was_stated() -> None:
    record = parse_xmp(
        packet(attributes='xmp:CreateDate="2020-01-01T00:00:00Z" photoshop:DateCreated="1969-07"')
    )
    assert record.capture_time == datetime(1969, 7, 1)
    assert record.capture_precision is Precision.MONTH
    assert record.capture_source == "xmp:photoshop:DateCreated"


def test_faces_written_twice_are_one_person_with_the_center_of_the_area() -> None:
    record = parse_xmp(
        packet(MWG_FACE, MICROSOFT_FACE, bag("Iptc4xmpExt:PersonInImage", "Marie", "Irène"))
    )
    assert [person.name for person in record.people] == ["Marie", "Pierre", "Irène"]
    assert record.people[0].region == Region(
        x=0.307857, y=0.631548, width=0.198571, height=0.113095
    )
    assert record.people[1].region == Region(x=0.5, y=0.625, width=0.5, height=0.25)
    assert record.people[2].region is None
    assert record.regions_applied_to == (700, 840)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_upright_regions_follow_the_pixels(orientation: int) -> None:
    from PIL import Image, ImageOps

    image = Image.new("L", (80, 40))
    image.paste(255, (8, 4, 24, 12))
    image.getexif()[0x0112] = orientation
    turned = ImageOps.exif_transpose(image)
    assert turned is not None
    box = turned.getbbox()
    assert box is not None
    region = upright(Region(x=0.2, y=0.2, width=0.2, height=0.2), orientation)
    left, top = region.x - region.width / 2, region.y - region.height / 2
    measured = (box[0] / turned.width, box[1] / turned.height)
    assert (left, top) == pytest.approx(measured)
    assert region.width == pytest.approx((box[2] - box[0]) / turned.width)


def test_regions_drawn_on_the_turned_image_are_not_turned_again() -> None:
    people = parse_xmp(packet(MWG_FACE)).people
    assert upright_people(people, 6, (840, 700), (700, 840)) == people
    assert upright_people(people, 6, (700, 840), (700, 840)) != people
    assert upright_people(people, 3, (840, 700), (700, 840)) != people


@pytest.mark.parametrize("data", [b"", b"   ", b"\xff\xfe", b"<a/>", b"<a", b"\0" * 99, b"not xml"])
def test_what_is_not_xmp_says_so(data: bytes) -> None:
    with pytest.raises(XmpError):
        parse_xmp(data)


def test_an_empty_packet_is_an_empty_record() -> None:
    assert parse_xmp(packet(toolkit="")) == XmpRecord()


def test_identifiers_of_the_document_are_read() -> None:
    record = parse_xmp(
        packet(
            '<xmpMM:DerivedFrom stRef:documentID="xmp.did:0"/>',
            attributes='xmpMM:DocumentID="xmp.did:1" xmpMM:OriginalDocumentID="xmp.did:2"',
        )
    )
    assert record.document_id == "xmp.did:1"
    assert record.original_document_id == "xmp.did:2"
    assert record.derived_from == "xmp.did:0"
