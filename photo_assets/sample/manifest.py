"""The content of the sample, as counts and lists for checking the pipeline."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from photo_assets.sample.expected import Conflict, Relation
from photo_assets.sample.tree import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleManifest:
    """Facts of one generated sample. Counts of items are counts of rows that a reader should find.

    `after_bytes` and `after_image_data` are the numbers of photos when the entries with bytes are
    joined by SHA-256, and then by equal image data; entries without bytes (offline, missing) are
    excluded. `online` are the entries of accounts of online services, which are in no other figure:
    what is known of them comes from the service.
    """

    seed: int
    entries: tuple[Entry, ...]
    online: tuple[Entry, ...]
    items: dict[str, int]
    without_bytes: int
    blobs: int
    after_bytes: int
    after_image_data: int
    joined_by_bytes: int
    joined_by_image_data: int
    look_alikes: tuple[tuple[str, str], ...]
    relations: tuple[Relation, ...]
    conflicts: tuple[Conflict, ...]
    files: dict[str, str]


def build_manifest(
    seed: int,
    entries: Iterable[Entry],
    online: Iterable[Entry],
    relations: Iterable[Relation],
    conflicts: tuple[Conflict, ...],
    files: dict[str, str],
) -> SampleManifest:
    """Return the manifest of the writers' entries."""
    every = tuple(sorted(entries))
    present = [entry for entry in every if entry.sha256 is not None]
    pictures: defaultdict[str, set[str]] = defaultdict(set)
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for entry in present:
        shot, _, form = entry.picture.partition(" ")
        pictures[entry.picture].add(entry.sha256 or "")
        forms[shot].add(form)
    blobs = {entry.sha256 for entry in present}
    return SampleManifest(
        seed=seed,
        entries=every,
        online=tuple(sorted(online)),
        items=dict(sorted(Counter(entry.catalog for entry in every).items())),
        without_bytes=len(every) - len(present),
        blobs=len(blobs),
        after_bytes=len(blobs),
        after_image_data=len(pictures),
        joined_by_bytes=len(present) - len(blobs),
        joined_by_image_data=len(blobs) - len(pictures),
        look_alikes=tuple(
            (f"{shot} jpeg", f"{shot} smaller")
            for shot, has in sorted(forms.items())
            if {"jpeg", "smaller"} <= has
        ),
        relations=tuple(sorted(relations)),
        conflicts=conflicts,
        files=dict(sorted(files.items())),
    )
