"""What is true of the pictures themselves, whoever states it: file, time, camera, place."""

from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.model.schema import WALL
from photo_assets_tests.bench.lake import vocabulary as known
from photo_assets_tests.bench.lake.columns import (
    decimals,
    either,
    joined,
    moments,
    numbered,
    uuids,
    where,
    words,
)
from photo_assets_tests.bench.lake.draws import Bools, Floats, Ints
from photo_assets_tests.bench.lake.plan import Items

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND


@dataclass(frozen=True)
class Facts:
    """The facts of some items, as numpy arrays and Arrow columns over them."""

    items: Items

    @cached_property
    def taken(self) -> Ints:
        """Microseconds since 1970 of the camera's clock, inside the item's month."""
        first = np.datetime64(self.items.plan.month(self.items.month), "us").astype(np.int64)
        second = self.items.draws.below("taken", self.items.shot, 28 * 86_400)
        taken: Ints = first + second * _SECOND
        return taken

    @cached_property
    def timed(self) -> Bools:
        """Whether the camera noted the time."""
        return ~self.items.draws.chosen("untimed", self.items.shot, 0.015)

    @cached_property
    def capture_time(self) -> pa.Array:
        """The wall clock, null without one."""
        return where(self.timed, moments(self.taken, WALL))

    @cached_property
    def stem(self) -> pa.Array:
        """The file name without its ending."""
        return joined("IMG_", numbered(self.items.shot, 8))

    @cached_property
    def name(self) -> pa.Array:
        """The file name."""
        return joined(self.stem, ".", words(known.EXTENSIONS, self.items.format))

    @cached_property
    def year_month(self) -> pa.Array:
        """A folder for the month."""
        month = self.items.plan.month(self.items.month)
        return pa.repeat(pa.scalar(f"{month[:4]}/{month[5:7]}"), len(self.items))

    @cached_property
    def size(self) -> Ints:
        """Bytes of the file."""
        return 900_000 + self.items.draws.below("size", self.items.content, 9_000_000)

    @cached_property
    def mtime_ns(self) -> Ints:
        """When the file was last written, nanoseconds since 1970."""
        later = self.items.draws.below("mtime", self.items.content, 3600)
        written: Ints = (self.taken + later * _SECOND) * 1000
        return written

    @cached_property
    def sides(self) -> tuple[Ints, Ints]:
        """Width and height as stored."""
        kinds = np.array(known.SIZES)[self.items.draws.below("sides", self.items.shot, 4)]
        return kinds[:, 0], kinds[:, 1]

    @cached_property
    def orientation(self) -> Ints:
        """EXIF orientation: a fifth of the pictures are portraits."""
        upright = ~self.items.draws.chosen("portrait", self.items.shot, 0.2)
        return np.where(upright, 1, 6)

    @cached_property
    def camera(self) -> Ints:
        """A number into `MODELS`."""
        return self.items.draws.below("camera", self.items.shot // 400, len(known.MODELS))

    @cached_property
    def make(self) -> pa.Array:
        """The camera's maker."""
        return words(known.MAKES, self.camera // 6)

    @cached_property
    def model(self) -> pa.Array:
        """The camera's model."""
        return words(known.MODELS, self.camera)

    @cached_property
    def serial(self) -> pa.Array:
        """The camera's serial number; telephones have none."""
        return where(self.camera // 6 < 4, numbered(self.camera * 7919 + 100_003, 8))

    @cached_property
    def lens(self) -> pa.Array:
        """The lens; some cameras do not say."""
        lens = self.items.draws.below("lens", self.items.shot // 20, len(known.LENSES))
        return where(self.camera // 6 < 5, words(known.LENSES, lens))

    def exposure(self, name: str, values: tuple[float, ...]) -> Floats:
        """Return one of `values` for each."""
        chosen: Floats = np.array(values)[
            self.items.draws.below(name, self.items.shot, len(values))
        ]
        return chosen

    @cached_property
    def iso(self) -> Ints:
        """The sensitivity."""
        return 100 << self.items.draws.below("iso", self.items.shot, 7)

    @cached_property
    def located(self) -> Bools:
        """Whether the camera noted a place."""
        return self.items.draws.chosen("located", self.items.shot, 0.45)

    def degrees(self, name: str, limit: float) -> Floats:
        """Return latitude or longitude, to a metre."""
        share = self.items.draws.share(name, self.items.shot)
        return np.round((share * 2 - 1) * limit, 5)

    @cached_property
    def place(self) -> Ints:
        """A number of the place."""
        return self.items.draws.below("place", self.items.shot // 30, 400)

    @cached_property
    def video(self) -> npt.NDArray[np.bool_]:
        """Whether it is a video."""
        return ~np.isin(self.items.format, known.STILL_FORMATS)

    @cached_property
    def identifier(self) -> pa.Array:
        """Apple's id that both parts of a live photo carry."""
        return uuids(self.items.draws.octets("live", self.items.shot, 16))

    @cached_property
    def exif(self) -> pa.Array:
        """What the file says, as the JSON of a `media.exif` record."""
        width, height = self.sides
        located = self.located
        times = joined('"', pa.array(self.taken).cast(WALL).cast(pa.string()), '+00:00"')
        times = pc.replace_substring_regex(times, r"(\d) (\d+:\d+:\d+)\.0+", r"\1T\2")
        quoted = {
            name: _null(joined('"', column, '"'))
            for name, column in {
                "make": self.make,
                "model": self.model,
                "serial": self.serial,
                "lens": self.lens,
            }.items()
        }
        said = partial(either, self.timed, no="null")
        return joined(
            '{"width":', numbered(width), ',"height":', numbered(height),
            ',"orientation":', numbered(self.orientation), ',"duration_s":',
            either(self.video, "2.5", "null"), ',"capture_time":', _null(where(self.timed, times)),
            ',"capture_offset_min":null,"capture_precision":', said(yes='"second"'),
            ',"capture_source":', said(yes='"exif:DateTimeOriginal"'), ',"capture_kind":"wall"',
            ',"gps_latitude":', _number(located, self.degrees("latitude", 70.0), 5),
            ',"gps_longitude":', _number(located, self.degrees("longitude", 180.0), 5),
            ',"gps_altitude_m":null,"camera_make":', quoted["make"],
            ',"camera_model":', quoted["model"], ',"camera_serial":', quoted["serial"],
            ',"lens":', quoted["lens"],
            ',"aperture":', decimals(self.exposure("aperture", known.APERTURES), 2),
            ',"exposure_time_s":', decimals(self.exposure("exposure", known.EXPOSURES), 6),
            ',"iso":', numbered(self.iso), ',"focal_length_mm":',
            decimals(self.exposure("focal", known.FOCAL_LENGTHS), 1),
            ',"creator":null,"copyright":null,"caption":null,"rating":null,'
            '"content_identifier":null}',
        )  # fmt: skip


def _null(column: pa.Array) -> pa.Array:
    return column.fill_null("null")


def _number(stated: Bools, values: Floats, places: int) -> pa.Array:
    return either(stated, decimals(values, places), "null")
