"""The catalog spec of Lightroom Classic."""

from collections.abc import Iterator
from pathlib import Path

from photo_assets.catalogs.lightroom.recognize import recognize
from photo_assets.catalogs.lightroom.settings import LightroomSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.model.visibility import ServiceVisibility
from photo_assets.workspace import Workspace


def _notes(settings: LightroomSettings) -> Iterator[str]:
    # Lightroom Classic keeps <catalog>.lrcat.lock beside a catalog it has open.
    if Path(f"{settings.path}.lock").exists():
        yield "open in Lightroom; photosync reads a copy, so it can stay open"


def _build(name: str, settings: LightroomSettings, workspace: Workspace) -> Catalog:
    from photo_assets.catalogs.lightroom.catalog import LightroomCatalog

    return LightroomCatalog(name, settings, workspace.scratch / "lightroom" / name)


SPEC = CatalogSpec(
    source="lightroom",
    title="Lightroom Classic",
    settings=LightroomSettings,
    build=_build,
    traits=Traits(ids_are_paths=False, original_rank=10, metadata_rank=10),
    comment="Lightroom Classic. Where its folders have other paths on this machine:\n"
    '  root_map: {"D:/Photos/": "/mnt/photos"}',
    recognize=recognize,
    notes=_notes,
    visibility=ServiceVisibility(
        note="A catalog is not shared; what was published from it is in the catalog of that "
        "service."
    ),
    icon="lightroom",
)
