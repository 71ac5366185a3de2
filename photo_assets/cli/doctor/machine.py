"""Checks of the machine: the project's folder, Python, other programs, the clock."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import yaml

from photo_assets.cli.doctor.check import Check, fail, ok, warn
from photo_assets.cli.session import HOME_VARIABLE, SESSION
from photo_assets.status.catalogs import catalog_views, utc_now
from photo_assets.workspace import Workspace

_RELEASED = datetime(2025, 1, 1, tzinfo=UTC)
_PYTHONS = ((3, 11), (3, 14))
_CLOCK_SLACK_S = 300.0


def check_home() -> Iterator[Check]:
    """Check that Dagster finds the project's dagster.yaml, with telemetry off."""
    home = Path(os.environ[HOME_VARIABLE])
    where = f"{HOME_VARIABLE}={home}" if SESSION.home_was_set else f"{home} (this folder)"
    file = home / "dagster.yaml"
    fix = f"Run photosync in the project's folder, or set {HOME_VARIABLE} to it."
    if not file.is_file():
        yield fail("Dagster", f"{where}: there is no dagster.yaml", fix)
        return
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        yield fail("Dagster", f"{file} cannot be read: {' '.join(str(error).split())}", fix)
        return
    telemetry = document.get("telemetry") if isinstance(document, dict) else None
    if not isinstance(telemetry, dict) or telemetry.get("enabled") is not False:
        yield fail(
            "Dagster",
            f"{file} does not turn telemetry off",
            "Write `telemetry: {enabled: false}` there.",
        )
        return
    if not (home / "workspace.yaml").is_file():
        yield fail("Dagster", f"there is no workspace.yaml in {home}", fix)
        return
    yield ok("Dagster", f"{where}, telemetry off")


def check_python() -> Iterator[Check]:
    """Check the version of Python."""
    version = ".".join(map(str, sys.version_info[:3]))
    first, after = _PYTHONS
    if first <= sys.version_info[:2] < after:
        yield ok("Python", version)
    else:
        yield fail("Python", f"{version} is not supported", "Use Python 3.11, 3.12 or 3.13.")


def check_programs(exiftool: Path | None) -> Iterator[Check]:
    """Check the optional exiftool, pillow-heif and rawpy, and state the effect of their absence."""
    from photo_assets.identity.fingerprints.exiftool import exiftool_status, find_exiftool

    status = exiftool_status(exiftool)
    if find_exiftool(exiftool) is not None:
        yield ok("exiftool", status)
    else:
        fix = "Install it from your system's packages or exiftool.org; it is optional."
        yield warn("exiftool", status, fix)
    if importlib.util.find_spec("pillow_heif") is not None:
        yield ok("pillow-heif", "HEIC files are decoded; its wheels contain x265, which is GPLv2")
    else:
        yield warn(
            "pillow-heif",
            "not installed: HEIC files are matched by content and ids, not by appearance",
            "Install the `heif` extra of this project; its wheels contain x265, which is GPLv2.",
        )
    if importlib.util.find_spec("rawpy") is not None:
        yield ok("rawpy", "RAW files are decoded")
    else:
        yield warn(
            "rawpy",
            "not installed: RAW files are matched by content and ids, not by appearance",
            "Install the `raw` extra of this project.",
        )


def check_clock(workspace: Workspace | None) -> Iterator[Check]:
    """Check the clock against recorded times: months and freshness depend on it."""
    now = utc_now()
    stamp = now.isoformat(timespec="seconds")
    fix = "Correct the computer's clock; setting it automatically is best."
    if now < _RELEASED:
        yield fail("clock", f"{stamp} is earlier than the release of this program", fix)
        return
    reads = [view.last_read for view in catalog_views(workspace)] if workspace else []
    latest = max((read for read in reads if read is not None), default=now)
    if (latest - now).total_seconds() > _CLOCK_SLACK_S:
        last = latest.isoformat(timespec="seconds")
        yield fail("clock", f"{stamp} is earlier than the last read of a catalog, {last}", fix)
    else:
        yield ok("clock", stamp)
