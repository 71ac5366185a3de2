"""The description of a source, as one value that its folder exports.

No other code names a source: settings, assets, commands and documents are derived from these.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from photo_assets.catalogs.picking import Picker
from photo_assets.catalogs.protocol import Catalog
from photo_assets.catalogs.recognition import Finding, Listing, recognize_nothing
from photo_assets.configuration.catalogs import CatalogSettings
from photo_assets.model.schema import Column
from photo_assets.model.tables import TableKind
from photo_assets.model.visibility import STATES_NONE, ServiceVisibility
from photo_assets.sign_in.protocol import SignIn
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """Properties of a source that rules of other packages use instead of its name.

    `ids_are_paths`: the native id of an entry is the path of its file. `original_rank` and
    `metadata_rank`: its rank in the default of `identity.master_priority` and of
    `metadata.source_order`; the smallest rank comes first. `copies_expected`: it lists the same
    picture several times by design. `states_sha1`: its SHA-1 is the digest of the file's bytes.
    `claims_sha1`: its SHA-1 is what people say of the file: no download is needed to join it, but
    it proves no bytes.
    `takes_loose_photos`: a tree of files that is not another catalog becomes a catalog of this
    source.
    """

    ids_are_paths: bool
    original_rank: int
    metadata_rank: int
    copies_expected: bool = False
    states_sha1: bool = False
    claims_sha1: bool = False
    takes_loose_photos: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FurtherTable:
    """A table beside the items, from what the same scan found: a service's albums.

    `kind` has the name of the asset in the layer `catalog`. `rows` makes it from the record of the
    last accepted scan (`protocol.FollowingCatalog`, of the kind `memory_kind`) of one catalog,
    given with its name; it makes no call. `unique`: the columns that no two rows share.
    """

    kind: TableKind
    columns: tuple[Column, ...]
    unique: tuple[str, ...]
    summary: str
    memory_kind: TableKind
    rows: Callable[[str, pa.Table], pa.Table]

    @property
    def name(self) -> str:
        """The last part of the asset's key."""
        return self.kind.name


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogSpec:
    """One service. `source` names it in photosync.yaml, keys and tables; `title` is for people.

    `build` makes a reader of a catalog from its name, its settings (of the model `settings`) and
    the workspace, which has scratch space and the ledger; it imports the reader lazily, so that
    commands that read no catalog do not load it. `comment`: the comment of one or more lines that
    `photosync init` writes above its catalogs. `visibility`: what it can say of who sees an item;
    its reader states nothing else. `recognize` finds its catalogs in a directory.
    `notes`: texts that `photosync doctor` shows for a condition that is not a problem. `icon`: one
    of Dagster's kinds. `extra`: the extra in pyproject.toml that it needs. `sign_in`: how a person
    signs in to the service; its settings then have an `endpoint`. `further_tables`: those
    beside its items. `picker` makes, like `build`, what a person picks items with: for a service
    that does not list them.
    """

    source: str
    title: str
    settings: type[CatalogSettings]
    build: Callable[[str, Any, Workspace], Catalog]
    traits: Traits
    comment: str
    visibility: ServiceVisibility = STATES_NONE
    recognize: Callable[[Listing], Iterator[Finding]] = recognize_nothing
    notes: Callable[[Any], Iterable[str]] = lambda _settings: ()
    icon: str
    extra: str | None = None
    sign_in: SignIn | None = None
    further_tables: tuple[FurtherTable, ...] = ()
    picker: Callable[[str, Any, Workspace], Picker] | None = None
