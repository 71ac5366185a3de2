"""Keywords out of six properties that say the same thing in different ways, joined into one list.

Flat: `dc:subject`. Hierarchies: Lightroom's and Media Pro's with "|", digiKam's and Microsoft's
with "/", ACDSee's as XML inside a text.
"""

from collections.abc import Iterator

from lxml import etree

from photo_assets.media.xmp import namespaces as ns
from photo_assets.media.xmp.packet import XmpError, parse_fragment
from photo_assets.media.xmp.properties import MAX_ITEMS, Properties
from photo_assets.model.item import Keyword
from photo_assets.model.names import clean_text

Path = tuple[str, ...]

_PIPED = ((ns.LIGHTROOM, "hierarchicalSubject"), (ns.MEDIAPRO, "CatalogSets"))
_SLASHED = (
    (ns.DIGIKAM, "TagsList"),
    (ns.MICROSOFT, "LastKeywordXMP"),
    (ns.MICROSOFT_OLD, "LastKeywordXMP"),
)
_MAX_DEPTH = 50


def keywords(packet: Properties) -> tuple[Keyword, ...]:
    """Return each keyword once, hierarchical ones first, in the order of the packet.

    Programs repeat in `dc:subject` every part of a hierarchical keyword (Lightroom leaf and
    ancestors, digiKam the leaf); a flat word that is part of a hierarchy is therefore not repeated.
    A "/" is part of a name, not a separator, where `dc:subject` has the same text whole.
    """
    flat = packet.texts(ns.DC, "subject")
    whole = set(flat)
    paths: dict[Path, None] = {}
    for namespace, name in _PIPED:
        for text in packet.texts(namespace, name):
            paths.setdefault(_split(text, "|"))
    for namespace, name in _SLASHED:
        for text in packet.texts(namespace, name):
            paths.setdefault((text,) if text in whole else _split(text, "/"))
    for path in _acdsee(packet.text(ns.ACDSEE, "categories")):
        paths.setdefault(path)
    in_hierarchy = {part for path in paths if len(path) > 1 for part in path}
    kept = [path for path in paths if len(path) > 1 or (path and path[0] not in in_hierarchy)]
    listed = {path[0] for path in kept if len(path) == 1} | in_hierarchy
    kept.extend((word,) for word in dict.fromkeys(flat) if word not in listed)
    return tuple(Keyword(path=path) for path in kept[:MAX_ITEMS])


def _split(text: str, separator: str) -> Path:
    return tuple(part.strip() for part in text.split(separator)[:_MAX_DEPTH] if part.strip())


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
        if len(path) < _MAX_DEPTH:
            open_nodes.extend((child, path) for child in reversed(node))
