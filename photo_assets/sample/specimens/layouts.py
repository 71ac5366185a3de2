"""Pictures with rare sample layouts: a reader must decode them correctly or report them."""

from datetime import datetime

from photo_assets.sample.formats.scans import gray_png, planar_tiff
from photo_assets.sample.specimens.specimen import Painter, Specimen

_SIZE = (240, 160)
_SCANNED = datetime(2018, 5, 20, 16, 0)


def scans(painter: Painter) -> tuple[Specimen, ...]:
    """Return two scans with 16 bits per sample."""
    color = painter.picture("couple", 50).resize(_SIZE)
    gray = painter.picture("portrait", 51).resize(_SIZE)
    return (
        Specimen(
            path="Scans/Dia 12.tif",
            picture="slide tiff",
            content=planar_tiff(color),
            written=_SCANNED,
            states={"capture_time": None},
        ),
        Specimen(
            path="Scans/Hochzeit.png",
            picture="wedding png",
            content=gray_png(gray),
            written=_SCANNED,
            states={"capture_time": None},
        ),
    )
