"""Links from Dagster's UI to the review page, which shows the photos that a table is about.

The address contains no token: it opens in a browser in which the page is open already.
"""

import dagster as dg

from photo_assets.workspace import Workspace

LOOKALIKE_GROUPS = "/lookalikes"


def review_link(workspace: Workspace, path: str) -> dict[str, dg.MetadataValue[str]]:
    """Return the metadata entry that links to a path of the page."""
    url = f"http://127.0.0.1:{workspace.settings.review_port}{path}"
    return {"review_page": dg.MetadataValue.url(url)}


def photos_of(month: str) -> str:
    """Return the path of the photos of a month."""
    return f"/photos#{month[:7]}"


def questions_of(month: str) -> str:
    """Return the path of the open questions of a month."""
    return f"/questions/one?month={month[:7]}"
