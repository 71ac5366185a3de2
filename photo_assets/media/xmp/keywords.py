"""Joining the keywords of six properties with different notations into one list.

Flat: `dc:subject`. Hierarchies: Lightroom's and Media Pro's with "|", digiKam's and Microsoft's
with "/", ACDSee's as XML inside a text.

Two properties that state one keyword with different separators determine its levels together: a
character is a separator where both use their own separator.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.packet import XmpError, parse_fragment
from photo_assets.media.xmp.properties import MAX_ITEMS, Properties
from photo_assets.model.item import Keyword
from photo_assets.model.names import clean_text

Path = tuple[str, ...]

MAX_DEPTH = 50
_MARKS = re.compile(r"([|/])")


@dataclass(frozen=True, slots=True)
class CutKeyword:
    """A keyword split at every possible separator, with the ones that do separate here."""

    pieces: Path  # as written, with surrounding blanks
    marks: Path  # the characters between the pieces
    separates: tuple[bool, ...]

    @property
    def key(self) -> Path:
        """Equal for two spellings of one keyword."""
        return tuple(piece.strip() for piece in self.pieces)

    def path(self, other: "CutKeyword") -> Path:
        """Return the names, split where both spellings (of one key) separate."""
        names = list(self.pieces[:1])
        both = map(all, zip(self.separates, other.separates, strict=True))
        for piece, mark, is_cut in zip(self.pieces[1:], self.marks, both, strict=True):
            if is_cut:
                names.append(piece)
            else:
                names[-1] += mark + piece
        return tuple(stripped for name in names if (stripped := name.strip()))


def cut(text: str, separator: str) -> CutKeyword:
    """Return a keyword of a property with this separator; pieces after the 50th are dropped."""
    split = _MARKS.split(text, maxsplit=MAX_DEPTH)[: 2 * MAX_DEPTH - 1]
    marks = tuple(split[1::2])
    return CutKeyword(tuple(split[::2]), marks, tuple(mark == separator for mark in marks))


def cut_path(path: Path) -> CutKeyword:
    """Return a keyword whose names are stated separately."""
    names = [cut(name, "") for name in path]
    marks = tuple(mark for name in names for mark in (*name.marks, "|"))[:-1]
    ends = tuple(end for name in names for end in (*name.separates, True))[:-1]
    return CutKeyword(tuple(piece for name in names for piece in name.pieces), marks, ends)


_PIPED = ((ns.LIGHTROOM, "hierarchicalSubject"), (ns.MEDIAPRO, "CatalogSets"))
_SLASHED = (
    (ns.DIGIKAM, "TagsList"),
    (ns.MICROSOFT, "LastKeywordXMP"),
    (ns.MICROSOFT_OLD, "LastKeywordXMP"),
)


def keywords(packet: Properties) -> tuple[Keyword, ...]:
    """Return each keyword once, hierarchical ones first, in the order of the packet.

    Programs repeat in `dc:subject` every part of a hierarchical keyword (Lightroom leaf and
    ancestors, digiKam the leaf, IMatch the path); a flat keyword that is part of a hierarchy, or a
    whole one, is therefore dropped.

    A separator may also be part of a name. "|" is part of a name where the properties with "/" also
    have it (digiKam's tag `P|Q` is `P|Q` in both of its lists, its tag Q in P is `P/Q` and `P|Q`),
    and vice versa; "/" also where `dc:subject` has the same text as a whole and no list with "|"
    contradicts.
    """
    flat = [*packet.texts(ns.DC, "subject"), *packet.texts(ns.ACDSEE, "keywords")]
    whole = set(flat)
    piped = [cut(text, "|") for place in _PIPED for text in packet.texts(*place)]
    slashed = [text for place in _SLASHED for text in packet.texts(*place)]
    assigned = list(_acdsee(packet.text(ns.ACDSEE, "categories")))
    spelled: dict[Path, list[CutKeyword]] = {}
    for other in [*(cut(text, "/") for text in slashed), *map(cut_path, assigned)]:
        spelled.setdefault(other.key, []).append(other)
    paths: dict[Path, None] = {}
    for keyword in piped:
        for other in spelled.get(keyword.key, [keyword]):
            paths.setdefault(keyword.path(other))
    stated = {keyword.key for keyword in piped}
    for text in slashed:
        keyword = cut(text, "/")
        if keyword.key not in stated:
            paths.setdefault((text,) if text in whole else keyword.path(keyword))
    for path in assigned:
        if cut_path(path).key not in stated:
            paths.setdefault(path)
    in_hierarchy = {part for path in paths if len(path) > 1 for part in path}
    kept = [path for path in paths if len(path) > 1 or (path and path[0] not in in_hierarchy)]
    known = {cut_path(path).key for path in [*kept, *((part,) for part in in_hierarchy)]}
    kept.extend((word,) for word in dict.fromkeys(flat) if cut(word, "").key not in known)
    return tuple(Keyword(path=path) for path in kept[:MAX_ITEMS])


def _acdsee(text: str | None) -> Iterator[Path]:
    """Yield the paths that are marked `Assigned="1"` in `<Categories><Category …>name…`."""
    if not text:
        return
    try:
        root = parse_fragment(text)
    except XmpError:
        return
    open_nodes: list[tuple[etree._Element, Path]] = [(child, ()) for child in reversed(root)]
    while open_nodes:
        node, parents = open_nodes.pop()
        name = clean_text(node.text or "").strip()
        path = (*parents, name) if name else parents
        if node.get("Assigned") == "1" and path:
            yield path
        if len(path) < MAX_DEPTH:
            open_nodes.extend((child, path) for child in reversed(node))
