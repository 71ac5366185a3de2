from datetime import datetime
from pathlib import Path

import pytest

from photo_assets.model.item import Keyword, Region
from photo_assets.model.vocabulary import AlbumKind, CaptureKind, Visibility
from photo_assets_tests.catalogs.folders.reading import extras, items
from photo_assets_tests.catalogs.folders.trees import SETTLED_NS, place
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.files import camera_exif, movie, picture
from photo_assets_tests.media.xmp.packets import ICLOUDPD, MWG_FACE, bag, packet


def test_the_header_alone_fills_the_item(tmp_path: Path) -> None:
    place(tmp_path, "2019/08/a.jpg", picture(exif=camera_exif()))
    item = items(tmp_path)["2019/08/a.jpg"]
    assert item.path == f"{tmp_path}/2019/08/a.jpg"
    assert item.file_name == "a.jpg"
    assert item.media_type == "image/jpeg"
    assert item.capture_time == datetime(2019, 8, 4, 11, 28, 12, 250_000)
    assert item.capture_source == "exif:DateTimeOriginal"
    assert item.capture_kind is CaptureKind.WALL
    assert item.gps_source == "exif:GPSLatitude"
    assert (item.creator, item.caption, item.camera_model) == ("Ann", "A bridge", "Box 1")
    assert item.file_mtime_ns == SETTLED_NS
    assert item.modified_time is not None
    assert item.modified_time.timestamp() == SETTLED_NS / 1e9
    assert item.added_time is None
    assert [(a.id, a.path, a.kind) for a in item.albums] == [
        ("2019/08", ("2019", "08"), AlbumKind.FOLDER)
    ]


def test_a_sidecar_wins_over_exif_wins_over_the_packet_inside_field_by_field(
    tmp_path: Path,
) -> None:
    inside = packet(
        bag("dc:subject", "inside"),
        attributes='xmp:Rating="2" xmp:Label="Red" tiff:Artist="Bob" photoshop:City="Bern"',
    )
    beside = packet(
        bag("dc:subject", "beside"),
        attributes='xmp:Rating="4" exif:GPSLatitude="1.5" exif:GPSLongitude="2.5"',
    )
    place(tmp_path, "a.jpg", picture(exif=camera_exif(), xmp=inside))
    place(tmp_path, "a.jpg.xmp", beside)
    item = items(tmp_path)["a.jpg"]
    assert (item.rating, item.label, item.creator, item.city) == (4, "Red", "Ann", "Bern")
    assert item.keywords == (Keyword(path=("beside",)), Keyword(path=("inside",)))
    assert (item.gps_latitude, item.gps_longitude) == (1.5, 2.5)
    assert item.gps_altitude_m is None, "the altitude of another record is another place"
    assert item.gps_source == "sidecar:exif:GPSLatitude"
    assert item.capture_source == "exif:DateTimeOriginal"
    assert '"a.jpg.xmp":"<?xpacket' in (item.raw or "")


def test_a_create_date_never_beats_the_shutter(tmp_path: Path) -> None:
    scanned = packet(attributes='xmp:CreateDate="2024-01-01T00:00:00"')
    place(tmp_path, "a.jpg", picture(exif=camera_exif(), xmp=scanned))
    place(tmp_path, "b.jpg", picture(xmp=scanned))
    found = items(tmp_path)
    assert found["a.jpg"].capture_source == "exif:DateTimeOriginal"
    assert found["b.jpg"].capture_source == "xmp:xmp:CreateDate"


def test_an_offset_is_taken_over_where_the_same_second_is_stated(tmp_path: Path) -> None:
    same = packet(attributes='exif:DateTimeOriginal="2019-08-04T11:28:12"')
    other = packet(attributes='exif:DateTimeOriginal="2019-08-04T11:29:12"')
    for name, sidecar in (("same.jpg", same), ("other.jpg", other)):
        place(tmp_path, name, picture(exif=camera_exif()))
        place(tmp_path, f"{name}.xmp", sidecar)
    found = items(tmp_path)
    assert found["same.jpg"].capture_offset_min == -420
    assert found["other.jpg"].capture_offset_min is None


def test_icloudpd_hearts_are_favorites_and_never_stars(tmp_path: Path) -> None:
    hidden = replaced(ICLOUDPD, (b"<xmp:Rating>5<", b"<xmp:Rating>-1<"))
    place(tmp_path, "heart.jpg", picture())
    place(tmp_path, "heart.jpg.xmp", ICLOUDPD)
    place(tmp_path, "hidden.jpg", picture())
    place(tmp_path, "hidden.jpg.xmp", hidden)
    found = items(tmp_path)
    heart = found["heart.jpg"]
    assert (heart.rating, heart.favourite, heart.pick) == (None, True, None)
    assert (heart.title, heart.caption) == ("Rue", "On the Yukon")
    assert heart.capture_source == "sidecar:photoshop:DateCreated"
    assert (found["hidden.jpg"].pick, found["hidden.jpg"].favourite) == (None, None)
    assert extras(found["hidden.jpg"])["hidden"] is True
    assert (found["hidden.jpg"].visibility, heart.visibility) == (Visibility.LOCKED, None)


@pytest.mark.parametrize("setting", [False, True])
def test_the_setting_makes_every_sidecar_s_five_a_heart(tmp_path: Path, setting: bool) -> None:
    place(tmp_path, "a.jpg", picture(xmp=packet(attributes='xmp:Rating="5"')))
    place(tmp_path, "b.jpg", picture())
    place(tmp_path, "b.jpg.xmp", packet(attributes='xmp:Rating="5"'))
    found = items(tmp_path, rating_five_is_favourite=setting)
    assert (found["a.jpg"].rating, found["a.jpg"].favourite) == (5, None)
    expected = (None, True) if setting else (5, None)
    assert (found["b.jpg"].rating, found["b.jpg"].favourite) == expected


def test_minus_one_of_everyone_else_is_rejected(tmp_path: Path) -> None:
    place(tmp_path, "a.jpg", picture())
    place(tmp_path, "a.jpg.xmp", packet(attributes='xmp:Rating="-1"'))
    item = items(tmp_path)["a.jpg"]
    assert (item.rating, item.pick) == (None, -1)


def test_regions_are_turned_with_the_picture(tmp_path: Path) -> None:
    # 6: the stored top is the seen right. The packet says the regions are of the stored 700x840.
    exif = camera_exif()
    place(tmp_path, "stored.jpg", picture(size=(700, 840), exif=exif, xmp=packet(MWG_FACE)))
    place(tmp_path, "turned.jpg", picture(size=(840, 700), exif=exif, xmp=packet(MWG_FACE)))
    found = items(tmp_path)
    assert found["stored.jpg"].people[0].region == Region(
        x=1 - 0.631548, y=0.307857, width=0.113095, height=0.198571
    )
    assert found["turned.jpg"].people[0].region == Region(
        x=0.307857, y=0.631548, width=0.198571, height=0.113095
    )


def test_a_movie_header_is_utc_and_its_length_is_known(tmp_path: Path) -> None:
    place(tmp_path, "a.mov", movie())
    item = items(tmp_path)["a.mov"]
    assert item.capture_kind is CaptureKind.UTC
    assert item.capture_source == "quicktime:mvhd"
    assert item.duration_s == 12.5
    assert (item.width, item.height) == (1920, 1080)


def test_raw_text_is_bounded(tmp_path: Path) -> None:
    place(tmp_path, "a.jpg", picture())
    place(tmp_path, "a.jpg.xmp", packet(f"<dc:title>{'x' * 1_000_000}</dc:title>"))
    item = items(tmp_path)["a.jpg"]
    assert len(item.raw or "") < 100_000
    assert len(item.title or "") == 100_000


def test_raw_text_of_a_utf16_sidecar_is_readable(tmp_path: Path) -> None:
    place(tmp_path, "a.jpg", picture())
    place(tmp_path, "a.jpg.xmp", packet(attributes='xmp:Label="gelb"').decode().encode("utf-16"))
    item = items(tmp_path)["a.jpg"]
    assert item.label == "gelb"
    assert 'xmp:Label=\\"gelb\\"' in (item.raw or "")


def test_asserted_document_ids_are_links(tmp_path: Path) -> None:
    ids = 'xmpMM:DocumentID="xmp.did:1" xmpMM:OriginalDocumentID="xmp.did:0"'
    place(tmp_path, "a.jpg", picture(xmp=packet(attributes=ids)))
    item = items(tmp_path)["a.jpg"]
    assert [(link.kind.value, link.target, link.detail) for link in item.links] == [
        ("document_id", "xmp.did:1", "xmpMM:DocumentID"),
        ("document_id", "xmp.did:0", "xmpMM:OriginalDocumentID"),
    ]
