"""The catalog spec of Eagle."""

from photo_assets.catalogs.eagle.recognize import recognize
from photo_assets.catalogs.eagle.settings import EagleSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.model.visibility import ServiceVisibility
from photo_assets.model.vocabulary import Visibility
from photo_assets.workspace import Workspace


def _build(name: str, settings: EagleSettings, _workspace: Workspace) -> Catalog:
    from photo_assets.catalogs.eagle.catalog import EagleCatalog

    return EagleCatalog(name, settings)


SPEC = CatalogSpec(
    source="eagle",
    title="Eagle",
    settings=EagleSettings,
    build=_build,
    traits=Traits(ids_are_paths=False, original_rank=70, metadata_rank=20),
    comment="Eagle libraries",
    recognize=recognize,
    visibility=ServiceVisibility(
        levels={"in a folder with a password": Visibility.LOCKED},
        note="Everything else in a library is visible to nobody else.",
    ),
    icon="eagle",
)
