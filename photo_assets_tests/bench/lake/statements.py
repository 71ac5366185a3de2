"""What people say of the pictures: stars, words, people, albums. A few catalogs disagree."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from photo_assets.model.schema import ALBUM, PERSON, REGION
from photo_assets_tests.bench.lake import vocabulary as known
from photo_assets_tests.bench.lake.columns import (
    either,
    joined,
    lists,
    numbered,
    several,
    structs,
    where,
    words,
)
from photo_assets_tests.bench.lake.draws import Bools, Floats, Ints
from photo_assets_tests.bench.lake.plan import Items

DISAGREEING = 0.06
"""Share of the photos whose further items state other stars; half as many another caption.

Half of the photos have one item only and not every catalog states every field, so about 2 % of
all photos come to be in conflict.
"""


@dataclass(frozen=True)
class Statements:
    """What is said of some items, as columns over them."""

    items: Items

    @cached_property
    def rating(self) -> Ints:
        """Stars, 0 to 5."""
        draws, photo = self.items.draws, self.items.photo
        stars = np.maximum(draws.below("stars", photo, 9) - 3, 0)
        other = (self.items.copy > 0) & draws.chosen("stars differ", photo, DISAGREEING)
        return np.where(other | self.items.rated_anew, (stars + 1) % 6, stars)

    @cached_property
    def caption(self) -> pa.Array:
        """A caption for a fifth of the pictures."""
        draws, photo = self.items.draws, self.items.photo
        text = words(known.CAPTIONS, draws.below("caption", photo, len(known.CAPTIONS)))
        other = (self.items.copy > 0) & draws.chosen("words differ", photo, DISAGREEING / 2)
        text = either(other, joined(text, ", printed"), text)
        return where(draws.chosen("captioned", photo, 0.2) | other, text)

    @cached_property
    def title(self) -> pa.Array:
        """A title for one picture in twenty."""
        titled = self.items.draws.chosen("titled", self.items.photo, 0.05)
        return where(titled, joined("Picture ", numbered(self.items.photo)))

    @cached_property
    def label(self) -> pa.Array:
        """A colour for one picture in twenty."""
        colour = self.items.draws.below("colour", self.items.photo, len(known.LABELS))
        return where(self._some("coloured", 0.05), words(known.LABELS, colour))

    @cached_property
    def pick(self) -> Ints:
        """The flag."""
        return np.searchsorted([0.1, 0.9], self.items.draws.share("pick", self.items.photo)) - 1

    def keywords(self, vocabulary: pa.Array) -> pa.Array:
        """Return up to five keywords each; a number means the same in every vocabulary."""
        draws, photo = self.items.draws, self.items.photo
        rows, places = several(np.maximum(draws.below("keywords", photo, 8) - 2, 0))
        first = draws.below("keyword", photo, len(vocabulary))[rows]
        chosen = vocabulary.take(pa.array((first + places * 101) % len(vocabulary)))
        return lists(rows, chosen, len(self.items))

    def people(self, *, regions: bool) -> pa.Array:
        """Return up to three people each, in a fifth of the pictures."""
        draws, photo = self.items.draws, self.items.photo
        counts = (draws.below("people", photo, 3) + 1) * draws.chosen("peopled", photo, 0.2)
        rows, places = several(counts)
        face = photo[rows] * 4 + places
        name = (draws.below("person", photo, len(known.PEOPLE))[rows] + places) % len(known.PEOPLE)
        area = structs(REGION, len(rows), **{
            side: pa.array(self._part(f"face {side}", face)) for side in ("x", "y", "width", "height")
        })  # fmt: skip
        person = structs(
            PERSON,
            len(rows),
            name=words(known.PEOPLE, name),
            **({"region": area, "confirmed": pa.repeat(True, len(rows))} if regions else {}),
        )
        return lists(rows, person, len(self.items))

    def albums(self, kind: str, share: float, names: pa.Array, ids: pa.Array) -> pa.Array:
        """Return one album each for `share` of the items, `names` and `ids` given for all."""
        rows = np.flatnonzero(self._some(f"in {kind}", share))
        one = np.arange(len(rows) + 1, dtype=np.int32)
        album = structs(
            ALBUM,
            len(rows),
            id=ids.take(pa.array(rows)),
            path=pa.ListArray.from_arrays(pa.array(one), names.take(pa.array(rows))),
            kind=pa.repeat(kind, len(rows)),
        )
        return lists(rows, album, len(self.items))

    def _some(self, stream: str, share: float) -> Bools:
        return self.items.draws.chosen(stream, self.items.photo, share)

    def _part(self, stream: str, numbers: Ints) -> Floats:
        part: Floats = np.round(0.05 + 0.4 * self.items.draws.share(stream, numbers), 4)
        return part
