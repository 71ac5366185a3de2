"""Pairing the media files and the JSONs of one folder of an export.

Strict rules are applied first, to all files; then looser ones to the remaining files, which never
use a JSON that a stricter rule matched. Edited files and live videos share the JSON of their
original. Where two JSONs match equally well, neither is used: a wrong date is worse than none. Two
JSONs named after one file, in the old and the new naming, are an older and a newer statement about
it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from photo_assets.catalogs.google_takeout import matchers
from photo_assets.catalogs.google_takeout.matchers import Key, Rule
from photo_assets.catalogs.google_takeout.naming import (
    JSON_STEM_LIMIT,
    MediaName,
    cuts,
    parse_media_name,
)
from photo_assets.catalogs.google_takeout.sidecars import Sidecar, SidecarIndex
from photo_assets.model.media import extension, media_of
from photo_assets.model.vocabulary import MediaKind

_SAME_MOMENT_S = 2

EDITED_RULES = frozenset({"edited", "edited_in_another_language"})
LIVE_RULE = "live_part"
SHARED_RULES = EDITED_RULES | {LIVE_RULE, "forgotten_index"}
"""Rules under which a file uses the JSON of another file."""


@dataclass(frozen=True, slots=True)
class Match:
    """The JSON of one media file and the rule that found it; `older` are the JSONs it replaces."""

    sidecar: Sidecar
    rule: str
    older: tuple[Sidecar, ...] = ()


def match_folder(sidecars: Iterable[Sidecar], files: Iterable[str]) -> dict[str, Match]:
    """Return the match of every file name that has one, independent of the input order."""
    sidecars = list(sidecars)
    names = [parse_media_name(file) for file in sorted(set(files))]
    about = {(sidecar.title, sidecar.index) for sidecar in sidecars if sidecar.title}
    if len(about) == len(sidecars):  # no file has two JSONs
        return _Matching(SidecarIndex(sidecars), names).run()
    older = _replaced(SidecarIndex(sidecars), names)
    matching = _Matching(SidecarIndex(s for s in sidecars if s.name not in older), names)
    replaced_by: dict[str, tuple[Sidecar, ...]] = {}
    for sidecar in sorted((s for s in sidecars if s.name in older), key=lambda s: s.name):
        newest = older[sidecar.name]
        replaced_by[newest] = (*replaced_by.get(newest, ()), sidecar)
    return {
        file: replace(match, older=replaced_by.get(match.sidecar.name, ()))
        for file, match in matching.run().items()
    }


def _replaced(index: SidecarIndex, names: Iterable[MediaName]) -> dict[str, str]:
    """Return the replaced JSONs, each with the name of the newer JSON of the same item."""
    older: dict[str, str] = {}
    for media in names:
        keys = (key for rule in matchers.STRICT for key in rule(media))
        found = list(dict.fromkeys(filter(None, map(index.named, keys))))
        same = [sidecar for sidecar in found if sidecar.is_of_item(found[0])]
        newest = reduce(_later, same) if len(same) > 1 else None
        older |= {s.name: newest.name for s in same if newest is not None and s is not newest}
    return older


def _later(one: Sidecar, other: Sidecar) -> Sidecar:
    return other if other.version.is_later_than(one.version) else one


class _Matching:
    def __init__(self, index: SidecarIndex, names: list[MediaName]) -> None:
        self._index = index
        self._names = names
        self._matches: dict[str, Match] = {}
        self._owned: dict[str, str] = {}  # JSON -> the file it was written for

    def run(self) -> dict[str, Match]:
        for rule in matchers.STRICT:
            self._pass(rule.__name__, self._exactly(rule))
        self._pass("stated_title", self._by_title)
        for rule in matchers.LOOSE:
            self._pass(rule.__name__, self._plausibly(rule))
        self._pass("other_letters", self._by_letters)
        self._pass("no_extension", self._without_extension)
        self._pass("edited", self._edited)
        self._pass("live_part", self._live_part)
        self._pass("edited_in_another_language", self._edited_in_another_language)
        self._pass("forgotten_index", self._exactly(matchers.forgotten_index))
        return self._matches

    def _pass(self, rule: str, find: Callable[[MediaName], Sidecar | None]) -> None:
        found: list[tuple[MediaName, Sidecar]] = []
        for media in self._names:
            if media.full in self._matches or not _may_use(rule, media):
                continue
            sidecar = find(media)
            if sidecar is not None:
                found.append((media, sidecar))
        for media, sidecar in found:
            self._matches[media.full] = Match(sidecar, rule)
            if rule not in SHARED_RULES:
                self._owned.setdefault(sidecar.name, media.full)

    def _exactly(self, rule: Rule) -> Callable[[MediaName], Sidecar | None]:
        def find(media: MediaName) -> Sidecar | None:
            return next(filter(None, map(self._index.named, rule(media))), None)

        return find

    def _plausibly(self, rule: Rule) -> Callable[[MediaName], Sidecar | None]:
        def find(media: MediaName) -> Sidecar | None:
            found = filter(None, map(self._index.named, rule(media)))
            return self._only_free(found, media)

        return find

    def _by_title(self, media: MediaName) -> Sidecar | None:
        return self._only_free(self._index.titled(media), media)

    def _by_letters(self, media: MediaName) -> Sidecar | None:
        keys = _all_keys(media)
        return self._only_free((s for key in keys for s in self._index.lettered(key)), media)

    def _only_free(self, found: Iterable[Sidecar], media: MediaName) -> Sidecar | None:
        free = {
            sidecar
            for sidecar in found
            if sidecar.name not in self._owned and sidecar.may_be_of(media)
        }
        return free.pop() if len(free) == 1 else None

    def _without_extension(self, media: MediaName) -> Sidecar | None:
        """IMG_1234 -> IMG_1234.JPG.json, if no IMG_1234.JPG exists."""
        if extension(media.base):
            return None
        return self._only_free(self._index.with_stem(media.base, media.index), media)

    def _edited(self, media: MediaName) -> Sidecar | None:
        certain = (stem for stem, sure in matchers.original_stems(media) if sure)
        return next(filter(None, (self._of_original(stem, media) for stem in certain)), None)

    def _edited_in_another_language(self, media: MediaName) -> Sidecar | None:
        for stem, sure in matchers.original_stems(media):
            word = media.stem[len(stem) :]
            if sure or word != word.lower():
                continue
            sidecar = self._of_original(stem, media)
            if sidecar is not None and sidecar.name in self._owned:
                return sidecar
        return None

    def _of_original(self, stem: str, media: MediaName) -> Sidecar | None:
        """Return the JSON of the file that `media` is an edit of."""
        index = f"({media.index})" if media.index is not None else ""
        original = parse_media_name(f"{stem}{index}{media.suffix}")
        for rule in (*matchers.STRICT, matchers.shortened_name):
            for key in rule(original):
                sidecar = self._index.named(key)
                if sidecar is not None and sidecar.may_be_of(original):
                    return sidecar
        stems = dict.fromkeys((original.stem, *cuts(original.stem, JSON_STEM_LIMIT)))
        found = [s for stem in stems for s in self._index.with_stem(stem, original.index)]
        return _of_one_moment(s for s in found if s.may_be_of(original))

    def _live_part(self, media: MediaName) -> Sidecar | None:
        is_video = media_of(media.full)[1] is MediaKind.VIDEO or media.suffix.lower()[:4] == ".mp~"
        if not is_video and extension(media.base):
            return None
        found = [
            sidecar
            for stem in dict.fromkeys(matchers.still_stems(media))
            for sidecar in self._index.with_stem(stem, media.index)
            if not sidecar.of_a_video
        ]
        return _of_one_moment(found)


def _may_use(rule: str, media: MediaName) -> bool:
    """Return whether `rule` may claim `media`: without a media extension only close matches."""
    if media.suffix or rule in {"no_extension", LIVE_RULE}:
        return True
    return rule in {rule.__name__ for rule in matchers.STRICT} | {"stated_title", "other_letters"}


def _all_keys(media: MediaName) -> Iterator[Key]:
    for rule in (*matchers.STRICT, *matchers.LOOSE):
        yield from rule(media)


def _of_one_moment(found: Iterable[Sidecar]) -> Sidecar | None:
    """Return the first JSON if all have the same capture time (such as a RAW and JPEG pair)."""
    sidecars = sorted(set(found), key=lambda sidecar: sidecar.name)
    if not sidecars:
        return None
    moments = [sidecar.taken for sidecar in sidecars]
    if len(sidecars) == 1:
        return sidecars[0]
    known = [moment for moment in moments if moment is not None]
    if len(known) < len(moments) or max(known) - min(known) > _SAME_MOMENT_S:
        return None
    return sidecars[0]
