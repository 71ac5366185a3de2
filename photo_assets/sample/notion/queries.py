"""Queries of a data source and the order of their results, and search."""

from collections.abc import Callable
from typing import Any

from photo_assets.sample.notion import filters, rich_text
from photo_assets.sample.notion.errors import invalid
from photo_assets.sample.notion.listing import list_reply, sliced
from photo_assets.sample.notion.objects import DataSource, Json, Page
from photo_assets.sample.notion.properties import Schema
from photo_assets.sample.notion.store import Store, in_trash_of


def query_data_source(store: Store, arguments: Json) -> Json:
    source = store.data_source(arguments["data_source_id"])
    if arguments.get("result_type") == "data_source":
        raise NotImplementedError("the stand-in queries for pages")
    in_trash = bool(in_trash_of(arguments))
    seen_until = store.clock.now() - store.settings.query_delay
    sent = arguments.get("filter")
    meets = filters.compiled(source.schema, sent) if sent else None
    pages = [
        page
        for page in (filters.candidates(source, sent) if sent else source.pages)
        if page.created <= seen_until and (page.in_trash or source.in_trash) == in_trash
    ]
    if meets:
        pages = [page for page in pages if meets(page)]
    pages = in_order(source.schema, pages, arguments.get("sorts", []))
    # One query returns a limited number of pages in total; only the last reply states that.
    most = store.settings.query_results
    part = sliced(pages[:most], arguments, store.settings)
    only = arguments.get("filter_properties", ())
    reply = list_reply(
        "page_or_data_source", [store.page_json(page, only) for page in part.items], part.next
    )
    if part.next is None and len(pages) > most:
        reply["request_status"] = {
            "type": "incomplete",
            "incomplete_reason": "query_result_limit_reached",
        }
    return reply


def search(store: Store, arguments: Json) -> Json:
    """Find pages and data sources by title; the index lags behind by `search_delay`."""
    wanted = arguments.get("query", "").lower()
    only = arguments.get("filter", {})
    seen_until = store.clock.now() - store.settings.search_delay
    things: list[Page | DataSource] = [*store.data_sources.values(), *store.pages.values()]
    found = [
        thing
        for thing in things
        if thing.created <= seen_until
        and thing is not store.root
        and thing.in_trash == only.get("in_trash", False)
        and only.get("value", _kind(thing)) == _kind(thing)
        and wanted in _title(thing).lower()
    ]
    sort = arguments.get("sort", {})
    found.sort(key=lambda thing: thing.edited, reverse=sort.get("direction") != "ascending")
    part = sliced(found, arguments, store.settings)
    results = [
        store.page_json(thing) if isinstance(thing, Page) else thing.as_json()
        for thing in part.items
    ]
    return list_reply("page_or_data_source", results, part.next)


def _kind(thing: Page | DataSource) -> str:
    return "page" if isinstance(thing, Page) else "data_source"


def _title(thing: Page | DataSource) -> str:
    return thing.title if isinstance(thing, Page) else rich_text.plain(thing.title)


def in_order(schema: Schema, pages: list[Page], sorts: list[dict[str, Any]]) -> list[Page]:
    """Return the sorted pages; the order of equal pages is undefined.

    Times are compared to the minute, as the service stores them; random ids break ties.
    """
    if not sorts:
        return pages
    ordered = sorted(pages, key=lambda page: page.id)
    for sort in reversed(sorts):
        ordered.sort(key=_key(schema, sort), reverse=sort["direction"] == "descending")
    return ordered


def _key(schema: Schema, sort: dict[str, Any]) -> Callable[[Page], Any]:
    if sort.get("timestamp") == "created_time":
        return lambda page: page.created // 60
    if sort.get("timestamp") == "last_edited_time":
        return lambda page: page.edited // 60
    prop = schema.find(sort["property"])
    if prop is None:
        raise invalid(f"Could not find sort property with name or id: {sort['property']}")
    id_ = prop.id
    match prop.type:
        case "title" | "rich_text" | "url" | "email" | "phone_number":
            return lambda page: page.plain.get(id_, "")
        case "number" | "checkbox":
            return lambda page: _nothing_last(page.values.get(id_))
        case "date":
            return lambda page: _nothing_last((page.values.get(id_) or {}).get("start"))
        case "select" | "status":
            return lambda page: _nothing_last((page.values.get(id_) or {}).get("name"))
        case "unique_id":
            return lambda page: page.number
        case "created_time":
            return lambda page: page.created // 60
        case "last_edited_time":
            return lambda page: page.edited // 60
    raise NotImplementedError(f"sort by {prop.type}")


def _nothing_last(value: Any) -> tuple[bool, Any]:
    return (value is None, 0 if value is None else value)
