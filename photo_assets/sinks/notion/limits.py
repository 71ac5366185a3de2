"""The limits of Notion's API. Numbers only; other modules enforce them.

From developers.notion.com/reference/request-limits, …/reference/property-object ("recommends a
maximum schema size of 50KB; … too large will be blocked"), …/guides/data-apis/
query-large-data-sources and …/reference/workspace-block-limits. Lengths are assumed to be UTF-16
units, as in the service's own language; the page states "characters".
"""

from typing import Final

TEXT_UNITS: Final = 2000
"""Of one rich text object."""

TEXTS: Final = 100
"""Rich text objects of one property."""

OPTIONS: Final = 100
"""Options of one multi-select value."""

OPTION_UNITS: Final = 100
"""Of an option's name, which must not contain a comma."""

REQUEST_BYTES: Final = 500_000
PAGE_SIZE: Final = 100
QUERY_RESULTS: Final = 10_000
"""The results of a query, across all its pages."""

SCHEMA_BYTES: Final = 50_000
"""Of all properties of a data source with their options."""

FREE_BLOCKS: Final = 1000
"""Pages and blocks in total of a free workspace with several members."""

FREE_UPLOAD_BYTES: Final = 5 * 1024 * 1024
"""Of one file in a free workspace."""

PAID_UPLOAD_BYTES: Final = 20 * 1024 * 1024
"""Of one file sent in one part."""
