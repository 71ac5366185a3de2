"""The catalog spec of Google Photos."""

from collections.abc import Iterable

from photo_assets.catalogs.google_photos.settings import GooglePhotosSettings
from photo_assets.catalogs.google_photos.sign_in import CLOSED, SIGN_IN, STRIPPED
from photo_assets.catalogs.picking import Picker
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.model.visibility import ServiceVisibility
from photo_assets.workspace import Workspace


def _build(name: str, settings: GooglePhotosSettings, workspace: Workspace) -> Catalog:
    from photo_assets.catalogs.google_photos.catalog import GooglePhotosCatalog

    return GooglePhotosCatalog(name, settings, workspace)


def _picker(name: str, settings: GooglePhotosSettings, workspace: Workspace) -> Picker:
    from photo_assets.catalogs.google_photos.catalog import google_photos_picker

    return google_photos_picker(name, settings, workspace)


def _notes(_settings: GooglePhotosSettings) -> Iterable[str]:
    return (CLOSED, STRIPPED)


SPEC = CatalogSpec(
    source="google_photos",
    title="Google Photos",
    settings=GooglePhotosSettings,
    build=_build,
    traits=Traits(ids_are_paths=False, original_rank=90, metadata_rank=68),
    comment="Photos that you pick by hand in Google Photos: photosync pick google_photos NAME",
    notes=_notes,
    visibility=ServiceVisibility(note="The Picker API does not say who sees an item."),
    icon="google",
    extra="google",
    sign_in=SIGN_IN,
    picker=_picker,
)
