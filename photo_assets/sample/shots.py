"""The pictures of the story, each with its metadata. Data only."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from photo_assets.sample.cameras import CAMERAS, Camera
from photo_assets.sample.formats.exif import Exposure
from photo_assets.sample.formats.xmp import Face
from photo_assets.sample.scenes.faces import FACE_CENTERS, FACE_SIZE
from photo_assets.sample.story import PEOPLE, SCENE_WORDS, TRIPS, Trip

_SCANS = "scans"
_ORIENTATION_TRIP = "at-home"  # its eight pictures have the eight EXIF orientations
_UPRIGHT_SCENES = {"flower", "portrait", "stairs", "fern", "forest", "bokeh", "milky_way"}


@dataclass(frozen=True)
class Shot:
    """One picture. `number` counts from 0 within its trip, `index` over the whole story."""

    trip: Trip
    number: int
    index: int
    scene: str
    seed: int

    @property
    def key(self) -> str:
        """Its name in the manifest."""
        return f"{self.trip.key}-{self.number}"

    @property
    def scanned(self) -> bool:
        """Whether it is a scanned print: its file has no date and names no camera."""
        return self.trip.key == _SCANS

    @property
    def camera(self) -> Camera:
        """The camera that took it."""
        return CAMERAS[self.trip.camera]

    @property
    def taken(self) -> datetime:
        """Wall clock of the place, to the second; pictures of a trip are 1-3 hours apart."""
        wait = timedelta(minutes=67 * self.number + (self.index * 37) % 60, seconds=self.index % 59)
        return self.trip.start + wait

    @property
    def taken_utc(self) -> datetime:
        """The same instant in UTC, without zone."""
        return self.taken - timedelta(minutes=self.trip.place.offset_min)

    @cached_property
    def place(self) -> tuple[float, float]:
        """Latitude and longitude, within some kilometers of the trip's place."""
        random = np.random.default_rng([self.seed, self.index, 7])
        north, east = random.uniform(-0.03, 0.03, 2)
        return (
            round(self.trip.place.latitude + float(north), 5),
            round(self.trip.place.longitude + float(east), 5),
        )

    @property
    def has_place(self) -> bool:
        """Whether the camera wrote the position: only phones do."""
        return self.camera.phone

    @property
    def orientation(self) -> int:
        """The EXIF orientation of its file."""
        if self.trip.key == _ORIENTATION_TRIP:
            return self.number + 1
        return 6 if self.camera.phone and self.upright else 1

    @property
    def upright(self) -> bool:
        """Whether the picture is taller than wide."""
        return self.index % 3 == 0 and self.scene in _UPRIGHT_SCENES

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, upright."""
        if self.index % 16 == 5 and self.scene in {"mountains", "sea", "aurora", "skyline"}:
            return (1600, 680)
        width, height = self.camera.landscape
        return (height, width) if self.upright else (width, height)

    @property
    def stored_size(self) -> tuple[int, int]:
        """Width and height in the file, before orientation."""
        width, height = self.size
        return (height, width) if self.orientation >= 5 else (width, height)

    @property
    def stem(self) -> str:
        """The camera's file name without extension."""
        if self.camera.model.startswith("Pixel"):
            return f"IMG_{self.taken:%Y%m%d_%H%M%S}"
        return f"{self.camera.prefix}{1041 + self.index * 13:04d}"

    @property
    def title(self) -> str:
        """The photographer's title."""
        return f"{SCENE_WORDS[self.scene][0]}, {self.trip.place.name}"

    @property
    def caption(self) -> str | None:
        """A sentence for every second picture, None for the others."""
        if self.index % 2:
            return None
        return f"{SCENE_WORDS[self.scene][0]} near {self.trip.place.name}, {self.taken:%B %Y}"

    @property
    def keywords(self) -> tuple[tuple[str, ...], ...]:
        """Keyword paths, the country among them."""
        where = ("Places", self.trip.place.country, self.trip.place.name)
        return (*SCENE_WORDS[self.scene][1], where)

    @property
    def rating(self) -> int | None:
        """The photographer's stars; None for every fourth."""
        return None if self.index % 4 == 3 else 2 + (self.index * 7) % 4

    @property
    def faces(self) -> tuple[Face, ...]:
        """The people in it with regions, as fractions of the upright picture."""
        spots = {"portrait": FACE_CENTERS[:1], "couple": FACE_CENTERS[1:3]}.get(self.scene, ())
        width, height = self.size
        return tuple(
            Face(
                name=PEOPLE[(self.index + n) % len(PEOPLE)],
                x=x,
                y=y,
                width=round(FACE_SIZE[0] * height / width, 6),
                height=FACE_SIZE[1],
            )
            for n, (x, y) in enumerate(spots)
        )

    @property
    def exposure(self) -> Exposure:
        """The EXIF values of its camera."""
        camera = self.camera
        lens, focal = camera.lenses[self.index % len(camera.lenses)]
        night = self.scene in {"aurora", "star_trails", "milky_way", "lighthouse", "bokeh"}
        return Exposure(
            make=camera.make,
            model=camera.model,
            lens=lens,
            serial=camera.serial,
            f_number=2.0 if night else (4.0, 5.6, 8.0)[self.index % 3],
            exposure_s=15.0 if night else 1 / (60, 125, 250, 500)[self.index % 4],
            iso=3200 if night else (100, 200, 400)[self.index % 3],
            focal_mm=focal,
            taken=self.taken,
            offset_min=self.trip.place.offset_min if camera.writes_offset else None,
            orientation=self.orientation,
            place=self.place if self.has_place else None,
            size=self.stored_size,
        )


def all_shots(seed: int) -> tuple[Shot, ...]:
    """Return the pictures of the whole story, oldest first."""
    shots: list[Shot] = []
    for trip in TRIPS:
        for number, scene in enumerate(trip.scenes):
            index = len(shots)
            shots.append(Shot(trip, number, index, scene, seed * 1000 + index))
    return tuple(shots)


def all_scans(seed: int) -> tuple[Shot, ...]:
    """Return four old prints that were scanned: their files have no date and no camera."""
    scenes = ("portrait", "sea", "couple", "flower")
    trip = dataclasses.replace(TRIPS[0], key=_SCANS, title="Scans", scenes=scenes)
    return tuple(
        Shot(trip, number, 200 + number, scene, seed * 1000 + 200 + number)
        for number, scene in enumerate(scenes)
    )
