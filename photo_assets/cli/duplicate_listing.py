"""The output of `photosync duplicates`: groups of files, and files that could not be read."""

import sys
from typing import Any

from photo_assets.cli.terminal import say, shown
from photo_assets.identity.duplicates import DuplicateReport, Problem, Root
from photo_assets.model.names import to_text
from photo_assets.model.wording import counted, size


def configured_roots() -> list[Root]:
    """Return the enabled catalogs that are trees of files.

    Raises `ConfigurationError` if there are none.
    """
    from photo_assets.cli.session import open_workspace
    from photo_assets.configuration.catalogs import TreeSettings
    from photo_assets.model.errors import ConfigurationError

    catalogs = open_workspace().settings.catalogs
    roots = [
        Root(str(settings.path), settings.exclude)
        for source in catalogs.sources()
        for _, settings in sorted(catalogs.of(source).items())
        if isinstance(settings, TreeSettings) and settings.enabled
    ]
    if not roots:
        raise ConfigurationError(
            "No folders catalog is configured.",
            hint="Name the folders to search: photosync duplicates FOLDER...",
        )
    return roots


def print_duplicates(report: DuplicateReport) -> None:
    """Print every group, one file per line, and unreadable files on standard error."""
    lines = []
    for group in report.groups:
        lines.append(f"{counted(len(group.files), 'file')} of {size(group.size)}")
        for file in group.files:
            lines.append(f"  {_shown(file.path)}")
            lines += [f"    the same file: {_shown(path)}" for path in file.paths[1:]]
        lines.append("")
    lines.append(_total(report))
    sys.stdout.write("\n".join(lines) + "\n")
    for problem in (*report.unreadable, *report.changed):
        say(f"{_shown(problem.path)}: {problem.reason}", error=True)


def duplicates_document(report: DuplicateReport) -> dict[str, Any]:
    """Return the report for --json; names are bytes-safe text (`model.names`)."""
    return {
        "groups": [
            {
                "bytes": group.size,
                "files": [[to_text(path) for path in file.paths] for file in group.files],
            }
            for group in report.groups
        ],
        "files": report.files,
        "bytes": report.bytes,
        "copies": report.copies,
        "bytes_in_copies": report.bytes_in_copies,
        "unreadable": [_problem(problem) for problem in report.unreadable],
        "changed": [_problem(problem) for problem in report.changed],
    }


def _total(report: DuplicateReport) -> str:
    looked = f"{counted(report.files, 'file')}, {size(report.bytes)}"
    if not report.groups:
        return f"No duplicates in {looked}."
    groups = counted(len(report.groups), "group")
    return (
        f"{groups}, {counted(report.copies, 'redundant copy', 'redundant copies')} using "
        f"{size(report.bytes_in_copies)}; searched {looked}."
    )


def _problem(problem: Problem) -> dict[str, str]:
    return {"path": to_text(problem.path), "reason": problem.reason}


def _shown(path: str) -> str:
    return shown(to_text(path))
