"""The gate: no level rises at a target without an approval of that photo, target and level."""

import ast
import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

import photo_assets
from photo_assets.catalogs.registry import SPECS
from photo_assets.catalogs.spec import CatalogSpec
from photo_assets.model.permits import Level, Permit, Refusal, permit
from photo_assets.model.visibility import LEVELS, exposure, most_restrictive
from photo_assets.model.vocabulary import Visibility

P, OTHER = "11111111-1111-5111-8111-111111111111", "22222222-2222-5222-8222-222222222222"
SERVICES = [spec for spec in SPECS if spec.visibility.levels]
STATES = (None, *Visibility)
SEQUENCES, EVERYDAY = 10_000, 200


def test_only_the_gate_makes_a_permit() -> None:
    wanted = Level(photo_id=P, target="flickr/main", level=Visibility.PUBLIC)
    with pytest.raises(TypeError, match="permit"):
        Permit(wanted, object())
    root = Path(photo_assets.__file__).parent
    made = [
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) in {"Permit", "_MADE_HERE"}
    ]
    assert set(made) == {"model/permits.py"}


@pytest.mark.parametrize("spec", SERVICES, ids=lambda spec: spec.source)
def test_every_service_level_and_action(spec: CatalogSpec) -> None:
    """Every change of a level at every service, with each approval that is not the right one."""
    source = spec.source
    levels = sorted(set(spec.visibility.levels.values()), key=exposure)
    target = f"{source}/main"
    for wanted, current, effective in itertools.product(levels, STATES, STATES):
        right = Level(photo_id=P, target=target, level=wanted)
        wrong = {
            *(Level(photo_id=P, target=target, level=one) for one in LEVELS if one is not wanted),
            Level(photo_id=OTHER, target=target, level=wanted),
            Level(photo_id=P, target=f"{source}/other", level=wanted),
            Level(photo_id=P, target="notion", level=wanted),
        }
        without = permit(right, current=current, effective=effective, approvals=wrong)
        granted = permit(right, current=current, effective=effective, approvals={*wrong, right})
        assert isinstance(without, Permit) == (not _raises(wanted, current, effective))
        known = Visibility.UNKNOWN not in (current, effective)
        assert isinstance(granted, Permit) == (isinstance(without, Permit) or known)
        for found in (without, granted):
            if isinstance(found, Refusal):
                assert target in found.sentence
            else:
                assert found.level == right


def _raises(wanted: Visibility, current: Visibility | None, effective: Visibility | None) -> bool:
    """What the gate promises, written another way: may more people see the photo there then?"""
    if current is Visibility.UNKNOWN or (current is None and effective is Visibility.UNKNOWN):
        return True
    order = ["locked", "private", "friends", "unlisted", "public"]
    here = order.index(current) if current else min(1, order.index(effective or "private"))
    return order.index(wanted) > here


def test_the_unknown_level_is_never_written() -> None:
    wanted = Level(photo_id=P, target="flickr/main", level=Visibility.UNKNOWN)
    for current, effective in itertools.product(STATES, STATES):
        found = permit(wanted, current=current, effective=effective, approvals={wanted})
        assert isinstance(found, Refusal)


def test_a_refusal_names_the_command_that_approves() -> None:
    wanted = Level(photo_id=P, target="flickr/main", level=Visibility.PUBLIC)
    found = permit(wanted, current=Visibility.PRIVATE, effective=None, approvals=())
    assert isinstance(found, Refusal)
    assert f"photosync audit approve {P} flickr/main public --why" in found.sentence


class World:
    """Photos at services, edited by people and by a writer that has the gate alone."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.photos, self.targets = (P, OTHER), ("flickr/main", "smugmug/main", "flickr/other")
        self.levels: dict[tuple[str, str], Visibility | None] = {}
        self.approvals: set[Level] = set()

    def run(self, steps: int) -> Iterator[str]:
        """Do random steps; yield the name of each."""
        for _ in range(steps):
            step = self.random.choice(["edit", "approve", "revoke", "write", "write"])
            getattr(self, step)()
            yield step

    def edit(self) -> None:
        """A person changes a photo at its service, in whatever way."""
        self.levels[self._place()] = self.random.choice(STATES)

    def approve(self) -> None:
        photo, target = self._place()
        level = self.random.choice(LEVELS)
        self.approvals.add(Level(photo_id=photo, target=target, level=level))

    def revoke(self) -> None:
        if self.approvals:
            self.approvals.remove(self.random.choice(sorted(self.approvals, key=repr)))

    def write(self) -> None:
        """A program writes a level that somebody decided, or a rule proposes."""
        photo, target = self._place()
        current = self.levels.get((photo, target))
        stated = [self.levels.get((photo, one)) for one in self.targets]
        effective = most_restrictive(one for one in stated if one is not None)
        wanted = Level(photo_id=photo, target=target, level=self.random.choice([*Visibility]))
        found = permit(wanted, current=current, effective=effective, approvals=self.approvals)
        if isinstance(found, Refusal):
            return
        level = found.level.level
        self.levels[photo, target] = level
        rises = _raises(level, current, effective)
        assert not rises or found.level in self.approvals, (current, effective, level)
        assert level is not Visibility.UNKNOWN

    def _place(self) -> tuple[str, str]:
        return self.random.choice(self.photos), self.random.choice(self.targets)


def _run(seeds: range) -> None:
    done = {step for seed in seeds for step in World(seed).run(40)}
    assert done == {"edit", "approve", "revoke", "write"}


def test_no_sequence_of_edits_and_approvals_raises_a_level() -> None:
    _run(range(EVERYDAY))


@pytest.mark.slow
def test_no_sequence_of_very_many_raises_a_level() -> None:
    _run(range(EVERYDAY, SEQUENCES))


KNOWN_READERS = {
    "sinks/notion/spec.py": "a column whose value decides what is withheld",
    "sinks/supabase/tables.py": "a column of the owner's own database",
    "sinks/supabase/queries.py": "the same column, as read from the lake",
    "sinks/disclosing/facts.py": "locked photos",
    "sinks/disclosing/views.py": "withheld photos",
}


def test_no_sink_sets_a_level_at_a_service() -> None:
    """A sink that deals with levels in another place is found here, and has to take a `Permit`."""
    root = Path(photo_assets.__file__).parent
    words = {"visibility", "privacy", "is_public", "ispublic", "permissions"}
    found = {
        path.relative_to(root).as_posix()
        for path in (root / "sinks").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and words & {*node.value.lower().replace(".", " ").split()}
        and len(node.value) < 200
    }
    assert found <= KNOWN_READERS.keys()
    assert "sinks/supabase/tables.py" in found
