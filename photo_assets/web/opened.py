"""The workspace that the pages show, opened again when photosync.yaml changes."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from photo_assets.workspace import Workspace

OpenWorkspace = Callable[[], Workspace]


@dataclass(slots=True)
class Opened:
    """One workspace for all requests. `open_workspace` raises the errors that pages show."""

    open_workspace: OpenWorkspace
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _found: tuple[tuple[int, ...], Workspace] | None = None

    def workspace(self) -> Workspace:
        """Return the workspace of the current configuration."""
        with self._lock:
            if self._found is None or self._found[0] != _identity(self._found[1]):
                opened = self.open_workspace()
                self._found = (_identity(opened), opened)
            return self._found[1]


def _identity(workspace: Workspace) -> tuple[int, ...]:
    file = workspace.configuration.file
    if file is None:
        return ()
    try:
        stat = file.stat()
    except OSError:
        return (-1,)  # opening it again reports what is wrong
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns)
