"""Find and read photosync.yaml; errors name the key, the value and the fix."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from pydantic import ValidationError

from photo_assets.configuration.catalogs import CatalogSettings, LocalCatalogSettings
from photo_assets.configuration.git_remote import is_local
from photo_assets.configuration.project_folders import project_home, sample_root
from photo_assets.configuration.redaction import shown
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.configuration.sinks import SinkSettings
from photo_assets.configuration.validation_errors import explain
from photo_assets.configuration.vault import HistorySettings
from photo_assets.configuration.yaml_text import read_yaml
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


def load_configuration(model: type[PhotosyncSettings], file: Path | None = None) -> Configuration:
    """Read the active configuration (or `file`). Without one, return an empty demo configuration.

    `model` is the settings model with all services.

    Raises `ConfigurationError` naming the file, the key, the value and the fix.
    """
    found = file.absolute() if file is not None else find_configuration()
    if found is None:
        home = project_home()
        return Configuration(model(), None, home / "data" / "demo")
    settings = parse_settings(model, _read(found), str(found))
    settings = _absolute(settings, found)
    _require_separate_data(settings, found)
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
        for name, sink, found in _sink_paths(settings)
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
    exiftool = settings.fingerprints.exiftool
    if exiftool is not None and "/" in str(exiftool):  # otherwise a name to be found on PATH
        found = resolve("fingerprints.exiftool", exiftool)
        changed["fingerprints"] = settings.fingerprints.model_copy(update={"exiftool": found})
    return settings.model_copy(update=changed)


def _absolute_history(history: HistorySettings, file: Path) -> HistorySettings:
    changed: dict[str, object] = {}
    if history.folder is not None:
        changed["folder"] = _resolved(history.folder, "vault.history.folder", file)
    if history.remote is not None and is_local(history.remote):
        changed["remote"] = str(_resolved(Path(history.remote), "vault.history.remote", file))
    return history.model_copy(update=changed)


def _sink_paths(
    settings: PhotosyncSettings,
) -> Iterator[tuple[str, SinkSettings, dict[str, tuple[str, Path]]]]:
    """Yield each sink's name, its settings, and its paths: field -> (key, path)."""
    for name, sink in settings.sinks:
        if isinstance(sink, SinkSettings):
            paths = {field: path for field, path in sink if isinstance(path, Path)}
            yield name, sink, {f: (f"sinks.{name}.{f}", path) for f, path in paths.items()}


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


def _require_separate_data(settings: PhotosyncSettings, file: Path) -> None:
    """Raise if photosync would write inside a catalog, which must only be read."""
    ours = {"data_dir": settings.data_dir, "thumbnails.folder": settings.thumbnails.folder}
    ours |= dict(one for *_, found in _sink_paths(settings) for one in found.values())
    stores = {
        f"vault.stores.{name}.folder": store.folder
        for name, store in settings.vault.stores.items()
        if store.folder is not None
    }
    history = settings.vault.history.folder
    _require_separate_history(history, settings, {**ours, **stores}, file)
    _require_separate_stores(stores, ours, file)
    _require_separate_buckets(settings, file)
    for source in settings.catalogs.sources():
        for name, catalog in settings.catalogs.of(source).items():
            label = f"catalogs.{source}.{name}"
            path = catalog.path if isinstance(catalog, LocalCatalogSettings) else None
            for key, folder in ours.items():
                if path is not None and folder is not None and folder.is_relative_to(path):
                    raise _inside_catalog(file, key, folder, label, path)
            mapped = getattr(catalog, "root_map", {}).values()
            apart = stores if history is None else {**stores, "vault.history.folder": history}
            for theirs in (one for one in (path, *mapped) if isinstance(one, Path)):
                for key, folder in apart.items():
                    if _is_inside(folder, theirs):
                        raise _inside_catalog(file, key, folder, label, theirs)
                    if _is_inside(theirs, folder):
                        raise ConfigurationError(
                            f"{file}: the catalog `{label}` ({theirs}) is inside `{key}` "
                            f"({folder}).",
                            hint=f"`{key}` contains nothing else: set it to a folder of its own.",
                        )


def _inside_catalog(
    file: Path, key: str, folder: Path, label: str, theirs: Path
) -> ConfigurationError:
    return ConfigurationError(
        f"{file}: `{key}` ({folder}) is inside the catalog `{label}` ({theirs}).",
        hint=f"Set `{key}` to a folder outside all catalogs: catalogs are never written to, and "
        "files written there would be read as photos.",
    )


def _require_separate_stores(
    stores: Mapping[str, Path], ours: Mapping[str, Path | None], file: Path
) -> None:
    """Raise if a store of the vault and another folder of photosync contain each other."""
    for key, folder in stores.items():
        for other, there in {**ours, **stores}.items():
            if there is None or key == other:
                continue
            if _is_inside(folder, there) or _is_inside(there, folder):
                raise ConfigurationError(
                    f"{file}: `{key}` ({folder}) and `{other}` ({there}) contain each other.",
                    hint="A store is a folder of its own, best on another disk.",
                )


def _require_separate_history(
    folder: Path | None,
    settings: PhotosyncSettings,
    others: Mapping[str, Path | None],
    file: Path,
) -> None:
    """Raise if the history and another folder of photosync contain each other.

    Directly in data_dir only the default is allowed: what else is there is photosync's own.
    """
    data_dir = settings.data_dir
    if folder is None or os.path.realpath(folder) == os.path.realpath(data_dir / "history.git"):
        return
    for other, there in others.items():
        if there is not None and (_is_inside(folder, there) or _is_inside(there, folder)):
            raise ConfigurationError(
                f"{file}: `vault.history.folder` ({folder}) and `{other}` ({there}) contain each "
                "other.",
                hint="The history is a folder of its own, best on another disk; or remove the key: "
                "the history is then in data_dir.",
            )


def _require_separate_buckets(settings: PhotosyncSettings, file: Path) -> None:
    """Raise if two stores are in one bucket, and one of them contains the other."""
    buckets = {name: one.s3 for name, one in settings.vault.stores.items() if one.s3 is not None}
    for (name, one), (other, there) in combinations(buckets.items(), 2):
        nested = one.prefix.startswith(there.prefix) or there.prefix.startswith(one.prefix)
        if nested and (one.service, one.bucket) == (there.service, there.bucket):
            raise ConfigurationError(
                f"{file}: `vault.stores.{name}.s3` and `vault.stores.{other}.s3` contain each "
                f"other in the bucket {one.bucket}.",
                hint="A store is a bucket of its own, best at another service.",
            )


def _is_inside(path: Path, folder: Path) -> bool:
    """Return whether a path is in a folder, by name or through links."""
    if path.is_relative_to(folder):
        return True
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
