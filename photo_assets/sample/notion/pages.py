"""Pages: creating, reading, changing."""

from typing import Any

from photo_assets.sample.notion import rich_text, values
from photo_assets.sample.notion.errors import failed_validation, invalid, not_found
from photo_assets.sample.notion.objects import DataSource, Json, Page
from photo_assets.sample.notion.properties import Property
from photo_assets.sample.notion.store import Store, in_trash_of

_NOT_DONE = {"markdown", "template", "position", "allow_async", "erase_content"}


def create_page(store: Store, arguments: Json) -> Json:
    _refuse_undone(arguments)
    if "parent" not in arguments:
        raise failed_validation("body.parent should be defined, instead was `undefined`.")
    parent, source = _parent(store, arguments["parent"])
    page = Page(**store.birth(parent), source=source)
    sent = _fitting(page, arguments.get("properties", {}))
    page.icon = store.new_icon(arguments.get("icon"))
    page.cover = store.new_cover(arguments.get("cover"))
    store.check_room()
    _set(page, sent)
    store.blocks_made += 1
    if source is not None:
        source.last_number += 1
        page.number = source.last_number
        source.pages.append(page)
    store.pages[page.id] = page
    return store.page_json(page, arguments.get("filter_properties", ()))


def get_page(store: Store, arguments: Json) -> Json:
    page = store.page(arguments["page_id"])
    return store.page_json(page, arguments.get("filter_properties", ()))


def update_page(store: Store, arguments: Json) -> Json:
    _refuse_undone(arguments)
    page = store.page(arguments["page_id"])
    trash = in_trash_of(arguments)
    if page.in_trash and trash is not False:
        raise invalid("Can't edit page on block with an archived ancestor.")
    change_page(store, page, arguments, store.bot_id)
    if trash is not None:
        page.in_trash = trash
    return store.page_json(page, arguments.get("filter_properties", ()))


def change_page(store: Store, page: Page, arguments: Json, editor_id: str) -> None:
    """Set properties, icon and cover from `arguments`, as an edit at the current time."""
    sent = _fitting(page, arguments.get("properties", {}))
    icon = store.new_icon(arguments["icon"]) if "icon" in arguments else page.icon
    cover = store.new_cover(arguments["cover"]) if "cover" in arguments else page.cover
    _set(page, sent)
    page.icon, page.cover = icon, cover
    page.is_locked = arguments.get("is_locked", page.is_locked)
    page.edited = store.clock.now()
    page.edited_by = editor_id


def get_page_property(store: Store, arguments: Json) -> Json:
    """Return one property of a page; list properties are not supported."""
    page = store.page(arguments["page_id"])
    prop = page.source.schema.find(arguments["property_id"]) if page.source else None
    if prop is None:
        raise not_found("property", arguments["property_id"])
    if prop.type in ("title", "rich_text", "people", "relation"):
        raise NotImplementedError("the stand-in does not list property items")
    return {"object": "property_item", **store.property_json(page, prop)}


def _parent(store: Store, sent: Json) -> tuple[Json, DataSource | None]:
    """Return a parent in the form of replies, and the data source if it is one."""
    if "page_id" in sent:
        page = store.page(sent["page_id"], "body.parent.page_id")
        return {"type": "page_id", "page_id": page.id}, None
    if "workspace" in sent:
        raise invalid(
            "Internal integrations aren't owned by a single user, so creating workspace-level private pages is not supported."
        )
    if "database_id" in sent:
        # Still accepted, if the data source is unambiguous.
        database = store.database(sent["database_id"], "body.parent.database_id")
        if len(database.data_sources) != 1:
            raise invalid(
                "Databases with multiple data sources are not supported in this API version."
            )
        source = database.data_sources[0]
    else:
        source = store.data_source(sent["data_source_id"], "body.parent.data_source_id")
    if source.in_trash or source.database.in_trash:
        raise not_found("data_source", source.id)
    parent = {
        "type": "data_source_id",
        "data_source_id": source.id,
        "database_id": source.database.id,
    }
    return parent, source


def _fitting(page: Page, sent: Json) -> dict[str, tuple[Property | None, Any]]:
    if page.source is not None:
        return dict(values.check_names(page.source.schema, sent))
    for name in sent:
        if name != "title":
            raise invalid(f"{name} is not a property that exists.")
    return {name: (None, value["title"]) for name, value in sent.items()}


def _set(page: Page, sent: dict[str, tuple[Property | None, Any]]) -> None:
    kept: Json = {}
    for id_, (prop, value) in sent.items():
        if prop is None or page.source is None:
            kept[id_] = rich_text.stored(value)
        else:
            kept[id_] = values.stored(page.source.schema, prop, value)
    # Set last, so that a rejected value leaves the page unchanged.
    page.values.update(kept)
    for id_, (prop, _) in sent.items():
        text = values.plain(prop.type if prop else "title", kept[id_])
        if text is not None:
            if page.source is not None:
                page.source.index(page, id_, page.plain.get(id_), text)
            page.plain[id_] = text


def _refuse_undone(arguments: Json) -> None:
    undone = _NOT_DONE & arguments.keys()
    if undone:
        raise NotImplementedError(f"the stand-in does not do {sorted(undone)}")
