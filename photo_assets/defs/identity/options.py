"""The fingerprint engine's limits, from the settings."""

from photo_assets.identity.fingerprints.options import FingerprintOptions, usable_cores
from photo_assets.workspace import Workspace


def fingerprint_options(workspace: Workspace) -> FingerprintOptions:
    """Return the limits within which one file may be read and decoded."""
    settings = workspace.settings.fingerprints
    draws = workspace.settings.thumbnails.enabled
    return FingerprintOptions(
        max_pixels=settings.max_megapixels * 1_000_000,
        max_seconds=settings.max_seconds,
        max_memory_bytes=settings.max_memory_mib << 20,
        exiftool=settings.exiftool,
        thumbnails=workspace.thumbnails if draws else None,
        threads=settings.workers or min(usable_cores(), 8),
    )
