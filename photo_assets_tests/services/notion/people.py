"""What people do in the workspace by hand, and what a test puts there beforehand."""

from collections.abc import Iterable
from typing import Any

from photo_assets.sample.notion.objects import Json, Page
from photo_assets.sample.notion.pages import change_page, create_page
from photo_assets.sample.notion.properties import Property
from photo_assets.sample.notion.rich_text import text_of
from photo_assets.sample.notion.store import Store


def human_edit(store: Store, page_id: str, values: dict[str, Any]) -> Page:
    """Set properties of a page, given as plain Python values, as a person would by hand."""
    page = store.page(page_id)
    change_page(store, page, {"properties": _as_sent(page, values)}, store.human_id)
    return page


def seed_pages(
    store: Store, data_source_id: str, rows: Iterable[dict[str, Any]], created: float | None = None
) -> list[Page]:
    """Make pages from plain values without a request; `created` in seconds since the epoch."""
    source = store.data_source(data_source_id)
    parent = {"data_source_id": source.id}
    pages = []
    for row in rows:
        page = store.pages[create_page(store, {"parent": parent})["id"]]
        change_page(store, page, {"properties": _as_sent(page, row)}, store.bot_id)
        if created is not None:
            page.created = page.edited = created
        pages.append(page)
    return pages


def _as_sent(page: Page, values: dict[str, Any]) -> Json:
    assert page.source is not None
    schema = page.source.schema
    return {name: _sent(schema.find(name), value) for name, value in values.items()}


def _sent(prop: Property | None, value: Any) -> Json:
    assert prop is not None, "no such property"
    match prop.type:
        case "title" | "rich_text":
            return {prop.type: text_of(value or "")}
        case "select" | "status":
            return {prop.type: None if value is None else {"name": value}}
        case "multi_select":
            return {prop.type: [{"name": name} for name in value]}
        case "date":
            return {prop.type: None if value is None else {"start": value}}
        case "people":
            return {prop.type: [{"id": person} for person in value]}
    return {prop.type: value}
