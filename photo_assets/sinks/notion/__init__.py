"""The Notion sink: one page per photo in a data source of the user, and people's entries there.

Only our own properties are sent, and nothing is deleted or restored from the trash.
"""

from photo_assets.sinks.notion.spec import SPEC

__all__ = ["SPEC"]
