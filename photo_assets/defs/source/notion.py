"""The Notion database as an outside place, for the lineage of what is read there."""

import dagster as dg

from photo_assets.defs.keys import source_key

notion_database = dg.AssetSpec(
    source_key("notion"),
    group_name="source",
    kinds={"notion"},
    description="The Notion database: pages are written there, and what people add is theirs.",
)
