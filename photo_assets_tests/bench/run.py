"""One run of `make bench`: what was asked, where scratch files go, the corpus all stages share."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from photo_assets_tests.bench.against.commit import DEFAULT
from photo_assets_tests.bench.corpus import Corpus, Plan, make_corpus
from photo_assets_tests.bench.figures import Figures

QUICK = Plan(photos=24, copies=24)
FULL = Plan(photos=60, copies=44)
_ROWS = (10_000, 100_000, 1_000_000, 10_000_000)


@dataclass(frozen=True, slots=True)
class Amounts:
    """How much is measured."""

    plan: Plan
    rounds: int
    """How often what is compared is measured in turn; medians count."""
    real_rounds: int
    floor_seconds: float
    """Ours is given so many files that the floor of all takes this, seconds of CPU."""
    seed_photos: int
    """Photos the seed's way is given; it takes ten times as long as anything else."""
    asset_photos: int
    asset_rounds: int
    peer_rounds: int
    rows: tuple[int, ...]
    """Items of the growing tables, ascending: joins, metadata, look-alikes."""
    files: int
    """Files of the trees that are scanned."""
    vault_photos: int
    """Photos of 5 MB that are copied into a store."""


def amounts(*, quick: bool, huge: bool) -> Amounts:
    """Return the amounts of a quick run (ten minutes on two idle cores) or of a full one."""
    if quick:
        return Amounts(
            QUICK,
            rounds=2,
            real_rounds=1,
            floor_seconds=4.0,
            seed_photos=8,
            asset_photos=96,
            asset_rounds=1,
            peer_rounds=1,
            rows=(3_000, 10_000),
            files=10_000,
            vault_photos=60,
        )
    rows = _ROWS if huge else _ROWS[:3]
    return Amounts(
        FULL,
        rounds=5,
        real_rounds=5,
        floor_seconds=15.0,
        seed_photos=60,
        asset_photos=2_000,
        asset_rounds=3,
        peer_rounds=3,
        rows=rows,
        files=100_000,
        vault_photos=1_000,
    )


@dataclass(frozen=True)
class Run:
    """Given to every stage."""

    amounts: Amounts
    scratch: Path
    """A folder of this run's own, removed at its end."""
    corpus_home: Path
    """Where the corpus is, or is to be made."""
    photos: Path | None = None
    """A folder of real photos; only read."""
    say: Callable[[str], None] = field(default=lambda _line: None)
    base: str = DEFAULT
    """The commit that the stage `against` compares with."""

    @cached_property
    def corpus(self) -> Corpus:
        """The corpus, made on first use."""
        self.say(f"corpus: {self.amounts.plan.photos} photos in {self.corpus_home}")
        return make_corpus(self.corpus_home, self.amounts.plan)

    def folder(self, name: str) -> Path:
        """Return a new scratch folder."""
        found = self.scratch / name
        found.mkdir(parents=True)
        return found


Measure = Callable[[Run], Figures]
