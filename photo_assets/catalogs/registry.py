"""The list of sources, and building their readers from the settings."""

from collections.abc import Callable

from photo_assets.catalogs import (
    eagle,
    flickr,
    folders,
    google_drive,
    google_photos,
    google_takeout,
    immich,
    lightroom,
    smugmug,
)
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.spec import CatalogSpec
from photo_assets.configuration.catalogs import CatalogSettings
from photo_assets.workspace import Workspace

SPECS: tuple[CatalogSpec, ...] = (
    lightroom.SPEC,
    eagle.SPEC,
    folders.SPEC,
    google_takeout.SPEC,
    google_photos.SPEC,
    google_drive.SPEC,
    flickr.SPEC,
    immich.SPEC,
    smugmug.SPEC,
)
"""All services with a reader, in the order of the asset graph."""

SOURCES: tuple[str, ...] = tuple(spec.source for spec in SPECS)
PATH_BASED = frozenset(spec.source for spec in SPECS if spec.traits.ids_are_paths)
TRUSTED_SHA1 = frozenset(spec.source for spec in SPECS if spec.traits.states_sha1)
VISIBILITY = {spec.source: spec.visibility for spec in SPECS}
"""What each source can say of who sees an item."""

(FOR_LOOSE_PHOTOS,) = (spec.source for spec in SPECS if spec.traits.takes_loose_photos)


def spec_of(source: str) -> CatalogSpec:
    """Return the spec of a source. Raises `KeyError` for an unknown one."""
    for spec in SPECS:
        if spec.source == source:
            return spec
    raise KeyError(source)


def build_catalogs(
    workspace: Workspace,
    source: str,
    adjust: Callable[[CatalogSettings], CatalogSettings] = lambda settings: settings,
) -> list[Catalog]:
    """Return a reader for every enabled catalog of `source`, ordered by name.

    `adjust` returns the settings to use instead of the configured ones.
    """
    spec = spec_of(source)
    return [
        spec.build(name, adjust(settings), workspace)
        for name, settings in sorted(workspace.settings.catalogs.of(source).items())
        if settings.enabled
    ]
