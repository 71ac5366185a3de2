"""The schema of `ai/descriptions`: what was asked about each chosen photo, and what came back.

No sink reads this table: its values are proposals. What people said about them is in the ledger.
"""

import pyarrow as pa

from photo_assets.model.schema import Column as _Column
from photo_assets.model.schema import build_schema
from photo_assets.model.tables import TableKind

AI_DESCRIPTION_FIELDS: tuple[_Column, ...] = (
    _Column("photo_id", pa.string(), "the photo", "", "ledger", False),
    _Column("month", pa.string(), "the photo's partition", "YYYY-MM-01", "", False),
    _Column(
        "status",
        pa.string(),
        "answered: there is a proposal; refused, invalid, rejected: the call gave none; unknown: "
        "the call has no recorded outcome and may have been charged; held: it may not be sent; "
        "waiting: not asked yet",
        "",
        "",
        False,
    ),
    _Column("reason", pa.string(), "stable code for why there is no proposal"),
    _Column("request", pa.string(), "digest of picture, model and prompt", "64 hex digits"),
    _Column("model", pa.string(), "the model that was asked"),
    _Column("prompt_version", pa.string(), "version of the prompt", "16 hex digits"),
    _Column("input_tokens", pa.int64(), "tokens sent, as the endpoint counted them"),
    _Column("output_tokens", pa.int64(), "tokens received, as the endpoint counted them"),
    _Column("cost_micros", pa.int64(), "cost of the call", "millionths of ai.prices.currency"),
    _Column("confidence", pa.float64(), "the model's own confidence", "0..1"),
    _Column("description", pa.string(), "proposed description"),
    _Column("tags", pa.list_(pa.string()), "proposed keywords"),
    _Column("photo_category", pa.string(), "proposed kind of photo"),
    _Column("sport_type", pa.string(), "proposed kind of sport"),
    _Column("emotion", pa.string(), "proposed mood"),
    _Column("quality_score", pa.float64(), "proposed technical quality", "0..10"),
)
AI_DESCRIPTIONS = TableKind("ai_descriptions", 1, build_schema(AI_DESCRIPTION_FIELDS))
