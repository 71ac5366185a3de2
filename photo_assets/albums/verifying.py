"""Comparing the names at the service, in the database and in the ledger. Nothing is changed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from photo_assets.albums.applying import catalog_of, key_of
from photo_assets.albums.sides import CopiedName, Database, Service
from photo_assets.ledger import OPEN, AlbumChange, Step


class Difference(StrEnum):
    """What is wrong with an album's names."""

    OPEN = "open"  # a change was begun and is not ended
    RENAMED_SINCE = "renamed_since"  # the service has another name than the last change gave
    GONE = "gone"  # the service no longer lists an album that was renamed
    COPY_DIFFERS = "copy_differs"  # the database has another name than the service
    MIXED = "mixed"  # the database has several names for one album


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, with the names that were found."""

    album: str
    difference: Difference
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerifiedNames:
    """The numbers of albums compared, and all differences, by album."""

    listed: int
    copied: int
    findings: tuple[Finding, ...]


def verify_names(
    catalog: str, changes: Iterable[AlbumChange], service: Service, database: Database | None
) -> VerifiedNames:
    """Compare all albums of smugmug/<catalog>. Raises `ServiceError`."""
    names = service.all()
    copies: dict[str, set[str]] = defaultdict(set)
    for one in database.names(catalog) if database is not None else ():
        copies[one.key].add(_copied(one))
    of_catalog = [one for one in changes if catalog_of(one.album) == catalog]
    found = [*_of_changes(of_catalog, names), *_of_copies(catalog, names, copies)]
    found.sort(key=lambda one: (one.album, one.difference))
    return VerifiedNames(len(names), len(copies), tuple(found))


def _of_changes(changes: list[AlbumChange], names: Mapping[str, str]) -> Iterator[Finding]:
    last = {one.album: one for one in changes if one.step is Step.DONE}
    for one in changes:
        if one.step in OPEN:
            yield Finding(one.album, Difference.OPEN, (one.before, one.after))
    for album, one in last.items():
        now = names.get(key_of(album))
        if now is None:
            yield Finding(album, Difference.GONE, (one.after,))
        elif now != one.after:
            yield Finding(album, Difference.RENAMED_SINCE, (one.after, now))


def _of_copies(
    catalog: str, names: Mapping[str, str], copies: Mapping[str, set[str]]
) -> Iterator[Finding]:
    for key, found in copies.items():
        album = f"smugmug/{catalog}/{key}"
        if len(found) > 1:
            yield Finding(album, Difference.MIXED, tuple(sorted(found)))
        elif key in names and found != {names[key] or key}:
            yield Finding(album, Difference.COPY_DIFFERS, (names[key], *found))


def _copied(one: CopiedName) -> str:
    return one.name or ""
