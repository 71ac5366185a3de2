import contextlib
import io
import random
import struct
from typing import BinaryIO, cast

import pytest

from photo_assets.media.read import ExifError, read_media
from photo_assets_tests.cost import in_bounds, processor_seconds
from photo_assets_tests.media.exif.files import box, camera_exif, movie, picture
from photo_assets_tests.media.exif.test_read import PACKET, canon_cr3


class Counting(io.BytesIO):
    """A stream that counts the bytes read from it."""

    read_bytes = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.read_bytes += len(data)
        return data


def seeds() -> list[bytes]:
    exif = camera_exif()
    return [
        picture("JPEG", exif=exif, xmp=PACKET),
        picture("PNG", exif=exif),
        picture("WEBP", exif=exif, xmp=PACKET),
        picture("TIFF", exif=exif),
        picture("AVIF", exif=exif, xmp=PACKET),
        picture("GIF"),
        picture("BMP"),
        movie(keys={"creationdate": "2023-05-01T12:00:00+0200", "make": "Apple"}),
        canon_cr3(),
        b"8BPS\0\x01" + b"\0" * 6 + b"\0\x03" + struct.pack(">II", 9, 9) + b"\0" * 100,
        b"\0MRM\0\0\1\0\0PRD\0\0\0\x10" + b"\0" * 80,
    ]


def mutate(seed: int, count: int) -> None:
    rng = random.Random(seed)
    originals = seeds()
    for _ in range(count):
        data = bytearray(rng.choice(originals))
        for _ in range(rng.randint(1, 10)):
            spot = rng.randrange(min(len(data), 4000))
            match rng.randrange(4):
                case 0:
                    data[spot] = rng.choice([0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)])
                case 1:
                    data[spot : spot + 4] = rng.choice(
                        [b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff"]
                    )
                case 2:
                    del data[spot : spot + rng.randint(1, 50)]
                case _:
                    del data[max(spot, 1) :]
            if not data:
                break
        stream = Counting(bytes(data))
        with processor_seconds(5), contextlib.suppress(ExifError):
            read_media(cast(BinaryIO, stream), "fuzz")
        assert stream.read_bytes < 40 * len(data) + 4_000_000


def test_mutated_files_are_read_or_refused() -> None:
    mutate(20_240_229, 300)


@pytest.mark.slow
def test_many_mutated_files_are_read_or_refused() -> None:
    mutate(7, 10_000)


def looping_tiff() -> bytes:
    """A directory whose successor and sub-images are itself."""
    entries = struct.pack("<HHII", 330, 4, 1, 8)
    return b"II*\0" + struct.pack("<IH", 8, 1) + entries + struct.pack("<I", 8)


def heif_with_a_thousand_exif_items() -> bytes:
    infos = b"".join(
        box(b"infe", b"\x02\0\0\0" + struct.pack(">HH", n, 0) + b"Exif\0") for n in range(1, 1000)
    )
    places = b"".join(struct.pack(">HHHII", n, 0, 1, 0, 0x7FFFFFFF) for n in range(1, 1000))
    meta = box(
        b"meta",
        b"\0\0\0\0",
        box(b"hdlr", b"\0" * 24),
        box(b"iinf", b"\0\0\0\0" + struct.pack(">H", 999) + infos),
        box(b"iloc", b"\0\0\0\0\x44\0" + struct.pack(">H", 999) + places),
    )
    return box(b"ftyp", b"heic\0\0\0\0mif1") + meta + box(b"mdat", b"\0" * 2_000_000)


@pytest.mark.parametrize(
    "data",
    [
        looping_tiff(),
        heif_with_a_thousand_exif_items(),
        box(b"ftyp", b"isom") + box(b"free") * 100_000,
        b"\xff\xd8" + b"\xff" * 3_000_000,
        b"\xff\xd8" + b"\xff\xe1\x00\x02" * 500_000,
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIIII", 13, b"IHDR", 1, 1, 0, 0, 0)
        + b"\0\0\0\0tEXt\0\0\0\0" * 300_000,
        box(b"ftyp", b"isom") + (struct.pack(">I", 8) + b"moov") * 10_000,
    ],
    ids=["tiff loop", "heif items", "boxes", "fill", "segments", "chunks", "moovs"],
)  # fmt: skip
def test_files_made_to_keep_a_reader_busy_do_not(data: bytes) -> None:
    in_bounds(150_000, 4, read_media, io.BytesIO(data), "hostile", refusing=ExifError)


def test_only_headers_of_a_large_file_are_read() -> None:
    plain = picture(exif=camera_exif())
    stream = Counting(plain + b"\0" * 20_000_000)
    read_media(cast(BinaryIO, stream), "large.jpg")
    assert stream.read_bytes < 20_000
    clip = Counting(movie(media=b"\xab" * 20_000_000))
    read_media(cast(BinaryIO, clip), "clip.mov")
    assert clip.read_bytes < 4000
