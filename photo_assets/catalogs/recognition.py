"""Input and results of the search for catalogs in a directory. Plain values."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Listing:
    """The entries of one directory. Symbolic links are in neither list."""

    path: str
    files: list[os.DirEntry[str]] = field(default_factory=list)
    folders: list[os.DirEntry[str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCatalog:
    """A place that looks like a catalog. `summary` is one line for people.

    `stem` is the base of its name. `exclude`: patterns of files that belong to another catalog.
    `whole`: the directory contains nothing else, and is not searched. `inside`: names of sibling
    folders that belong to the catalog.
    """

    source: str
    path: str
    summary: str
    stem: str
    exclude: tuple[str, ...] = ()
    whole: bool = False
    inside: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A path that looks like a catalog but is not added to photosync.yaml."""

    path: str
    reason: str


Finding = FoundCatalog | LeftOut


def list_directory(path: str) -> Listing:
    """Return the entries of `path`, by name. Raises `OSError`."""
    listing = Listing(path)
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                listing.folders.append(entry)
            elif entry.is_file(follow_symlinks=False):
                listing.files.append(entry)
    listing.files.sort(key=lambda entry: entry.name)
    listing.folders.sort(key=lambda entry: entry.name)
    return listing


def recognize_nothing(_listing: Listing) -> Iterator[Finding]:
    """Recognize nothing: for catalogs that are not on a disk, or that only a person can name."""
    return iter(())
