"""Grouping the files of one directory: sidecars, adjustments, pairs and renditions.

Uses only the listing, so that a scan without changes opens no file.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from photo_assets.catalogs.companions import originals, without_apple_edit
from photo_assets.catalogs.folders import naming
from photo_assets.catalogs.folders.entry import FileEntry
from photo_assets.model.media import extension, media_of
from photo_assets.model.vocabulary import LinkKind, MediaKind

Relation = tuple[LinkKind, FileEntry]


@dataclass(slots=True)
class Member:
    """A future item: a picture or video with its related files."""

    file: FileEntry
    kind: MediaKind
    sidecars: list[FileEntry] = field(default_factory=list)  # in order of precedence
    adjustments: list[FileEntry] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)
    live_stills: list[FileEntry] = field(
        default_factory=list
    )  # of a video, by name; the most likely first
    version: FileEntry | None = None  # darktable's sidecar of a further version of `file`

    @property
    def settled(self) -> bool:
        """Return whether none of its files is still being written."""
        return all(part.settled for part in (self.file, *self.sidecars, *self.adjustments))


@dataclass(slots=True)
class Group:
    """The files of one directory, grouped."""

    members: list[Member]
    companions: list[FileEntry]  # sidecars and adjustments that belong to a member
    orphans: list[FileEntry]  # those that belong to no member
    notes: list[FileEntry]  # notes files, with metadata of several members


class Names:
    """Members by name or stem: exact matches first, then without regard to case and composition."""

    def __init__(self, members: Iterable[Member], key: Callable[[str], str] = str) -> None:
        self._exact: dict[str, list[Member]] = defaultdict(list)
        self._folded: dict[str, list[Member]] = defaultdict(list)
        for member in members:
            name = key(member.file.text)
            self._exact[name].append(member)
            self._folded[naming.folded(name)].append(member)

    def find(self, name: str, wanted: Callable[[Member], bool] = lambda _: True) -> list[Member]:
        """Return the members of that name that are wanted, in name order."""
        exact = [member for member in self._exact.get(name, ()) if wanted(member)]
        folded = self._folded.get(naming.folded(name), ()) if not exact else ()
        return exact or [member for member in folded if wanted(member)]


def group(files: list[FileEntry]) -> Group:
    """Return the files of one directory grouped; `files` in name order, the result too."""
    members = [
        Member(entry, kind)
        for entry in files
        if (kind := media_of(entry.name)[1]) is not MediaKind.OTHER
    ]
    names, stems = Names(members), Names(members, naming.stem)
    companions: list[FileEntry] = []
    orphans: list[FileEntry] = []
    notes: list[FileEntry] = []
    versions: list[Member] = []
    for entry in files:
        ending = extension(entry.name)
        if ending == "aae":
            owners = stems.find(without_apple_edit(naming.stem(entry.text)))
            for member in owners:
                member.adjustments.append(entry)
            (companions if owners else orphans).append(entry)
        elif ending == "xmp":
            _place_sidecar(entry, names, stems, companions, orphans, versions)
        elif media_of(entry.name)[1] is MediaKind.OTHER:
            notes.append(entry)
    numbered: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        base = naming.without_size(naming.stem(member.file.text), member.file.size)
        if base is not None and extension(member.file.name) in naming.LIVE_STILLS:
            numbered[base].append(member)
    for member in members:
        _relate(member, stems)
        if member.kind is MediaKind.VIDEO and extension(member.file.name) in naming.LIVE_VIDEOS:
            member.live_stills = _stills_of(member, stems, numbered)
    return Group(members + versions, companions, orphans, notes)


def _place_sidecar(
    entry: FileEntry,
    names: Names,
    stems: Names,
    companions: list[FileEntry],
    orphans: list[FileEntry],
    versions: list[Member],
) -> None:
    base = naming.stem(entry.text)
    full = names.find(base)
    if full:
        for member in full:
            member.sidecars.insert(0, entry)  # IMG.ext.xmp takes precedence over IMG.xmp
        companions.append(entry)
        return
    original = naming.duplicate_of(base)
    of_version = names.find(original) if original else []
    if of_version:
        first = of_version[0]
        versions.append(Member(first.file, first.kind, sidecars=[entry], version=entry))
        return
    owners = _owners_of_stem(stems.find(base))
    for member in owners:
        member.sidecars.append(entry)
    (companions if owners else orphans).append(entry)


def _owners_of_stem(candidates: list[Member]) -> list[Member]:
    """Return the members that `IMG.xmp` describes: a RAW file (Adobe), else stills, else videos."""
    for kind in (MediaKind.RAW, MediaKind.IMAGE, MediaKind.VIDEO):
        of_kind = [member for member in candidates if member.kind is kind]
        if of_kind:
            return of_kind
    return []


def _relate(member: Member, stems: Names) -> None:
    name_stem, ending = naming.stem(member.file.text), extension(member.file.name)
    for named in originals(name_stem):
        original = _original(member, stems.find(named.stem, lambda other: other is not member))
        if original is not None:
            member.relations.append((named.kind, original.file))
            break
    if member.kind is not MediaKind.IMAGE:
        return
    raws = stems.find(name_stem, lambda other: other.kind is MediaKind.RAW)
    if ending in naming.JPEG:
        # A file that icloudpd names like the HEIC beside it is the version edited on the phone.
        edited = stems.find(name_stem, lambda other: extension(other.file.name) in naming.HEIC)
        if edited:
            member.relations.append((LinkKind.EDIT_OF, edited[0].file))
            return
    if raws and ending in naming.PAIRED_WITH_RAW:
        member.relations.append((LinkKind.RAW_JPEG_PAIR, raws[0].file))


def _original(member: Member, candidates: list[Member]) -> Member | None:
    """Return the candidate with the same extension, otherwise of the same kind (video or still)."""
    ending = extension(member.file.name)
    is_video = member.kind is MediaKind.VIDEO
    alike = [m for m in candidates if (m.kind is MediaKind.VIDEO) == is_video]
    same = [m for m in alike if extension(m.file.name) == ending]
    return next(iter(same or alike), None)


def _stills_of(video: Member, stems: Names, numbered: dict[str, list[Member]]) -> list[FileEntry]:
    """Return the stills whose names fit a live video; HEIC before JPEG, RAW last."""
    order = {MediaKind.IMAGE: 0, MediaKind.RAW: 1}
    found: list[FileEntry] = []
    for wanted in naming.live_still_stems(video.file.text):
        stills = stems.find(wanted, lambda m: extension(m.file.name) in naming.LIVE_STILLS)
        heic_first = sorted(
            stills,
            key=lambda m: (order.get(m.kind, 2), extension(m.file.name) not in naming.HEIC),
        )
        found += [still.file for still in heic_first]
    base = naming.without_size(naming.stem(video.file.text), video.file.size)
    if not found and base is not None:
        # icloudpd numbers the two parts of a second photo by their own sizes: one candidate or
        # none.
        alike = [
            m for stem in naming.live_still_stems(f"{base}.mov") for m in numbered.get(stem, [])
        ]
        found = [alike[0].file] if len(alike) == 1 else []
    return found
