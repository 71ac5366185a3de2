"""Finding data sources: the one to set up, and the chosen one, unless it is not accessible."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from photo_assets.ledger import SinkStates
from photo_assets.service_calls import PermanentServiceError
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.faults import SHARE_HINT, is_not_there, not_ready
from photo_assets.sinks.notion.settings import NAME, NotionSettings
from photo_assets.sinks.protocol import SinkNotReadyError
from photo_assets.workspace import Workspace

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A data source (id, name) of a database (id, name)."""

    data_source: str
    name: str
    database: str
    database_name: str


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


def find_data_sources(
    workspace: Workspace, client: NotionClient, settings: NotionSettings
) -> list[Choice]:
    """Return the data sources of the configured, recorded or previously created database."""
    if settings.database_id is not None:
        return data_sources_of(client.database(settings.database_id))
    state = SinkStates(workspace.ledger).get(NAME)
    if state is not None and state.destination:
        known = [
            choice
            for choice in data_sources_of(client.database(state.detail["database_id"]))
            if choice.data_source == state.destination
        ]
        if known:
            return known
    if settings.parent_page_id is None:
        return []
    for source in client.search("data_source", settings.library_name):
        parent = source.get("database_parent") or {}
        if (
            plain_text(source["title"]) == settings.library_name
            and parent.get("page_id") == settings.parent_page_id
            and not source.get("in_trash")
        ):
            return data_sources_of(client.database(source["parent"]["database_id"]))
    return []


def data_sources_of(database: Json) -> list[Choice]:
    """Return the data sources of a database."""
    name = plain_text(database["title"])
    return [
        Choice(
            data_source=source["id"],
            name=source["name"],
            database=database["id"],
            database_name=name,
        )
        for source in database["data_sources"]
    ]


def plain_text(title: Sequence[Json]) -> str:
    """Return the text of a title."""
    return "".join(part.get("plain_text", "") for part in title)
