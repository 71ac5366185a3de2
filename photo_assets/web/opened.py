"""The workspace that the pages show, opened again when photosync.yaml changes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from photo_assets.web.albums import Albums
from photo_assets.web.collection import Collection
from photo_assets.workspace import Workspace

OpenWorkspace = Callable[[], Workspace]


@dataclass(frozen=True, slots=True)
class Library:
    """A workspace and what is kept of its tables between requests."""

    workspace: Workspace
    collection: Collection
    albums: Albums


@dataclass(slots=True)
class Opened:
    """One library for all requests. `open_workspace` raises the errors that pages show."""

    open_workspace: OpenWorkspace
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _found: tuple[tuple[int, ...], Library] | None = None

    def library(self) -> Library:
        """Return the library of the current configuration."""
        with self._lock:
            if self._found is None or self._found[0] != _identity(self._found[1].workspace):
                workspace = self.open_workspace()
                collection = Collection(workspace.lake)
                cache = workspace.data_dir / "cache" / "albums.json"
                library = Library(workspace, collection, Albums(collection, cache))
                self._found = (_identity(workspace), library)
            return self._found[1]

    def workspace(self) -> Workspace:
        """Return the workspace of the current configuration."""
        return self.library().workspace


def _identity(workspace: Workspace) -> tuple[int, ...]:
    file = workspace.configuration.file
    if file is None:
        return ()
    try:
        stat = file.stat()
    except OSError:
        return (-1,)  # opening it again reports what is wrong
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns)
