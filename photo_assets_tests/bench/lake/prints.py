"""A month of fingerprints as a table of `model.tables.FINGERPRINTS`."""

import numpy as np
import pyarrow as pa

from photo_assets.model.tables import FINGERPRINTS
from photo_assets_tests.bench.lake.columns import digests, either, scattered, table, where
from photo_assets_tests.bench.lake.facts import Facts
from photo_assets_tests.bench.lake.items import catalog_names
from photo_assets_tests.bench.lake.native import native_ids, paths
from photo_assets_tests.bench.lake.plan import LIGHTROOM, SOURCES, TAKEOUT, Items


def print_table(source: int, items: Items) -> pa.Table:
    """Return the fingerprints of items of one source."""
    facts, draws = Facts(items), items.draws
    native = native_ids(source, items, facts)
    read = ~items.unavailable
    decoded = read & ~facts.video
    hashed = read & items.jpeg & ~items.flat
    turned = facts.orientation == 6
    width, height = facts.sides
    columns: dict[str, pa.Array | str] = {
        "source": SOURCES[source],
        "catalog": catalog_names(source, items),
        "native_id": native,
        "month": items.plan.month(items.month),
        "path": paths(source, native, facts),
        "status": either(read, either(facts.video, "undecodable", "ok"), "unavailable"),
        "reason": either(
            read,
            where(facts.video & read, "video"),
            "offline" if source == LIGHTROOM else "missing",
        ),
        "file_size": where(read, pa.array(facts.size)),
        "file_mtime_ns": where(read, pa.array(facts.mtime_ns)),
        "sha256": where(read, digests(draws.octets("sha256", items.content, 32))),
        "md5": where(read, digests(draws.octets("md5", items.content, 16))),
        "sha1": where(read, digests(draws.octets("sha1", items.content, 20))),
        "image_data_sha256": where(hashed, digests(draws.octets("image data", items.image, 32))),
        "image_data_method": where(hashed, "jpeg"),
        "phash": where(decoded, scattered(draws.words("phash", items.image))),
        "dhash": where(decoded, scattered(draws.words("dhash", items.image))),
        "flat": where(decoded, pa.array(items.flat)),
        "hash_recipe": where(decoded, pa.repeat(1, len(items))),
        "decoder": where(decoded, "pillow"),
        "width": where(decoded, pa.array(np.where(turned, height, width))),
        "height": where(decoded, pa.array(np.where(turned, width, height))),
        "exif": where(read, facts.exif),
    }
    if source == TAKEOUT:
        columns["member"] = native
    return table(FINGERPRINTS.schema, len(items), columns)
