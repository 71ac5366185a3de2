"""What is wrong with the vault as far as its tables and the stores' markers tell, in sentences."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from photo_assets.lake import Lake
from photo_assets.model.errors import StorageError
from photo_assets.model.wording import counted
from photo_assets.vault.fsck_position import positions_by_name, problem_sentences
from photo_assets.vault.months import count_by_status, ids_by_name, open_available
from photo_assets.vault.store import BlobStore

_LISTED = 10


@dataclass(frozen=True, slots=True)
class VaultFaults:
    """The number of blobs by status, and a sentence for each fault."""

    counts: Counter[str]
    sentences: list[str]


def find_faults(
    lake: Lake, stores: Sequence[BlobStore], positions: Path | None = None
) -> VaultFaults:
    """Return what a person should know of; nothing if there are no stores. Reads no blob.

    `positions`: the folder of the positions of checks, to state the problems that these found.
    """
    counts: Counter[str] = Counter()
    lacking: dict[str, int] = {}
    sentences: list[str] = []
    if not stores:
        return VaultFaults(counts, sentences)
    try:
        sentences += map(str, open_available(stores).away.values())
    except StorageError as error:
        sentences.append(str(error))
    if positions is not None:
        sentences += problem_sentences(positions_by_name(positions, ids_by_name(stores)))
    for month, found in count_by_status(lake).items():
        counts.update(found)
        if missing := sum(found.values()) - found.get("stored", 0):
            lacking[month] = missing
    if lacking:
        listed = ", ".join(
            f"{month[:7]} {count:,}" for month, count in [*lacking.items()][:_LISTED]
        )
        rest = f" and {len(lacking) - _LISTED:,} more months" if len(lacking) > _LISTED else ""
        sentences.append(
            f"{counted(sum(lacking.values()), 'original')} not in every store: {listed}{rest}. "
            "The column `detail` of vault/originals says why."
        )
    return VaultFaults(counts, sentences)
