"""Pages and databases as blocks, for listing them below a page and deleting them."""

from photo_assets.sample.notion import rich_text
from photo_assets.sample.notion.errors import not_found
from photo_assets.sample.notion.ids import object_id
from photo_assets.sample.notion.listing import list_reply, sliced
from photo_assets.sample.notion.objects import Database, Json, Page
from photo_assets.sample.notion.store import Store


def list_block_children(store: Store, arguments: Json) -> Json:
    page = store.page(arguments["block_id"], "path.block_id")
    part = sliced(_children(store, page.id), arguments, store.settings)
    return list_reply("block", [_block(store, thing) for thing in part.items], part.next)


def delete_block(store: Store, arguments: Json) -> Json:
    id_ = object_id(arguments["block_id"], "path.block_id")
    thing = store.pages.get(id_) or store.databases.get(id_)
    if thing is None:
        raise not_found("block", id_)
    thing.in_trash = True
    thing.edited = store.clock.now()
    thing.edited_by = store.bot_id
    return _block(store, thing)


def _children(store: Store, page_id: str) -> list[Page | Database]:
    things: list[Page | Database] = [*store.pages.values(), *store.databases.values()]
    return [
        thing for thing in things if thing.parent.get("page_id") == page_id and not thing.in_trash
    ]


def _block(store: Store, thing: Page | Database) -> Json:
    if isinstance(thing, Page):
        type_, title = "child_page", thing.title
    else:
        type_, title = "child_database", rich_text.plain(thing.title)
    return {
        "object": "block",
        "id": thing.id,
        "parent": thing.parent,
        **thing.stamps(),
        "has_children": bool(_children(store, thing.id)),
        **thing.trash(),
        "type": type_,
        type_: {"title": title},
    }
