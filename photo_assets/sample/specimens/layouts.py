"""Pictures with rare sample layouts: a reader must decode them correctly or report them."""

from datetime import datetime

from photo_assets.sample.formats.scans import grey_png, planar_tiff
from photo_assets.sample.specimens.specimen import Painter, Specimen

_SIZE = (240, 160)
_SCANNED = datetime(2018, 5, 20, 16, 0)


def scans(painter: Painter) -> tuple[Specimen, ...]:
    """Return two scans with 16 bits per sample."""
    colour = painter.picture("couple", 50).resize(_SIZE)
    grey = painter.picture("portrait", 51).resize(_SIZE)
    return (
        Specimen(
            path="Scans/Dia 12.tif",
            picture="slide tiff",
            content=planar_tiff(colour),
            written=_SCANNED,
            states={"capture_time": None},
        ),
        Specimen(
            path="Scans/Hochzeit.png",
            picture="wedding png",
            content=grey_png(grey),
            written=_SCANNED,
            states={"capture_time": None},
        ),
    )
