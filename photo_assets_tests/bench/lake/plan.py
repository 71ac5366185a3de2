"""Which items are which photo, and which month, catalog and file each has.

Of 50 photos, with 84 items, 26 are one item each, 8 of these in related pairs (a virtual copy and
its master, a JPEG and its RAW file, a live video and its still, a stack of two), and 24 are two to
four items. What joins those differs: the same bytes, the same image data with tags rewritten,
or an import hash that two Lightroom catalogs agree on.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from photo_assets_tests.bench.lake.draws import Bools, Draws, Ints, Words

SOURCES = ("lightroom", "folders", "google_takeout", "eagle")
LIGHTROOM, FOLDERS, TAKEOUT, EAGLE = range(4)
CATALOG_NAMES = ("main", "nas", "mara", "inspiration")
SECOND_LIGHTROOM = "laptop"

SAME_BYTES, SAME_IMAGE, SAME_IMPORT = range(3)

MASTER, VIRTUAL_COPY = 6, 7
RAW, DEVELOPED = 12, 13
STILL, LIVE_VIDEO = 20, 21
STACK_TOP, STACKED = 30, 31
_PAIRS = {VIRTUAL_COPY: LIGHTROOM, DEVELOPED: FOLDERS, LIVE_VIDEO: TAKEOUT, STACKED: LIGHTROOM}
_ONE_SHOT = (VIRTUAL_COPY, DEVELOPED, LIVE_VIDEO)  # and the photo before them
_FIRST_YEAR = 2001

_COUNTS = np.ones(50, np.int64)
_OTHERS = [k for k in range(50) if k not in _PAIRS and k + 1 not in _PAIRS]
_COUNTS[_OTHERS[18:]] = [2] * 15 + [3] * 8 + [4]
_BEFORE = np.concatenate([[0], np.cumsum(_COUNTS)])
ITEMS_OF_FIFTY = int(_BEFORE[-1])


@dataclass(frozen=True)
class Plan:
    """A lake of `items` items over `months` months, the first of them January 2001.

    `revision` 1 is the same lake after a while: 0.6 % of the photos are rated again, the tags of
    0.2 % of the JPEG files are rewritten, and 0.3 % more items came in, all in the last month.
    """

    items: int
    months: int = 300
    seed: int = 1
    revision: int = 0

    @property
    def all_items(self) -> int:
        """The number of items, those that came in later included."""
        return self.items + self.revision * (self.items * 3 // 1000)

    @property
    def photos(self) -> int:
        """The number of photos they are."""
        return photos_of(self.all_items)

    @property
    def draws(self) -> Draws:
        """The chance behind it."""
        return Draws(self.seed)

    def month(self, number: int) -> str:
        """Return the partition key of a month counted from 0."""
        return f"{date(_FIRST_YEAR + number // 12, number % 12 + 1, 1):%Y-%m-%d}"

    def items_of(self, month: int) -> "Items":
        """Return the items of a month counted from 0."""
        first, last = int(self._bounds[month]), int(self._bounds[month + 1])
        photo = np.arange(first, last)
        counts = _COUNTS[photo % 50]
        start = photo // 50 * ITEMS_OF_FIFTY + _BEFORE[photo % 50]
        counts = np.minimum(counts, self.all_items - start)
        copy = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return Items(self, month, np.repeat(photo, counts), copy)

    @cached_property
    def _bounds(self) -> Ints:
        """The first photo of each month, and the end. People take more from year to year."""
        weights = np.linspace(0.4, 1.6, self.months)
        at = np.cumsum(weights) / weights.sum() * photos_of(self.items)
        bounds = np.concatenate([[0], np.round(at)]).astype(np.int64)
        bounds -= np.isin(bounds % 50, list(_PAIRS))  # both of a pair are of one month
        bounds[-1] = self.photos
        return bounds


def photos_of(items: int) -> int:
    """Return how many photos the first `items` items are."""
    blocks, rest = divmod(items, ITEMS_OF_FIFTY)
    return blocks * 50 + int(np.searchsorted(_BEFORE, rest))


@dataclass(frozen=True)
class Items:
    """Items of one month: of each its photo and which copy of it, as arrays."""

    plan: Plan
    month: int
    photo: Ints
    copy: Ints

    def __len__(self) -> int:
        return len(self.photo)

    def take(self, chosen: Bools) -> "Items":
        """Return some of the items."""
        return Items(self.plan, self.month, self.photo[chosen], self.copy[chosen])

    @property
    def draws(self) -> Draws:
        """The chance behind it."""
        return self.plan.draws

    @property
    def role(self) -> Ints:
        """The place among fifty photos."""
        return self.photo % 50

    @cached_property
    def shot(self) -> Ints:
        """The release of the shutter it comes from: both of a pair share it."""
        shared: Ints = self.photo - np.isin(self.role, _ONE_SHOT)
        return shared

    @cached_property
    def item(self) -> Words:
        """A number of the item's own."""
        found: Words = (self.photo * 8 + self.copy).astype(np.uint64)
        return found

    @cached_property
    def alone(self) -> Bools:
        """Whether it is the only item of its photo by plan."""
        found: Bools = _COUNTS[self.role] == 1
        return found

    @cached_property
    def way(self) -> Ints:
        """What joins the photo's items."""
        chance = self.draws.share("way", self.photo)
        ways = np.where(chance < 0.78, SAME_BYTES, np.where(chance < 0.94, SAME_IMAGE, SAME_IMPORT))
        return np.where(self.alone, SAME_BYTES, ways)

    @cached_property
    def source(self) -> Ints:
        """Its source, a number into `SOURCES`."""
        first = np.searchsorted([0.4, 0.7, 0.9], self.draws.share("source", self.photo), "right")
        for role, source in _PAIRS.items():
            first = np.where(np.isin(self.role, (role - 1, role)), source, first)
        two_lightrooms = self.way == SAME_IMPORT
        first = np.where(two_lightrooms, LIGHTROOM, first)
        step = np.where(two_lightrooms, np.maximum(self.copy - 1, 0), self.copy)
        return (first + step) % len(SOURCES)

    @cached_property
    def on_laptop(self) -> Bools:
        """Whether it is in the second Lightroom catalog."""
        found: Bools = (self.way == SAME_IMPORT) & (self.copy == 1)
        return found

    @cached_property
    def rated_anew(self) -> Bools:
        """Whether the revision rated it again."""
        return self.draws.chosen("rated", self.photo, 0.006 * self.plan.revision)

    @cached_property
    def written_anew(self) -> Bools:
        """Whether the revision wrote the tags of its file again."""
        able = self.jpeg & ~self.unavailable & (self.way != SAME_IMPORT)
        able &= ~np.isin(self.role, (MASTER, VIRTUAL_COPY)) & ~self.flat
        found: Bools = able & self.draws.chosen("written", self.item, 0.002 * self.plan.revision)
        return found

    @cached_property
    def image(self) -> Words:
        """A number of its image data."""
        other = (self.way == SAME_IMPORT) & (self.copy == 1)
        files = self.shot * 8 + np.isin(self.role, (DEVELOPED, LIVE_VIDEO)) * 2
        found: Words = (files + other).astype(np.uint64)
        return found

    @cached_property
    def content(self) -> Words:
        """A number of its bytes."""
        tags = np.where(self.way == SAME_IMAGE, self.copy, 0) + 8 * self.written_anew
        found: Words = self.image * np.uint64(64) + tags.astype(np.uint64)
        return found

    @cached_property
    def jpeg(self) -> Bools:
        """Whether its file is a JPEG; what image data or import hashes join always is."""
        found: Bools = self.format == 0
        return found

    @cached_property
    def format(self) -> Ints:
        """Its file format, a number into `formats.EXTENSIONS`."""
        chance = self.draws.share("format", self.shot)
        kind = np.searchsorted([0.82, 0.92, 0.94, 0.96], chance, "right")
        kind = np.where((self.way != SAME_BYTES) | (self.role == DEVELOPED), 0, kind)
        kind = np.where(self.role == RAW, 4, kind)
        kind = np.where(self.role == STILL, 1, kind)
        return np.where(self.role == LIVE_VIDEO, 5, kind)

    @cached_property
    def unavailable(self) -> Bools:
        """Whether its file cannot be read now; only of photos with one item."""
        free = self.alone & ~np.isin(self.role, [*_PAIRS, *(k - 1 for k in _PAIRS)])
        found: Bools = free & self.draws.chosen("unavailable", self.photo, 0.03)
        return found

    @cached_property
    def flat(self) -> Bools:
        """Whether it shows nothing but one level of grey; only of photos with one item."""
        single = self.alone & (self.shot == self.photo) & (self.role != MASTER)
        found: Bools = single & self.draws.chosen("flat", self.photo, 0.005)
        return found
