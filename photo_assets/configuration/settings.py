"""The whole of photosync.yaml as types. Every key has a description and a default that works."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from photo_assets.configuration.catalogs import Catalogs, LocalPath, Settings
from photo_assets.configuration.cron import require_cron
from photo_assets.configuration.metadata import MetadataSettings
from photo_assets.configuration.sinks import Sinks, VariableName


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone; write one like Europe/Berlin or UTC") from None
    return name


class DiscoverySettings(Settings):
    """How sources are read."""

    disappearance_percent: float = Field(
        default=5.0,
        ge=0,
        le=100,
        description="When a catalog loses more than this share of its items at once, they stay as "
        "they were until someone confirms the loss, percent. 100: never.",
    )
    disappearance_items: int = Field(
        default=20,
        ge=0,
        description="So many items may be gone at once whatever their share, unless nothing is "
        "left.",
    )
    nightly_reconcile: Annotated[str, AfterValidator(require_cron)] = Field(
        default="30 3 * * *",
        description="When every catalog is read in full and everything is checked, cron.",
    )
    timezone: Annotated[str, AfterValidator(_time_zone)] = Field(
        default="UTC", description="Time zone of the schedules, IANA name."
    )


class LookalikeSettings(Settings):
    """Which photos are shown as looking alike. Nothing is ever merged by that."""

    distance: int = Field(
        default=6,
        ge=0,
        le=8,
        description="Bits, of 64, in which the perceptual hashes of two photos may differ.",
    )
    crowd: int = Field(
        default=50,
        ge=3,
        le=10_000,
        description="From this many photos alike on they are one group with a count; their pairs "
        "are not listed.",
    )
    mirrored_and_rotated: bool = Field(
        default=False,
        description="Also look for mirrored and rotated copies. Finds about 96 of 100 at distance "
        "6, and takes about 12 times as long.",
    )
    sheets: int = Field(
        default=200,
        ge=0,
        le=100_000,
        description="For how many groups, likeliest first, a contact sheet is drawn.",
    )


class IdentitySettings(Settings):
    """How a photo's master is chosen among its items, and which photos look alike."""

    master_priority: tuple[str, ...] = Field(
        default=(),
        description="Sources from most to least trusted to hold the original, after the trash, "
        "file kind and quality have had their say.",
    )
    lookalikes: LookalikeSettings = Field(default_factory=LookalikeSettings)


class FingerprintSettings(Settings):
    """Limits within which one file may be read and decoded."""

    max_megapixels: int = Field(
        default=1000, ge=1, le=100_000, description="Larger pictures are not decoded."
    )
    max_seconds: float = Field(
        default=120.0, gt=0, le=86_400, description="Longest decode of one file, s."
    )
    max_memory_mib: int = Field(
        default=2048, ge=256, le=524_288, description="Memory of one decoder, MiB."
    )
    nightly_gib: float = Field(
        default=100.0,
        ge=0,
        le=1_000_000,
        description="How much is read again each night, whatever size and times of the files say, "
        "GiB. A larger collection takes its turn over several nights; 0: none.",
    )
    workers: int = Field(
        default=0, ge=0, le=256, description="Decoders at once; 0: one for each core."
    )
    exiftool: LocalPath | None = Field(
        default=None,
        description="exiftool 12.63 or newer, for image-data hashes of other formats than JPEG. "
        "Found on PATH when not given.",
    )


class ThumbnailSettings(Settings):
    """Small upright pictures of everything, for grids and for looking offline."""

    enabled: bool = Field(
        default=True,
        description="Draw them while fingerprints are made; off, fingerprints take about two "
        "thirds of the time and the disk 300 to 600 KiB a photo less.",
    )
    folder: LocalPath | None = Field(
        default=None,
        description="Where `{tiny,small,medium}/<2>/<sha256>.jpg` go, for instance "
        "~/.local/share/pictures/thumbs, which other programs can use. `thumbs` in data_dir when "
        "not given.",
    )


class PhotosyncSettings(Settings):
    """photosync.yaml."""

    data_dir: LocalPath = Field(
        default=Path("data"),
        description="Where the lake, the ledger and Dagster's own state live. Relative to this "
        "file. On a local disk, not in a synchronised or network folder.",
    )
    ledger_url_env: VariableName = Field(
        default="PHOTO_ASSETS_LEDGER_URL",
        description="Name of the environment variable that holds a PostgreSQL URL for the ledger. "
        "Unset: SQLite in data_dir.",
    )
    query_memory_mib: int = Field(
        default=0,
        ge=0,
        le=16_777_216,
        description="Memory that one join, one check, or the making of one plan may take, MiB. "
        "What does not fit goes to files in data_dir. 0: as much as each was measured to need, for "
        "plans a quarter of the machine's.",
    )
    catalogs: Catalogs = Field(default_factory=Catalogs)
    discovery: DiscoverySettings = Field(default_factory=DiscoverySettings)
    identity: IdentitySettings = Field(default_factory=IdentitySettings)
    fingerprints: FingerprintSettings = Field(default_factory=FingerprintSettings)
    thumbnails: ThumbnailSettings = Field(default_factory=ThumbnailSettings)
    metadata: MetadataSettings = Field(default_factory=MetadataSettings)
    sinks: Sinks = Field(default_factory=Sinks)
