"""The whole of photosync.yaml as types. Every key has a description and a default that works."""

from pathlib import Path

from pydantic import Field

from photo_assets.store.configuration.catalogs import Catalogs, Settings
from photo_assets.store.configuration.metadata import MetadataSettings


class DiscoverySettings(Settings):
    """How sources are read."""

    disappearance_percent: float = Field(
        default=5.0,
        ge=0,
        le=100,
        description="A catalog that loses more than this share of its items at once is held back "
        "until someone confirms it, percent.",
    )
    nightly_reconcile: str = Field(
        default="30 3 * * *",
        description="When every catalog is read in full and everything is checked, cron.",
    )
    timezone: str = Field(default="UTC", description="Time zone of the schedules, IANA name.")


class IdentitySettings(Settings):
    """How a photo's master is chosen among its items."""

    master_priority: tuple[str, ...] = Field(
        default=(
            "lightroom",
            "folders",
            "google_drive",
            "immich",
            "smugmug",
            "flickr",
            "eagle",
            "google_takeout",
        ),
        description="Sources from most to least trusted to hold the original, after file kind, "
        "quality and availability have had their say.",
    )


class FingerprintSettings(Settings):
    """Limits within which one file may be read and decoded."""

    max_megapixels: int = Field(default=1000, ge=1, description="Larger pictures are not decoded.")
    max_seconds: float = Field(default=120.0, gt=0, description="Longest decode of one file, s.")
    max_memory_mib: int = Field(default=2048, ge=256, description="Memory of one decoder, MiB.")
    workers: int = Field(default=0, ge=0, description="Decoders at once; 0: one for each core.")
    exiftool: Path | None = Field(
        default=None,
        description="exiftool 12.63 or newer, for image-data hashes of other formats than JPEG. "
        "Found on PATH when not given.",
    )


class PhotosyncSettings(Settings):
    """photosync.yaml."""

    data_dir: Path = Field(
        default=Path("data"),
        description="Where the lake, the ledger and Dagster's own state live. Relative to this "
        "file. On a local disk, not in a synchronised or network folder.",
    )
    ledger_url_env: str = Field(
        default="PHOTO_ASSETS_LEDGER_URL",
        description="Name of the environment variable that holds a PostgreSQL URL for the ledger. "
        "Unset: SQLite in data_dir.",
    )
    catalogs: Catalogs = Field(default_factory=Catalogs)
    discovery: DiscoverySettings = Field(default_factory=DiscoverySettings)
    identity: IdentitySettings = Field(default_factory=IdentitySettings)
    fingerprints: FingerprintSettings = Field(default_factory=FingerprintSettings)
    metadata: MetadataSettings = Field(default_factory=MetadataSettings)
