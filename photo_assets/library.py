"""Opening the library: the settings of all catalogs and sinks as one model, and the workspace.

The registries list the catalogs and sinks. Only photosync.yaml is read here.
"""

from collections.abc import Sequence
from copy import copy
from pathlib import Path
from typing import Any, TypeVar

from pydantic import Field, create_model

from photo_assets.catalogs.registry import SPECS
from photo_assets.catalogs.spec import CatalogSpec
from photo_assets.configuration import loading
from photo_assets.configuration.catalogs import CatalogName, Catalogs, Settings
from photo_assets.configuration.loading import Configuration
from photo_assets.configuration.metadata import MetadataSettings
from photo_assets.configuration.settings import IdentitySettings, PhotosyncSettings
from photo_assets.configuration.sinks import Sinks
from photo_assets.model.errors import ConfigurationError
from photo_assets.sinks.registry import SPECS as SINK_SPECS
from photo_assets.sinks.spec import SinkSpec
from photo_assets.workspace import Workspace

_Model = TypeVar("_Model", bound=Settings)


def settings_model(
    specs: Sequence[CatalogSpec], sink_specs: Sequence[SinkSpec]
) -> type[PhotosyncSettings]:
    """Return the model of photosync.yaml for these catalogs and sinks, with derived defaults."""
    by_original = sorted(specs, key=lambda spec: spec.traits.original_rank)
    by_metadata = sorted(specs, key=lambda spec: spec.traits.metadata_rank)
    identity = _with_defaults(
        IdentitySettings, master_priority=tuple(spec.source for spec in by_original)
    )
    metadata = _with_defaults(
        MetadataSettings,
        source_order=(*(spec.source for spec in by_metadata), "exif"),
        copies_expected_in=tuple(spec.source for spec in specs if spec.traits.copies_expected),
    )
    named: dict[str, Any] = {
        spec.source: (dict[CatalogName, spec.settings], Field(default_factory=dict))  # type: ignore[name-defined]
        for spec in specs
    }
    catalogs = create_model("Catalogs", __base__=Catalogs, __doc__=Catalogs.__doc__, **named)
    places: dict[str, Any] = {
        one.name: (one.settings, Field(default_factory=one.settings)) for one in sink_specs
    }
    sinks = create_model(
        "Sinks",
        __base__=Sinks,
        __doc__=Sinks.__doc__,
        **places,
    )
    return create_model(
        "PhotosyncSettings",
        __base__=PhotosyncSettings,
        __doc__=PhotosyncSettings.__doc__,
        catalogs=(catalogs, Field(default_factory=catalogs)),
        identity=(identity, Field(default_factory=identity)),
        metadata=(metadata, Field(default_factory=metadata)),
        sinks=(sinks, Field(default_factory=sinks)),
    )


def _with_defaults(model: type[_Model], **defaults: object) -> type[_Model]:
    fields: dict[str, Any] = {}
    for name, default in defaults.items():
        field = copy(model.model_fields[name])
        field.default = default
        fields[name] = (field.annotation, field)
    return create_model(model.__name__, __base__=model, __doc__=model.__doc__, **fields)


SETTINGS = settings_model(SPECS, SINK_SPECS)
"""The model of photosync.yaml."""


def load_configuration(file: Path | None = None, text: str | None = None) -> Configuration:
    """Read the current configuration (or `file`); see `loading.load_configuration`."""
    found = loading.load_configuration(SETTINGS, file, text)
    _require_store(found)
    return found


def _require_store(configuration: Configuration) -> None:
    """Raise if originals are to be downloaded into a vault that has no store."""
    catalogs = configuration.settings.catalogs
    for source in () if configuration.settings.vault.stores else catalogs.sources():
        for name, catalog in catalogs.of(source).items():
            if catalog.keeps_originals:
                raise ConfigurationError(
                    f"{configuration.file}: `catalogs.{source}.{name}.fetch: keep` copies "
                    "originals to the vault, and it has no store.",
                    hint="Add one to `vault.stores` (docs/vault.md), or write another `fetch`.",
                )


def open_workspace(file: Path | None = None, text: str | None = None) -> Workspace:
    """Return the workspace of the current configuration (or of `file`, as if it had this text)."""
    return Workspace(load_configuration(file, text))
