"""From what a peer printed or wrote to groups of paths. Pure; raises `ValueError` on nonsense."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Groups = list[list[Path]]

_RDFIND_COLUMNS = 8


def parse_groups(output: str) -> Groups:
    """Read what the programs of `programs/` print: a list of lists of paths, on the last line."""
    return _paths(json.loads(output.splitlines()[-1]))


def parse_duplicates(output: str) -> Groups:
    """Read `photosync duplicates --json`: each file of a group with all its names (hard links)."""
    groups = json.loads(output)["groups"]
    return _paths([names[0] for names in group["files"]] for group in groups)


def parse_jdupes(output: str) -> Groups:
    """Read `jdupes --json`; it prints nothing where it found nothing."""
    if not output.strip():
        return []
    found = json.loads(output)
    return _paths([each["filePath"] for each in s["fileList"]] for s in found["matchSets"])


def parse_rdfind(results: str) -> Groups:
    """Read rdfind's results file: the first of each set has an id, the others its negative."""
    groups: dict[int, list[str]] = {}
    for line in results.splitlines():
        if line.startswith("#") or not line:
            continue
        columns = line.split(" ", _RDFIND_COLUMNS - 1)
        if len(columns) != _RDFIND_COLUMNS:
            raise ValueError(f"not a line of rdfind's results: {line!r}")
        groups.setdefault(abs(int(columns[1])), []).append(columns[-1])
    return _paths(groups.values())


def parse_rmlint(output: str) -> Groups:
    """Read `rmlint -o json`: entries of one checksum and size are one set."""
    groups: dict[tuple[str, int], list[str]] = {}
    for entry in json.loads(output):
        if entry.get("type") == "duplicate_file":
            groups.setdefault((entry["checksum"], entry["size"]), []).append(entry["path"])
    return _paths(groups.values())


def parse_findimagedupes(output: str, folder: Path) -> Groups:
    """Read findimagedupes: a line a group, paths with a space between. All lie below `folder`."""
    start = f"{folder}/"
    groups = []
    for line in filter(None, output.splitlines()):
        if not line.startswith(start):
            raise ValueError(f"not a group of findimagedupes: {line!r}")
        groups.append([start + name for name in line.removeprefix(start).split(f" {start}")])
    return _paths(groups)


def _paths(groups: Iterable[Any]) -> Groups:
    return [[Path(name) for name in group] for group in groups]
