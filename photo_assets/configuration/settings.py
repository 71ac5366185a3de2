"""All of photosync.yaml as types. Every key has a description and a working default."""

from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field

from photo_assets.configuration.ai import AiSettings
from photo_assets.configuration.albums import AlbumSettings
from photo_assets.configuration.catalogs import Catalogs, LocalPath, Settings
from photo_assets.configuration.cron import require_cron
from photo_assets.configuration.metadata import MetadataSettings
from photo_assets.configuration.sinks import Sinks, VariableName
from photo_assets.configuration.vault import VaultSettings


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("unknown time zone; use a name such as Europe/Berlin or UTC") from None
    return name


class DiscoverySettings(Settings):
    """How sources are read."""

    disappearance_percent: float = Field(
        default=5.0,
        ge=0,
        le=100,
        description="If a catalog loses more than this percentage of its items at once, its "
        "rows stay unchanged until someone confirms the loss. 100: never hold a loss back.",
    )
    disappearance_items: int = Field(
        default=20,
        ge=0,
        description="This many items may disappear at once whatever the percentage, unless no "
        "items are left.",
    )
    nightly_reconcile: Annotated[str, AfterValidator(require_cron)] = Field(
        default="30 3 * * *",
        description="Cron schedule on which every catalog is read in full and all data is checked.",
    )
    timezone: Annotated[str, AfterValidator(_time_zone)] = Field(
        default="UTC", description="Time zone of the schedules, as an IANA name."
    )


class LookalikeSettings(Settings):
    """Which photos are reported as lookalikes. They are never merged automatically."""

    distance: int = Field(
        default=6,
        ge=0,
        le=8,
        description="Number of bits, of 64, by which the perceptual hashes of two lookalikes "
        "may differ.",
    )
    crowd: int = Field(
        default=50,
        ge=3,
        le=10_000,
        description="A set of at least this many similar photos is reported as one group with a "
        "count; its pairs are not listed.",
    )
    mirrored_and_rotated: bool = Field(
        default=False,
        description="Also find mirrored and rotated copies. Finds about 96 of 100 at distance 6 "
        "and takes about 12 times as long.",
    )
    sheets: int = Field(
        default=200,
        ge=0,
        le=100_000,
        description="Number of groups, likeliest first, for which a contact sheet is drawn.",
    )


class IdentitySettings(Settings):
    """How a photo's master is selected among its items, and which photos are lookalikes."""

    master_priority: tuple[str, ...] = Field(
        default=(),
        description="Sources in order of trust that they hold the original. Trash state, file "
        "kind and quality are compared first.",
    )
    lookalikes: LookalikeSettings = Field(default_factory=LookalikeSettings)


class FingerprintSettings(Settings):
    """Limits for reading and decoding one file."""

    max_megapixels: int = Field(
        default=1000, ge=1, le=100_000, description="Larger images are not decoded."
    )
    max_seconds: float = Field(
        default=120.0, gt=0, le=86_400, description="Maximum time to decode one file, in seconds."
    )
    max_memory_mib: int = Field(
        default=2048, ge=256, le=524_288, description="Memory limit of one decoder, in MiB."
    )
    nightly_gib: float = Field(
        default=100.0,
        ge=0,
        le=1_000_000,
        description="Amount of data that is read again each night even if file sizes and times "
        "are unchanged, in GiB. A larger collection is spread over several nights. 0: none.",
    )
    workers: int = Field(
        default=0, ge=0, le=256, description="Number of parallel decoders. 0: one per core."
    )
    fetch_mib: int = Field(
        default=4096,
        ge=1,
        le=16_777_216,
        description="Most disk space in data_dir for the originals that are being downloaded from "
        "online catalogs, of all processes together, in MiB. A larger original is not downloaded.",
    )
    exiftool: LocalPath | None = Field(
        default=None,
        description="Path of exiftool 12.63 or newer, for image-data hashes of formats other "
        "than JPEG. Default: exiftool on PATH.",
    )


class ThumbnailSettings(Settings):
    """Small upright images of all photos, for grids and offline viewing."""

    enabled: bool = Field(
        default=True,
        description="Create thumbnails together with fingerprints. Without them, fingerprints "
        "take about two thirds of the time, and each photo needs 300 to 600 KiB less disk space.",
    )
    folder: LocalPath | None = Field(
        default=None,
        description="Folder of `{tiny,small,medium}/<2>/<sha256>.jpg`, for instance "
        "~/.local/share/pictures/thumbs, which other programs can use. Default: `thumbs` in "
        "data_dir.",
    )


class PhotosyncSettings(Settings):
    """photosync.yaml."""

    data_dir: LocalPath = Field(
        default=Path("data"),
        description="Folder of the lake, the ledger and Dagster's own state, relative to this "
        "file. Must be on a local disk, not in a synchronized or network folder.",
    )
    ledger_url_env: VariableName = Field(
        default="PHOTO_ASSETS_LEDGER_URL",
        description="Name of the environment variable that holds a PostgreSQL URL for the "
        "ledger. If the variable is not set, the ledger is a SQLite file in data_dir.",
    )
    query_memory_mib: int = Field(
        default=0,
        ge=0,
        le=16_777_216,
        description="Memory limit of one join, one check, or one plan, in MiB. Data that does "
        "not fit goes to files in data_dir. 0: the measured need of each, which grows with the "
        "number of items that are joined together.",
    )
    review_port: int = Field(
        default=3001,
        ge=1,
        le=65535,
        description="Port of the review page on this machine. Dagster's UI links to it.",
    )
    catalogs: Catalogs = Field(default_factory=Catalogs)
    discovery: DiscoverySettings = Field(default_factory=DiscoverySettings)
    identity: IdentitySettings = Field(default_factory=IdentitySettings)
    fingerprints: FingerprintSettings = Field(default_factory=FingerprintSettings)
    thumbnails: ThumbnailSettings = Field(default_factory=ThumbnailSettings)
    vault: VaultSettings = Field(default_factory=VaultSettings)
    metadata: MetadataSettings = Field(default_factory=MetadataSettings)
    ai: AiSettings = Field(default_factory=AiSettings)
    albums: AlbumSettings = Field(default_factory=AlbumSettings)
    sinks: Sinks = Field(default_factory=Sinks)
