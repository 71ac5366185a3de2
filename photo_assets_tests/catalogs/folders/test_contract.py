from pathlib import Path

from photo_assets.catalogs.folders.catalog import FoldersCatalog
from photo_assets.catalogs.folders.settings import FoldersSettings
from photo_assets.catalogs.protocol import Catalog
from photo_assets_tests.catalogs.contract import LocalCatalogContract
from photo_assets_tests.catalogs.folders.trees import odd_tree


class TestFoldersContract(LocalCatalogContract):
    source_name = "folders"

    def populate(self, folder: Path) -> Path:
        return odd_tree(folder)

    def make(self, path: Path) -> Catalog:
        return FoldersCatalog("test", FoldersSettings(path=path))
