"""Printing the history of a photo, and what changed since a date or a commit."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from photo_assets.cli.dates import DateError, parse_since
from photo_assets.cli.explaining import explain_pair
from photo_assets.cli.terminal import say, shown
from photo_assets.defs.history_sources import require_history
from photo_assets.model.canonical import canonical
from photo_assets.model.errors import StorageError
from photo_assets.status.catalogs import UnknownCatalogError
from photo_assets.vault.history.changes import Change
from photo_assets.vault.history.log import (
    Commit,
    PhotoChanges,
    changes_since,
    commit_before,
    commit_named,
    current_record,
    photo_log,
)
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.workspace import Workspace

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_DAY = re.compile(r"(19|20)[0-9]{6}")  # 20240131 is meant as a day, not as a commit
_DETAILS = frozenset({"file_mtime_ns", "fingerprint", "modified_time", "raw_sha256"})
_LONGEST = 100


def find_photo(workspace: Workspace, text: str) -> str:
    """Return the photo that a reference identifies, also one that is in no catalog any more.

    Raises `UnknownCatalogError` if nothing matches, `StorageError` before the first commit.
    """
    repository = _existing(workspace)
    if not _UUID.fullmatch(text.lower()):
        photo_id = explain_pair(workspace, text, text).a.photo_id
    else:
        photo_id = text.lower()
    record = current_record(repository, photo_id)
    while record is not None and "merged_into" in record:
        photo_id, record = record["merged_into"], current_record(repository, record["merged_into"])
    if record is None:
        raise UnknownCatalogError(
            f"The history does not know the photo {text!r}.",
            hint="The next discover adds what was found since the last one.",
        )
    return photo_id


def log_entries(workspace: Workspace, photo_id: str) -> Iterator[tuple[Commit, list[Change]]]:
    """Yield the commits that changed a photo with its changes, newest first."""
    for commit, changes in photo_log(_existing(workspace), photo_id):
        yield commit, [*changes]


def changes_after(workspace: Workspace, since: str) -> Iterator[PhotoChanges]:
    """Yield the photos that changed on or after a day, or after a commit.

    Raises `DateError` for text that is neither, `UnknownCatalogError` for an unknown commit.
    """
    repository = _existing(workspace)
    if _COMMIT.fullmatch(since.lower()) and not _DAY.fullmatch(since):
        earlier = commit_named(repository, since)
        if earlier is None:
            raise UnknownCatalogError(f"The history has no commit {since!r}.")
        return changes_since(repository, earlier)
    zone = ZoneInfo(workspace.settings.discovery.timezone)
    try:
        day = parse_since(since, datetime.now(zone).date())
    except DateError as error:
        hint = f"{error.hint or ''} Or 7 to 40 characters of a commit's name."
        raise DateError(error.message, hint=hint.strip()) from error
    start = datetime(day.year, day.month, day.day, tzinfo=zone)
    return changes_since(repository, commit_before(repository, int(start.timestamp())))


def print_log(entries: Iterable[tuple[Commit, list[Change]]]) -> None:
    """Print commits with the changes of a photo."""
    cut = False
    for number, (commit, changes) in enumerate(entries):
        if number:
            say()
        say(f"{_time(commit)}  {commit.name[:12]}{'  new' if _is_new(changes) else ''}")
        cut |= _print_changes(changes)
    _say_where_cut(cut)


def print_changes(photos: Iterable[PhotoChanges]) -> None:
    """Print photos with their changes; of a new photo only its name."""
    changed = cut = False
    for photo in photos:
        changed = True
        name = f"  {shown(photo.file_name)}" if photo.file_name else ""
        say(f"{photo.photo_id}  {photo.what}{name}")
        cut |= _print_changes(photo.changes if photo.before is not None else ())
    _say_where_cut(cut)
    if not changed:
        say("Nothing changed.")


def log_document(entries: Iterable[tuple[Commit, list[Change]]]) -> list[dict[str, Any]]:
    """Return a log for --json."""
    return [
        {
            "commit": commit.name,
            "time": _time(commit),
            "author": commit.author,
            "new": _is_new(changes),
            "changes": [_change(change) for change in changes],
        }
        for commit, changes in entries
    ]


def changes_document(photos: Iterable[PhotoChanges]) -> list[dict[str, Any]]:
    """Return changed photos for --json."""
    return [
        {
            "photo_id": photo.photo_id,
            "file_name": photo.file_name,
            "change": photo.what,
            "new": photo.before is None,
            "state": photo.state,
            "changes": [_change(change) for change in photo.changes],
        }
        for photo in photos
    ]


def _is_new(changes: Iterable[Change]) -> bool:
    return any(one.field == "photo_state" and one.before is None for one in changes)


def _print_changes(changes: Sequence[Change]) -> bool:
    """Print changes except of details that only programs need; return whether one was cut."""
    lines = [_sentence(one) for one in changes if one.field not in _DETAILS]
    for line in lines or ["only details that --json shows"] * bool(changes):
        say(f"  {line}")
    return any(" …" in line for line in lines)


def _say_where_cut(cut: bool) -> None:
    if cut:
        say("--json shows whole values.")


def _existing(workspace: Workspace) -> HistoryRepository:
    repository = workspace.history
    require_history(workspace)
    if repository.head() is None:
        raise StorageError("There is no history yet.", hint="Run: photosync discover")
    return repository


def _time(commit: Commit) -> str:
    return datetime.fromtimestamp(commit.seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _change(change: Change) -> dict[str, Any]:
    return {
        "field": change.field,
        "before": change.before,
        "after": change.after,
        "item": change.item,
        "said_by": list(change.said_by),
        "rule": change.rule,
    }


def _sentence(change: Change) -> str:
    where = f"{shown(change.item)}: " if change.item else ""
    after = "removed" if change.after is None else _value(change.after)
    if change.before is not None and change.before == change.after:
        after = f"{after} as before"
    values = (
        after
        if change.before == change.after or change.before is None
        else f"{_value(change.before)} -> {after}"
    )
    said = ", ".join(shown(one) for one in change.said_by)
    rule = f"; rule: {change.rule}" if change.rule else ""
    return f"{where}{change.field}: {values}" + (f"  ({said}{rule})" if said else "")


def _value(value: Any) -> str:
    text = shown(canonical(value))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"
