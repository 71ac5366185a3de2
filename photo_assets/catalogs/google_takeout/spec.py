"""The catalog spec of Google Takeout."""

from collections.abc import Iterator

from photo_assets.catalogs.google_takeout.recognize import recognize
from photo_assets.catalogs.google_takeout.settings import TakeoutSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.model.visibility import ServiceVisibility
from photo_assets.model.vocabulary import Visibility
from photo_assets.workspace import Workspace


def _notes(_settings: TakeoutSettings) -> Iterator[str]:
    yield (
        "Google closed reading a whole library by the Google Photos API on 2025-03-31: new photos "
        "are seen with the next Takeout export"
    )


def _build(name: str, settings: TakeoutSettings, _workspace: Workspace) -> Catalog:
    from photo_assets.catalogs.google_takeout.catalog import TakeoutCatalog

    return TakeoutCatalog(name, settings)


SPEC = CatalogSpec(
    source="google_takeout",
    title="Google Takeout",
    settings=TakeoutSettings,
    build=_build,
    traits=Traits(ids_are_paths=True, original_rank=80, metadata_rank=50, copies_expected=True),
    comment="Google Takeout: the folder with the takeout-*.zip files",
    recognize=recognize,
    notes=_notes,
    visibility=ServiceVisibility(
        levels={"in the Locked Folder": Visibility.LOCKED},
        note="An export does not say which albums and photos are shared, and with whom: Google "
        "Photos itself shows it.",
    ),
    icon="google",
)
