"""Whether two rows can be of the same picture, judged by their values, for many pairs at once."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from photo_assets.model.vocabulary import LinkKind

FACTS = (
    "width",
    "height",
    "duration_s",
    "camera_model",
    "camera_serial",
    "lens",
    "aperture",
    "exposure_time_s",
    "iso",
    "focal_length_mm",
)
"""Columns that describe the picture itself."""

COMPARED = ("native_id", *FACTS, "capture_time", "capture_source", "links")
"""The compared columns, and the id."""


def contradict(one: pa.Table, other: pa.Table) -> pa.ChunkedArray:
    """Return for each pair of rows whether they cannot be of the same picture; columns: `COMPARED`.

    A capture time from a sidecar is ignored, because it may have been edited. A virtual copy never
    pairs with its master.
    """
    differ = pc.not_equal(_is_copy(one), _is_copy(other))
    for name in FACTS:
        differ = pc.or_(differ, pc.fill_null(pc.not_equal(one[name], other[name]), False))
    source = one["capture_source"]
    same_source = pc.and_not(
        pc.equal(source, other["capture_source"]), pc.starts_with(source, "sidecar:")
    )
    other_time = pc.not_equal(one["capture_time"], other["capture_time"])
    return pc.or_(differ, pc.fill_null(pc.and_(same_source, other_time), False))


def _is_copy(rows: pa.Table) -> pa.Array:
    links = rows["links"].combine_chunks()
    kinds = pc.struct_field(pc.list_flatten(links), "kind")
    of_copies = pc.equal(kinds, LinkKind.VIRTUAL_COPY_OF.value)
    found = np.zeros(rows.num_rows, np.bool_)
    found[pc.list_parent_indices(links).filter(of_copies).to_numpy()] = True
    return pa.array(found)
