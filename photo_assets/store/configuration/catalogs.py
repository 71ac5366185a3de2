"""Settings of the catalogs: one model a source, each a mapping from the user's name to settings."""

import hashlib
import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from photo_assets.model.item import canonical_json
from photo_assets.model.names import to_text

CatalogName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""What may name a catalog. It becomes part of file names, so it stays plain."""


def _stated(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise ValueError("an empty path would mean this folder; write the path")
    return value


LocalPath = Annotated[Path, BeforeValidator(_stated)]
"""A path of this machine, as written: made absolute when the file is loaded."""


class Settings(BaseModel):
    """Base of all settings: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _NotInRows:
    """Marks a setting of a catalog on which no row depends."""


NOT_IN_ROWS = _NotInRows()


class CatalogSettings(Settings):
    """What every catalog has."""

    path: LocalPath = Field(
        description="Where the catalog is. `~` and environment variables expand."
    )
    enabled: Annotated[bool, NOT_IN_ROWS] = Field(
        default=True, description="False: keep its rows, read it no more."
    )
    account: str | None = Field(default=None, description="Whose catalog it is.")
    dates_from_names: bool = Field(
        default=True,
        description="Where nobody states when a picture was taken, take the date in a file name "
        "like IMG-20200601-WA0001.jpg as a guess.",
    )
    poll_seconds: Annotated[int, NOT_IN_ROWS] = Field(
        default=300,
        ge=10,
        le=86_400,
        description="How often the source is looked at for changes, seconds.",
    )
    stale_after_hours: Annotated[float, NOT_IN_ROWS] = Field(
        default=24 * 7,
        gt=0,
        le=100_000,
        description="The freshness check names the catalog when its last successful reading is "
        "older than this, hours.",
    )

    @property
    def rows_digest(self) -> str:
        """SHA-256, in hex, of all settings but those marked `NOT_IN_ROWS`: of what rows depend on.

        A setting that is added is part of it until it is marked, so that none can be forgotten.
        """
        values = {
            name: _plain(getattr(self, name))
            for name, field in type(self).model_fields.items()
            if NOT_IN_ROWS not in field.metadata
        }
        return hashlib.sha256(canonical_json(values)).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Path):
        return to_text(os.path.abspath(os.path.expanduser(value)))
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return value


class LightroomSettings(CatalogSettings):
    """A Lightroom Classic catalog (.lrcat), versions 3 to 15."""

    root_map: dict[str, LocalPath] = Field(
        default_factory=dict,
        description="Where Lightroom's root folders are on this machine: the path Lightroom "
        'knows -> the path here. Longest match wins. Example: {"D:/Photos/": "/mnt/photos"}.',
    )


class EagleSettings(CatalogSettings):
    """An Eagle library folder (X.library)."""


class FoldersSettings(CatalogSettings):
    """A tree of photo files: NAS, SD card import, icloudpd output, Immich's own library.

    Picasa's folders, and the unpacked copy of iCloud Photos that Apple sends on request.
    """

    exclude: tuple[str, ...] = Field(
        default=("@eaDir", ".*", "#recycle", "$RECYCLE.BIN", "lost+found", "*.lrdata", "*.library"),
        description="Names (shell patterns, any level) that are not part of the collection. `.*` "
        "does not cover .picasa.ini and .picasaoriginals: name them to leave them out.",
    )
    settle_seconds: Annotated[float, NOT_IN_ROWS] = Field(
        default=10.0,
        ge=0,
        le=86_400,
        description="A file changed more recently than this is still being written: next scan.",
    )
    rating_five_is_favourite: bool = Field(
        default=False,
        description="icloudpd writes xmp:Rating 5 for a heart and -1 for hidden: read them as "
        "favourite and hidden instead of stars.",
    )


class TakeoutSettings(CatalogSettings):
    """A folder with Google Takeout exports: takeout-*.zip or .tgz parts, or unpacked ones.

    Of an export of a whole account only Google Photos counts, and of the folder only exports.
    """


class Catalogs(Settings):
    """All catalogs, by source and name."""

    lightroom: dict[CatalogName, LightroomSettings] = Field(default_factory=dict)
    eagle: dict[CatalogName, EagleSettings] = Field(default_factory=dict)
    folders: dict[CatalogName, FoldersSettings] = Field(default_factory=dict)
    google_takeout: dict[CatalogName, TakeoutSettings] = Field(default_factory=dict)
