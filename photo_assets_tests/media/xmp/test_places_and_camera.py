from datetime import datetime

import pytest

from photo_assets.media.xmp.locations import XmpLocation
from photo_assets.media.xmp.parse import parse_xmp
from photo_assets.media.xmp.record import XmpRecord
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets_tests.media.xmp.packets import bag, packet


def of(attributes: str = "", *elements: str) -> XmpRecord:
    return parse_xmp(packet(*elements, attributes=attributes))


BERN = (
    "<Iptc4xmpExt:City>Bern</Iptc4xmpExt:City><Iptc4xmpExt:CountryName>Switzerland"
    "</Iptc4xmpExt:CountryName><Iptc4xmpExt:CountryCode>CHE</Iptc4xmpExt:CountryCode>"
    "<Iptc4xmpExt:ProvinceState>BE</Iptc4xmpExt:ProvinceState>"
    "<Iptc4xmpExt:Sublocation>Gurten</Iptc4xmpExt:Sublocation>"
    "<exif:GPSLatitude>46,55.2N</exif:GPSLatitude><exif:GPSLongitude>7,26.4E</exif:GPSLongitude>"
    "<exif:GPSAltitude>858/1</exif:GPSAltitude>"
)
IN_BERN = XmpLocation(
    sublocation="Gurten",
    city="Bern",
    state="BE",
    country="Switzerland",
    country_code="CHE",
    gps_latitude=46 + 55.2 / 60,
    gps_longitude=7 + 26.4 / 60,
    gps_altitude_m=858.0,
)
EIGER = "<Iptc4xmpExt:LocationName>Eiger</Iptc4xmpExt:LocationName>"


def listed(name: str, *structs: str) -> str:
    entries = "".join(f'<rdf:li rdf:parseType="Resource">{struct}</rdf:li>' for struct in structs)
    return f"<Iptc4xmpExt:{name}><rdf:Bag>{entries}</rdf:Bag></Iptc4xmpExt:{name}>"


def single(name: str, struct: str) -> str:
    return f'<Iptc4xmpExt:{name} rdf:parseType="Resource">{struct}</Iptc4xmpExt:{name}>'


@pytest.mark.parametrize(
    "created", [listed("LocationCreated", BERN), single("LocationCreated", BERN)]
)
def test_where_it_was_taken_fills_what_the_older_fields_do_not_say(created: str) -> None:
    record = of("", created)
    assert record.location_created == IN_BERN
    assert (record.city, record.state, record.country) == ("Bern", "BE", "Switzerland")
    assert (record.sublocation, record.country_code) == ("Gurten", "CHE")
    assert (record.gps_latitude, record.gps_longitude) == pytest.approx((46.92, 7.44))
    assert record.gps_altitude_m == 858.0
    own = 'photoshop:City="Thun" exif:GPSLatitude="1" exif:GPSLongitude="2"'
    both = of(own, created)
    assert (both.city, both.state) == ("Thun", "BE")
    assert (both.gps_latitude, both.gps_altitude_m) == (1.0, None)


def test_what_is_shown_is_not_where_the_camera_was() -> None:
    record = of("", listed("LocationShown", BERN, EIGER, ""))
    assert record.locations_shown == (IN_BERN, XmpLocation(name="Eiger"))
    assert record.location_created is None
    assert (record.city, record.country, record.gps_latitude) == (None, None, None)


def test_headline() -> None:
    assert of('photoshop:Headline="Boats come home"').headline == "Boats come home"


def test_camera_and_lens() -> None:
    record = of(
        'tiff:Make="ACME" tiff:Model="Box 1" exifEX:LensModel="ACME 50mm" '
        'exifEX:BodySerialNumber="SN7" exif:FNumber="28/10" exif:ExposureTime="1/250" '
        'exif:FocalLength="50/1"',
        bag("exif:ISOSpeedRatings", "400", kind="Seq"),
    )
    assert (record.camera_make, record.camera_model) == ("ACME", "Box 1")
    assert (record.lens, record.camera_serial) == ("ACME 50mm", "SN7")
    assert (record.aperture, record.exposure_time_s) == (2.8, 0.004)
    assert (record.iso, record.focal_length_mm) == (400, 50.0)


@pytest.mark.parametrize(
    ("attributes", "field", "value"),
    [
        ('aux:Lens="50mm" aux:SerialNumber="7"', "lens", "50mm"),
        ('aux:Lens="50mm" aux:SerialNumber="7"', "camera_serial", "7"),
        ('aux:Lens="----"', "lens", None),
        ('exif:ApertureValue="4/1"', "aperture", 4.0),
        ('exif:FNumber="0/1"', "aperture", None),
        ('exif:FNumber="28/0"', "aperture", None),
        ('exif:FNumber="2.8"', "aperture", 2.8),
        ('exif:ShutterSpeedValue="5/1"', "exposure_time_s", 1 / 32),
        ('exif:ExposureTime="-1/250"', "exposure_time_s", None),
        ('exifEX:PhotographicSensitivity="800"', "iso", 800),
        ('exifEX:PhotographicSensitivity="65535" exif:ISOSpeedRatings="102400"', "iso", 102400),
        ('exif:ISOSpeedRatings="0"', "iso", None),
        ('exif:FocalLength="0/1"', "focal_length_mm", None),
        ('exif:FocalLength="many"', "focal_length_mm", None),
    ],
)
def test_fields_of_the_camera(attributes: str, field: str, value: object) -> None:
    assert getattr(of(attributes), field) == value


def test_every_time_is_handed_on_and_the_first_is_the_capture_time() -> None:
    record = of(
        'xmp:CreateDate="2020-01-01T00:00:00Z" photoshop:DateCreated="1969-07" '
        'exif:DateTimeOriginal="2019:08:07 06:05:04" exif:DateTimeDigitized="2019-08-08" '
        'acdsee:datetime="2019-08-07T06:05:05.123" exif:GPSTimeStamp="2019-08-07T04:05:03Z"'
    )
    assert [time.source for time in record.times] == [
        "xmp:exif:DateTimeOriginal",
        "xmp:photoshop:DateCreated",
        "xmp:acdsee:datetime",
        "xmp:xmp:CreateDate",
        "xmp:exif:DateTimeDigitized",
        "xmp:exif:GPSTimeStamp",
    ]
    assert record.times[0].time.time == record.capture_time == datetime(2019, 8, 7, 6, 5, 4)
    assert record.times[3].time.offset_min == 0
    assert [time.kind for time in record.times].count(CaptureKind.UTC) == 1


@pytest.mark.parametrize(
    ("attributes", "time"),
    [
        ('exif:GPSTimeStamp="2019-08-07T04:05:03Z"', datetime(2019, 8, 7, 4, 5, 3)),
        ('exif:GPSTimeStamp="2019-08-07T06:05:03+02:00"', datetime(2019, 8, 7, 4, 5, 3)),
        ('exif:GPSTimeStamp="2019-08-07T04:05:03"', datetime(2019, 8, 7, 4, 5, 3)),
        (
            'exif:GPSTimeStamp="04:05:03" exif:GPSDateStamp="2019:08:07"',
            datetime(2019, 8, 7, 4, 5, 3),
        ),
        ('exif:GPSTimeStamp="2019-08-07"', None),
        ('exif:GPSTimeStamp="04:05:03"', None),
        ('exif:GPSDateStamp="2019:08:07"', None),
        ('exif:GPSTimeStamp="4/1 5/1 3/1" exif:GPSDateStamp="2019:08:07"', None),
    ],
)
def test_a_receiver_s_time_is_in_utc_and_no_wall_clock(
    attributes: str, time: datetime | None
) -> None:
    record = of(attributes)
    assert record.capture_time is None
    assert [(found.time.time, found.kind) for found in record.times] == (
        [(time, CaptureKind.UTC)] if time else []
    )
    assert all(found.time.precision is Precision.SECOND for found in record.times)


def test_digests_are_handed_on() -> None:
    record = of(
        'exif:NativeDigest="36864;AB" tiff:NativeDigest="256;CD" photoshop:LegacyIPTCDigest="EF"'
    )
    assert (record.exif_digest, record.tiff_digest) == ("36864;AB", "256;CD")
    assert record.iptc_digest == "EF"
