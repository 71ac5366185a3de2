"""The common settings of all catalogs; each service adds its own in its folder."""

import hashlib
import os
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from photo_assets.model.canonical import canonical_json
from photo_assets.model.names import to_text

CatalogName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""The form of a catalog's name. It becomes part of file names, so it is restricted."""


def _stated(value: object) -> object:
    if isinstance(value, str) and not value.strip():
        raise ValueError("an empty path would mean the folder of this file; write a path")
    return value


LocalPath = Annotated[Path, BeforeValidator(_stated)]
"""A path on this machine, as written; it is made absolute when the file is loaded."""


class Settings(BaseModel):
    """Base of all settings: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class _NotInRows:
    """Marks a setting of a catalog that does not affect its rows."""


NOT_IN_ROWS = _NotInRows()


class CatalogSettings(Settings):
    """The settings of every catalog."""

    enabled: Annotated[bool, NOT_IN_ROWS] = Field(
        default=True, description="False: keep its rows and stop reading it."
    )
    account: str | None = Field(default=None, description="Name of the catalog's owner.")
    dates_from_names: bool = Field(
        default=True,
        description="If no source states when a photo was taken, use the date in a file name "
        "such as IMG-20200601-WA0001.jpg as a guess.",
    )
    poll_seconds: Annotated[int, NOT_IN_ROWS] = Field(
        default=300,
        ge=10,
        le=86_400,
        description="Interval between checks of the source for changes, in seconds.",
    )
    stale_after_hours: Annotated[float, NOT_IN_ROWS] = Field(
        default=24 * 7,
        gt=0,
        le=100_000,
        description="The freshness check reports the catalog if its last successful read is "
        "older than this, in hours.",
    )

    @property
    def keeps_originals(self) -> bool:
        """Whether originals of the catalog are downloaded into the vault."""
        return False

    @property
    def rows_digest(self) -> str:
        """SHA-256, in hex, of all settings that affect rows: all but those marked `NOT_IN_ROWS`.

        A new setting is included until it is marked, so that none is missed.
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


class LocalCatalogSettings(CatalogSettings):
    """The settings of every catalog on a disk."""

    path: LocalPath = Field(
        description="Path of the catalog. `~` and environment variables are expanded."
    )


class TreeSettings(LocalCatalogSettings):
    """The settings of every catalog that is a tree of photo files."""

    exclude: tuple[str, ...] = Field(
        default=("@eaDir", ".*", "#recycle", "$RECYCLE.BIN", "lost+found", "*.lrdata", "*.library"),
        description="Names of files and folders to exclude, at any level (shell patterns). `.*` "
        "does not match .picasa.ini and .picasaoriginals; list them to exclude them.",
    )


class Catalogs(Settings):
    """All catalogs, by source and name."""  # its fields: `library.settings_model`

    def of(self, source: str) -> dict[CatalogName, CatalogSettings]:
        """Return the configured catalogs of `source`, enabled or not."""
        found: dict[CatalogName, CatalogSettings] = getattr(self, source)
        return found

    @classmethod
    def sources(cls) -> list[str]:
        """Return the available sources, in the order of the asset graph."""
        return list(cls.model_fields)
