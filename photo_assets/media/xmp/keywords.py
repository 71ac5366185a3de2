"""Keywords out of six properties that say the same thing in different ways, joined into one list.

Flat: `dc:subject`. Hierarchies: Lightroom's and Media Pro's with "|", digiKam's and Microsoft's
with "/", ACDSee's as XML inside a text.
"""

from collections.abc import Iterator

from lxml import etree

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.keyword_paths import MAX_DEPTH, CutKeyword, Path, cut, cut_path
from photo_assets.media.xmp.packet import XmpError, parse_fragment
from photo_assets.media.xmp.properties import MAX_ITEMS, Properties
from photo_assets.model.item import Keyword
from photo_assets.model.names import clean_text

_PIPED = ((ns.LIGHTROOM, "hierarchicalSubject"), (ns.MEDIAPRO, "CatalogSets"))
_SLASHED = (
    (ns.DIGIKAM, "TagsList"),
    (ns.MICROSOFT, "LastKeywordXMP"),
    (ns.MICROSOFT_OLD, "LastKeywordXMP"),
)


def keywords(packet: Properties) -> tuple[Keyword, ...]:
    """Return each keyword once, hierarchical ones first, in the order of the packet.

    Programs repeat in `dc:subject` every part of a hierarchical keyword (Lightroom leaf and
    ancestors, digiKam the leaf, IMatch the path); a flat word that is part of a hierarchy, or the
    whole of one, is therefore not repeated.

    A separator may also be part of a name. "|" is one where the properties with "/" have it, too
    (digiKam's tag `P|Q` is `P|Q` in both of its lists, its tag Q in P is `P/Q` and `P|Q`), and the
    other way round; "/" also where `dc:subject` has the same text whole and no list with "|" knows
    better.
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
    said = {keyword.key for keyword in piped}
    for text in slashed:
        keyword = cut(text, "/")
        if keyword.key not in said:
            paths.setdefault((text,) if text in whole else keyword.path(keyword))
    for path in assigned:
        if cut_path(path).key not in said:
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
