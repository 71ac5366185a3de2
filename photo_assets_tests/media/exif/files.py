"""Small pictures and videos built for tests, with Pillow or byte by byte."""

import io
import struct
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from photo_assets.media.exif.containers import take_apart
from photo_assets.media.exif.window import Window

Gps = tuple[tuple[float, float, float], str, tuple[float, float, float], str]


def exif_bytes(
    main: dict[int, Any] | None = None,
    exif: dict[int, Any] | None = None,
    gps: dict[int, Any] | None = None,
) -> Image.Exif:
    """Return EXIF with tags of the three directories."""
    out = Image.Exif()
    out.update(main or {})
    out.get_ifd(0x8769).update(exif or {})
    out.get_ifd(0x8825).update(gps or {})
    return out


def apart(content: bytes) -> None:
    """Take a file's metadata out of its container."""
    take_apart(Window(io.BytesIO(content)))


def camera_exif(**changes: Any) -> Image.Exif:
    """Return the EXIF values of a camera."""
    main = {0x010F: "ACME", 0x0110: "Box 1", 0x0112: 6, 0x010E: "A bridge", 0x013B: "Ann"}
    exif = {
        0x9003: "2019:08:04 11:28:12",
        0x9011: "-07:00",
        0x9291: "25",
        0x829A: IFDRational(1, 250),
        0x829D: IFDRational(28, 10),
        0x8827: 400,
        0x920A: IFDRational(50, 1),
        0xA431: "SN7",
        0xA434: "ACME 50mm",
    }
    gps = {
        1: "S",
        2: (IFDRational(33), IFDRational(30), IFDRational(0)),
        3: "E",
        4: (IFDRational(151), IFDRational(15), IFDRational(0)),
        5: b"\x00",
        6: IFDRational(125, 10),
    }
    for group, tags in ((main, "main"), (exif, "exif"), (gps, "gps")):
        for tag, value in changes.get(tags, {}).items():
            group[tag] = value
    return exif_bytes(main, exif, gps)


def picture(kind: str = "JPEG", size: tuple[int, int] = (40, 30), **options: Any) -> bytes:
    """Return a picture file of a Pillow format."""
    if kind == "TIFF" and "exif" in options:  # Pillow writes sub-directories only from bytes
        options["exif"] = options["exif"].tobytes()
    out = io.BytesIO()
    mode = "P" if kind == "GIF" else "RGB"
    Image.new(mode, size, 3 if mode == "P" else (10, 90, 200)).save(out, kind, **options)
    return out.getvalue()


def box(kind: bytes, *content: bytes) -> bytes:
    """Return an ISO base media box."""
    body = b"".join(content)
    return struct.pack(">I", len(body) + 8) + kind + body


def _apple_metadata(keys: dict[str, str]) -> bytes:
    names = b"".join(box(b"mdta", f"com.apple.quicktime.{key}".encode()) for key in keys)
    values = b"".join(
        box(struct.pack(">I", number), box(b"data", b"\0\0\0\x01\0\0\0\0" + text.encode()))
        for number, text in enumerate(keys.values(), 1)
    )
    return box(
        b"meta",
        box(b"hdlr", b"\0" * 8 + b"mdta" + b"\0" * 12),
        box(b"keys", b"\0" * 4 + struct.pack(">I", len(keys)), names),
        box(b"ilst", values),
    )


def movie(
    created_1904: int = 3_648_000_000,
    keys: dict[str, str] | None = None,
    turn: tuple[int, int, int, int] = (1, 0, 0, 1),
    size: tuple[int, int] = (1920, 1080),
    user_data: bytes = b"",
    media: bytes = b"\xab" * 5000,
) -> bytes:
    """Return a movie with `mdat` before `moov`, as cameras write it."""
    one = 0x10000
    matrix = struct.pack(
        ">9i", turn[0] * one, turn[1] * one, 0, turn[2] * one, turn[3] * one, 0, 0, 0, 1 << 30
    )
    tkhd = b"\0" * 40 + matrix + struct.pack(">II", size[0] << 16, size[1] << 16)
    mvhd = struct.pack(">IIIII", 0, created_1904, created_1904, 600, 600 * 12 + 300) + b"\0" * 80
    return (
        box(b"ftyp", b"qt  \0\0\0\0qt  ")
        + box(b"mdat", media)
        + box(
            b"moov",
            box(b"mvhd", mvhd),
            box(b"trak", box(b"tkhd", b"\0" * 84)),
            box(b"trak", box(b"tkhd", tkhd)),
            _apple_metadata(keys) if keys else b"",
            box(b"udta", user_data) if user_data else b"",
        )
    )
