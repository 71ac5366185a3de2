"""Pointers between items, as the readers state them: pairs, copies, stacks and asserted ids."""

import numpy as np
import pyarrow as pa

from photo_assets.model.schema import LINK
from photo_assets.model.vocabulary import LinkKind
from photo_assets_tests.bench.lake.columns import joined, lists, numbered, structs, uuids
from photo_assets_tests.bench.lake.draws import Bools
from photo_assets_tests.bench.lake.facts import Facts
from photo_assets_tests.bench.lake.native import native_ids
from photo_assets_tests.bench.lake.plan import (
    DEVELOPED,
    LIGHTROOM,
    LIVE_VIDEO,
    STACKED,
    VIRTUAL_COPY,
    Items,
)

_PAIRS = {
    VIRTUAL_COPY: (LinkKind.VIRTUAL_COPY_OF, "Copy 1"),
    DEVELOPED: (LinkKind.RAW_JPEG_PAIR, "file name"),
    LIVE_VIDEO: (LinkKind.LIVE_VIDEO_OF, "file name"),
    STACKED: (LinkKind.STACKED_UNDER, None),
}


class Links:
    """Collects the links of some items, kind by kind."""

    def __init__(self, items: Items, facts: Facts) -> None:
        self._items = items
        self._facts = facts
        self._rows: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
        self._links: list[pa.Array] = []

    def build(self, source: int) -> pa.Array:
        """Return the column of links."""
        for role, (kind, detail) in _PAIRS.items():
            chosen = self._items.role == role
            before = self._items.take(chosen)
            partner = Items(before.plan, before.month, before.photo - 1, before.copy)
            self._add(chosen, kind, native_ids(source, partner, Facts(partner)), detail)
        if source == LIGHTROOM:
            self._asserted()
        rows = np.concatenate(self._rows)
        links = pa.concat_arrays(self._links)
        return lists(rows, links, len(self._items))

    def _asserted(self) -> None:
        """Add what only Lightroom has: ids of documents, of uploads, and import hashes."""
        items, facts = self._items, self._facts
        documents = items.draws.chosen("document", items.photo, 0.3)
        some = items.take(documents)
        name = uuids(items.draws.octets("document id", some.item, 16))
        self._add(documents, LinkKind.DOCUMENT_ID, joined("xmp.did:", name), "xmpMM:DocumentID")
        published = items.draws.chosen("published", items.photo, 0.03)
        remote = numbered(items.take(published).photo + 5_000_000_000, 11)
        self._add(published, LinkKind.PUBLISHED_AS, remote, "com.adobe.ag.export.flickr")
        every = np.ones(len(items), np.bool_)
        imported = joined(
            numbered(items.shot + 300_000_000),
            ":",
            facts.name,
            ":",
            numbered(items.shot % 9_999_991),
        )
        self._add(every, LinkKind.IMPORT_HASH, imported, None)

    def _add(self, chosen: Bools, kind: LinkKind, targets: pa.Array, detail: str | None) -> None:
        rows = np.flatnonzero(chosen)
        texts = {"kind": str(kind)} | ({"detail": detail} if detail else {})
        words = {name: pa.repeat(text, len(rows)) for name, text in texts.items()}
        self._rows.append(rows)
        self._links.append(structs(LINK, len(rows), target=targets, **words))
