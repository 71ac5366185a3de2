"""Whether and since when each catalog is online, as last recorded by discovery."""

from collections.abc import Iterator

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import CatalogState, load_state
from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.configuration.catalogs import CatalogSettings
from photo_assets.workspace import Workspace


def catalog_states(workspace: Workspace) -> Iterator[tuple[str, str, CatalogState | None]]:
    """Yield (source, catalog, last contact) of every configured catalog."""
    catalogs = workspace.settings.catalogs
    for source in catalogs.sources():
        for name in sorted(catalogs.of(source)):
            folder = catalog_folder(workspace.staging, source, name)
            yield source, name, load_state(folder)


def online_since(workspace: Workspace) -> dict[str, str]:
    """Return `source/catalog` -> since when it is online. Offline catalogs are left out.

    Of an online catalog also what may be downloaded: if that changes, its items are tried again.
    """
    catalogs = workspace.settings.catalogs
    return {
        f"{source}/{name}": " ".join([state.since, *_allowed(catalogs.of(source)[name])])
        for source, name, state in catalog_states(workspace)
        if state is not None and state.online
    }


def _allowed(settings: CatalogSettings) -> list[str]:
    return [settings.fetch] if isinstance(settings, OnlineCatalogSettings) else []
