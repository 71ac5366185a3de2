"""The catalog spec of Immich."""

from collections.abc import Iterable

from photo_assets.catalogs.immich.settings import ImmichSettings
from photo_assets.catalogs.immich.sign_in import SIGN_IN
from photo_assets.catalogs.immich.visibility import VISIBILITY
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.workspace import Workspace


def _build(name: str, settings: ImmichSettings, workspace: Workspace) -> Catalog:
    from photo_assets.catalogs.immich.catalog import ImmichCatalog

    return ImmichCatalog(name, settings, workspace)


def _notes(settings: ImmichSettings) -> Iterable[str]:
    yield (
        "Immich does not tell an API key about the locked folder, nor about photos that were "
        f"deleted for good: those are found every {settings.full_listing_days:g} days."
    )
    if settings.fetch == "never" and not settings.root_map:
        yield (
            "Immich states no checksums of files in external libraries. With root_map, they are "
            "read from disk; with `fetch: identify`, each is downloaded once to identify it."
        )


SPEC = CatalogSpec(
    source="immich",
    title="Immich",
    settings=ImmichSettings,
    build=_build,
    traits=Traits(ids_are_paths=False, original_rank=30, metadata_rank=30, states_sha1=True),
    comment="Immich servers, each with the account of its API key",
    notes=_notes,
    visibility=VISIBILITY,
    icon="immich",
    extra="immich",
    sign_in=SIGN_IN,
)
