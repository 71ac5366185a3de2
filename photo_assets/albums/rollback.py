"""Going back to earlier names: which name an album had, and the changes that restore it.

Pure, apart from reading the ledger. The changes are made by `applying`, which compares the name at
the service first: an album that somebody renamed since is left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from photo_assets.ledger import OPEN, AlbumChange, Step


@dataclass(frozen=True, slots=True)
class Held:
    """A name that an album got at `since` (UTC text) by a change."""

    name: str
    since: str


def names_held(changes: Iterable[AlbumChange]) -> list[Held]:
    """Return the names of one album in the order in which they can be undone, the oldest first.

    The first one is the name before the first change. A rollback removes the names after the one
    that it restored.
    """
    held: list[Held] = []
    for one in changes:
        if one.step is not Step.DONE:
            continue
        if not held:
            held.append(Held(one.before, ""))
        if one.rollback:
            while len(held) > 1 and held[-1].name != one.after:
                held.pop()
            if held[-1].name == one.after:
                continue
        held.append(Held(one.after, one.at))
    return held


def name_at(changes: Sequence[AlbumChange], moment: str) -> str | None:
    """Return the name that the changes had given an album at a moment (UTC text).

    None if no change was made.
    """
    done = [one for one in changes if one.step is Step.DONE]
    before = [one.after for one in done if one.at <= moment]
    return before[-1] if before else (done[0].before if done else None)


def going_back(
    changes: Sequence[AlbumChange], who: str, *, steps: int | None = None, to: str | None = None
) -> AlbumChange | None:
    """Return the change that takes one album back `steps` names, or to a moment (UTC text).

    None if there is nothing to undo, or if a change of the album is not ended.
    """
    done = [one for one in changes if one.step is Step.DONE]
    if not done or any(one.step in OPEN for one in changes):
        return None
    now = done[-1].after
    if to is not None:
        target = name_at(changes, to)
    else:
        held = names_held(changes)
        target = held[max(0, len(held) - 1 - (steps or 0))].name
    if target is None or target == now:
        return None
    last = done[-1]
    return AlbumChange(
        album=last.album, field=last.field, before=now, after=target, who=who, rollback=True
    )
