"""What the catalogs and files prove of the copies: which could be recognized without a download.

It repeats none of the program's code: only what each service states, by its description.
"""

from collections import defaultdict
from collections.abc import Iterable

from photo_assets_tests.bench.all_catalogs.copies import Copy, Form

LOCAL = frozenset({"lightroom", "eagle", "folders", "google_takeout"})


def provable_groups(made: Iterable[tuple[str, Copy]]) -> list[set[tuple[str, int]]]:
    """Return the groups of (source, photo) that some chain of evidence joins."""
    by_key: defaultdict[tuple[object, ...], set[tuple[str, int]]] = defaultdict(set)
    for source, copy in made:
        for key in _keys(source, copy):
            by_key[key].add((source, copy.photo))
    group_of: dict[tuple[str, int], set[tuple[str, int]]] = {}
    for members in by_key.values():
        united = set().union(*(group_of.get(member, {member}) for member in members))
        for member in united:
            group_of[member] = united
    return list({id(group): group for group in group_of.values()}.values())


def _keys(source: str, copy: Copy) -> list[tuple[object, ...]]:
    """Return what an item is known by; items with a key in common are one photo."""
    content = (copy.photo, copy.form)
    alone: list[tuple[object, ...]] = [("alone", source, copy.photo)]
    if source == "flickr":
        if copy.published is not None:
            return [*alone, ("published", copy.published)]
        return [*alone, ("sha1", content)] if copy.tagged else alone
    if source == "google_photos":
        return alone
    published = [("published", copy.published)] if copy.published is not None else []
    if source in LOCAL:
        if not copy.known:
            return [*alone, *published]
        is_camera_s = copy.form in (Form.CAMERA, Form.RETAGGED)
        image = ("image", copy.photo, Form.CAMERA if is_camera_s else copy.form)
        digests = [(kind, content) for kind in ("sha256", "sha1", "md5")]
        return [*alone, *published, *digests, image]
    stated = {
        "google_drive": ("sha256", "sha1", "md5") if copy.known else ("md5",),
        "smugmug": ("md5",) if copy.known else (),
        "immich": ("sha1",) if copy.known else (),
    }
    return [*alone, *((kind, content) for kind in stated[source])]
