"""The guard against disappearance: how much may vanish at once, and what waits for a person.

It judges numbers; what becomes of the rows is decided in `merge`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from photo_assets.catalogs.discovery.manifest import Held


@dataclass(frozen=True, slots=True)
class Guard:
    """More than `items` items, if they are more than `percent` of all, do not vanish unasked.

    Neither does everything, however little it was. `percent` 100: nothing is held back.
    `is_confirmed` says whether somebody confirmed the loss of this digest.
    """

    percent: float = 5.0
    items: int = 20
    is_confirmed: Callable[[str], bool] = lambda _digest: False

    def judge(
        self,
        lost: set[str],
        known: int,
        *,
        nothing_left: bool,
        before: Held | None,
        token: str | None,
        at: str,
    ) -> Held | None:
        """Return what has to be confirmed before `lost` count as gone, None when nothing has.

        `known`: how many items there were. A loss that waits since `before` is measured by what
        there was then: items that came since do not make it a small one.
        """
        if before is not None:
            known = min(known, before.known)
        is_much = len(lost) > self.items and 100.0 * len(lost) > self.percent * known
        if not lost or self.percent >= 100.0 or not (is_much or nothing_left):
            return None
        digest = hashlib.sha256("\0".join(sorted(lost)).encode()).hexdigest()
        if self.is_confirmed(digest):
            return None
        if before is not None and before.scan_digest == digest:
            at = before.at
        examples = sorted(lost)[:5]
        return Held(
            scan_digest=digest, token=token, lost=len(lost), known=known, examples=examples, at=at
        )
