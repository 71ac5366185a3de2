"""The objects of the workspace, by id."""

import hashlib
from collections.abc import Iterable
from typing import Any, TypeVar

from photo_assets.sample.notion.clock import Clock, to_minute
from photo_assets.sample.notion.errors import NotionError, invalid, not_found
from photo_assets.sample.notion.ids import Ids, object_id
from photo_assets.sample.notion.objects import (
    Database,
    DataSource,
    Json,
    Page,
    Upload,
    user,
    web_address,
)
from photo_assets.sample.notion.properties import Property
from photo_assets.sample.notion.settings import Settings
from photo_assets.sample.notion.values import empty

Kept = TypeVar("Kept")
_EDITING = ("archived", "in_trash")


class Store:
    """The workspace: a root page that is shared with the bot, and the objects below it."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self.ids = Ids(settings.seed)
        self.bot_id = self.ids.object()
        self.human_id = self.ids.object()
        self.workspace_id = self.ids.object()
        self.base_url = "https://api.notion.com"  # prefix of upload URLs
        self.databases: dict[str, Database] = {}
        self.data_sources: dict[str, DataSource] = {}
        self.pages: dict[str, Page] = {}
        self.uploads: dict[str, Upload] = {}
        self.blocks_made = 0
        self._url_number = 0
        root = Page(**self.birth({"type": "workspace", "workspace": True}))
        root.values["title"] = []
        self.root = self.pages[root.id] = root

    def birth(self, parent: Json) -> dict[str, Any]:
        """Return the initial fields of a new object."""
        now = self.clock.now()
        return {
            "id": self.ids.object(),
            "parent": parent,
            "created": now,
            "edited": now,
            "created_by": self.bot_id,
            "edited_by": self.bot_id,
        }

    def page(self, id_: str, place: str = "path.page_id") -> Page:
        return _found(self.pages, "page", object_id(id_, place))

    def database(self, id_: str, place: str = "path.database_id") -> Database:
        return _found(self.databases, "database", object_id(id_, place))

    def data_source(self, id_: str, place: str = "path.data_source_id") -> DataSource:
        return _found(self.data_sources, "data_source", object_id(id_, place))

    def check_room(self) -> None:
        """Raise if the workspace has reached its limit of pages and databases."""
        most = self.settings.block_limit
        if most is not None and self.blocks_made >= most:
            raise NotionError(
                403,
                "This workspace has reached its block limit. Upgrade its plan to add more.",
                additional_data={"block_limit": most},
            )

    def new_icon(self, sent: Json | None) -> Json | None:
        if sent is None:
            return None
        kind = next(key for key in sent if key != "type")
        if kind not in ("emoji", "external"):
            raise NotImplementedError(f"the stand-in keeps no {kind} icons")
        return {"type": kind, kind: sent[kind]}

    def new_cover(self, sent: Json | None) -> Json | None:
        """Return a cover in stored form; an upload in use no longer expires."""
        if sent is None or "external" in sent:
            return sent and {"external": {"url": sent["external"]["url"]}}
        upload = self.upload(sent["file_upload"]["id"], "body.cover.file_upload.id")
        if upload.content is None:
            raise invalid(f"File upload {upload.id} is not in the uploaded status.")
        if not upload.attached and self.clock.now() >= upload.expires:
            raise invalid(f"File upload {upload.id} has expired.")
        upload.attached = True
        return {"upload": upload.id}

    def upload(self, id_: str, place: str = "path.file_upload_id") -> Upload:
        return _found(self.uploads, "file_upload", object_id(id_, place))

    def cover_json(self, cover: Json | None) -> Json | None:
        """Return a cover in the form of replies: a stored file gets a new URL each time."""
        if cover is None or "external" in cover:
            return cover and {"type": "external", **cover}
        upload = self.uploads[cover["upload"]]
        self._url_number += 1
        signature = hashlib.sha256(f"{upload.id}{self._url_number}".encode()).hexdigest()
        expires = self.clock.now() + self.settings.url_hours * 3600
        return {
            "type": "file",
            "file": {
                "url": f"https://prod-files-secure.s3.us-west-2.amazonaws.com/{self.workspace_id}/"
                f"{upload.id}/{upload.filename}?X-Amz-Expires=3600&X-Amz-Signature={signature}",
                "expiry_time": to_minute(expires),
            },
        }

    def page_json(self, page: Page, only: Iterable[str] = ()) -> Json:
        """Return a page in the form of replies; `only` lists the ids of the returned properties."""
        if page.source is None:
            title = {"id": "title", "type": "title", "title": page.values.get("title", [])}
            properties = {"title": title}
        else:
            wanted = {prop.id for name in only if (prop := page.source.schema.find(name))}
            properties = {
                name: self.property_json(page, prop)
                for name, prop in page.source.schema.by_name.items()
                if not wanted or prop.id in wanted
            }
        return {
            "object": "page",
            "id": page.id,
            **page.stamps(),
            "cover": self.cover_json(page.cover),
            "icon": page.icon,
            "parent": page.parent,
            **page.trash(),
            "is_archived": page.in_trash,
            "is_locked": page.is_locked,
            "properties": properties,
            "url": web_address(page.id, page.title),
            "public_url": None,
        }

    def property_json(self, page: Page, prop: Property) -> Json:
        return {"id": prop.id, "type": prop.type, prop.type: self.value(page, prop)}

    def value(self, page: Page, prop: Property) -> Any:
        match prop.type:
            case "unique_id":
                return {"prefix": prop.config["prefix"], "number": page.number}
            case "created_time":
                return to_minute(page.created)
            case "last_edited_time":
                return to_minute(page.edited)
            case "created_by":
                return user(page.created_by)
            case "last_edited_by":
                return user(page.edited_by)
            case "button":
                return {}
        return page.values.get(prop.id, empty(prop))


def in_trash_of(body: Json) -> bool | None:
    """Return the trash flag in a body, under its new or old name."""
    return next((body[key] for key in _EDITING if key in body), None)


def _found(kept: dict[str, Kept], kind: str, id_: str) -> Kept:
    if id_ not in kept:
        raise not_found(kind, id_)
    return kept[id_]
