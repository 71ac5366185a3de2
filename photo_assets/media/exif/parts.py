"""What a container parser hands on: dimensions, the EXIF structure, the XMP packet, the movie."""

from dataclasses import dataclass, field

from photo_assets.media.exif.tiff import Directory
from photo_assets.model.wall_time import WallTime


@dataclass(frozen=True, slots=True, kw_only=True)
class Directories:
    """The three EXIF directories with the tags that are read."""

    main: Directory | None = None
    exif: Directory | None = None
    gps: Directory | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Movie:
    """What a movie's own boxes say."""

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
    """One file taken apart. `orientation` is the container's own and wins over EXIF's."""

    width: int | None = None
    height: int | None = None
    orientation: int | None = None
    directories: Directories = field(default_factory=Directories)
    xmp: bytes | None = None
    movie: Movie | None = None
