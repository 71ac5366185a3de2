import struct
from datetime import datetime

import pytest

from photo_assets.media.exif.parts import Camera
from photo_assets.media.exif.window import ExifError
from photo_assets.model.vocabulary import Precision
from photo_assets.model.wall_time import WallTime
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.blocks import jpeg, parts, segment
from photo_assets_tests.media.exif.files import camera_exif, picture

SECONDS = 1_068_485_966  # 2003-11-10 17:39:26
TAKEN = WallTime(datetime(2003, 11, 10, 17, 39, 26), None, Precision.SECOND)


def heap(order: str, records: dict[int, bytes]) -> bytes:
    """A CIFF heap: contents, a directory, and where that is."""
    body, entries = b"", b""
    for tag, data in records.items():
        if tag & 0x4000:
            entries += struct.pack(order + "H", tag) + data.ljust(8, b"\0")
        else:
            entries += struct.pack(order + "HII", tag, len(data), len(body))
            body += data
    directory = struct.pack(order + "H", len(records)) + entries
    return body + directory + struct.pack(order + "I", len(body))


def crw(order: str, model: bytes = b"Canon EOS 10D", **changes: bytes) -> bytes:
    shot = b"\0" * 42 + struct.pack(order + "hh", 3 * 32 + 20, 6 * 32) + b"\0" * 20
    settings = b"\0" * 50 + struct.pack(order + "H", 2)
    deep = {
        0x102A: changes.get("shot", shot),
        0x102D: settings,
        0x1029: struct.pack(order + "HHHH", 2, 48, 0, 0),
        0x180E: struct.pack(order + "III", SECONDS, 0, 0),
        0x1810: struct.pack(order + "IIfi", 3072, 2048, 1.0, 270),
        0x1818: struct.pack(order + "fff", 0.0, 5.0, 4.0),
        0x580B: struct.pack(order + "I", 560018150),
        0x501C: struct.pack(order + "H", 100),
    }
    root = {0x300A: heap(order, {0x080A: b"Canon\0" + model + b"\0", 0x300B: heap(order, deep)})}
    head = (b"II" if order == "<" else b"MM") + struct.pack(order + "I", 26) + b"HEAPCCDR"
    return head.ljust(26, b"\0") + heap(order, root)


@pytest.mark.parametrize("order", ["<", ">"])
def test_camera_time_and_size_of_a_crw(order: str) -> None:
    found = parts(crw(order))
    assert (found.width, found.height, found.orientation) == (3072, 2048, 8)
    (time,) = found.times
    assert (time.source, time.time) == ("ciff:TimeStamp", TAKEN)
    camera = found.camera
    assert (camera.make, camera.model, camera.serial) == ("Canon", "Canon EOS 10D", "0560018150")
    assert camera.aperture == pytest.approx(2 ** (11 / 6))
    assert camera.exposure_time_s == pytest.approx(1 / 64)
    assert (camera.iso, camera.focal_length_mm) == (100, 24.0)


def test_the_exposure_of_a_crw_without_shot_info_and_the_number_of_a_powershot() -> None:
    found = parts(crw("<", b"Canon PowerShot S40", shot=b"")).camera
    assert (found.aperture, found.exposure_time_s) == (4.0, 1 / 32)
    assert found.serial is None
    assert parts(crw("<", b"Canon EOS D30")).camera.serial == "2161-13030"


def test_a_crw_without_records_is_damaged() -> None:
    with pytest.raises(ExifError, match="no records"):
        parts(crw("<")[:30])


def x3f(properties: dict[str, str], inner: bytes | None = None, version: int = 2) -> bytes:
    text, places = "", []
    for name, value in properties.items():
        places.append((len(text), len(text) + len(name) + 1))
        text += f"{name}\0{value}\0"
    table = b"".join(struct.pack("<II", *place) for place in places)
    head = struct.pack("<4sIIIII", b"SECp", 2, len(places), 0, 0, len(text))
    at = 28 if version < 4 else 40
    header = (b"FOVb" + struct.pack("<HH", 1, version)).ljust(at, b"\0")
    data = (header + struct.pack("<III", 2268, 1512, 90)).ljust(264, b"\0")
    sections = [(b"PROP", head + table + text.encode("utf-16-le"))]
    if inner is not None:
        sections.append((b"IMA2", b"SECi" + b"\0" * 24 + inner))
    entries = b""
    for kind, body in sections:
        entries += struct.pack("<II4s", len(data), len(body), kind)
        data += body
    start = len(data)
    return (
        data + struct.pack("<4sII", b"SECd", 2, len(sections)) + entries + struct.pack("<I", start)
    )


PROPERTIES = {
    "CAMMANUF": "SIGMA",
    "CAMMODEL": "SIGMA SD10",
    "CAMSERIAL": "02001234",
    "APERTURE": "8.354",
    "SHUTTER": "0.0093",
    "ISO": "100",
    "FLENGTH": "30.000",
    "TIME": str(SECONDS),
}


@pytest.mark.parametrize("version", [2, 4])
def test_camera_time_and_size_of_an_x3f(version: int) -> None:
    found = parts(x3f(PROPERTIES, version=version))
    assert (found.width, found.height, found.orientation) == (2268, 1512, 6)
    (time,) = found.times
    assert (time.source, time.time) == ("x3f:TIME", TAKEN)
    assert found.camera == Camera(
        make="SIGMA",
        model="SIGMA SD10",
        serial="02001234",
        aperture=8.354,
        exposure_time_s=0.0093,
        iso=100,
        focal_length_mm=30.0,
    )


def test_an_x3f_with_a_jpeg_has_its_exif() -> None:
    inner = picture(exif=camera_exif())
    found = parts(x3f({}, inner))
    assert found.directories.main is not None
    assert found.directories.main.text(0x0110) == "Box 1"
    assert (found.width, found.height) == (2268, 1512)
    assert parts(x3f({}, jpeg(segment(0xE1, b"Exif\0\0damaged")))).problems != ()


@pytest.mark.parametrize("text", ["", "0", "99999999999", "-5", "٣", "soon"])
def test_an_invalid_time_of_an_x3f(text: str) -> None:
    assert parts(x3f(PROPERTIES | {"TIME": text})).times == ()


def test_damaged_x3f_files() -> None:
    with pytest.raises(ExifError, match="no directory"):
        parts(x3f(PROPERTIES)[:-1])
    found = parts(replaced(x3f(PROPERTIES), (b"SECp", b"XXXX")))
    assert found.problems == ("The properties of the X3F file cannot be read.",)


@pytest.mark.parametrize(
    ("tags", "iso"),
    [({0x17: 800}, 800), ({0x17: 65535, 0x37: 102400}, 102400), ({0x17: 0}, None), ({}, None)],
)
def test_the_sensitivity_of_a_panasonic_raw_is_in_its_first_directory(
    tags: dict[int, int], iso: int | None
) -> None:
    entries = {2: 10, 3: 20, 4: 0, 5: 0, 6: 100, 7: 200} | tags
    body = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries.items())
    data = struct.pack("<2sHIH", b"II", 0x55, 8, len(entries)) + body + b"\0\0\0\0"
    found = parts(data)
    assert found.camera.iso == iso
    assert (found.width, found.height) == (200, 100)
    plain = struct.pack("<2sHIH", b"II", 42, 8, len(entries)) + body + b"\0\0\0\0"
    assert parts(plain).camera == Camera()
