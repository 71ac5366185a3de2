"""The plan of new names: which albums would be renamed, and which of these a person approved.

Only albums of the catalogs in `albums.rename` are planned. Nothing is sent from here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa

from photo_assets.albums.canonical import Basis
from photo_assets.albums.collecting import collect_albums, stored_albums
from photo_assets.lake import Written
from photo_assets.lake.stored import AssetPath
from photo_assets.ledger import AlbumApproval, AlbumApprovals, AlbumChange, AlbumChanges, Step
from photo_assets.model.canonical import canonical_digest
from photo_assets.model.schema import Column, build_schema
from photo_assets.model.tables import TableKind
from photo_assets.workspace import Workspace

FIELD: Final = "Name"
ASSET: Final[AssetPath] = ("sink", "album_names_plan")
PLAN_FIELDS: Final = (
    Column(
        "album", pa.string(), "name of the album in commands: source/catalog/key", "", "", False
    ),
    Column("field", pa.string(), "the field that would change: Name", "", "", False),
    Column("before", pa.string(), "its value now; empty: none", "", "", False),
    Column("after", pa.string(), "its value after the change", "", "", False),
    Column("basis", pa.string(), "template, or chosen by a person", "", "", False),
    Column("drift", pa.int8(), "distance of the two", "0..100", "", False),
    Column("photos", pa.int64(), "number of the album's photos", "", "", False),
)
PLAN: Final = TableKind("album_names_plan", 1, build_schema(PLAN_FIELDS))


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One name that would be changed.

    `approved`: a person wants exactly this change. `made`: the last change of the album was this
    one, so the catalog was not read since, or somebody took the change back.
    """

    album: str
    before: str
    after: str
    basis: str
    drift: int
    photos: int
    field: str = FIELD
    approved: AlbumApproval | None = None
    made: bool = False

    @property
    def bound_to(self) -> tuple[str, str, str, str]:
        """What an approval of this row is bound to."""
        return self.album, self.field, self.before, self.after


def make_plan(workspace: Workspace) -> Written:
    """Collect the albums again, and store the plan; an unchanged one stays as it is.

    Raises `StorageError`.
    """
    collect_albums(workspace)
    settings = workspace.settings.albums
    rows = _rows(stored_albums(workspace.lake), settings.rename, settings.propose_above)
    table = pa.Table.from_pylist(rows, schema=PLAN.schema)
    return workspace.lake.write(ASSET, PLAN.name, PLAN, table)


def read_plan(workspace: Workspace) -> list[PlanRow]:
    """Return the stored plan, each row with its approval; none before it was made."""
    planned = [PlanRow(**row) for row in workspace.lake.read(ASSET, PLAN.name, PLAN).to_pylist()]
    changes = AlbumChanges(workspace.ledger).all()
    unused = _unused(AlbumApprovals(workspace.ledger).standing(), changes)
    made = {one.album: _bound(one) for one in changes if one.step is Step.DONE}
    return [
        replace(one, approved=unused.get(one.bound_to), made=made.get(one.album) == one.bound_to)
        for one in planned
    ]


def seal_of(rows: Iterable[PlanRow]) -> str:
    """Return a digest that is equal for equal changes: what a person saw is what is approved."""
    return canonical_digest(sorted(one.bound_to for one in rows))


def approve(workspace: Workspace, rows: Sequence[PlanRow], who: str) -> list[AlbumApproval]:
    """Record the approval of the rows that have none."""
    wanted = [one for one in rows if one.approved is None]
    given = [
        AlbumApproval(album=one.album, field=one.field, before=one.before, after=one.after, who=who)
        for one in wanted
    ]
    return AlbumApprovals(workspace.ledger).approve(given)


def revoke(workspace: Workspace, rows: Iterable[PlanRow], who: str) -> list[AlbumApproval]:
    """Take back the approvals of the rows that have one."""
    standing = [one.approved for one in rows if one.approved is not None]
    return AlbumApprovals(workspace.ledger).revoke(standing, who)


def _unused(
    standing: Iterable[AlbumApproval], changes: Iterable[AlbumChange]
) -> dict[tuple[str, str, str, str], AlbumApproval]:
    """Return the approvals that were not used, by what they are bound to.

    An approval is used by a change that began after it, unless that failed without changing
    anything.
    """
    used = {_bound(one): one.began_at for one in changes if one.step is not Step.FAILED}
    return {one.bound_to: one for one in standing if (one.at or "") > used.get(one.bound_to, "")}


def _bound(change: AlbumChange) -> tuple[str, str, str, str]:
    return change.album, change.field, change.before, change.after


def _rows(
    albums: Iterable[dict[str, Any]], rename: Sequence[str], above: int
) -> list[dict[str, Any]]:
    return [
        {
            "album": one["album"],
            "field": FIELD,
            "before": one["name"] or "",
            "after": one["canonical"],
            **{name: one[name] for name in ("basis", "drift", "photos")},
        }
        for one in albums
        if f"{one['source']}/{one['catalog']}" in rename
        and one["canonical"] not in (None, one["name"])
        and (one["drift"] > above or one["basis"] == Basis.CHOSEN)
    ]
