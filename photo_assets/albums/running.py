"""Applying approved names, and going back, for one library: one process at a time.

Unfinished changes are continued first. How a single name is changed is in `applying`.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Final

from photo_assets.albums.applying import Renaming, catalog_of
from photo_assets.albums.plan import PlanRow
from photo_assets.albums.rollback import going_back
from photo_assets.albums.smugmug import open_account
from photo_assets.albums.supabase import SupabaseAlbums, open_database
from photo_assets.albums.verifying import VerifiedNames, verify_names
from photo_assets.ledger import AlbumApproval, AlbumApprovals, AlbumChange, AlbumChanges
from photo_assets.model.errors import PhotoAssetsError
from photo_assets.service_calls import ServiceError
from photo_assets.system.durable import require_directory
from photo_assets.system.file_lock import file_lock
from photo_assets.workspace import Workspace

_LOCK: Final = "album_names.lock"

Report = Callable[[AlbumChange], None]


@dataclass(slots=True)
class Applied:
    """The changes that were made or continued, at their last steps.

    `stopped` is the error that ended the work early; the rest is done by the next call.
    """

    changes: list[AlbumChange] = field(default_factory=list)
    stopped: PhotoAssetsError | None = None


def apply_approved(workspace: Workspace, rows: Iterable[PlanRow], report: Report) -> Applied:
    """Continue what is open, then make the changes of the approved rows.

    `report` is called with each change at its end. Raises `ConfigurationError`, `SignInError`, and
    `SinkNotReadyError`, before anything is changed, if Supabase lacks the record of changes.
    """
    wanted = [
        AlbumChange(
            album=one.album,
            field=one.field,
            before=one.before,
            after=one.after,
            who=one.approved.who,
        )
        for one in rows
        if one.approved is not None
    ]
    return _run(workspace, lambda changes: wanted, report)


def planned_rollback(
    workspace: Workspace, albums: Iterable[str], who: str, steps: int | None, to: str | None
) -> list[AlbumChange]:
    """Return the changes that take albums back; see `rollback.going_back`."""
    changes = AlbumChanges(workspace.ledger)
    found = (going_back(changes.all(album), who, steps=steps, to=to) for album in albums)
    return [one for one in found if one is not None]


def roll_back(workspace: Workspace, wanted: list[AlbumChange], report: Report) -> Applied:
    """Make the changes of `planned_rollback`, which the caller showed to a person.

    Asking for them is their approval, and recorded as such. Raises as `apply_approved`.
    """
    given = [
        AlbumApproval(album=c.album, field=c.field, before=c.before, after=c.after, who=c.who)
        for c in wanted
    ]
    AlbumApprovals(workspace.ledger).approve(given)
    return _run(workspace, lambda changes: wanted, report)


def renamed_albums(workspace: Workspace) -> list[str]:
    """Return the albums that were ever changed, sorted."""
    return sorted({one.album for one in AlbumChanges(workspace.ledger).all()})


def verify_all(workspace: Workspace) -> dict[str, VerifiedNames]:
    """Return catalog -> comparison, for the catalogs in `albums.rename`. Raises `ServiceError`."""
    changes = AlbumChanges(workspace.ledger).all()
    found = {}
    with _opened(workspace) as database:
        for label in workspace.settings.albums.rename:
            name = label.partition("/")[2]
            service = open_account(workspace, name)
            found[label] = verify_names(name, changes, service, database)
    return found


def _run(
    workspace: Workspace, wanted: Callable[[AlbumChanges], list[AlbumChange]], report: Report
) -> Applied:
    changes, applied = AlbumChanges(workspace.ledger), Applied()
    require_directory(workspace.data_dir)
    with file_lock(workspace.data_dir / _LOCK), _opened(workspace) as database:
        if database is not None:
            database.prepare()
        renamings: dict[str, Renaming] = {}

        def of(change: AlbumChange) -> Renaming:
            name = catalog_of(change.album)
            if name not in renamings:
                renamings[name] = Renaming(changes, open_account(workspace, name), database)
            return renamings[name]

        try:
            left = changes.open()
            for change in left:
                _note(applied, of(change).finish(change), report)
            ended = {one.album for one in left}
            for change in wanted(changes):
                if change.album not in ended:  # its plan was made before that change ended
                    _note(applied, of(change).begin(change), report)
        except ServiceError as error:
            applied.stopped = error
    return applied


def _note(applied: Applied, change: AlbumChange, report: Report) -> None:
    applied.changes.append(change)
    report(change)


@contextmanager
def _opened(workspace: Workspace) -> Iterator[SupabaseAlbums | None]:
    found = open_database(workspace)
    with closing(found) if found is not None else nullcontext() as database:
        yield database
