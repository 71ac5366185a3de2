"""Relations between files of a folder: edits, and videos of live photos."""

from collections.abc import Iterable
from dataclasses import dataclass

from photo_assets.catalogs.google_takeout import matchers
from photo_assets.catalogs.google_takeout.matching import (
    EDITED_RULES,
    LIVE_RULE,
    SHARED_RULES,
    Match,
)
from photo_assets.catalogs.google_takeout.naming import MediaName, fold, parse_media_name
from photo_assets.model.media import media_of
from photo_assets.model.vocabulary import LinkKind, MediaKind


@dataclass(frozen=True, slots=True)
class Relation:
    """The `kind` of a link, and the original's file name in the same folder."""

    kind: LinkKind
    original: str


def relate_folder(files: Iterable[str], matches: dict[str, Match]) -> dict[str, Relation]:
    """Return the relation of every file that is an edit or the live video of another one.

    By the shared JSON if there is one; by name only where both files have none.
    """
    names = [parse_media_name(file) for file in sorted(set(files))]
    owners: dict[str, list[str]] = {}
    moving: dict[str, list[str]] = {}
    orphans: dict[tuple[str, str | None], list[str]] = {}
    for name in names:
        match = matches.get(name.full)
        if match is None:
            orphans.setdefault((fold(name.stem), name.index), []).append(name.full)
        elif match.rule not in SHARED_RULES:
            owners.setdefault(match.sidecar.name, []).append(name.full)
        elif match.rule == LIVE_RULE:
            moving.setdefault(match.sidecar.name, []).append(name.full)
    relations = {}
    for name in names:
        match = matches.get(name.full)
        if match is None:
            relation = _by_name(name, orphans)
        else:
            of_json = match.sidecar.name
            relation = _by_rule(name, match.rule, owners.get(of_json, []), moving.get(of_json, []))
        if relation is not None and relation.original != name.full:
            relations[name.full] = relation
    return relations


def _by_rule(name: MediaName, rule: str, owners: list[str], moving: list[str]) -> Relation | None:
    """Return the relation to a file with the same JSON; an edited video relates to the video."""
    if not owners:
        return None
    if rule in EDITED_RULES:
        kind = media_of(name.full)[1]
        alike = [file for file in (*owners, *moving) if media_of(file)[1] is kind]
        return Relation(LinkKind.EDIT_OF, (alike or owners)[0])
    if rule == LIVE_RULE:
        return Relation(LinkKind.LIVE_VIDEO_OF, owners[0])
    return None


def _by_name(name: MediaName, orphans: dict[tuple[str, str | None], list[str]]) -> Relation | None:
    for stem, sure in matchers.original_stems(name):
        originals = orphans.get((fold(stem), name.index), ()) if sure else ()
        if originals:
            same = [o for o in originals if o.lower().endswith(name.suffix.lower())]
            return Relation(LinkKind.EDIT_OF, (same or list(originals))[0])
    if media_of(name.full)[1] is MediaKind.VIDEO:
        for stem in matchers.still_stems(name):
            for other in orphans.get((fold(stem), name.index), ()):
                if media_of(other)[1] is MediaKind.IMAGE:
                    return Relation(LinkKind.LIVE_VIDEO_OF, other)
    return None
