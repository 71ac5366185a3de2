"""The Notion sink: a page for each photo in a data source of the user's, and what people add there.

Only properties of ours are ever sent, and nothing is ever deleted or taken out of the trash.
"""

from photo_assets.sinks.notion.spec import SPEC

__all__ = ["SPEC"]
