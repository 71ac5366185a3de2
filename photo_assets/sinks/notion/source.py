"""Retrieve the data source, or explain why it is not accessible."""

from typing import Any

from photo_assets.service_calls import PermanentServiceError
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.faults import SHARE_HINT, is_not_there, not_ready
from photo_assets.sinks.protocol import SinkNotReadyError


def visible_source(client: NotionClient, data_source: str, variable: str) -> dict[str, Any]:
    """Return the data source. `variable` is the token's variable.

    Raises `SinkNotReadyError` if the data source is deleted, no longer shared, or in the trash, and
    `ServiceError`.
    """
    try:
        source = client.data_source(data_source)
    except PermanentServiceError as error:
        if is_not_there(error):
            raise SinkNotReadyError(
                "The Notion database does not exist, or the integration has no access to it.",
                hint=SHARE_HINT,
            ) from None
        raise not_ready(error, variable) or error from None
    if source.get("in_trash"):
        raise SinkNotReadyError(
            "The Notion database is in the trash.",
            hint="Restore it there, or choose another one: photosync notion setup",
        )
    return source
