"""What a search for catalogs sees of a directory, and what it finds. Plain values."""

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

    `stem` is what its name is made of. `exclude`: patterns of what belongs to another catalog.
    `whole`: the directory is nothing else, and is not looked into. `inside`: names of the folders
    right beside the catalog that belong to it.
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
    """Something that looks like a catalog and is not put into photosync.yaml."""

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


def nothing(_listing: Listing) -> Iterator[Finding]:
    """Recognise nothing: for catalogs that lie on no disk, or that only a person can name."""
    return iter(())
