"""A library in which one account shows more than another, joined and audited by the real rules."""

from pathlib import Path

import pyarrow as pa

from photo_assets.catalogs.registry import VISIBILITY as SERVICES
from photo_assets.defs.joins import metadata_months
from photo_assets.identity.photos.made import Made, inputs_by_month, stored_digests, write_made
from photo_assets.ledger import PhotoRegistry
from photo_assets.ledger.photos import KNOWN_KEYS, RegistryChange
from photo_assets.model.item import Item
from photo_assets.model.tables import VISIBILITY
from photo_assets.workspace import Workspace
from photo_assets_tests.metadata.collection import item
from photo_assets_tests.web.library import TAKEN, Library

_ACCOUNTS = ("family", "home")


def seen(catalog: str, native_id: str, word: str | None) -> Item:
    """Return an item of Immich with what the service says of it; None for nothing."""
    stated = SERVICES["immich"].stated(word)
    return item(
        "immich",
        native_id,
        catalog=catalog,
        capture_time=TAKEN,
        file_name=f"{native_id}.jpg",
        visibility=stated.level,
        visibility_stated=stated.words,
    )


def make_audited(folder: Path, shared: int = 2) -> Library:
    """Return a library: `shared` photos that `family` shares by a link, and one it is silent of."""
    library = Library(folder)
    for n in range(shared):
        one = seen("family", f"f{n}", "album with a link")
        library.add(one, seen("home", f"h{n}", "timeline"), color="#159")
    library.add(seen("family", "silent", None), color="#951")
    library.store()
    accounts = "".join(f"    {name}: {{endpoint: 'http://127.0.0.1:9'}}\n" for name in _ACCOUNTS)
    library.configuration.write_text(f"catalogs:\n  immich:\n{accounts}")
    workspace = library.open()
    _register(workspace, [library.photo_id(n) for n in range(len(library.photos))])
    months = metadata_months(workspace, VISIBILITY)
    for month in months.due():
        months.make(month, [])
    return library


def _register(workspace: Workspace, ids: list[str]) -> None:
    with PhotoRegistry(workspace.ledger).session() as session:
        photos = pa.table({"photo_id": ids, "anchor": ids})
        session.apply(RegistryChange(photos, KNOWN_KEYS.empty_table()))
    tables, inputs = stored_digests(workspace.lake), inputs_by_month(workspace.lake)
    sources = {month: [month] for month in tables["photos"]}
    made = Made("", inputs, tables, sources, revision="", engine="", known=None)
    write_made(workspace.joined_photos, made)
