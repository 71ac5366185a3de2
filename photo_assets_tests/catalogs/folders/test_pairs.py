"""Relations in one directory: identifiers and times take precedence over names."""

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from photo_assets.catalogs.companions import originals
from photo_assets.model.events import Found, ScanEvent, Unchanged
from photo_assets_tests.catalogs.folders.reading import catalog, items, links
from photo_assets_tests.catalogs.folders.test_relations import apple
from photo_assets_tests.catalogs.folders.trees import place, small
from photo_assets_tests.edits import replaced
from photo_assets_tests.media.exif.files import exif_bytes, movie, picture

EPOCH_1904 = 2_082_844_800
PNG = picture("PNG")


def taken(text: str, offset: str | None = None, kind: str = "JPEG") -> bytes:
    """A picture whose shutter opened at `text`."""
    tags = {0x9003: text} | ({0x9011: offset} if offset else {})
    return picture(kind, exif=exif_bytes({0x010F: "Acme"}, tags))


def filmed(moment: str, stated: str | None = None) -> bytes:
    """A movie whose header says `moment` (UTC), and Apple's key `stated`."""
    instant = datetime.fromisoformat(moment).replace(tzinfo=UTC)
    keys = {"creationdate": stated} if stated else {}
    return movie(created_1904=int(instant.timestamp()) + EPOCH_1904, keys=keys)


@pytest.mark.parametrize(
    ("still", "video", "is_pair"),
    [
        (taken("2021:05:03 02:00:00"), filmed("2021-05-03", "2021-05-03T02:00:01+0200"), True),
        (taken("2016:05:03 02:00:00"), filmed("2021-05-03", "2021-05-03T02:00:00+0200"), False),
        (taken("2021:05:03 02:00:40"), filmed("2021-05-03", "2021-05-03T02:00:00+0200"), False),
        # The header is in UTC: no zone explains seven minutes, one explains two hours.
        (taken("2021:05:03 02:00:00"), filmed("2021-05-03 00:00:02"), True),
        (taken("2021:05:03 02:07:00"), filmed("2021-05-03 00:00:02"), False),
        (taken("2021:05:03 02:00:00", "+02:00"), filmed("2021-05-03 00:00:02"), True),
        (taken("2021:05:03 02:00:00", "+03:00"), filmed("2021-05-03 00:00:02"), False),
        (small(1), filmed("2021-05-03"), True),  # one side states nothing
        (taken("2021:05:03 02:00:00"), filmed("2021-05-03", "2021"), True),
        (taken("2019:05:03 02:00:00"), filmed("2021-05-03", "2021"), False),
        (taken("2021:05:03 02:00:00"), filmed("2021-05-03", "2021-05-05"), False),
        (taken("9999:12:31 23:59:59", "-12:00"), filmed("2021-05-03"), True),  # it states none
    ],
)
def test_times_outrank_an_equal_name(
    tmp_path: Path, still: bytes, video: bytes, is_pair: bool
) -> None:
    place(tmp_path, "IMG_0042.JPG", still)
    place(tmp_path, "IMG_0042.MOV", video)
    expected = [("live_video_of", "IMG_0042.JPG")] if is_pair else []
    assert links(items(tmp_path)["IMG_0042.MOV"]) == expected


@pytest.mark.parametrize(
    ("still", "video"),
    [
        ("logo.png", "logo.mp4"),
        ("IMG_0001.png", "IMG_0001.mov"),
        ("logo.jpg", "logo.mp4"),  # no stated times, and no shot number in the name
    ],
)
def test_an_equal_name_alone_is_not_enough(tmp_path: Path, still: str, video: str) -> None:
    place(tmp_path, still, PNG if still.endswith("png") else small(1))
    place(tmp_path, video, movie(created_1904=0))
    assert links(items(tmp_path)[video]) == []


@pytest.mark.parametrize(
    ("still", "video"),
    [
        ("PXL_20210503_000000123.MP.jpg", "PXL_20210503_000000123.MP"),
        ("PXL_20210503_000000123.jpg", "PXL_20210503_000000123.MP"),
        ("MVIMG_20210503_000000.MV.jpg", "MVIMG_20210503_000000.MV"),
    ],
)
def test_the_video_of_google_s_phones_is_of_the_still_named_after_it(
    tmp_path: Path, still: str, video: str
) -> None:
    place(tmp_path, still, small(1))
    place(tmp_path, video, movie(created_1904=0))
    assert links(items(tmp_path)[video]) == [("live_video_of", still)]


@pytest.mark.parametrize("name", ["ABCD-1_3.mov", "IMG_1.MOV", "anything.mov"])
def test_equal_identifiers_pair_files_whatever_the_names(tmp_path: Path, name: str) -> None:
    place(tmp_path, "ABCD-1.jpeg", apple("ID-1"))
    place(tmp_path, "IMG_1.JPG", apple("ID-2"))
    place(tmp_path, name, movie(keys={"content.identifier": "ID-1"}))
    (link,) = items(tmp_path)[name].links
    assert (link.kind, link.target, link.detail) == (
        "live_video_of",
        "ABCD-1.jpeg",
        "content identifier",
    )


def test_a_still_that_comes_later_is_found_and_other_videos_are_not_read_again(
    tmp_path: Path,
) -> None:
    place(tmp_path, "clip.mov", movie(keys={"content.identifier": "ID-1"}))
    place(tmp_path, "plain.mov", movie())
    reader = catalog(tmp_path)
    known = tokens(list(reader.scan({})))
    assert all(isinstance(event, Unchanged) for event in reader.scan(known))
    place(tmp_path, "IMG_7.HEIC", apple("ID-1"))
    again = {e.item.native_id: e.item for e in reader.scan(known) if isinstance(e, Found)}
    assert sorted(again) == ["IMG_7.HEIC", "clip.mov"]
    assert links(again["clip.mov"]) == [("live_video_of", "IMG_7.HEIC")]


def tokens(events: list[ScanEvent]) -> dict[str, str | None]:
    found = [event.item for event in events if isinstance(event, Found)]
    return {item.native_id: item.change_token for item in found}


def test_a_clip_with_an_identifier_of_another_still_is_not_taken_by_name(tmp_path: Path) -> None:
    place(tmp_path, "IMG_1.JPG", apple("ID-1"))
    place(tmp_path, "IMG_1.MOV", movie(keys={"content.identifier": "ID-9"}))
    assert links(items(tmp_path)["IMG_1.MOV"]) == []


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("IMG_4179_edited.jpeg", "IMG_4179.jpeg"),
        ("IMG_4179 (edited).jpeg", "IMG_4179.jpeg"),
        ("IMG_4179(edited).jpeg", "IMG_4179.HEIC"),
        ("IMG_4179-bearbeitet.jpg", "IMG_4179.JPG"),
        ("IMG_4179-modifie\u0301.jpg", "IMG_4179.jpg"),
        ("IMG_4179-編集済み.jpg", "IMG_4179.jpg"),
        ("IMG_4179-Edit.tif", "IMG_4179.CR2"),
        ("IMG_4179-01.jpeg", "IMG_4179.jpg"),
        ("PXL_20201231_235959123~2.jpg", "PXL_20201231_235959123.jpg"),
        ("ABCD_1_201_a.jpeg", "ABCD.heic"),
        ("IMG_E4179.JPG", "IMG_4179.HEIC"),
        ("IMG_4179-edited.MP4", "IMG_4179.MP4"),
    ],
)
def test_an_edited_version_points_at_its_original(tmp_path: Path, name: str, original: str) -> None:
    place(tmp_path, original, movie() if original.endswith("MP4") else small(1))
    place(tmp_path, name, movie(keys={"make": "x"}) if name.endswith("MP4") else small(2))
    assert links(items(tmp_path)[name])[:1] == [("edit_of", original)]


def test_an_edited_video_is_of_the_video_and_not_of_the_still(tmp_path: Path) -> None:
    place(tmp_path, "IMG_1.HEIC", small(1))
    place(tmp_path, "IMG_1.MP4", movie())
    place(tmp_path, "IMG_1-edited.MP4", movie(keys={"make": "x"}))
    assert links(items(tmp_path)["IMG_1-edited.MP4"]) == [("edit_of", "IMG_1.MP4")]


@pytest.mark.parametrize("name", ["credited", "trip", "edited", "IMG_1234", "_edited", "2020-06"])
def test_a_name_that_marks_no_version_has_no_original(name: str) -> None:
    assert list(originals(name)) == []


def test_shutter_times_that_differ_part_originals_edits_and_raw_pairs(tmp_path: Path) -> None:
    place(tmp_path, "IMG_0001.CR2", taken("2016:03:01 10:00:00", kind="TIFF"))
    place(tmp_path, "IMG_0001.JPG", taken("2021:03:01 10:00:00"))
    place(tmp_path, "IMG_0001-edited.JPG", taken("2019:01:01 10:00:00"))
    place(tmp_path, "IMG_0002.CR2", taken("2016:03:01 10:00:00", kind="TIFF"))
    place(tmp_path, "IMG_0002.JPG", taken("2016:03:01 10:00:00"))
    place(tmp_path, "IMG_0002-edited.JPG", taken("2016:03:01 10:00:00"))
    found = items(tmp_path)
    assert links(found["IMG_0001.JPG"]) == []
    assert links(found["IMG_0001-edited.JPG"]) == []
    assert links(found["IMG_0002.JPG"]) == [("raw_jpeg_pair", "IMG_0002.CR2")]
    assert links(found["IMG_0002-edited.JPG"]) == [("edit_of", "IMG_0002.JPG")]


def test_a_changed_time_of_the_other_file_is_seen(tmp_path: Path) -> None:
    place(tmp_path, "IMG_0001.CR2", taken("2016:03:01 10:00:00", kind="TIFF"))
    place(tmp_path, "IMG_0001.JPG", taken("2021:03:01 10:00:00"))
    reader = catalog(tmp_path)
    known = tokens(list(reader.scan({})))
    place(tmp_path, "IMG_0001.CR2", taken("2021:03:01 10:00:00", kind="TIFF"), 7)
    again = {e.item.native_id: e.item for e in reader.scan(known) if isinstance(e, Found)}
    assert links(again["IMG_0001.JPG"]) == [("raw_jpeg_pair", "IMG_0001.CR2")]


def test_a_clip_longer_than_any_live_photo_is_not_paired(tmp_path: Path) -> None:
    place(tmp_path, "IMG_0001.JPG", small(1))
    for seconds in (90, 94 * 60):
        clip = replaced(
            movie(),
            (struct.pack(">II", 600, 600 * 12 + 300), struct.pack(">II", 600, 600 * seconds)),
        )
        place(tmp_path, "IMG_0001.MOV", clip, seconds)
        assert items(tmp_path)["IMG_0001.MOV"].duration_s == seconds
        assert links(items(tmp_path)["IMG_0001.MOV"]) == []
