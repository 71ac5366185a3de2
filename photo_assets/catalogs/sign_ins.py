"""The catalogs that a person signs in to, found in the settings. What signing in is: `sign_in`."""

from collections.abc import Iterable

from photo_assets.catalogs.registry import SPECS
from photo_assets.catalogs.smugmug.renaming_sign_in import RENAMING
from photo_assets.catalogs.smugmug.renaming_sign_in import SOURCE as NAMES
from photo_assets.sign_in.protocol import CatalogSignIn, SignIn
from photo_assets.workspace import Workspace


def services() -> dict[str, SignIn]:
    """Return the sources with a sign-in, in the order of the asset graph, and that for renaming."""
    found = {spec.source: spec.sign_in for spec in SPECS if spec.sign_in is not None}
    return {**found, NAMES: RENAMING}


def required_keys(source: str) -> list[str]:
    """Return the settings without a default that a catalog of the source needs."""
    fields = next((spec.settings.model_fields for spec in SPECS if spec.source == source), {})
    return [name for name, field in fields.items() if field.is_required()]


def configured_sign_ins(workspace: Workspace) -> list[CatalogSignIn]:
    """Return every configured catalog that needs a sign-in, enabled or not."""
    found = (
        catalog_sign_in(workspace, source, name)
        for source in services()
        for name in sorted(_names(workspace, source))
    )
    return [catalog for catalog in found if catalog is not None]


def catalog_sign_in(workspace: Workspace, source: str, name: str) -> CatalogSignIn | None:
    """Return the sign-in of a configured catalog; None if it needs none."""
    of_source = "smugmug" if source == NAMES else source
    sign_in, settings = services().get(source), workspace.settings.catalogs.of(of_source)[name]
    if sign_in is None or not getattr(settings, "signs_in", True):
        return None
    endpoint = getattr(settings, "endpoint", None)
    return CatalogSignIn(source, name, sign_in, str(endpoint) if endpoint else None)


def _names(workspace: Workspace, source: str) -> Iterable[str]:
    """Return the catalogs that have this sign-in; the one for renaming only where it is allowed."""
    if source != NAMES:
        return workspace.settings.catalogs.of(source)
    allowed = {one.partition("/")[2] for one in workspace.settings.albums.rename}
    return allowed & workspace.settings.catalogs.of("smugmug").keys()
