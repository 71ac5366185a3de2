"""The schema of `ai/embeddings`: the vector of each photo's picture, and which model made it.

No sink reads this table. Vectors are compared only with vectors of the same `model`.
"""

import pyarrow as pa

from photo_assets.model.schema import DIGEST, build_schema
from photo_assets.model.schema import Column as _Column
from photo_assets.model.tables import TableKind

EMBEDDING_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "the photo", "", "ledger", False),
    _Column("month", pa.string(), "the photo's partition", "YYYY-MM-01", "", False),
    _Column("sha256", DIGEST, "SHA-256 of the master's bytes"),
    _Column(
        "status",
        pa.string(),
        "embedded; failed: the model gave no vector; waiting: there is no thumbnail yet",
        "",
        "",
        False,
    ),
    _Column("reason", pa.string(), "stable code for why there is no vector"),
    _Column("picture", DIGEST, "SHA-256 of the thumbnail that was read"),
    _Column("model", pa.string(), "the model's name, and a digest of its file and its preparation"),
    _Column("dimension", pa.int32(), "length of the vector"),
    _Column("vector", pa.list_(pa.float32()), "the vector, of length 1"),
)
EMBEDDINGS = TableKind("embeddings", 1, build_schema(EMBEDDING_FIELDS), rows_per_group=8_192)
