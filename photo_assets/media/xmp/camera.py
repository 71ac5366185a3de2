"""Camera, lens and exposure in a packet, where a file has no EXIF, or a program copied EXIF to XMP.

Sources: ISO 16684-1 (tiff:, exif:), CIPA DC-010 (exifEX:), Adobe's aux:. Bounds as for EXIF.
"""

import math
from typing import TypedDict

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.numbers import rational, within
from photo_assets.media.xmp.properties import Properties

_NO_LENS = frozenset({"----", "---", "0.0 mm f/0.0", "0mm f/0", "n/a", "none", "unknown"})
_LENSES = ((ns.EXIF_EX, "LensModel"), (ns.AUX, "Lens"), (ns.EXIF, "LensModel"))
_SERIALS = ((ns.EXIF_EX, "BodySerialNumber"), (ns.AUX, "SerialNumber"))
_SENSITIVITIES = (
    (ns.EXIF_EX, "PhotographicSensitivity"),
    (ns.EXIF, "ISOSpeedRatings"),
    (ns.EXIF, "PhotographicSensitivity"),
)
_SEE_ELSEWHERE = 65535  # EXIF 2.3: the value does not fit; see the long tags


class Camera(TypedDict):
    """The fields of `XmpRecord` that name camera and exposure."""

    camera_make: str | None
    camera_model: str | None
    camera_serial: str | None
    lens: str | None
    aperture: float | None
    exposure_time_s: float | None
    iso: int | None
    focal_length_mm: float | None


def camera(packet: Properties) -> Camera:
    """Return the camera and exposure values of a packet."""
    lens = _first(packet, _LENSES)
    return Camera(
        camera_make=packet.text(ns.TIFF, "Make"),
        camera_model=packet.text(ns.TIFF, "Model"),
        camera_serial=_first(packet, _SERIALS),
        lens=None if lens is None or lens.lower() in _NO_LENS else lens,
        aperture=_aperture(packet),
        exposure_time_s=_exposure_time(packet),
        iso=_iso(packet),
        focal_length_mm=within(rational(packet.text(ns.EXIF, "FocalLength")), 0.1, 20_000.0),
    )


def _first(packet: Properties, names: tuple[tuple[str, str], ...]) -> str | None:
    return next((text for place in names if (text := packet.text(*place))), None)


def _aperture(packet: Properties) -> float | None:
    """Return the f-number; ApertureValue is in APEX."""
    apex = rational(packet.text(ns.EXIF, "ApertureValue"))
    stated = within(rational(packet.text(ns.EXIF, "FNumber")), 0.1, 1000.0)
    return stated or (math.pow(2, apex / 2) if apex is not None and 0 < apex < 20 else None)


def _exposure_time(packet: Properties) -> float | None:
    """Return seconds; ShutterSpeedValue is in APEX."""
    apex = rational(packet.text(ns.EXIF, "ShutterSpeedValue"))
    stated = within(rational(packet.text(ns.EXIF, "ExposureTime")), 1e-7, 1e6)
    return stated or (math.pow(2, -apex) if apex is not None and 0 < abs(apex) < 20 else None)


def _iso(packet: Properties) -> int | None:
    for place in _SENSITIVITIES:
        stated = within(rational(packet.text(*place)), 1, 1e8)
        if stated is not None and stated != _SEE_ELSEWHERE:
            return int(stated)
    return None
