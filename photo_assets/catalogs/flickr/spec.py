"""The catalog spec of Flickr."""

from collections.abc import Iterable

from photo_assets.catalogs.flickr.settings import FlickrSettings
from photo_assets.catalogs.flickr.sign_in import FREE_ACCOUNTS, SIGN_IN
from photo_assets.catalogs.flickr.visibility import VISIBILITY
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.workspace import Workspace


def _build(name: str, settings: FlickrSettings, workspace: Workspace) -> Catalog:
    from photo_assets.catalogs.flickr.catalog import FlickrCatalog

    return FlickrCatalog(name, settings, workspace)


def _notes(settings: FlickrSettings) -> Iterable[str]:
    yield FREE_ACCOUNTS
    if settings.fetch == "never":
        yield (
            "Flickr states no checksums, so few photos are found to be the same as one elsewhere. "
            "With `fetch: identify`, each original is downloaded once to find out."
        )


SPEC = CatalogSpec(
    source="flickr",
    title="Flickr",
    settings=FlickrSettings,
    build=_build,
    traits=Traits(ids_are_paths=False, original_rank=75, metadata_rank=60, claims_sha1=True),
    comment="Flickr accounts, read by Flickr's API: photosync auth flickr",
    notes=_notes,
    icon="flickr",
    visibility=VISIBILITY,
    extra="flickr",
    sign_in=SIGN_IN,
)
