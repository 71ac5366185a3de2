"""All checks, in the order in which a person would fix problems."""

from collections.abc import Iterator

from photo_assets.cli.doctor.check import Check, Level, fail, ok, run_checks, warn
from photo_assets.cli.doctor.dagster_storage import check_dagster_storage
from photo_assets.cli.doctor.machine import check_clock, check_home, check_programs, check_python
from photo_assets.cli.session import require_config_file
from photo_assets.configuration.loading import find_configuration
from photo_assets.library import open_workspace
from photo_assets.model.errors import ConfigurationError
from photo_assets.workspace import Workspace


def examine() -> Iterator[Check]:
    """Yield every check; without a valid configuration, only those that need none."""
    yield from run_checks(
        [
            ("Python", check_python),
            ("Dagster", check_home),
            ("Dagster's database", check_dagster_storage),
        ]
    )
    first, workspace = _configuration()
    yield first
    exiftool = workspace.settings.fingerprints.exiftool if workspace else None
    if workspace is not None:
        from photo_assets.cli.doctor.catalogs import check_catalogs, check_renaming
        from photo_assets.cli.doctor.embeddings import check_embeddings
        from photo_assets.cli.doctor.history import check_history
        from photo_assets.cli.doctor.sinks import check_sinks
        from photo_assets.cli.doctor.storage import (
            check_data_dir,
            check_lake,
            check_ledger,
            check_vault,
        )

        yield from run_checks(
            [
                ("catalogs", lambda: check_catalogs(workspace)),
                ("albums.rename", lambda: check_renaming(workspace)),
                ("data_dir", lambda: check_data_dir(workspace)),
                ("ledger", lambda: check_ledger(workspace)),
                ("lake", lambda: check_lake(workspace)),
                ("vault", lambda: check_vault(workspace)),
                ("history", lambda: check_history(workspace)),
                ("sinks", lambda: check_sinks(workspace)),
                ("ai.embeddings", lambda: check_embeddings(workspace)),
            ]
        )
    yield from run_checks(
        [
            ("programs", lambda: check_programs(exiftool)),
            ("clock", lambda: check_clock(workspace)),
        ]
    )


def worst(checks: list[Check]) -> Level:
    """Return the worst level."""
    order = [Level.OK, Level.WARN, Level.FAIL]
    return max((check.level for check in checks), key=order.index, default=Level.OK)


def _configuration() -> tuple[Check, Workspace | None]:
    name = "configuration"
    try:
        require_config_file()
        file = find_configuration()
        workspace = open_workspace()
    except ConfigurationError as error:
        return fail(name, error.message, error.hint or "docs/configuration.md"), None
    if file is None:
        fix = "Run `photosync init`, or `photosync demo` to look around."
        return warn(name, "there is no photosync.yaml here", fix), workspace
    return ok(name, str(file)), workspace
