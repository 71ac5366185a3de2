"""What follows from the services that exist, for tests of rooms that know none of them."""

from pathlib import Path
from typing import Any

from photo_assets.catalogs.registry import PATH_BASED
from photo_assets.configuration.catalogs import Catalogs
from photo_assets.configuration.loading import Configuration
from photo_assets.configuration.sinks import Sinks
from photo_assets.identity.photos import MasterHierarchy, PhotoInputs
from photo_assets.library import SETTINGS
from photo_assets.metadata import FieldRules
from photo_assets.workspace import Workspace


def of(catalogs: Catalogs, source: str) -> dict[str, Any]:
    """Return the configured catalogs of a source, whose model the type checker does not know."""
    return {**catalogs.of(source)}


def workspace_of(catalogs: dict[str, Any], folder: Path) -> Workspace:
    """Return a workspace in `folder` with these catalogs, as photosync.yaml would name them."""
    settings = SETTINGS.model_validate({"catalogs": catalogs})
    return Workspace(Configuration(settings, None, folder))


def sinks_of(**settings: Any) -> Sinks:
    """Return the settings of the sinks, as photosync.yaml would say them."""
    return SETTINGS.model_validate({"sinks": settings}).sinks


def default_rules() -> FieldRules:
    """Return the rules of metadata in force without a configuration."""
    return FieldRules.from_settings(SETTINGS().metadata)


def default_hierarchy() -> MasterHierarchy:
    """Return the hierarchy of masters in force without a configuration."""
    return MasterHierarchy(sources=SETTINGS().identity.master_priority)


def photo_inputs(**values: Any) -> PhotoInputs:
    """Return inputs of the join, with the traits of the sources; Immich's is the one SHA-1 trusted."""
    traits = {"path_based": PATH_BASED, "trusted_sha1": frozenset({"immich"})}
    return PhotoInputs(**traits | values)
