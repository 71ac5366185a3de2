"""What should be found, and how much of it was."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from photo_assets_tests.bench.planted import Planted

Pair = tuple[Path, Path]


@dataclass(frozen=True, slots=True)
class Score:
    """Planted pairs found, planted at all, and pairs of pictures that have nothing in common."""

    found: int
    planted: int
    false: int

    @property
    def recall(self) -> float:
        """The share found, 0..1."""
        return self.found / self.planted if self.planted else 1.0


@dataclass(frozen=True, slots=True)
class Truth:
    """Which original each file shows."""

    shows: Mapping[Path, Path]

    @classmethod
    def of(cls, originals: Iterable[Path], planted: Iterable[Planted]) -> "Truth":
        """Return the truth about a corpus."""
        own = {path: path for path in originals}
        return cls(own | {each.copy: each.original for each in planted})

    def score(self, groups: Iterable[Sequence[Path]], planted: Iterable[Planted]) -> Score:
        """Score groups against the `planted` pairs that ought to be found.

        Other pairs of one picture are no mistakes. Raises `KeyError` for a file of nobody's.
        """
        pairs = pairs_of(groups)
        wanted = {_pair(each.original, each.copy) for each in planted}
        false = sum(1 for a, b in pairs if self.shows[a] != self.shows[b])
        return Score(len(wanted & pairs), len(wanted), false)


def pairs_of(groups: Iterable[Sequence[Path]]) -> set[Pair]:
    """Return all pairs within groups."""
    return {_pair(a, b) for group in groups for a, b in combinations(sorted(set(group)), 2)}


def _pair(a: Path, b: Path) -> Pair:
    return (a, b) if a < b else (b, a)
