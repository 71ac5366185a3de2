"""The gate of visibility: the only place that permits a level to be written to a target. Pure.

A writer takes a `Permit`, and only `permit` makes one. Approvals are recorded elsewhere.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from photo_assets.model.visibility import exposure
from photo_assets.model.vocabulary import Visibility

_MADE_HERE: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level for one photo at one target, `<source>/<catalog>` or a sink: what is approved."""

    photo_id: str
    target: str
    level: Visibility


@dataclass(frozen=True, slots=True)
class Permit:
    """The permission to write exactly this level. Raises `TypeError` if anyone else makes one."""

    level: Level
    _by: object

    def __post_init__(self) -> None:
        """Refuse a permit that the gate did not make."""
        if self._by is not _MADE_HERE:
            raise TypeError("Only model.permits.permit makes a Permit.")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a level may not be written, as a sentence for people."""

    sentence: str


def permit(
    wanted: Level,
    *,
    current: Visibility | None,
    effective: Visibility | None,
    approvals: Collection[Level],
) -> Permit | Refusal:
    """Permit or refuse a level.

    `current` is the photo's level at the target now, None where it is not there; `effective` its
    most restrictive level anywhere, None where no catalog states one: such a photo counts as
    private. A level at or below the current one is permitted; where the photo is not at the target,
    nobody sees it there, and only what is private both there and elsewhere is. Any other level
    needs known levels and an approval of exactly this photo, target and level; `approvals` are
    those that stand.
    """
    level, target = wanted.level, wanted.target
    if level is Visibility.UNKNOWN:
        return Refusal(f"Nothing is written to {target}: the wanted level is unknown.")
    if current is Visibility.UNKNOWN:
        return Refusal(
            f"Nothing is written to {target}: it is unknown who sees the photo there. Set it there."
        )
    if exposure(level) <= _granted(current, effective):
        return Permit(wanted, _MADE_HERE)
    if effective is Visibility.UNKNOWN:
        return Refusal(
            f"The photo is not made {level.value} at {target}: a catalog states what this version "
            "does not know about who sees it. See: photosync audit --visibility-check"
        )
    if wanted not in approvals:
        return Refusal(
            f"The photo is not made {level.value} at {target}: nobody approved that. If it is "
            f"intended: photosync audit approve {wanted.photo_id} {target} {level.value} --why …"
        )
    return Permit(wanted, _MADE_HERE)


def _granted(current: Visibility | None, effective: Visibility | None) -> int:
    """Return the rank up to which a level raises nothing."""
    if current is not None:
        return exposure(current)
    if effective is Visibility.UNKNOWN:
        return -1
    return min(exposure(Visibility.PRIVATE), exposure(effective or Visibility.PRIVATE))
