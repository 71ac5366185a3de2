"""The resources of assets: the workspace of the current configuration, and a run's listener."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

import dagster as dg
from pydantic import PrivateAttr

from photo_assets.catalogs.discovery.discover import Discovery
from photo_assets.catalogs.discovery.scan import Progress
from photo_assets.library import open_workspace
from photo_assets.sinks.engine.applied import Applied
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True)
class RunListener:
    """Callbacks that a run calls with its progress; `photosync` displays it.

    `restores`: the run is part of a restore.
    """

    only_sources: tuple[str, ...] = ()
    only_catalog: str | None = None
    reading: Progress | None = None
    fingerprinting: Callable[[int, int], None] = lambda _done, _total: None
    describing: Callable[[str, int, int], None] = lambda _month, _done, _total: None
    writing: Callable[[str, int, int], None] = lambda _sink, _done, _total: None
    wrote: Callable[[Applied], None] = lambda _applied: None
    not_written: Callable[[str], None] = lambda _why: None
    discovered: Callable[[Discovery], None] | None = None
    unreadable: Callable[[str, str], None] | None = None
    restores: bool = False

    def wants(self, source: str, catalog: str) -> bool:
        """Return whether a catalog is among the requested ones."""
        return self.only_catalog in (None, catalog) and (
            not self.only_sources or source in self.only_sources
        )


_LISTENER: ContextVar[RunListener] = ContextVar("listener", default=RunListener())  # noqa: B039


@contextmanager
def listening(listener: RunListener) -> Iterator[None]:
    """Set the listener of this thread's runs. Not a field: Dagster copies resources."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


class PhotoLibrary(dg.ConfigurableResource[Workspace]):
    """Opens the workspace of photosync.yaml, once per process."""

    _workspace: Workspace | None = PrivateAttr(default=None)

    @property
    def workspace(self) -> Workspace:
        """The lake, the ledger and the settings.

        Raises `StorageError` while a restore has not ended, but in the runs of the restore.
        """
        if self._workspace is None:
            self._workspace = open_workspace()
        if not self.listener.restores:
            self._workspace.require_no_restore()
        return self._workspace

    @property
    def listener(self) -> RunListener:
        """The listener of the current run; one without effect in runs started by the UI."""
        return _LISTENER.get()


@dg.definitions
def resources() -> dg.Definitions:
    """Return resources and the in-process executor: every run already has its own process."""
    return dg.Definitions(resources={"library": PhotoLibrary()}, executor=dg.in_process_executor)
