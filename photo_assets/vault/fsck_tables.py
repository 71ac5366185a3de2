"""What the tables say for a check of stores: which blobs a store holds, and the items' files."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from photo_assets.lake import Lake
from photo_assets.lake.currency import intact_footer
from photo_assets.lake.views import stored_rows
from photo_assets.media.content import ContentRef
from photo_assets.model.tables import ORIGINALS
from photo_assets.vault.months import ASSET, stores_by_name

_FINGERPRINTS = ("identity", "fingerprints")


def files_of(lake: Lake, blobs: Collection[bytes]) -> dict[bytes, list[ContentRef]]:
    """Return the files of the items that hold these blobs."""
    found: dict[bytes, list[ContentRef]] = defaultdict(list)
    months = lake.names(_FINGERPRINTS) if blobs else ()
    # The files of a damaged month are no copies; the month is due.
    intact = [month for month in months if intact_footer(lake, _FINGERPRINTS, month) is not None]
    if not intact:
        return found
    files = stored_rows([lake.path(_FINGERPRINTS, month) for month in intact])
    query = f"""
        SELECT sha256, path, member FROM {files}
        WHERE sha256 IN (SELECT unnest($blobs)) AND path IS NOT NULL ORDER BY ALL
    """  # noqa: S608  # names of files, quoted
    with lake.query("counts", "The files of damaged originals could not be found") as connection:
        for sha256, path, member in connection.execute(query, {"blobs": list(blobs)}).fetchall():
            found[bytes(sha256)].append(ContentRef(path, member))
    return found


_ByPart = dict[int, bytearray]


def names_of(digests: bytearray) -> set[bytes]:
    """Return the digests that follow each other."""
    return {bytes(digests[start : start + 32]) for start in range(0, len(digests), 32)}


@dataclass(frozen=True, slots=True)
class Tables:
    """The blobs that a store should hold, and those of all current items, by part.

    As 32 bytes each: a set of a million takes 300 MiB.
    """

    expected: _ByPart
    current: _ByPart
    damaged: list[str]
    """A sentence for each month whose table cannot be read."""

    @classmethod
    def read(cls, lake: Lake, store: str, store_id: str) -> "Tables":
        """Read `vault/originals`; of a damaged month nothing is known.

        The store is known by its id: it may have had another name.
        """
        tables = cls(defaultdict(bytearray), defaultdict(bytearray), damaged_tables(lake))
        for month in lake.names(ASSET):
            if intact_footer(lake, ASSET, month) is None:
                continue
            stated = stores_by_name(lake, month)
            same = {name for name, one in stated.items() if one == store_id}
            same |= {store} - {*stated}
            table = lake.read(ASSET, month, ORIGINALS, ("sha256", "stores"))
            for row in table.filter(table["sha256"].is_valid()).to_pylist():
                part = row["sha256"][0]
                tables.current[part] += row["sha256"]
                if same.intersection(row["stores"]):
                    tables.expected[part] += row["sha256"]
        return tables


def damaged_tables(lake: Lake) -> list[str]:
    """Return a sentence for each month of `vault/originals` that cannot be read."""
    return [
        f"The table vault/originals of {month[:7]} is damaged: lost originals of that month are "
        "not noticed. Materialize it again."
        for month in lake.names(ASSET)
        if intact_footer(lake, ASSET, month) is None
    ]
