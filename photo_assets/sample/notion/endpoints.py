"""The table of endpoints: method, path, types of the schema, handler; and the token's user."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from photo_assets.sample.notion import blocks, databases, pages, queries, uploads
from photo_assets.sample.notion.objects import Json
from photo_assets.sample.notion.settings import INSERT, READ, UPDATE
from photo_assets.sample.notion.store import Store


def get_self(store: Store, _: Json) -> Json:
    return {
        "object": "user",
        "id": store.bot_id,
        "name": "stand-in",
        "avatar_url": None,
        "type": "bot",
        "bot": {
            "owner": {"type": "workspace", "workspace": True},
            "workspace_name": "stand-in",
            "workspace_id": store.workspace_id,
            "workspace_limits": {"max_file_upload_size_in_bytes": store.settings.upload_bytes},
        },
    }


Answers = Callable[[Store, Json], Json]


@dataclass(frozen=True)
class Endpoint:
    """One endpoint; `request` and `reply` name types of the schema."""

    method: str
    path: re.Pattern[str]
    needs: str  # a capability of the connection, or ""
    request: str
    reply: str
    answers: Answers


def _at(method: str, path: str, needs: str, request: str, reply: str, answers: Answers) -> Endpoint:
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path)
    return Endpoint(method, re.compile(f"/v1/{pattern}"), needs, request, reply, answers)


ENDPOINTS = (
    _at("GET", "users/me", "", "", "GetSelfReply", get_self),
    _at("POST", "search", READ, "SearchRequest", "SearchReply", queries.search),
    _at("POST", "databases", INSERT, "CreateDatabaseRequest", "DatabaseReply", databases.create_database),
    _at("GET", "databases/{database_id}", READ, "GetDatabaseRequest", "DatabaseReply", databases.get_database),
    _at("PATCH", "databases/{database_id}", UPDATE, "UpdateDatabaseRequest", "DatabaseReply", databases.update_database),
    _at("POST", "data_sources", INSERT, "CreateDataSourceRequest", "DataSourceReply", databases.create_data_source),
    _at("GET", "data_sources/{data_source_id}", READ, "GetDataSourceRequest", "DataSourceReply", databases.get_data_source),
    _at("PATCH", "data_sources/{data_source_id}", UPDATE, "UpdateDataSourceRequest", "DataSourceReply", databases.update_data_source),
    _at("POST", "data_sources/{data_source_id}/query", READ, "QueryDataSourceRequest", "QueryDataSourceReply", queries.query_data_source),
    _at("POST", "pages", INSERT, "CreatePageRequest", "PageReply", pages.create_page),
    _at("GET", "pages/{page_id}", READ, "GetPageRequest", "PageReply", pages.get_page),
    _at("PATCH", "pages/{page_id}", UPDATE, "UpdatePageRequest", "PageReply", pages.update_page),
    _at("GET", "pages/{page_id}/properties/{property_id}", READ, "GetPagePropertyRequest", "GetPagePropertyReply", pages.get_page_property),
    _at("GET", "blocks/{block_id}/children", READ, "ListBlockChildrenRequest", "ListBlockChildrenReply", blocks.list_block_children),
    _at("DELETE", "blocks/{block_id}", UPDATE, "DeleteBlockRequest", "BlockReply", blocks.delete_block),
    _at("POST", "file_uploads", INSERT, "CreateFileUploadRequest", "FileUploadReply", uploads.create_file_upload),
    _at("GET", "file_uploads/{file_upload_id}", READ, "GetFileUploadRequest", "FileUploadReply", uploads.get_file_upload),
)  # fmt: skip

#: Not in the table, because its body is not JSON.
SEND_FILE = re.compile(r"/v1/file_uploads/(?P<file_upload_id>[^/]+)/send")


def find(method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """Return the requested endpoint and its path parameters."""
    for endpoint in ENDPOINTS:
        if endpoint.method == method and (match := endpoint.path.fullmatch(path)):
            return endpoint, match.groupdict()
    return None
