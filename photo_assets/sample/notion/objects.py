"""The stored objects, and their form in replies."""

from dataclasses import dataclass, field
from typing import Any

from photo_assets.sample.notion import rich_text
from photo_assets.sample.notion.clock import to_millisecond, to_minute
from photo_assets.sample.notion.properties import Schema

Json = dict[str, Any]


def user(id_: str) -> Json:
    return {"object": "user", "id": id_}


def web_address(id_: str, title: str = "") -> str:
    name = "".join(c if c.isalnum() and c.isascii() else "-" for c in title).strip("-")
    return f"https://app.notion.com/p/{name}{'-' if name else ''}{id_.replace('-', '')}"


@dataclass
class StoredObject:
    """Common fields of all stored objects; times in seconds since the epoch."""

    id: str
    parent: Json
    created: float
    edited: float
    created_by: str
    edited_by: str
    in_trash: bool = False
    icon: Json | None = None
    cover: Json | None = None  # as stored: {"upload": id} or {"external": {"url": ...}}

    def stamps(self) -> Json:
        return {
            "created_time": to_minute(self.created),
            "last_edited_time": to_minute(self.edited),
            "created_by": user(self.created_by),
            "last_edited_by": user(self.edited_by),
        }

    def trash(self) -> Json:
        return {"in_trash": self.in_trash, "archived": self.in_trash}


@dataclass
class Database(StoredObject):
    """A database, which contains data sources."""

    title: list[Json] = field(default_factory=list)
    description: list[Json] = field(default_factory=list)
    is_inline: bool = False
    is_locked: bool = False
    data_sources: list["DataSource"] = field(default_factory=list)

    def as_json(self) -> Json:
        return {
            "object": "database",
            "id": self.id,
            "title": self.title,
            "description": self.description,
            "parent": self.parent,
            "is_inline": self.is_inline,
            "is_locked": self.is_locked,
            # Unlike other objects, databases state milliseconds and an offset.
            "created_time": to_millisecond(self.created),
            "last_edited_time": to_millisecond(self.edited),
            "data_sources": [
                {"id": source.id, "name": rich_text.plain(source.title)}
                for source in self.data_sources
                if not source.in_trash
            ],
            "icon": self.icon,
            "cover": None,
            "url": web_address(self.id),
            "public_url": None,
            **self.trash(),
        }


@dataclass
class DataSource(StoredObject):
    """A table: its schema and its pages, in the order of creation."""

    database: Database = field(kw_only=True)
    schema: Schema = field(kw_only=True)
    title: list[Json] = field(default_factory=list)
    pages: list["Page"] = field(default_factory=list)
    last_number: int = 0
    #: Pages by property id and whole text, for finding a page by its key without a full scan.
    by_text: dict[tuple[str, str], dict[str, "Page"]] = field(default_factory=dict)

    def index(self, page: "Page", property_id: str, was: str | None, text: str) -> None:
        """Update the index after a page's text changed."""
        if was is not None:
            self.by_text[property_id, was].pop(page.id)
        self.by_text.setdefault((property_id, text), {})[page.id] = page

    def as_json(self) -> Json:
        return {
            "object": "data_source",
            "id": self.id,
            "cover": None,
            "icon": self.icon,
            **self.stamps(),
            "title": self.title,
            "description": [],
            "is_inline": self.database.is_inline,
            "properties": self.schema.as_json(),
            "parent": self.parent,
            "database_parent": self.database.parent,
            "url": web_address(self.database.id),
            "public_url": None,
            **self.trash(),
        }


@dataclass
class Page(StoredObject):
    """A page; `values` by property id, in the form of `values.stored`."""

    source: DataSource | None = None
    values: Json = field(default_factory=dict)
    plain: dict[str, str] = field(default_factory=dict)  # for text filters
    number: int = 0  # value of a unique_id property
    is_locked: bool = False

    @property
    def title(self) -> str:
        return rich_text.plain(self.values.get("title", []))


@dataclass
class Upload:
    """A file upload; `content` after it was sent."""

    id: str
    created: float
    expires: float
    filename: str | None
    content_type: str | None
    content: bytes | None = None
    attached: bool = False
