"""Camera values that are not in the columns, and whether a picture was edited."""

from pathlib import Path

import orjson
import pytest

from photo_assets.catalogs.lightroom.database import Value
from photo_assets_tests.catalogs.lightroom.builder import Lrcat, xmp_packet
from photo_assets_tests.catalogs.lightroom.reading import items, scanned

CAMERA = xmp_packet(
    "<exif:ISOSpeedRatings><rdf:Seq><rdf:li>200</rdf:li></rdf:Seq></exif:ISOSpeedRatings>",
    'xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" '
    'tiff:Make="NIKON CORPORATION" tiff:Model="NIKON D40" aux:SerialNumber="7" aux:Lens="35 mm" '
    'exif:FNumber="28/10" exif:ExposureTime="1/1600" exif:FocalLength="350/10"',
)


@pytest.mark.parametrize("version", [3, 5, 14])
def test_the_packet_provides_the_maker_and_other_values_without_column(
    home: Path, scratch: Path, version: int
) -> None:
    with Lrcat(home / "photos.lrcat", version) as lrcat:
        folder = lrcat.folder(lrcat.root())
        silent = lrcat.photo(folder, "a.jpg", xmp=CAMERA)
        lrcat.insert("AgHarvestedExifMetadata", image=silent)
        lrcat.photo(folder, "b.jpg", xmp=CAMERA)  # no row at all
        said = lrcat.photo(folder, "c.jpg", xmp=CAMERA)
        lrcat.insert(
            "AgHarvestedExifMetadata",
            image=said,
            cameraModelRef=lrcat.interned("AgInternedExifCameraModel", "NIKON D700"),
            aperture=4.0,
            isoSpeedRating=1600.0,
        )
        lrcat.photo(folder, "d.jpg", xmp="<broken")
    a, b, c, d = items(scanned(home / "photos.lrcat", scratch)).values()
    assert {item.availability.value for item in (a, b, c, d)} == {"offline"}
    for item in (a, b):
        assert (item.camera_make, item.camera_model) == ("NIKON CORPORATION", "NIKON D40")
        assert (item.camera_serial, item.lens, item.iso) == ("7", "35 mm", 200)
        assert (item.aperture, item.exposure_time_s, item.focal_length_mm) == (2.8, 1 / 1600, 35.0)
    assert (c.camera_make, c.camera_model) == ("NIKON CORPORATION", "NIKON D700")
    assert (c.aperture, c.iso, c.lens, c.focal_length_mm) == (4.0, 1600, "35 mm", 35.0)
    assert (d.camera_make, d.lens, d.iso) == (None, None, None)


@pytest.mark.parametrize(
    ("live", "old", "edited"),
    [
        (1, None, True),
        (1.0, None, True),
        ("1", 0, True),
        (-1, None, False),
        (-1.0, 1, False),
        (0, None, False),
        (None, 1, True),
        (None, 0, False),
        (None, None, None),
        ("x", None, None),
    ],
)
@pytest.mark.parametrize("version", [3, 5, 14])
def test_edited_or_not_is_the_live_flag(
    home: Path, scratch: Path, version: int, live: Value, old: Value, edited: bool | None
) -> None:
    with Lrcat(home / "photos.lrcat", version) as lrcat:
        folder = lrcat.folder(lrcat.root())
        image = lrcat.photo(folder, "a.jpg")
        flags = {"hasDevelopAdjustmentsEx": live, "hasDevelopAdjustments": old}
        settings = lrcat.insert("Adobe_imageDevelopSettings", image=image, text="s = {}", **flags)
        lrcat.db.execute("UPDATE Adobe_images SET developSettingsIDCache = ?", [settings])
        lrcat.photo(folder, "no-settings.jpg")
    item, without = items(scanned(home / "photos.lrcat", scratch)).values()
    assert orjson.loads(str(item.extras)).get("edited") is edited
    assert "edited" not in orjson.loads(str(without.extras))
    stored = orjson.loads(str(item.raw))["Adobe_imageDevelopSettings"]
    assert stored["hasDevelopAdjustmentsEx"] == live, "kept for a later reader"
