"""The text of the first photosync.yaml, with comments for a person to edit."""

import glob
import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from fnmatch import fnmatch
from pathlib import Path

import yaml

from photo_assets.catalogs.recognition import FoundCatalog, LeftOut
from photo_assets.catalogs.registry import SPECS, spec_of
from photo_assets.configuration.loading import holds_variable

_HEAD = """\
# Where your photos are. Written by `photosync init`; edit it as you like.
# Every key with its default: docs/configuration.md. Check a change with `photosync doctor`.

# photosync keeps its data here. Use a local disk, not a synchronized or network folder.
data_dir: data

# Catalogs are only read. You choose the names on the left (main, nas ...); renaming one later
# makes it a new catalog.
"""
_EMPTY = """\
catalogs: {}
# For example:
# catalogs:
#   lightroom:
#     main:
#       path: ~/Pictures/Lightroom/Lightroom Catalog.lrcat
#   folders:
#     nas:
#       path: /mnt/nas/photos
"""


_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_LONGEST = 40


def configuration_text(found: Sequence[FoundCatalog]) -> str:
    """Return the text of a photosync.yaml that names `found`."""
    if not found:
        return _HEAD + _EMPTY
    lines = [_HEAD + "catalogs:\n"]
    for spec in SPECS:
        chosen = [catalog for catalog in found if catalog.source == spec.source]
        if not chosen:
            continue
        lines += [f"  # {line}\n" for line in spec.comment.splitlines()]
        lines.append(f"  {spec.source}:\n")
        taken: list[str] = []
        for catalog in chosen:
            taken.append(catalog_name(catalog.stem, taken))
            lines += _entry(taken[-1], catalog)
    return "".join(lines)


def catalog_name(stem: str, taken: Iterable[str]) -> str:
    """Return a valid name made from `stem` that is not in `taken`."""
    ascii_text = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().lower()
    plain = _NOT_PLAIN.sub("-", ascii_text).strip("-")[:_LONGEST].strip("-") or "main"
    names, name, n = set(taken), plain, 2
    while name in names:
        suffix = f"-{n}"
        name, n = plain[: _LONGEST - len(suffix)].rstrip("-") + suffix, n + 1
    return name


def representable(
    found: Iterable[FoundCatalog], data_dir: Path
) -> tuple[list[FoundCatalog], list[LeftOut]]:
    """Return the catalogs that photosync.yaml can contain with this `data_dir`, and the others."""
    good, bad = [], []
    for catalog in found:
        problem = _problem(catalog.path, data_dir)
        if problem is None:
            good.append(catalog)
        else:
            bad.append(LeftOut(catalog.path, problem))
    return good, bad


def _problem(path: str, data_dir: Path) -> str | None:
    if data_dir.is_relative_to(path):
        return "it contains the project's own folder; name the other folders with --path"
    try:
        path.encode("utf-8")
    except UnicodeEncodeError:
        return "its path is not valid UTF-8, which photosync.yaml cannot contain; rename it"
    if holds_variable(path):
        return "its path contains a variable's name, which photosync.yaml would expand; rename it"
    return None


def _entry(name: str, catalog: FoundCatalog) -> list[str]:
    lines = [f"    {_key(name)}:  # {catalog.summary}\n", f"      path: {_quoted(catalog.path)}\n"]
    if catalog.exclude:
        usual = spec_of(catalog.source).settings.model_fields["exclude"].default
        left = [n for n in catalog.exclude if not any(fnmatch(n, pattern) for pattern in usual)]
        if left:
            patterns = [*usual, *map(glob.escape, left)]
            lines.append(f"      exclude: [{', '.join(map(_quoted, patterns))}]\n")
    return lines


def _key(name: str) -> str:
    """Return a name as a YAML key: "2024", "off" and "2024-01-01" are text only if quoted."""
    return name if yaml.safe_load(name) == name else _quoted(name)


def _quoted(text: str) -> str:
    # A JSON string is a YAML double-quoted scalar, except that YAML requires DEL and C1 controls to
    # be escaped, and that JSON would split astral characters into surrogates.
    return "".join(
        f"\\x{ord(char):02x}" if 0x7F <= ord(char) <= 0x9F else char
        for char in json.dumps(text, ensure_ascii=False)
    ).replace("\ufeff", "\\ufeff")
