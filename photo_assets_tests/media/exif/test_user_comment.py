import pytest
from hypothesis import given
from hypothesis import strategies as st

from photo_assets.media.exif.user_comment import user_comment
from photo_assets_tests.media.exif.blocks import parts
from photo_assets_tests.media.exif.files import exif_bytes, picture


def comment(value: bytes, order: str = "<") -> str | None:
    exif = exif_bytes(exif={0x9286: value})
    exif.endian = order
    found = parts(picture(exif=exif.tobytes()))
    texts = [text.value for text in found.texts if text.origin == "exif:UserComment"]
    assert user_comment(found.directories.exif) == (texts[0] if texts else None)
    return texts[0] if texts else None


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (b"ASCII\0\0\0A bridge", "A bridge"),
        (b"ASCII\0\0\0A bridge\0\0\0 \0", "A bridge"),
        ("ASCII\0\0\0Zoë".encode(), "Zoë"),
        (b"ASCII\0\0\0Zo\xeb", "Zoë"),
        (b"\0" * 8 + b"A bridge", "A bridge"),
        (b"\0" * 8 + "Zoë".encode(), "Zoë"),
        (b"A bridge over water", "A bridge over water"),
        (b"UNICODE\0" + "Zoë 黄".encode("utf-16-le"), "Zoë 黄"),
        (b"UNICODE\0" + "Zoë 黄".encode("utf-16-be"), "Zoë 黄"),
        (b"UNICODE\0\xff\xfe" + "黄色".encode("utf-16-le"), "黄色"),
        (b"UNICODE\0\xfe\xff" + "黄色".encode("utf-16-be"), "黄色"),
        (b"Unicode\0" + "A bridge".encode("utf-16-le"), "A bridge"),
        (b"UNICODE\0A bridge", "A bridge"),
        (b"JIS\0\0\0\0\0" + "夕日".encode("iso2022_jp"), "夕日"),
        (b"JIS\0\0\0\0\0" + bytes(b & 0x7F for b in "夕日".encode("euc_jp")), "夕日"),
        (b"JIS\0\0\0\0\0" + "夕日".encode("cp932"), "夕日"),
    ],
)
def test_each_character_code(value: bytes, text: str, order: str) -> None:
    assert comment(value, order) == text


def test_a_unicode_text_of_unknown_order_is_in_that_of_the_file() -> None:
    for order, encoding in (("<", "utf-16-le"), (">", "utf-16-be")):
        assert comment(b"UNICODE\0" + "黄色い花".encode(encoding), order) == "黄色い花"


@pytest.mark.parametrize(
    "value",
    [
        b"ASCII\0\0\0",
        b"ASCII\0\0\0      ",
        b"\0" * 60,
        b"ASCII\0\0\0\0\0\0after the end",
        b"\0" * 8 + b"\x01\x02\x7fbinary\x08",
        b"UNICODE\0",
        b"ASC",
    ],
)
def test_binary_comments_are_ignored(value: bytes) -> None:
    assert comment(value) in {None, "ASC"}


@given(
    st.sampled_from([b"ASCII\0\0\0", b"UNICODE\0", b"JIS\0\0\0\0\0", b"\0" * 8, b""]),
    st.binary(max_size=80),
)
def test_any_bytes_give_a_text_or_none(code: bytes, body: bytes) -> None:
    text = comment(code + body)
    assert text is None or not any(
        character < " " for character in text if character not in "\t\r\n"
    )
