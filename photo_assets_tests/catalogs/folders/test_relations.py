import struct
from pathlib import Path

import pytest

from photo_assets_tests.catalogs.folders.reading import discards, extras, items, links, scan
from photo_assets_tests.catalogs.folders.trees import place, small
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.files import exif_bytes, movie, picture
from photo_assets_tests.media.xmp.packets import packet


def rated(stars: int) -> bytes:
    return packet(attributes=f'xmp:Rating="{stars}"')


def apple(identifier: str) -> bytes:
    """A still whose maker note carries a content identifier."""
    text = identifier.encode() + b"\0"
    entries = struct.pack(">HHHII", 1, 0x0011, 2, len(text), 32)
    note = b"Apple iOS\0\x00\x01MM" + entries + b"\0\0\0\0" + text
    return picture(exif=exif_bytes({0x010F: "Apple"}, {0x927C: note}))


def test_the_short_sidecar_is_about_the_raw_when_a_jpeg_is_there_too(tmp_path: Path) -> None:
    place(tmp_path, "IMG.CR2", picture("TIFF"))
    place(tmp_path, "IMG.JPG", small(1))
    place(tmp_path, "IMG.xmp", rated(3))
    found = items(tmp_path)
    assert found["IMG.CR2"].rating == 3
    assert found["IMG.JPG"].rating is None
    assert links(found["IMG.JPG"]) == [("raw_jpeg_pair", "IMG.CR2")]
    assert links(found["IMG.CR2"]) == []


def test_the_short_sidecar_is_about_the_still_of_a_live_pair(tmp_path: Path) -> None:
    place(tmp_path, "IMG.JPG", small(1))
    place(tmp_path, "IMG.MOV", movie())
    place(tmp_path, "IMG.xmp", rated(3))
    found = items(tmp_path)
    assert (found["IMG.JPG"].rating, found["IMG.MOV"].rating) == (3, None)


def test_the_long_sidecar_wins_over_the_short_one(tmp_path: Path) -> None:
    place(tmp_path, "IMG.CR2", picture("TIFF"))
    place(tmp_path, "IMG.xmp", packet(attributes='xmp:Rating="1" xmp:Label="Red"'))
    place(tmp_path, "IMG.CR2.xmp", rated(5))
    item = items(tmp_path)["IMG.CR2"]
    assert (item.rating, item.label) == (5, "Red")
    assert extras(item)["sidecars"] == ["IMG.CR2.xmp", "IMG.xmp"]


def test_darktable_s_further_versions_are_virtual_copies(tmp_path: Path) -> None:
    place(tmp_path, "d/IMG.CR2", picture("TIFF"))
    place(tmp_path, "d/IMG.CR2.xmp", rated(1))
    place(tmp_path, "d/IMG_01.CR2.xmp", rated(2))
    found = items(tmp_path)
    copy = found["d/IMG_01.CR2.xmp"]
    assert (found["d/IMG.CR2"].rating, copy.rating) == (1, 2)
    assert links(copy) == [("virtual_copy_of", "d/IMG.CR2")]
    assert copy.path == found["d/IMG.CR2"].path
    assert copy.file_name == "IMG.CR2"


def test_a_sidecar_that_names_a_real_file_is_not_a_further_version(tmp_path: Path) -> None:
    place(tmp_path, "IMG.CR2", picture("TIFF"))
    place(tmp_path, "IMG_01.CR2", picture("TIFF"))
    place(tmp_path, "IMG_01.CR2.xmp", rated(2))
    found = items(tmp_path)
    assert found["IMG_01.CR2"].rating == 2
    assert sorted(found) == ["IMG.CR2", "IMG_01.CR2"]


def test_a_sidecar_finds_its_photo_in_another_case(tmp_path: Path) -> None:
    place(tmp_path, "Img.jpg", small(1))
    place(tmp_path, "IMG.XMP", rated(4))
    assert items(tmp_path)["Img.jpg"].rating == 4


def test_case_twins_keep_their_own_sidecars(tmp_path: Path) -> None:
    for name, stars in (("IMG.jpg", 1), ("img.jpg", 2)):
        place(tmp_path, name, small(stars))
        place(tmp_path, f"{name}.xmp", rated(stars))
    found = items(tmp_path)
    assert (found["IMG.jpg"].rating, found["img.jpg"].rating) == (1, 2)


@pytest.mark.parametrize(
    ("still", "video"),
    [
        ("IMG_1.HEIC", "IMG_1_HEVC.MOV"),
        ("IMG_1.HEIC", "IMG_1.MOV"),
        ("IMG_1.JPG", "IMG_1.MOV"),
        ("PXL_1.jpg", "PXL_1.mp"),
        ("img_1.heic", "IMG_1.MOV"),
    ],
)
def test_live_pairs_by_name(tmp_path: Path, still: str, video: str) -> None:
    place(tmp_path, f"d/{still}", small(1))
    place(tmp_path, f"d/{video}", movie())
    found = items(tmp_path)
    assert links(found[f"d/{video}"]) == [("live_video_of", f"d/{still}")]
    assert links(found[f"d/{still}"]) == []


def test_a_content_identifier_decides_over_the_name(tmp_path: Path) -> None:
    place(tmp_path, "same.JPG", apple("ID-1"))
    place(tmp_path, "same.MOV", movie(keys={"content.identifier": "ID-1"}))
    place(tmp_path, "other.JPG", apple("ID-2"))
    place(tmp_path, "other.MOV", movie(keys={"content.identifier": "ID-3"}))
    found = items(tmp_path)
    assert found["same.MOV"].links[0].detail == "content identifier"
    assert links(found["other.MOV"]) == []
    assert extras(found["other.JPG"])["content_identifier"] == "ID-2"


def test_a_long_clip_beside_a_still_is_not_a_live_video(tmp_path: Path) -> None:
    place(tmp_path, "a.JPG", small(1))
    minute = replaced(
        movie(), (struct.pack(">II", 600, 600 * 12 + 300), struct.pack(">II", 600, 36_000))
    )
    place(tmp_path, "a.MOV", minute)
    found = items(tmp_path)
    assert found["a.MOV"].duration_s == 60
    assert links(found["a.MOV"]) == []


def test_an_icloudpd_number_marks_another_photo_and_pairs_its_own_parts(tmp_path: Path) -> None:
    still, clip = small(1), movie()
    place(tmp_path, "IMG_1.HEIC", small(2))
    place(tmp_path, "IMG_1_HEVC.MOV", movie(created_1904=3_600_000_000))
    place(tmp_path, f"IMG_1-{len(still)}.HEIC", still)
    place(tmp_path, f"IMG_1_HEVC-{len(clip)}.MOV", clip)
    place(tmp_path, "IMG_1.HEIC.xmp", rated(4))
    found = items(tmp_path)
    second = found[f"IMG_1-{len(still)}.HEIC"]
    assert links(second) == []
    assert second.rating is None, "a name used twice inherits nothing"
    assert links(found[f"IMG_1_HEVC-{len(clip)}.MOV"]) == [("live_video_of", second.native_id)]
    assert links(found["IMG_1_HEVC.MOV"]) == [("live_video_of", "IMG_1.HEIC")]


def test_edits_and_renditions_point_to_their_original(tmp_path: Path) -> None:
    names = ["IMG_1234.HEIC", "IMG_1234.MOV", "IMG_E1234.HEIC", "IMG_E1234.MOV"]
    names += ["IMG_1234-adjusted.JPG", "IMG_1234-medium.JPG", "IMG_1234-thumb.JPG"]
    for number, name in enumerate(names):
        place(tmp_path, name, movie() if name.endswith("MOV") else small(number))
    found = items(tmp_path)
    assert links(found["IMG_E1234.HEIC"]) == [("edit_of", "IMG_1234.HEIC")]
    assert ("edit_of", "IMG_1234.MOV") in links(found["IMG_E1234.MOV"])
    assert links(found["IMG_1234-adjusted.JPG"]) == [("edit_of", "IMG_1234.HEIC")]
    assert links(found["IMG_1234-medium.JPG"]) == [("derived_from", "IMG_1234.HEIC")]
    assert links(found["IMG_1234-thumb.JPG"]) == [("derived_from", "IMG_1234.HEIC")]


def test_a_jpeg_beside_its_heic_is_the_edited_version(tmp_path: Path) -> None:
    place(tmp_path, "IMG_1.HEIC", small(1))
    place(tmp_path, "IMG_1.JPG", small(2))
    place(tmp_path, "IMG_1.DNG", picture("TIFF"))
    found = items(tmp_path)
    assert links(found["IMG_1.JPG"]) == [("edit_of", "IMG_1.HEIC")]
    assert links(found["IMG_1.HEIC"]) == [("raw_jpeg_pair", "IMG_1.DNG")]


def test_adjustments_are_noted_with_their_photo(tmp_path: Path) -> None:
    place(tmp_path, "IMG_1234.JPG", small(1))
    place(tmp_path, "IMG_1234.AAE", b"<plist/>")
    place(tmp_path, "IMG_O1234.AAE", b"<plist/>")
    place(tmp_path, "IMG_9.AAE", b"<plist/>")
    events = scan(tmp_path)
    assert extras(items(tmp_path)["IMG_1234.JPG"])["adjustments"] == [
        "IMG_1234.AAE",
        "IMG_O1234.AAE",
    ]
    assert discards(events)["IMG_9.AAE"] == "sidecar without photo"


def test_nothing_is_related_across_folders(tmp_path: Path) -> None:
    place(tmp_path, "a/IMG.CR2", picture("TIFF"))
    place(tmp_path, "b/IMG.JPG", small(1))
    place(tmp_path, "b/IMG.xmp", rated(2))
    found = items(tmp_path)
    assert links(found["b/IMG.JPG"]) == []
    assert (found["a/IMG.CR2"].rating, found["b/IMG.JPG"].rating) == (None, 2)
