"""Find and read photosync.yaml; errors name the key, the value and the fix."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from photo_assets.configuration.addresses import PASSWORD, is_local
from photo_assets.configuration.catalogs import CatalogSettings
from photo_assets.configuration.embeddings import EmbeddingSettings
from photo_assets.configuration.project_folders import project_home, sample_root
from photo_assets.configuration.redaction import shown
from photo_assets.configuration.separation import require_separate_folders, sink_paths
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.configuration.validation_errors import explain
from photo_assets.configuration.vault import HistorySettings
from photo_assets.configuration.yaml_text import read_yaml, values_as_yaml
from photo_assets.model.errors import ConfigurationError

CONFIG_VARIABLE = "PHOTOSYNC_CONFIG"
CONFIG_NAME = "photosync.yaml"
_MAX_BYTES = 1 << 20
_VARIABLE = re.compile(r"\$(?:(\w+)|\{([^}]*)\})", re.ASCII)  # as os.path.expandvars has it


@dataclass(frozen=True, slots=True)
class Configuration:
    """Loaded settings, the file they came from (None: defaults), and the absolute data_dir."""

    settings: PhotosyncSettings
    file: Path | None
    data_dir: Path


def find_configuration() -> Path | None:
    """Return the active file: $PHOTOSYNC_CONFIG, ./photosync.yaml, the sample's, or None.

    Raises `ConfigurationError` if $PHOTOSYNC_CONFIG does not name a file.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    if named:
        path = Path(os.path.expanduser(named)).absolute()
        if not os.path.exists(path):
            raise ConfigurationError(
                f"{CONFIG_VARIABLE} names {path}, which does not exist.",
                hint=f"Correct or unset {CONFIG_VARIABLE}.",
            )
        return path
    for candidate in (project_home() / CONFIG_NAME, sample_root() / CONFIG_NAME):
        # A link whose target is not mounted is an unreadable configuration, not a missing one.
        if os.path.lexists(candidate):
            return candidate
    return None


def load_configuration(
    model: type[PhotosyncSettings], file: Path | None = None, text: str | None = None
) -> Configuration:
    """Read the active configuration (or `file`). Without one, return an empty demo configuration.

    `model` is the settings model with all services. `text`: what the file is to contain; it is then
    not read.

    Raises `ConfigurationError` naming the file, the key, the value and the fix.
    """
    found = file.absolute() if file is not None else find_configuration()
    if found is None:
        home = project_home()
        return Configuration(model(), None, home / "data" / "demo")
    settings = parse_settings(model, _read(found) if text is None else text, str(found))
    settings = _absolute(settings, found)
    require_separate_folders(settings, found)
    return Configuration(settings, found, settings.data_dir)


def parse_settings(model: type[PhotosyncSettings], text: str, name: str) -> PhotosyncSettings:
    """Return the settings of a YAML text. Raises `ConfigurationError`; `name` is the file name."""
    document = read_yaml(text, name)
    if document is None:
        document = {}
    if not isinstance(document, dict):
        raise ConfigurationError(
            f"{name}: the top level is a {type(document).__name__}, not a mapping.",
            hint="Start with `catalogs:`; `photosync init` writes a commented example.",
        )
    try:
        return model.model_validate(document)
    except ValidationError as error:
        # From None: the original error would show whole values, including passwords.
        raise ConfigurationError(
            f"{name}: {explain(error, model)}.",
            hint="docs/configuration.md lists every key.",
        ) from None


def portable_text(file: Path) -> str:
    """Return the values of a configuration file as YAML, for another machine.

    Secrets are never valid values: they are in environment variables. Only paths may be anything;
    one that holds a password is left out. Raises `ConfigurationError`.
    """
    return values_as_yaml(_without_passwords(read_yaml(_read(file), str(file))))


def _without_passwords(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_passwords(one) for one in value if not _holds_password(one)]
    if isinstance(value, dict):
        kept = {key: one for key, one in value.items() if not _holds_password(one)}
        return {key: _without_passwords(one) for key, one in kept.items()}
    return value


def _holds_password(value: object) -> bool:
    return isinstance(value, str) and PASSWORD.search(value) is not None


def holds_variable(path: str) -> bool:
    """Return whether a path in photosync.yaml would be expanded."""
    return bool(_VARIABLE.search(path)) or path.startswith("~")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            content = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        raise ConfigurationError(
            f"{path} cannot be read: {error.strerror}.",
            hint="Check that the file exists and that you may read it.",
        ) from error
    if len(content) > _MAX_BYTES:
        raise ConfigurationError(
            f"{path} is larger than 1 MiB.", hint="Check that it is the right file."
        )
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            f"{path} is not UTF-8 text (byte {error.start}, in line {line}).",
            hint="Save it as UTF-8.",
        ) from None


def _absolute(settings: PhotosyncSettings, file: Path) -> PhotosyncSettings:
    def resolve(key: str, path: Path) -> Path:
        return _resolved(path, key, file)

    catalogs: dict[str, dict[str, CatalogSettings]] = {}
    for source in settings.catalogs.sources():
        catalogs[source] = {}
        for name, catalog in settings.catalogs.of(source).items():
            changes: dict[str, object] = {}
            for field in type(catalog).model_fields:
                key, value = f"catalogs.{source}.{name}.{field}", getattr(catalog, field)
                if isinstance(value, Path):
                    changes[field] = resolve(key, value)
                elif isinstance(value, dict):
                    changes[field] = {
                        known: resolve(key, here) if isinstance(here, Path) else here
                        for known, here in value.items()
                    }
            catalogs[source][name] = catalog.model_copy(update=changes)
    sinks = {
        name: sink.model_copy(update={f: resolve(key, path) for f, (key, path) in found.items()})
        for name, sink, found in sink_paths(settings)
    }
    changed: dict[str, object] = {
        "data_dir": resolve("data_dir", settings.data_dir),
        "catalogs": settings.catalogs.model_copy(update=catalogs),
        "sinks": settings.sinks.model_copy(update=sinks),
    }
    if settings.thumbnails.folder is not None:
        found = resolve("thumbnails.folder", settings.thumbnails.folder)
        changed["thumbnails"] = settings.thumbnails.model_copy(update={"folder": found})
    stores = {
        name: store
        if store.folder is None
        else store.model_copy(
            update={"folder": resolve(f"vault.stores.{name}.folder", store.folder)}
        )
        for name, store in settings.vault.stores.items()
    }
    changed["vault"] = settings.vault.model_copy(
        update={"stores": stores, "history": _absolute_history(settings.vault.history, file)}
    )
    if settings.ai.embeddings is not None:
        embeddings = _absolute_embeddings(settings.ai.embeddings, resolve)
        changed["ai"] = settings.ai.model_copy(update={"embeddings": embeddings})
    exiftool = settings.fingerprints.exiftool
    if exiftool is not None and "/" in str(exiftool):  # otherwise a name to be found on PATH
        found = resolve("fingerprints.exiftool", exiftool)
        changed["fingerprints"] = settings.fingerprints.model_copy(update={"exiftool": found})
    return settings.model_copy(update=changed)


def _absolute_embeddings(
    found: EmbeddingSettings, resolve: Callable[[str, Path], Path]
) -> EmbeddingSettings:
    changed: dict[str, object] = {"model": resolve("ai.embeddings.model", found.model)}
    if found.text is not None:
        paths = {"model": found.text.model, "tokenizer": found.text.tokenizer}
        files = {
            key: resolve(f"ai.embeddings.text.{key}", path) for key, path in paths.items() if path
        }
        changed["text"] = found.text.model_copy(update=files)
    return found.model_copy(update=changed)


def _absolute_history(history: HistorySettings, file: Path) -> HistorySettings:
    changed: dict[str, object] = {}
    if history.folder is not None:
        changed["folder"] = _resolved(history.folder, "vault.history.folder", file)
    if history.remote is not None and is_local(history.remote):
        changed["remote"] = str(_resolved(Path(history.remote), "vault.history.remote", file))
    return history.model_copy(update=changed)


def _resolved(path: Path, key: str, file: Path) -> Path:
    written = shown(repr(str(path)))
    for match in _VARIABLE.finditer(str(path)):
        name = match[1] or match[2]
        if name not in os.environ:
            raise ConfigurationError(
                f"{file}: `{key}` is {written}, and the environment variable {shown(name)} is not "
                "set.",
                hint="Set it, or write the path itself.",
            )
    try:
        expanded = Path(os.path.expandvars(path)).expanduser()
    except RuntimeError:
        raise ConfigurationError(
            f"{file}: `{key}` is {written}, and there is no such user or home folder.",
            hint="Write the path itself.",
        ) from None
    # normpath, not resolve(): a path through a symbolic link keeps the name the user gave it
    return Path(os.path.normpath(file.parent / expanded))
