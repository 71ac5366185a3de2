"""The catalog spec of Google Drive."""

from collections.abc import Iterator

from photo_assets.catalogs.google_drive.settings import GoogleDriveSettings
from photo_assets.catalogs.google_drive.sharing import VISIBILITY
from photo_assets.catalogs.google_drive.sign_in import SIGN_IN
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.spec import CatalogSpec, Traits
from photo_assets.workspace import Workspace


def _build(name: str, settings: GoogleDriveSettings, workspace: Workspace) -> Catalog:
    from photo_assets.catalogs.google_drive.catalog import GoogleDriveCatalog
    from photo_assets.service_calls import RateLimitedCaller
    from photo_assets.sign_in.access import Access
    from photo_assets.sign_in.protocol import CatalogSignIn

    signed_in = CatalogSignIn("google_drive", name, SIGN_IN, settings.endpoint)
    return GoogleDriveCatalog(
        name,
        settings,
        workspace.listings / "google_drive" / name,
        Access(workspace.credentials, signed_in),
        lambda: RateLimitedCaller(workspace.ledger, f"google_drive/{name}", settings.policy),
    )


def _notes(settings: GoogleDriveSettings) -> Iterator[str]:
    if settings.key_file is not None:
        yield "A service account sees only the folders and drives that are shared with its address."
    if not settings.shared_drives:
        yield "Shared drives are not read (shared_drives: false)."


SPEC = CatalogSpec(
    source="google_drive",
    title="Google Drive",
    settings=GoogleDriveSettings,
    build=_build,
    traits=Traits(ids_are_paths=False, original_rank=60, metadata_rank=65, states_sha1=True),
    comment="Google Drive accounts; sign in with `photosync auth google_drive NAME`",
    notes=_notes,
    visibility=VISIBILITY,
    icon="googledrive",
    extra="google",
    sign_in=SIGN_IN,
)
