"""The catalogs that a person signs in to, found in the settings. What signing in is: `sign_in`."""

from photo_assets.catalogs.registry import SPECS
from photo_assets.sign_in.protocol import CatalogSignIn, SignIn
from photo_assets.workspace import Workspace


def services() -> dict[str, SignIn]:
    """Return the sources with a sign-in, in the order of the asset graph."""
    return {spec.source: spec.sign_in for spec in SPECS if spec.sign_in is not None}


def required_keys(source: str) -> list[str]:
    """Return the settings without a default that a catalog of the source needs."""
    fields = next(spec.settings.model_fields for spec in SPECS if spec.source == source)
    return [name for name, field in fields.items() if field.is_required()]


def configured_sign_ins(workspace: Workspace) -> list[CatalogSignIn]:
    """Return every configured catalog that needs a sign-in, enabled or not."""
    found = (
        catalog_sign_in(workspace, source, name)
        for source in services()
        for name in sorted(workspace.settings.catalogs.of(source))
    )
    return [catalog for catalog in found if catalog is not None]


def catalog_sign_in(workspace: Workspace, source: str, name: str) -> CatalogSignIn | None:
    """Return the sign-in of a configured catalog; None if it needs none."""
    sign_in, settings = services().get(source), workspace.settings.catalogs.of(source)[name]
    if sign_in is None or not getattr(settings, "signs_in", True):
        return None
    endpoint = getattr(settings, "endpoint", None)
    return CatalogSignIn(source, name, sign_in, str(endpoint) if endpoint else None)
