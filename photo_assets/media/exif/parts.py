"""The result of a container parser: all metadata of a file, not yet reconciled.

IPTC and XMP blocks are bytes here; `media.reconcile` decides which value takes precedence.
"""

from dataclasses import dataclass, field

from photo_assets.media.exif.tiff import Directory
from photo_assets.model.vocabulary import CaptureKind
from photo_assets.model.wall_time import WallTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Directories:
    """The three EXIF directories that are read."""

    main: Directory | None = None
    exif: Directory | None = None
    gps: Directory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class IptcBlock:
    """An IPTC-IIM block, and its MD5 when last reconciled, from Photoshop's resource 1061."""

    data: bytes
    digest: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTime:
    """A time that the container states outside of EXIF, IPTC and XMP."""

    time: WallTime
    source: str  # "quicktime:creationdate", "png:Creation Time" …
    kind: CaptureKind = CaptureKind.WALL


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text that the container states outside of IPTC and XMP, with the name of its field."""

    origin: str  # "png:Description", "exif:UserComment" …
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """Camera and exposure where a container states them outside of EXIF (CRW, X3F, RW2)."""

    make: str | None = None
    model: str | None = None
    serial: str | None = None
    aperture: float | None = None  # f-number
    exposure_time_s: float | None = None
    iso: int | None = None
    focal_length_mm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movie:
    """The values in a movie's own boxes. `created` is the first of `Parts.times`."""

    created: WallTime | None = None
    created_source: str | None = None
    created_is_utc: bool = False
    duration_s: float | None = None
    place: tuple[float, float] | None = None
    altitude_m: float | None = None
    make: str | None = None
    model: str | None = None
    content_identifier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of one file. `orientation` is the container's and takes precedence over EXIF's.

    Where a file states a value several times, the values are in order of precedence. `problems`
    names blocks that could not be read, without their values; `not_read` is set for a known format
    whose header is not read.
    """

    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    directories: Directories = field(default_factory=Directories)
    packets: tuple[bytes, ...] = ()  # XMP
    iptc: tuple[IptcBlock, ...] = ()
    times: tuple[StatedTime, ...] = ()
    texts: tuple[Text, ...] = ()
    camera: Camera = field(default_factory=Camera)
    movie: Movie | None = None
    problems: tuple[str, ...] = ()
    not_read: str | None = None

    @property
    def xmp(self) -> bytes | None:
        """Return the first XMP packet."""
        return self.packets[0] if self.packets else None
