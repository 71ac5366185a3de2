"""What a service that lists photos says of itself, in one value that its folder exports.

Nothing else knows a source by name: settings, assets, commands and documents follow from these.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.recognition import Finding, Listing, nothing
from photo_assets.configuration.catalogs import CatalogSettings
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What rules of other rooms ask of a source, instead of its name.

    `ids_are_paths`: the native id of an entry says where its file is. `original_rank` and
    `metadata_rank`: its place in the default of `identity.master_priority` and of
    `metadata.source_order`; the smaller comes first. `copies_expected`: it lists a picture several
    times by design. `states_sha1`: the SHA-1 that it states is that of the file's bytes.
    `takes_loose_photos`: a tree of files that is no other catalog becomes one of these.
    """

    ids_are_paths: bool
    original_rank: int
    metadata_rank: int
    copies_expected: bool = False
    states_sha1: bool = False
    takes_loose_photos: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogSpec:
    """One service. `source` names it in photosync.yaml, keys and tables; `title` is for people.

    `build` makes a reader of a catalog from its name, its settings (of the model `settings`) and
    the workspace, which has scratch space and the ledger; it imports the reader, which commands
    that read nothing do without. `comment`: what `photosync init` writes above its catalogs, a line
    or more. `recognise` finds its catalogs in a directory. `notes`: what `photosync doctor` says of
    a catalog that is no problem. `icon`: one of Dagster's kinds. `extra`: which of the extras in
    pyproject.toml has to be installed for it.
    """

    source: str
    title: str
    settings: type[CatalogSettings]
    build: Callable[[str, Any, Workspace], Catalog]
    traits: Traits
    comment: str
    recognise: Callable[[Listing], Iterator[Finding]] = nothing
    notes: Callable[[Any], Iterable[str]] = lambda _settings: ()
    icon: str
    extra: str | None = None
