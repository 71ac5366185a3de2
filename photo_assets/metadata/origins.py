"""The origins of a chunk's statements: catalogs and their files, in the order of `first`."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Ints = npt.NDArray[np.int64]

EXIF_SOURCE = "exif"
"""Source of statements from files; their catalog is "source/catalog" of the item."""

_UNLISTED = 1_000_000


@dataclass(frozen=True)
class Origins:
    """Numbered origins: first `catalogs` catalogs, then the same number of their files."""

    catalogs: int
    of_item: Ints  # item row -> its catalog
    source: pa.Array
    catalog: pa.Array
    carrier: pa.Array  # source/catalog of the items
    rank: Ints  # in the configured order
    position: Ints  # in the order of names

    @classmethod
    def of(cls, items: pa.Table, source_order: Sequence[str]) -> "Origins":
        """Return the origins of a chunk's items; `source_order` lists the preferred ones first."""
        names, of_item = _distinct(items["source"], items["catalog"])
        carriers = [f"{source}/{catalog}" for source, catalog in names]
        named = [*names, *((EXIF_SOURCE, carrier) for carrier in carriers)]
        ranks = {name: rank for rank, name in enumerate(dict.fromkeys(source_order))}
        places = {origin: place for place, origin in enumerate(sorted(named))}
        return cls(
            catalogs=len(names),
            of_item=of_item,
            source=pa.array([source for source, _ in named], pa.string()),
            catalog=pa.array([catalog for _, catalog in named], pa.string()),
            carrier=pa.array(carriers * 2, pa.string()),
            rank=np.asarray([_rank(ranks, *origin) for origin in named], dtype=np.int64),
            position=np.asarray([places[origin] for origin in named], dtype=np.int64),
        )


def _distinct(
    sources: pa.ChunkedArray, catalogs: pa.ChunkedArray
) -> tuple[list[tuple[str, str]], Ints]:
    """Return the distinct pairs, and the index of each row's pair."""
    first = sources.combine_chunks().dictionary_encode()
    second = catalogs.combine_chunks().dictionary_encode()
    width = max(len(second.dictionary), 1)
    codes = first.indices.to_numpy().astype(np.int64) * width + second.indices.to_numpy()
    pairs, of_row = np.unique(codes, return_inverse=True)
    words, more = first.dictionary.to_pylist(), second.dictionary.to_pylist()
    return [(words[pair // width], more[pair % width]) for pair in pairs.tolist()], of_row


def _rank(ranks: dict[str, int], source: str, catalog: str) -> int:
    return ranks.get(f"{source}/{catalog}", ranks.get(source, _UNLISTED))
