"""Reading the history: the commits, the changes of one photo, and what differs between two states.

Everything here comes from the repository alone.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from photo_assets.vault.history.changes import Change, changes_between
from photo_assets.vault.history.packs import COMMIT
from photo_assets.vault.history.photo_tree import PhotoTree
from photo_assets.vault.history.records import MERGED, photo_id_of, photo_path
from photo_assets.vault.history.repository import HistoryRepository
from photo_assets.vault.history.trees import differing, entries_of, file_in, find, tree_in

_PHOTOS: Final = (b"photos",)


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit. `seconds`: its time since 1970; `subject`: the first line of its message."""

    name: str
    tree: bytes
    seconds: int
    author: str
    subject: str


@dataclass(frozen=True, slots=True)
class PhotoChanges:
    """The changes of one photo between two states. `before`: its earlier state, None: it is new."""

    photo_id: str
    file_name: str | None
    before: str | None
    state: str | None
    changes: Sequence[Change]

    @property
    def what(self) -> str:
        """What happened to it: new, merged, separated, gone, or changed."""
        if self.before is None:
            return "new"
        if self.before == MERGED != self.state:
            return "separated"
        left = self.state in ("merged", "gone") and self.state != self.before
        return str(self.state) if left else "changed"


def commits(repository: HistoryRepository) -> Iterator[Commit]:
    """Yield the commits, newest first. Raises `StorageError`."""
    name = repository.head()
    while name is not None:
        head, _, message = repository.read(name, COMMIT).partition(b"\n\n")
        fields = dict(line.split(b" ", 1) for line in reversed(head.split(b"\n")) if b" " in line)
        seconds = fields[b"committer"].rsplit(b" ", 2)[1]
        subject = message.split(b"\n", 1)[0].decode(errors="replace")
        author = fields[b"author"].rsplit(b" ", 2)[0].decode(errors="replace")
        yield Commit(name.decode(), fields[b"tree"], int(seconds), author, subject)
        name = fields.get(b"parent")


def photo_log(
    repository: HistoryRepository, photo_id: str
) -> Iterator[tuple[Commit, Sequence[Change]]]:
    """Yield each commit that changed a photo with its changes, newest first.

    Raises `StorageError`.
    """
    newer: tuple[Commit, bytes] | None = None
    reader = PhotoTree(repository, None)
    seen = _Path(repository, photo_path(photo_id))
    for commit in commits(repository):
        blob = seen.blob(commit.tree)
        if newer is not None and blob != newer[1]:
            before = reader.record(blob) if blob else {}
            yield newer[0], [*changes_between(before, reader.record(newer[1]))]
        newer = (commit, blob) if blob else None
    if newer is not None:
        yield newer[0], [*changes_between({}, reader.record(newer[1]))]


def current_record(repository: HistoryRepository, photo_id: str) -> dict[str, Any] | None:
    """Return the last record of a photo, None if the history does not know it."""
    tree = PhotoTree(repository, repository.tree_of(repository.head()))
    blob = tree.blob_of(photo_id)
    return tree.record(blob) if blob else None


def commit_before(repository: HistoryRepository, seconds: int) -> Commit | None:
    """Return the last commit made before a time (since 1970), None if there is none."""
    return next((one for one in commits(repository) if one.seconds < seconds), None)


def commit_named(repository: HistoryRepository, prefix: str) -> Commit | None:
    """Return the newest commit whose name starts with `prefix`, None if there is none."""
    return next((one for one in commits(repository) if one.name.startswith(prefix.lower())), None)


def changes_since(repository: HistoryRepository, earlier: Commit | None) -> Iterator[PhotoChanges]:
    """Yield the photos that changed after a commit, by id; None: after the beginning.

    Raises `StorageError`.
    """
    reader = PhotoTree(repository, None)
    roots = (earlier.tree if earlier else None, repository.tree_of(repository.head()))
    old, new = (find(repository, root, _PHOTOS) for root in roots)
    for path, was, now in differing(repository, old, new):
        photo_id = photo_id_of((*_PHOTOS, *path))
        if photo_id is None or now is None or not (after := reader.record(now)):
            continue  # only people and other programs remove records and add other files
        before = reader.record(was) if was else {}
        yield PhotoChanges(
            photo_id,
            after.get("metadata", {}).get("file_name", {}).get("value"),
            before.get("state", "unknown") if was else None,
            after.get("state"),
            [*changes_between(before, after)],
        )


class _Path:
    """Finds one path in the trees of one commit after the other; equal trees are not read again."""

    def __init__(self, repository: HistoryRepository, path: tuple[bytes, ...]) -> None:
        self._repository = repository
        self._path = path
        self._last: list[bytes | None] = []

    def blob(self, tree: bytes) -> bytes | None:
        found: list[bytes | None] = [tree]
        for level, name in enumerate(self._path):
            above = found[-1]
            if level < len(self._last) and self._last[level] == above:
                found += self._last[level + 1 :]
                break
            entries = entries_of(self._repository.tree(above)) if above else {}
            last = level == len(self._path) - 1
            found.append((file_in if last else tree_in)(entries, name))
        self._last = found
        return found[-1]
