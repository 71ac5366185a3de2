"""Databases and data sources: creating, reading, changing. Queries are in `queries`."""

from photo_assets.sample.notion import rich_text
from photo_assets.sample.notion.objects import Database, DataSource, Json
from photo_assets.sample.notion.properties import Schema
from photo_assets.sample.notion.store import Store, in_trash_of

_ONLY_NAME: Json = {"Name": {"title": {}}}


def create_database(store: Store, arguments: Json) -> Json:
    parent = dict(arguments["parent"])
    if parent["type"] == "page_id":
        parent["page_id"] = store.page(parent["page_id"], "body.parent.page_id").id
    # Created before it is stored: a rejected schema leaves nothing behind.
    database = Database(**store.birth(parent))
    _describe(store, database, arguments)
    initial = arguments.get("initial_data_source", {})
    source = _new_source(
        store, database, {"title": arguments.get("title", []), "properties": _ONLY_NAME, **initial}
    )
    store.check_room()
    store.blocks_made += 1
    store.databases[database.id] = database
    _keep(store, source)
    return database.as_json()


def get_database(store: Store, arguments: Json) -> Json:
    return store.database(arguments["database_id"]).as_json()


def update_database(store: Store, arguments: Json) -> Json:
    database = store.database(arguments["database_id"])
    _describe(store, database, arguments)
    trash = in_trash_of(arguments)
    if trash is not None:
        database.in_trash = trash
    _touch(store, database)
    return database.as_json()


def create_data_source(store: Store, arguments: Json) -> Json:
    database = store.database(arguments["parent"]["database_id"], "body.parent.database_id")
    source = _new_source(store, database, arguments)
    _keep(store, source)
    return source.as_json()


def get_data_source(store: Store, arguments: Json) -> Json:
    return store.data_source(arguments["data_source_id"]).as_json()


def update_data_source(store: Store, arguments: Json) -> Json:
    source = store.data_source(arguments["data_source_id"])
    source.schema.update(arguments.get("properties", {}))
    if "title" in arguments:
        source.title = rich_text.stored(arguments["title"])
    if "icon" in arguments:
        source.icon = store.new_icon(arguments["icon"])
    trash = in_trash_of(arguments)
    if trash is not None:
        source.in_trash = trash
    _touch(store, source)
    return source.as_json()


def _new_source(store: Store, database: Database, sent: Json) -> DataSource:
    schema = Schema(store.ids, store.settings)
    schema.create(sent.get("properties", _ONLY_NAME))
    source = DataSource(
        **store.birth({"type": "database_id", "database_id": database.id}),
        database=database,
        schema=schema,
        title=rich_text.stored(sent.get("title", [])),
    )
    source.icon = store.new_icon(sent.get("icon"))
    return source


def _keep(store: Store, source: DataSource) -> None:
    source.database.data_sources.append(source)
    store.data_sources[source.id] = source


def _describe(store: Store, database: Database, sent: Json) -> None:
    if "cover" in sent:
        raise NotImplementedError("the stand-in keeps no covers of databases")
    if "title" in sent:
        database.title = rich_text.stored(sent["title"])
    if "description" in sent:
        database.description = rich_text.stored(sent["description"])
    if "icon" in sent:
        database.icon = store.new_icon(sent["icon"])
    database.is_inline = sent.get("is_inline", database.is_inline)
    database.is_locked = sent.get("is_locked", database.is_locked)


def _touch(store: Store, thing: Database | DataSource) -> None:
    thing.edited = store.clock.now()
    thing.edited_by = store.bot_id
