"""Verify: compare our properties on every page with the last written content.

People's changes to our properties are drift, which the next plan corrects; other properties are
ignored. Nothing is deleted: several pages of one photo are reported.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import duckdb
import orjson

from photo_assets.lake.views import view_stored
from photo_assets.ledger import SinkPages
from photo_assets.model.canonical import canonical
from photo_assets.model.plans import WRITTEN
from photo_assets.model.wording import counted
from photo_assets.sinks.engine.sink_tables import written_files
from photo_assets.sinks.notion.adoption import key_of
from photo_assets.sinks.notion.client import NotionClient
from photo_assets.sinks.notion.desired import PAGES
from photo_assets.sinks.notion.fields import KEY, KINDS
from photo_assets.sinks.notion.pagination import all_pages
from photo_assets.sinks.notion.schema import SchemaFit
from photo_assets.sinks.notion.settings import NAME
from photo_assets.sinks.notion.wire import from_wire, says_the_same
from photo_assets.sinks.protocol import ReadBack, Verification
from photo_assets.workspace import Workspace

_BATCH: Final = 500
_HAND: Final = "changed by hand in the service"

Json = dict[str, Any]
Content = Mapping[str, Any]


def read_back(
    client: NotionClient, workspace: Workspace, data_source: str, fit: SchemaFit
) -> Verification:
    """Return the differences, and adopt unknown pages of photos.

    Raises `ServiceError`, and `StorageError` if a table is damaged.
    """
    pages = SinkPages(workspace.ledger)
    known = pages.known(NAME, data_source, PAGES)
    mine = {page_id: key for key, (page_id, _) in known.items()}
    rows = strangers = 0
    drifted: list[ReadBack] = []
    new: list[tuple[str, str]] = []
    seen: set[str] = set()
    carried: dict[str, int] = {}
    with _written(workspace, data_source) as written:
        for some in _in_batches(all_pages(client, data_source)):
            rows += len(some)
            keys = [key_of(page, fit.names[KEY]) for page in some]
            for key in filter(None, keys):
                carried[key] = carried.get(key, 0) + 1
            ours = [(mine[page["id"]], page) for page in some if page["id"] in mine]
            new += [
                (key, page["id"])
                for key, page in zip(keys, some, strict=True)
                if key is not None and key not in known
            ]
            strangers += sum(
                key is None and page["id"] not in mine for key, page in zip(keys, some, strict=True)
            )
            seen.update(key for key, _ in ours)
            contents = _contents(written, [key for key, _ in ours])
            drifted += filter(
                None, (_compare(key, page, contents.get(key), fit) for key, page in ours)
            )
    pages.adopt(NAME, data_source, PAGES, new)
    trash = {page["id"] for page in all_pages(client, data_source, trash=True)}
    return Verification(
        rows=rows,
        drifted=tuple(sorted(drifted, key=lambda one: one.key)),
        duplicates=tuple(sorted(key for key, count in carried.items() if count > 1)),
        strangers=strangers,
        notes=_absent({key: page for key, (page, _) in known.items() if key not in seen}, trash),
    )


def _compare(key: str, page: Json, content: Content | None, fit: SchemaFit) -> ReadBack | None:
    if content is None:
        return None  # adopted and not written yet: the next plan writes the whole page
    there: dict[str, Any] = {}
    for field, value in content.items():
        name = fit.names.get(field)
        found = page["properties"].get(name) if name else None
        if found is None or found["type"] != KINDS[field]:
            continue
        theirs = from_wire(found)
        if not says_the_same(KINDS[field], value, theirs):
            there[field] = theirs
    if not there:
        return None
    why = f"{_HAND}: {', '.join(sorted(fit.names[field] for field in there))}"
    return ReadBack(target=PAGES, key=key, found=canonical({**content, **there}), why=why)


def _absent(pages: Mapping[str, str], trash: set[str]) -> tuple[str, ...]:
    """Return lines about missing pages. They are not created again: a person removed them."""
    in_trash = sum(page in trash for page in pages.values())
    gone = len(pages) - in_trash
    told = []
    if in_trash:
        trashed = counted(in_trash, "page is", "pages are")
        told.append(f"{trashed} in Notion's trash; nothing is restored from it.")
    if gone:
        absent = counted(gone, "page is", "pages are")
        told.append(f"{absent} missing or newly created; none is created again.")
    return tuple(told)


@contextmanager
def _written(workspace: Workspace, data_source: str) -> Iterator[duckdb.DuckDBPyConnection]:
    files = written_files(workspace.lake, NAME, data_source)
    with workspace.lake.query("counts", "The written rows could not be compared") as connection:
        view_stored(connection, "stored", WRITTEN, files)
        connection.execute(
            "CREATE TABLE written AS SELECT key, content FROM stored "
            "WHERE content IS NOT NULL AND key <> '' ORDER BY key"
        )
        yield connection


def _contents(written: duckdb.DuckDBPyConnection, keys: Sequence[str]) -> dict[str, Content]:
    query = "SELECT key, content FROM written WHERE key IN (SELECT unnest($keys))"
    rows = written.execute(query, {"keys": list(keys)}).fetchall()
    return {key: orjson.loads(content) for key, content in rows}


def _in_batches(pages: Iterator[Json]) -> Iterator[list[Json]]:
    some: list[Json] = []
    for page in pages:
        some.append(page)
        if len(some) == _BATCH:
            yield some
            some = []
    if some:
        yield some
