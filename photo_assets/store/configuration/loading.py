"""Finding and reading photosync.yaml; errors name the key, the value and the fix."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from photo_assets.model.errors import ConfigurationError
from photo_assets.store.configuration.settings import PhotosyncSettings

CONFIG_VARIABLE = "PHOTOSYNC_CONFIG"
CONFIG_NAME = "photosync.yaml"
_MAX_BYTES = 4 << 20
_MAX_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Configuration:
    """Loaded settings, the file they came from (None: defaults), and the absolute data_dir."""

    settings: PhotosyncSettings
    file: Path | None
    data_dir: Path


def project_home() -> Path:
    """Return the project folder: $DAGSTER_HOME, else the current directory."""
    return Path(os.environ.get("DAGSTER_HOME") or Path.cwd()).absolute()


def sample_root() -> Path:
    """Return where the generated sample lies."""
    return project_home() / "data" / "sample"


def find_configuration() -> Path | None:
    """Return the configuration in force: $PHOTOSYNC_CONFIG, ./photosync.yaml, the sample's, none.

    Raises `ConfigurationError` when $PHOTOSYNC_CONFIG names no file.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        path = Path(named).expanduser().absolute()
        if not path.is_file():
            raise ConfigurationError(
                f"{CONFIG_VARIABLE} names {path}, and there is no such file.",
                hint=f"Correct or unset {CONFIG_VARIABLE}.",
            )
        return path
    for candidate in (project_home() / CONFIG_NAME, sample_root() / CONFIG_NAME):
        if candidate.is_file():
            return candidate
    return None


def load_configuration(file: Path | None = None) -> Configuration:
    """Read the configuration in force (or `file`). Without any, an empty demo configuration.

    Raises `ConfigurationError` naming the file, the key, the value and the fix.
    """
    found = file.absolute() if file is not None else find_configuration()
    if found is None:
        home = project_home()
        return Configuration(PhotosyncSettings(), None, home / "data" / "demo")
    settings = parse_settings(_read(found), str(found))
    settings = _absolute(settings, found.parent)
    return Configuration(settings, found, settings.data_dir)


def parse_settings(text: str, name: str) -> PhotosyncSettings:
    """Return the settings of a YAML text. Raises `ConfigurationError`; `name` says which file."""
    try:
        document = yaml.safe_load(text)
        if _depth(document, 0) > _MAX_DEPTH:
            raise ConfigurationError(f"{name}: nested too deeply.", hint="Use the known keys only.")
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigurationError(
            f"{name} is not valid YAML: {_one_line(error)}.",
            hint="Check indentation and quotes at that place.",
        ) from error
    if document is None:
        document = {}
    if not isinstance(document, dict):
        raise ConfigurationError(
            f"{name}: the top level is a {type(document).__name__}, not a mapping.",
            hint="Start with `catalogs:`; `photosync init` writes a commented example.",
        )
    try:
        return PhotosyncSettings.model_validate(document)
    except ValidationError as error:
        raise ConfigurationError(
            f"{name}: " + "; ".join(_explain(problem) for problem in error.errors()) + ".",
            hint="docs/configuration.md lists every key.",
        ) from error


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ConfigurationError(f"{path} is larger than 4 MiB.", hint="Is it the right file?")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{path} is not UTF-8 text (byte {error.start}).", hint="Save it as UTF-8."
        ) from error
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error.strerror}.", hint="Check its permissions."
        ) from error


def _explain(problem: Any) -> str:
    key = ".".join(str(part) for part in problem["loc"]) or "the file"
    if problem["type"] == "extra_forbidden":
        return f"`{key}` is not a known key; remove it or correct its spelling"
    if problem["type"] == "missing":
        return f"`{key}` is required; add it"
    value = repr(problem.get("input"))
    shown = value if len(value) <= 60 else value[:57] + "..."
    return f"`{key}` is {shown}: {problem['msg'][0].lower()}{problem['msg'][1:]}"


def _absolute(settings: PhotosyncSettings, base: Path) -> PhotosyncSettings:
    def resolve(path: Path) -> Path:
        expanded = Path(os.path.expandvars(path)).expanduser()
        # normpath, not resolve(): a path through a symbolic link keeps the name the user gave it
        return Path(os.path.normpath(base / expanded))

    catalogs = {
        source: {
            name: catalog.model_copy(
                update={
                    "path": resolve(catalog.path),
                    **(
                        {"root_map": {k: resolve(v) for k, v in catalog.root_map.items()}}
                        if hasattr(catalog, "root_map")
                        else {}
                    ),
                }
            )
            for name, catalog in getattr(settings.catalogs, source).items()
        }
        for source in type(settings.catalogs).model_fields
    }
    return settings.model_copy(
        update={
            "data_dir": resolve(settings.data_dir),
            "catalogs": settings.catalogs.model_copy(update=catalogs),
        }
    )


def _depth(value: object, level: int) -> int:
    if level > _MAX_DEPTH:
        return level
    children: list[object] = []
    if isinstance(value, dict):
        children = list(value.values())
    elif isinstance(value, list):
        children = value
    return max((_depth(child, level + 1) for child in children), default=level)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
