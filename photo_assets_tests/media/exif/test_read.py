import hashlib
import io
import struct
from datetime import datetime
from pathlib import Path
from typing import Any

import exifread
import pytest
from PIL import Image, ImageOps
from PIL.TiffImagePlugin import IFDRational

from photo_assets.media.exif.containers import take_apart
from photo_assets.media.exif.places import parse_place
from photo_assets.media.exif.record import ExifRecord
from photo_assets.media.exif.window import Window
from photo_assets.media.read import ExifError, read_facts
from photo_assets.model.vocabulary import CaptureKind, Precision
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.files import box, camera_exif, exif_bytes, movie, picture

PACKET = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="x"/></x:xmpmeta>'


def read(data: bytes) -> ExifRecord:
    return read_facts(io.BytesIO(data), "a")


def xmp(data: bytes) -> bytes | None:
    return take_apart(Window.of(data)).xmp


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_a_camera_s_exif_in_every_container(kind: str) -> None:
    record = read(picture(kind, exif=camera_exif()))
    assert (record.width, record.height) == (40, 30)
    assert record.orientation == 6
    assert record.capture_time == datetime(2019, 8, 4, 11, 28, 12, 250_000)
    assert record.capture_offset_min == -420
    assert record.capture_precision is Precision.SUBSECOND
    assert record.capture_source == "exif:DateTimeOriginal"
    assert (record.gps_latitude, record.gps_longitude) == pytest.approx((-33.5, 151.25))
    assert record.gps_altitude_m == 12.5
    assert (record.camera_make, record.camera_model) == ("ACME", "Box 1")
    assert (record.camera_serial, record.lens) == ("SN7", "ACME 50mm")
    assert (record.aperture, record.exposure_time_s) == pytest.approx((2.8, 0.004))
    assert (record.iso, record.focal_length_mm) == (400, 50.0)
    assert (record.creator, record.caption) == ("Ann", "A bridge")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_turn_of_an_avif_is_read_from_its_boxes(orientation: int) -> None:
    data = picture("AVIF", exif=exif_bytes({0x0112: orientation}))
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image)
        assert upright is not None
        size = upright.size
    record = read(data)
    assert record.orientation == orientation
    assert record.width is not None
    assert record.height is not None
    stored = (record.width, record.height)
    assert (stored[::-1] if orientation > 4 else stored) == size


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "GIF", "BMP"])
def test_a_picture_without_metadata_is_a_record_of_its_size(kind: str) -> None:
    record = read(picture(kind, size=(123, 45)))
    assert (record.width, record.height) == (123, 45)
    assert record.capture_time is None
    assert record.camera_make is None
    assert xmp(picture(kind)) is None


@pytest.mark.parametrize("lossless", [True, False])
def test_both_simple_forms_of_webp(lossless: bool) -> None:
    record = read(picture("WEBP", size=(301, 17), lossless=lossless))
    assert (record.width, record.height) == (301, 17)


def test_xmp_is_found_in_every_container() -> None:
    for kind in ("JPEG", "WEBP", "AVIF"):
        assert xmp(picture(kind, xmp=PACKET)) == PACKET
    assert xmp(picture("TIFF", tiffinfo={700: PACKET})) == PACKET
    from PIL.PngImagePlugin import PngInfo

    for compressed in (True, False):
        info = PngInfo()
        info.add_itxt("XML:com.adobe.xmp", PACKET.decode(), zip=compressed)
        assert xmp(picture("PNG", pnginfo=info)) == PACKET


def test_extended_xmp_is_joined_when_it_came_whole() -> None:
    extension = b'<x><rdf:RDF><rdf:Description a="1"/></rdf:RDF></x>'
    name = hashlib.md5(extension).hexdigest().upper().encode()
    packet = b"<x><rdf:RDF><!--" + name + b"--></rdf:RDF></x>"

    def segment(signature: bytes, body: bytes) -> bytes:
        return b"\xff\xe1" + struct.pack(">H", len(signature + body) + 2) + signature + body

    def jpeg(*parts: bytes) -> bytes:
        plain = picture()
        return plain[:2] + b"".join(parts) + plain[2:]

    standard = segment(b"http://ns.adobe.com/xap/1.0/\0", packet)
    head = b"http://ns.adobe.com/xmp/extension/\0"
    pieces = [
        segment(head, name + struct.pack(">II", len(extension), n) + extension[n : n + 20])
        for n in (40, 0, 20)
    ]
    assert b'<rdf:Description a="1"/></rdf:RDF>' in (xmp(jpeg(standard, *pieces)) or b"")
    assert xmp(jpeg(standard, *pieces[:2])) == packet


@pytest.mark.parametrize(
    ("group", "tags", "field"),
    [
        ("exif", {0x829D: IFDRational(0, 1)}, "aperture"),
        ("exif", {0x829D: IFDRational(1, 0)}, "aperture"),
        ("exif", {0x829A: IFDRational(0, 1)}, "exposure_time_s"),
        ("exif", {0x8827: 0}, "iso"),
        ("exif", {0x920A: IFDRational(0, 1)}, "focal_length_mm"),
        ("exif", {0xA434: "----"}, "lens"),
        ("exif", {0x9003: "0000:00:00 00:00:00"}, "capture_time"),
        ("exif", {0x9003: "    :  :     :  :  "}, "capture_time"),
        ("main", {0x0112: 0}, "orientation"),
        ("main", {0x0112: 9}, "orientation"),
        ("main", {0x010E: "OLYMPUS DIGITAL CAMERA         "}, "caption"),
        ("main", {0x010F: "   "}, "camera_make"),
        ("gps", {2: (IFDRational(95), IFDRational(0), IFDRational(0))}, "gps_latitude"),
        ("gps", {2: (IFDRational(0, 0),) * 3}, "gps_latitude"),
        ("gps", {1: ""}, "gps_latitude"),
        (
            "gps",
            {2: (IFDRational(0),) * 3, 4: (IFDRational(0),) * 3},
            "gps_latitude",
        ),
    ],
)
def test_invalid_values_are_none(group: str, tags: dict[int, Any], field: str) -> None:
    record = read(picture(exif=camera_exif(**{group: tags})))
    assert getattr(record, field) is None


def test_a_partial_date_keeps_what_was_stated() -> None:
    record = read(picture(exif=camera_exif(exif={0x9003: "1969:07:00 00:00:00"})))
    assert record.capture_time == datetime(1969, 7, 1)
    assert record.capture_precision is Precision.MONTH


def test_the_change_date_counts_only_where_a_camera_wrote_the_rest() -> None:
    when = {0x0132: "2001:02:03 04:05:06"}
    assert read(picture(exif=exif_bytes(when))).capture_time is None
    record = read(picture(exif=exif_bytes(when | {0x010F: "ACME"})))
    assert record.capture_time == datetime(2001, 2, 3, 4, 5, 6)
    assert record.capture_source == "exif:DateTime"


def test_text_that_is_not_utf8_is_windows_latin() -> None:
    data = replaced(picture(exif=exif_bytes({0x013B: "Zoe!"})), (b"Zoe!", b"Zo\xeb!"))
    assert read(data).creator == "Zoë!"


def test_a_movie_s_apple_keys_win_over_its_header() -> None:
    record = read(
        movie(
            keys={
                "creationdate": "2023-05-01T12:00:00+0200",
                "location.ISO6709": "+47.3769+008.5417+408.000/",
                "make": "Apple",
                "model": "iPhone 14",
                "content.identifier": "ABCD-1",
            },
            turn=(0, 1, -1, 0),
        )
    )
    assert record.capture_time == datetime(2023, 5, 1, 12)
    assert record.capture_offset_min == 120
    assert record.capture_kind is CaptureKind.WALL
    assert record.capture_source == "quicktime:creationdate"
    assert (record.gps_latitude, record.gps_longitude) == (47.3769, 8.5417)
    assert record.gps_altitude_m == 408.0
    assert (record.camera_make, record.camera_model) == ("Apple", "iPhone 14")
    assert record.content_identifier == "ABCD-1"
    assert (record.width, record.height, record.orientation) == (1920, 1080, 6)
    assert record.duration_s == 12.5


def test_a_movie_header_is_an_instant_in_utc_from_1904() -> None:
    record = read(movie(created_1904=3_648_000_000))
    assert record.capture_time == datetime(2019, 8, 7, 5, 20)
    assert record.capture_kind is CaptureKind.UTC
    assert record.orientation == 1


def test_a_movie_header_counted_from_1970_by_mistake_is_understood() -> None:
    assert read(movie(created_1904=1_565_155_200)).capture_time == datetime(2019, 8, 7, 5, 20)
    assert read(movie(created_1904=0)).capture_time is None


def test_the_place_in_a_phone_s_user_data() -> None:
    text = b"+47.3769+008.5417/"
    data = movie(user_data=box(b"\xa9xyz", struct.pack(">HH", len(text), 0x15C7), text))
    assert read(data).gps_latitude == 47.3769


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+27.5916+086.5640+8850/", ((27.5916, 86.564), 8850.0)),
        ("-2735.4960+08633.84/", ((-27.5916, 86.564), None)),
        ("+273529.76-0863350.4/", ((27.5916, -86.564), None)),
        ("+00.0000+000.0000/", None),
        ("+91+000/", None),
        ("here", None),
    ],
)
def test_iso_6709(text: str, expected: tuple[tuple[float, float], float | None] | None) -> None:
    parsed = parse_place(text)
    if expected is None:
        assert parsed is None
    else:
        assert parsed is not None
        assert parsed[0] == pytest.approx(expected[0])
        assert parsed[1] == expected[1]


def test_a_live_photo_s_identifier_is_in_apple_s_maker_note() -> None:
    text = b"8F2C-77\0"
    entries = struct.pack(">HHHII", 1, 0x0011, 2, len(text), 32)
    note = b"Apple iOS\0\x00\x01MM" + entries + b"\0\0\0\0" + text
    record = read(picture(exif=exif_bytes({0x010F: "Apple"}, {0x927C: note})))
    assert record.content_identifier == "8F2C-77"


def canon_cr3() -> bytes:
    whole = camera_exif()
    plain = Image.Exif()
    plain.update({0x010F: "Canon", 0x0112: 8, 256: 6000, 257: 4000})
    exif_part = Image.Exif()
    exif_part.update(whole.get_ifd(0x8769))
    uuid = bytes.fromhex("85c0b687820f11e08111f4ce462b6a48")
    return box(b"ftyp", b"crx \0\0\0\x01crx isom") + box(
        b"moov",
        box(
            b"uuid", uuid, box(b"CMT1", plain.tobytes()[6:]), box(b"CMT2", exif_part.tobytes()[6:])
        ),
    )


def test_canon_cr3_boxes() -> None:
    record = read(canon_cr3())
    assert (record.camera_make, record.orientation) == ("Canon", 8)
    assert (record.width, record.height) == (6000, 4000)
    assert record.capture_time == datetime(2019, 8, 4, 11, 28, 12, 250_000)


def test_fujifilm_raf_states_its_size_in_a_record_and_the_rest_in_the_jpeg() -> None:
    inner = picture(exif=camera_exif(), xmp=PACKET)
    records = struct.pack(">IHHHH", 1, 0x0111, 4, 4000, 6000)
    header = b"FUJIFILMCCD-RAW 0201".ljust(84, b"\0")
    data = header + struct.pack(">IIII", 100, len(inner), 100 + len(inner), len(records))
    record = read(data + inner + records)
    assert (record.width, record.height, record.camera_make) == (6000, 4000, "ACME")
    assert xmp(data + inner + records) == PACKET


@pytest.mark.parametrize("magic", [b"IIU\0", b"IIRO", b"IIRS"])
def test_tiff_like_raw_headers(magic: bytes) -> None:
    data = picture("TIFF", exif=camera_exif())
    assert data[:4] == b"II*\0"
    assert read(magic + data[4:]).camera_make == "ACME"


def test_the_size_of_a_raw_is_that_of_its_largest_full_image() -> None:
    def directory(at: int, *tags: tuple[int, int], following: int = 0) -> bytes:
        entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
        return struct.pack("<H", len(tags)) + entries + struct.pack("<I", following)

    thumb = directory(8, (254, 1), (256, 160), (257, 120), (330, 62))
    full = directory(62, (254, 0), (256, 6000), (257, 4000))
    data = (b"II*\0" + struct.pack("<I", 8) + thumb).ljust(62, b"\0") + full
    record = read(data)
    assert (record.width, record.height) == (6000, 4000)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"\x89PNG\r\n\x1a\n",
        b"hello world, this is a text file",
        b"II*\0\xff\xff\xff\xff",
        b"RIFF\x10\0\0\0WEBPXXXX\0\0\0\0",
        box(b"ftyp", b"heic") + box(b"mdat", b"1234"),
        box(b"ftyp", b"isom") + box(b"mdat", b"1234"),
        b"GIF8",
        b"8BPS\0\x01",
    ],
)
def test_other_files_raise_an_error_with_the_file_name(data: bytes) -> None:
    with pytest.raises(ExifError, match=r"^IMG\.x: "):
        read_facts(io.BytesIO(data), "IMG.x")


def test_a_picture_of_ten_thousand_megapixels_is_only_measured() -> None:
    data = bytearray(picture("PNG"))
    data[16:24] = struct.pack(">II", 100_000, 100_000)
    record = read(bytes(data))
    assert (record.width, record.height) == (100_000, 100_000)


def pillow_opinion(path: Path) -> tuple[tuple[int, int], int | None, str | None]:
    """Return upright size, orientation and original date as another implementation reads them."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    with Image.open(path) as image:
        exif = image.getexif()
        size = image.size
        if exif.get(0x0112, 1) > 4:
            size = size[::-1]
        return size, exif.get(0x0112), exif.get_ifd(0x8769).get(0x9003)


def test_real_pictures_are_read_as_pillow_reads_them(real_data: Path) -> None:
    folders = ["orientation", "heic", "lightroom/photos", "smugmug"]
    checked = 0
    for folder in folders:
        for path in sorted((real_data / folder).iterdir()):
            if path.suffix.lower() not in {".jpg", ".png", ".gif", ".heic"}:
                continue
            try:
                size, _, date = pillow_opinion(path)
            except OSError:
                with path.open("rb") as stream, pytest.raises(ExifError):
                    read_facts(stream, path.name)
                continue
            with path.open("rb") as stream:
                record = read_facts(stream, path.name)
            assert record.width is not None
            assert record.height is not None
            mine = (record.width, record.height)
            assert (mine[::-1] if (record.orientation or 1) > 4 else mine) == size, path
            expected = datetime.strptime(date, "%Y:%m:%d %H:%M:%S") if date else None
            assert record.capture_time is None or expected is not None
            if expected is not None:
                assert record.capture_time is not None
                assert record.capture_time.replace(microsecond=0) == expected
            checked += 1
    assert checked > 30


def test_real_camera_values_are_read_as_exifread_reads_them(real_data: Path) -> None:
    for path in sorted((real_data / "lightroom" / "photos").glob("*.jpg")):
        with path.open("rb") as stream:
            tags = exifread.process_file(stream, details=False)
            record = read_facts(stream, path.name)
        if "EXIF FNumber" in tags:
            assert record.aperture == pytest.approx(float(tags["EXIF FNumber"].values[0]))
            assert record.iso == tags["EXIF ISOSpeedRatings"].values[0]
            assert record.camera_model == str(tags["Image Model"]).strip()


@pytest.mark.parametrize("number", range(9))
@pytest.mark.parametrize("scene", ["Landscape", "Portrait"])
def test_each_orientation_of_the_examples(real_data: Path, scene: str, number: int) -> None:
    with (real_data / "orientation" / f"{scene}_{number}.jpg").open("rb") as stream:
        record = read_facts(stream, "x")
    assert record.orientation == (number or None)
    stored_upright = number < 5
    assert record.width is not None
    assert record.height is not None
    assert (record.width > record.height) == ((scene == "Landscape") == stored_upright)


def test_exif_tags_in_the_main_directory_of_a_file_without_another_count() -> None:
    main = {0x010F: "ACME", 0x9003: "2019:08:04 11:28:12", 0x829D: IFDRational(28, 10), 0x8827: 400}
    record = read(picture(exif=exif_bytes(main)))
    assert record.capture_source == "exif:DateTimeOriginal"
    assert (record.aperture, record.iso) == (2.8, 400)
