"""The common base of all commands: shared options, the project's folder, the configuration.

`--config` and `--debug` are accepted before and after the command's name.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from photo_assets.model.errors import ConfigurationError

if TYPE_CHECKING:
    from photo_assets.workspace import Workspace

HOME_VARIABLE = "DAGSTER_HOME"
POSTGRES_VARIABLE = "PHOTO_ASSETS_POSTGRES_URL"
CONFIG_VARIABLE = "PHOTOSYNC_CONFIG"

_Command = TypeVar("_Command", bound=Callable[..., object])


@dataclass(slots=True)
class Session:
    """The shared options. `home_was_set`: whether the environment set DAGSTER_HOME."""

    debug: bool = False
    config: Path | None = None
    home_was_set: bool = False


SESSION = Session()
"""This process's session; one process runs one command."""


def common_options(command: _Command) -> _Command:
    """Add `--config` and `--debug` to a command or group."""
    config = click.option(
        "--config",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        callback=_use_config,
        expose_value=False,
        help="photosync.yaml to use instead of the one in this folder.",
    )
    debug = click.option(
        "--debug",
        is_flag=True,
        callback=_use_debug,
        expose_value=False,
        help="Show stack traces.",
    )
    return config(debug(command))


def prepare_environment() -> None:
    """Set the environment variables of Dagster and Arrow for this process and its children.

    DAGSTER_HOME defaults to the project's folder, and telemetry is turned off. Arrow is to return
    freed memory to the system: its own allocator keeps a fifth of a large discovery's peak.
    """
    from photo_assets.configuration.project_folders import project_home

    SESSION.home_was_set = bool(os.environ.get(HOME_VARIABLE))
    os.environ[HOME_VARIABLE] = str(project_home())
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")


def open_workspace() -> "Workspace":
    """Return the workspace of the current configuration.

    Raises `ConfigurationError` if the configuration is invalid or missing, and `StorageError` while
    a restore has not ended.
    """
    from photo_assets import library
    from photo_assets.configuration.loading import CONFIG_NAME, find_configuration
    from photo_assets.configuration.project_folders import sample_root

    require_config_file()
    found = find_configuration()
    if found is not None and found == sample_root() / CONFIG_NAME:
        from photo_assets.cli.sample_services import use_sample_key

        use_sample_key()
    if found is None:
        home = require_project()
        raise ConfigurationError(
            f"There is neither a photosync.yaml nor a sample in {home}.",
            hint="Run `photosync init` to find your catalogs, or `photosync demo` to look around.",
        )
    workspace = library.open_workspace()
    workspace.require_no_restore()
    return workspace


def require_config_file() -> None:
    """Raise `ConfigurationError` if --config names a file that does not exist."""
    if SESSION.config is not None and not SESSION.config.is_file():
        raise ConfigurationError(
            f"--config names {SESSION.config}, which does not exist.",
            hint="Correct the path, or let `photosync init` write one.",
        )


def require_project() -> Path:
    """Return the project's folder, which contains dagster.yaml.

    Raises `ConfigurationError` for another folder, in which Dagster would store its state with its
    default settings.
    """
    home = Path(os.environ[HOME_VARIABLE])
    if not (home / "dagster.yaml").is_file():
        raise ConfigurationError(
            f"{home} is not the project's folder: it has no dagster.yaml.",
            hint=f"Run photosync in the project's folder, or set {HOME_VARIABLE} to it.",
        )
    return home


def _use_config(_context: click.Context, _option: click.Parameter, value: Path | None) -> None:
    if value is not None:
        SESSION.config = value.expanduser().absolute()
        os.environ[CONFIG_VARIABLE] = str(SESSION.config)


def _use_debug(_context: click.Context, _option: click.Parameter, value: bool) -> None:
    SESSION.debug = SESSION.debug or value
