"""Media types by file name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.model.media import SIDECAR_EXTENSIONS, extension, is_media, media_of
from photo_assets.model.vocabulary import MediaKind


@pytest.mark.parametrize(
    ("name", "media_type", "kind"),
    [
        ("IMG_1234.JPG", "image/jpeg", MediaKind.IMAGE),
        ("IMG_1234.jpeg", "image/jpeg", MediaKind.IMAGE),
        ("a.b.HeIc", "image/heic", MediaKind.IMAGE),
        ("DSC0001.ARW", "image/x-sony-arw", MediaKind.RAW),
        ("scan.dng", "image/x-adobe-dng", MediaKind.RAW),
        ("MVI_0001.MOV", "video/quicktime", MediaKind.VIDEO),
        ("PXL_1.MP", "video/mp4", MediaKind.VIDEO),
        ("IMG_1234.JPG.xmp", None, MediaKind.OTHER),
        ("IMG_1234.AAE", None, MediaKind.OTHER),
        ("photo.jpg.json", None, MediaKind.OTHER),
        ("jpg", None, MediaKind.OTHER),
        (".jpg", None, MediaKind.OTHER),
        ("jpg.", None, MediaKind.OTHER),
        ("", None, MediaKind.OTHER),
        ("İ.jpg", "image/jpeg", MediaKind.IMAGE),
    ],
)
def test_cases(name: str, media_type: str | None, kind: MediaKind) -> None:
    assert media_of(name) == (media_type, kind)
    assert is_media(name) == (media_type is not None)


@given(st.text())
def test_an_extension_is_the_lower_case_end_of_the_name(name: str) -> None:
    ext = extension(name)
    assert name.lower().endswith(ext)
    assert "." not in ext


def test_sidecars_are_no_media() -> None:
    assert not any(is_media(f"a.{ext}") for ext in SIDECAR_EXTENSIONS)
