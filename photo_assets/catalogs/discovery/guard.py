"""The guard against disappearance: how many items may disappear at once without confirmation.

It compares numbers only; the rows are handled in `merge`.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from photo_assets.catalogs.discovery.manifest import Held


@dataclass(frozen=True, slots=True)
class Guard:
    """A loss of more than `items` items and more than `percent` of all needs confirmation.

    So does a loss of all items, however few. `percent` 100: nothing is held back.
    `is_confirmed` returns whether a person confirmed the loss with this digest.
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
        """Return the loss to confirm before `lost` are marked missing, None when none is needed.

        `known`: the number of items before the scan. A loss that was already held back in `before`
        is compared with the number of items at that time, so that items added since do not make it
        pass.
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
