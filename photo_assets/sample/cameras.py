"""The cameras and lenses of the sample's photographer, with the EXIF values of each."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Camera:
    """One body. `writes_offset`: it writes the offset of its clock from UTC (EXIF 2.31)."""

    make: str
    model: str
    serial: str | None
    lenses: tuple[tuple[str, float], ...]
    prefix: str
    phone: bool = False
    writes_offset: bool = False

    @property
    def landscape(self) -> tuple[int, int]:
        """Width and height of its pictures held level, pixels."""
        return (1200, 900) if self.phone else (1260, 840)


CAMERAS = {
    "xt2": Camera(
        "FUJIFILM", "X-T2", "61M20417", (("XF23mmF2 R WR", 23.0), ("XF56mmF1.2 R", 56.0)), "DSCF"
    ),
    "z6": Camera(
        "NIKON CORPORATION",
        "NIKON Z 6",
        "6023918",
        (("NIKKOR Z 24-70mm f/4 S", 35.0), ("NIKKOR Z 14-30mm f/4 S", 18.0)),
        "DSC_",
        writes_offset=True,
    ),
    "pixel3": Camera(
        "Google", "Pixel 3", None, (("Pixel 3 back camera 4.44mm f/1.8", 4.44),), "IMG_", phone=True
    ),
    "iphone": Camera(
        "Apple",
        "iPhone 13 Pro",
        None,
        (("iPhone 13 Pro back triple camera 5.7mm f/1.5", 5.7),),
        "IMG_",
        phone=True,
        writes_offset=True,
    ),
}
