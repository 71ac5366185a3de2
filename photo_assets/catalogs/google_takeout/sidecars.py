"""Lookup of the JSONs of one folder by name, by stated title, and by stem."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from photo_assets.catalogs.google_takeout.matchers import Key
from photo_assets.catalogs.google_takeout.naming import (
    JSON_SUFFIX,
    MEDIA_LIMIT,
    MediaName,
    base_of_json,
    cuts,
    fold,
    json_stem,
    split_media_suffix,
)
from photo_assets.catalogs.google_takeout.versions import NO_VERSION, Version
from photo_assets.model.media import media_of
from photo_assets.model.vocabulary import MediaKind

_TELLING_PREFIX = 20


@dataclass(frozen=True, slots=True)
class Sidecar:
    """The values of a photo's JSON for matching. `taken` is in seconds since 1970 UTC."""

    name: str
    title: str | None = None
    taken: int | None = None
    version: Version = NO_VERSION

    @property
    def index(self) -> str | None:
        """The number that distinguishes it from others with the same title."""
        return json_stem(self.name)[1]

    @property
    def media_name(self) -> str:
        """The media file's name, from the title or else from the JSON's name."""
        return self.title or base_of_json(json_stem(self.name)[0])

    @property
    def of_a_video(self) -> bool:
        """Whether it describes a video."""
        return media_of(self.media_name)[1] is MediaKind.VIDEO

    def is_of_item(self, other: "Sidecar") -> bool:
        """Return whether another JSON for the same file is of the same item, older or newer."""
        same_title = None in (self.title, other.title) or self.title == other.title
        return same_title and self.version.may_be_of(other.version)

    def may_be_of(self, media: MediaName) -> bool:
        """Return whether the stated title is compatible with `media`'s name."""
        if not self.title:
            return True
        stated = fold(split_media_suffix(unescape(self.title))[0])
        written = fold(media.stem)
        shared = min(len(stated), len(written), _TELLING_PREFIX)
        return stated[:shared] == written[:shared]


class SidecarIndex:
    """Lookups over the JSONs of one folder. Results are in name order."""

    def __init__(self, sidecars: Iterable[Sidecar]) -> None:
        self._named: dict[Key, Sidecar] = {}
        self._folded: dict[Key, list[Sidecar]] = defaultdict(list)
        self._titled: dict[Key, list[Sidecar]] = defaultdict(list)
        self._stems: dict[Key, list[Sidecar]] = defaultdict(list)
        for sidecar in sorted(sidecars, key=lambda sidecar: sidecar.name):
            self._add(sidecar)

    def _add(self, sidecar: Sidecar) -> None:
        stem, index = json_stem(sidecar.name)
        for key in {(stem, index), (sidecar.name[: -len(JSON_SUFFIX)], None)}:
            self._named.setdefault(key, sidecar)
            self._folded[fold(key[0]), key[1]].append(sidecar)
        for form in _media_forms(sidecar.title or ""):
            self._titled[form, index].append(sidecar)
        bases = {base_of_json(stem), stem, sidecar.title or stem}
        for base in {fold(split_media_suffix(base)[0]) for base in bases}:
            self._stems[base, index].append(sidecar)

    def named(self, key: Key) -> Sidecar | None:
        """Return the JSON with exactly this stem and index."""
        return self._named.get(key)

    def lettered(self, key: Key) -> list[Sidecar]:
        """Return the JSONs whose stem is the same apart from case and replaced characters."""
        return self._folded.get((fold(key[0]), key[1]), [])

    def titled(self, media: MediaName) -> list[Sidecar]:
        """Return the JSONs whose stated title would give the file name `media`."""
        keys = [(fold(media.full), None), (fold(media.base), media.index)]
        keys.append((fold(media.stem), media.index))
        found = [sidecar for key in keys for sidecar in self._titled.get(key, ())]
        return list(dict.fromkeys(found))

    def with_stem(self, stem: str, index: str | None) -> list[Sidecar]:
        """Return the JSONs of media files of this name with any extension."""
        return self._stems.get((fold(stem), index), [])


def _media_forms(title: str) -> set[str]:
    """Return the possible folded names of a media file with this title, without index.

    Old exports escape titles like HTML: "Tom &amp; Ann&#39;s.jpg".
    """
    forms = set()
    for variant in {title, unescape(title)} - {""}:
        stem, suffix = split_media_suffix(variant)
        for cut in cuts(stem, MEDIA_LIMIT - len(suffix)):
            forms.add(fold(cut + suffix))
        forms.add(fold(variant))
    return forms
