"""Links from Dagster's UI to the review page, which shows the photos that a table is about.

The address contains no token: it opens in a browser in which the page is open already.
"""

import dagster as dg

from photo_assets.workspace import Workspace

PHOTOS = "/photos"
STATUS = "/"


def review_link(workspace: Workspace, path: str) -> dict[str, dg.MetadataValue[str]]:
    """Return the metadata entry that links to a path of the page."""
    url = f"http://127.0.0.1:{workspace.settings.review_port}{path}"
    return {"review_page": dg.MetadataValue.url(url)}


def review_month(workspace: Workspace, month: str) -> dict[str, dg.MetadataValue[str]]:
    """Return the metadata entry that links to the photos of a month."""
    return review_link(workspace, f"{PHOTOS}#{month[:7]}")
