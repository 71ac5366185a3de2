"""The catalog spec of SmugMug."""

from collections.abc import Iterable

from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.smugmug.album_table import TABLE
from photo_assets.catalogs.smugmug.settings import SmugMugSettings
from photo_assets.catalogs.smugmug.sign_in import SIGN_IN
from photo_assets.catalogs.smugmug.visibility import VISIBILITY
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.workspace import Workspace


def _build(name: str, settings: SmugMugSettings, workspace: Workspace) -> Catalog:
    from photo_assets.catalogs.smugmug.catalog import SmugMugCatalog

    return SmugMugCatalog(name, settings, workspace)


def _notes(settings: SmugMugSettings) -> Iterable[str]:
    yield (
        "SmugMug does not say when only the caption or keywords of a photo were edited: such edits "
        f"are found every {settings.full_listing_days:g} days."
    )


SPEC = CatalogSpec(
    source="smugmug",
    title="SmugMug",
    settings=SmugMugSettings,
    build=_build,
    traits=Traits(ids_are_paths=False, original_rank=72, metadata_rank=55),
    comment="SmugMug accounts; sign in with: photosync auth smugmug",
    notes=_notes,
    visibility=VISIBILITY,
    icon="smugmug",
    extra="sign-in",
    sign_in=SIGN_IN,
    further_tables=(TABLE,),
)
