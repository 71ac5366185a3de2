"""What Lightroom Classic is to the rest of the program."""

from collections.abc import Iterator
from pathlib import Path

from photo_assets.catalogs.lightroom.recognise import recognise
from photo_assets.catalogs.lightroom.settings import LightroomSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.workspace import Workspace


def _notes(settings: LightroomSettings) -> Iterator[str]:
    # Lightroom Classic keeps <catalog>.lrcat.lock beside a catalog it has open.
    if Path(f"{settings.path}.lock").exists():
        yield "Lightroom seems to have it open; a copy is read, so that is fine"


def _build(name: str, settings: LightroomSettings, workspace: Workspace) -> Catalog:
    from photo_assets.catalogs.lightroom.catalog import LightroomCatalog

    return LightroomCatalog(name, settings, workspace.scratch / "lightroom" / name)


SPEC = CatalogSpec(
    source="lightroom",
    title="Lightroom Classic",
    settings=LightroomSettings,
    build=_build,
    traits=Traits(ids_are_paths=False, original_rank=10, metadata_rank=10),
    comment="Lightroom Classic. When its folders are elsewhere on this machine, say where:\n"
    '  root_map: {"D:/Photos/": "/mnt/photos"}',
    recognise=recognise,
    notes=_notes,
    icon="lightroom",
)
