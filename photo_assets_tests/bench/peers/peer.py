"""What is known of a peer: how to start it, how to read it, how to get it."""

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from photo_assets_tests.bench.peers.parsers import (
    Groups,
    parse_findimagedupes,
    parse_groups,
    parse_jdupes,
    parse_rdfind,
    parse_rmlint,
)

PROGRAMS = "photo_assets_tests.bench.peers.programs"
_RESULTS = "results.txt"


@dataclass(frozen=True, slots=True)
class Peer:
    """A program that finds duplicates below a folder; it writes into a scratch folder only."""

    name: str
    command: Callable[[Path, Path], list[str]]
    """(folder, scratch folder) -> arguments."""
    groups: Callable[[str, Path, Path], Groups]
    """(standard output, folder, scratch folder) -> groups."""
    absent: Callable[[], str | None]
    """How to install it, in one line, where it is not there."""
    version: Callable[[], str]


def _library(name: str, package: str, modules: Sequence[str], install: str) -> Peer:
    command = f"{PROGRAMS}.{name}_groups"
    return Peer(
        name,
        lambda folder, _scratch: [sys.executable, "-m", command, str(folder)],
        lambda output, _folder, _scratch: parse_groups(output),
        lambda: None if all(map(importlib.util.find_spec, modules)) else install,
        lambda: _package_version(package),
    )


def _program(
    name: str,
    arguments: Callable[[Path, Path], list[str]],
    groups: Callable[[str, Path, Path], Groups],
) -> Peer:
    return Peer(
        name,
        lambda folder, scratch: [name, *arguments(folder, scratch)],
        groups,
        lambda: None if shutil.which(name) else f"apt-get install {name}",
        lambda: _program_version(name),
    )


NEAR = (
    _library("czkawka", "czkawka", ["czkawka"], "pip install czkawka"),
    _library(
        "imagededup",
        "imagededup",
        ["imagededup", "sklearn"],
        "pip install scikit-learn tqdm && pip install --no-deps imagededup",
    ),
    _library("difpy", "difPy", ["difPy"], "pip install difPy"),
    _program(
        "findimagedupes",
        lambda folder, _scratch: ["-q", "-R", "--", str(folder)],
        lambda output, folder, _scratch: parse_findimagedupes(output, folder),
    ),
)
"""Peers that find pictures that look alike."""

EXACT = (
    _program(
        "jdupes",
        lambda folder, _scratch: ["-q", "-r", "-j", str(folder)],
        lambda output, _folder, _scratch: parse_jdupes(output),
    ),
    _program(
        "rdfind",
        lambda folder, scratch: [
            *("-dryrun", "true", "-checksum", "sha1"),
            *("-outputname", str(scratch / _RESULTS), str(folder)),
        ],
        lambda _output, _folder, scratch: parse_rdfind((scratch / _RESULTS).read_text()),
    ),
    _program(
        "rmlint",
        lambda folder, _scratch: ["-T", "df", "-o", "json:stdout", str(folder)],
        lambda output, _folder, _scratch: parse_rmlint(output),
    ),
)
"""Peers that find files of equal bytes."""


def _package_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "absent"


def _program_version(name: str) -> str:
    """Return the first line with a digit of what `--version` says, on either stream."""
    done = subprocess.run([name, "--version"], capture_output=True, text=True)
    lines = (done.stdout + done.stderr).splitlines()
    return next((line.strip() for line in lines if any(map(str.isdigit, line))), "unknown")


def ratio_key(peer: Peer) -> str:
    """Return the key of a peer's wall time over ours."""
    return f"peer_{peer.name}_over_ours"
