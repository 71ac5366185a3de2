"""`photosync` with one more source, whose catalogs sign in: run as a program by `test_auth`."""

import sys
from collections.abc import Iterator
from typing import Any

from photo_assets.catalogs import registry
from photo_assets.catalogs.protocol import Catalog, KnownItems, Probe
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.configuration.catalogs import CatalogSettings
from photo_assets.model.events import ScanEvent
from photo_assets.sign_in.protocol import SignIn
from photo_assets.workspace import Workspace
from photo_assets_tests.sign_in.service import API_KEY, OAUTH1, OAUTH2

KINDS: dict[str, SignIn] = {"box_oauth2": OAUTH2, "box_oauth1": OAUTH1, "box_key": API_KEY}


class BoxSettings(CatalogSettings):
    """An account of Photo Box."""

    endpoint: str = "https://photobox.example"


class BoxCatalog:
    """A catalog that can be read by whoever is signed in."""

    reader_version = 1
    ids_are_paths = False
    settings_digest = ""

    def __init__(self, source: str, name: str) -> None:
        self.source, self.name = source, name

    def probe(self, deadline: float) -> Probe:
        return Probe(None, "3 photos")

    def scan(self, known: KnownItems) -> Iterator[ScanEvent]:
        yield from ()


def _spec(source: str, sign_in: SignIn, rank: int) -> CatalogSpec:
    def build(name: str, _settings: Any, _workspace: Workspace) -> Catalog:
        catalog: Any = BoxCatalog(source, name)
        return catalog  # type: ignore[no-any-return]

    return CatalogSpec(
        source=source,
        title="Photo Box",
        settings=BoxSettings,
        build=build,
        traits=Traits(ids_are_paths=False, original_rank=rank, metadata_rank=rank),
        comment="Photo Box",
        icon="cloud",
        sign_in=sign_in,
    )


def register() -> None:
    """Add the sources; before anything else is imported that asks for the list."""
    more = [_spec(source, kind, 900 + n) for n, (source, kind) in enumerate(KINDS.items())]
    registry.SPECS = (*registry.SPECS, *more)
    registry.SOURCES = tuple(spec.source for spec in registry.SPECS)


if __name__ == "__main__":
    register()
    from photo_assets.cli.main import main

    sys.argv[0] = "photosync"
    main()
