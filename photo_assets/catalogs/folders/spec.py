"""The catalog spec of folder trees."""

from photo_assets.catalogs.folders.settings import FoldersSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.model.visibility import ServiceVisibility
from photo_assets.model.vocabulary import Visibility
from photo_assets.workspace import Workspace


def _build(name: str, settings: FoldersSettings, _workspace: Workspace) -> Catalog:
    from photo_assets.catalogs.folders.catalog import FoldersCatalog

    return FoldersCatalog(name, settings)


SPEC = CatalogSpec(
    source="folders",
    title="folder",
    settings=FoldersSettings,
    build=_build,
    traits=Traits(ids_are_paths=True, original_rank=20, metadata_rank=40, takes_loose_photos=True),
    comment="Trees of photo files: NAS, SD card, icloudpd",
    visibility=ServiceVisibility(
        levels={"hidden on the iPhone": Visibility.LOCKED},
        note="As icloudpd and osxphotos note it beside a file. Who can read a file is not "
        "considered.",
    ),
    icon="file",
)
