"""Which folders and buckets must be apart: catalogs are only read, and each store is its own.

Reading a configuration and finding its paths belongs to `loading`.
"""

import os
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path

from photo_assets.configuration.catalogs import LocalCatalogSettings
from photo_assets.configuration.settings import PhotosyncSettings
from photo_assets.configuration.sinks import SinkSettings
from photo_assets.model.errors import ConfigurationError


def sink_paths(
    settings: PhotosyncSettings,
) -> Iterator[tuple[str, SinkSettings, dict[str, tuple[str, Path]]]]:
    """Yield each sink's name, its settings, and its paths: field -> (key, path)."""
    for name, sink in settings.sinks:
        if isinstance(sink, SinkSettings):
            paths = {field: path for field, path in sink if isinstance(path, Path)}
            yield name, sink, {f: (f"sinks.{name}.{f}", path) for f, path in paths.items()}


def require_separate_folders(settings: PhotosyncSettings, file: Path) -> None:
    """Raise if photosync would write inside a catalog, which must only be read."""
    ours = {"data_dir": settings.data_dir, "thumbnails.folder": settings.thumbnails.folder}
    ours |= dict(one for *_, found in sink_paths(settings) for one in found.values())
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
