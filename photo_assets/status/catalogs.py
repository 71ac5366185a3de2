"""The recorded state of each catalog: settings, last accepted scan, last contact.

It is read from discovery's files; catalogs are not opened here.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from photo_assets.catalogs.discovery.discover import catalog_folder
from photo_assets.catalogs.discovery.manifest import (
    CatalogState,
    Held,
    Manifest,
    load_held,
    load_manifest,
    load_state,
)
from photo_assets.catalogs.discovery.report import HELD, MOVED
from photo_assets.catalogs.registry import SOURCES, spec_of
from photo_assets.catalogs.sign_ins import catalog_sign_in
from photo_assets.configuration.catalogs import CatalogSettings, LocalCatalogSettings
from photo_assets.model.errors import ExitCode, PhotoAssetsError
from photo_assets.sign_in.state import sign_in_state
from photo_assets.workspace import Workspace


class UnknownCatalogError(PhotoAssetsError):
    """The command line names a catalog or source that does not exist."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class CatalogView:
    """One catalog. `settings` is None if it was removed from photosync.yaml; its rows are kept."""

    source: str
    name: str
    settings: CatalogSettings | None
    manifest: Manifest | None
    held: Held | None
    state: CatalogState | None

    @property
    def label(self) -> str:
        """`source/name`, the form that commands accept."""
        return f"{self.source}/{self.name}"

    @property
    def last_read(self) -> datetime | None:
        """The time of its last complete read."""
        stamp = self.state.last_read_at if self.state else None
        return datetime.fromisoformat(stamp) if stamp else None

    @property
    def reported(self) -> dict[str, int]:
        """The number of entries in the report of the last scan, by outcome and reason."""
        accounting = self.manifest.accounting if self.manifest else {}
        counts: dict[str, int] = dict(accounting.get("reasons", {}))
        held = self.held.lost if self.held else 0
        more = {HELD: held, MOVED: accounting.get("moved", 0)}
        return counts | {what: count for what, count in more.items() if count}

    @property
    def is_offline(self) -> bool:
        """Whether it could not be reached in the last attempt."""
        return self.state is not None and not self.state.online

    @property
    def can_be_unplugged(self) -> bool:
        """Whether it may be offline on purpose; a service is offline only because of a fault."""
        return self.settings is None or isinstance(self.settings, LocalCatalogSettings)

    def age_s(self, now: datetime) -> float | None:
        """Return the time since it was last read, in seconds."""
        return (now - self.last_read).total_seconds() if self.last_read else None

    def is_stale(self, now: datetime) -> bool:
        """Return whether it is enabled and was last read longer ago than `stale_after_hours`."""
        if self.settings is None or not self.settings.enabled:
            return False
        age = self.age_s(now)
        return age is None or age > self.settings.stale_after_hours * 3600


def catalog_views(workspace: Workspace) -> list[CatalogView]:
    """Return every catalog that is configured or has stored rows."""
    views = []
    for source in SOURCES:
        configured = workspace.settings.catalogs.of(source)
        folder = workspace.staging / source
        kept = {p.name for p in folder.iterdir() if p.is_dir()} if folder.is_dir() else set()
        views += [
            _view(workspace, source, name, configured.get(name))
            for name in sorted({*configured, *kept})
        ]
    return views


def with_reachability(workspace: Workspace, view: CatalogView, now: datetime) -> CatalogView:
    """Return the view, marked offline if its path or its sign-in was lost since the last contact.

    Only a read can mark a catalog online again, because an empty mount point also exists.
    """
    settings, state = view.settings, view.state
    if settings is None or not settings.enabled or view.is_offline:
        return view
    if state is None and view.can_be_unplugged:
        return view
    reason = _unreachable(workspace, view)
    if reason is None:
        return view
    since = now.isoformat(timespec="seconds")
    lost = CatalogState(
        online=False,
        since=since,
        last_read_at=state.last_read_at if state else None,
        reason=reason,
    )
    return replace(view, state=lost)


def _unreachable(workspace: Workspace, view: CatalogView) -> str | None:
    """Return why a catalog cannot be read, as far as that is known without opening it."""
    if isinstance(view.settings, LocalCatalogSettings):
        try:
            view.settings.path.stat()
        except OSError as error:
            return f"{view.settings.path} cannot be reached: {error.strerror or error}."
        return None
    if spec_of(view.source).picker is not None and view.last_read:
        return None  # what was picked is read without a sign-in
    sign_in = catalog_sign_in(workspace, view.source, view.name)
    fault = sign_in_state(workspace.credentials, sign_in).fault if sign_in else None
    return str(fault) if fault else None


def find_catalog(workspace: Workspace, label: str) -> CatalogView:
    """Return the catalog named `source/name`. Raises `UnknownCatalogError` with the known ones."""
    views = catalog_views(workspace)
    for view in views:
        if label.replace("-", "_") == view.label.replace("-", "_"):
            return view
    known = ", ".join(view.label for view in views) or "none is configured"
    raise UnknownCatalogError(
        f"There is no catalog {label!r}.", hint=f"Write SOURCE/CATALOG; known: {known}."
    )


def find_source(name: str) -> str:
    """Return the source named `name`. Raises `UnknownCatalogError`."""
    wanted = name.lower().replace("-", "_")
    if wanted not in SOURCES:
        raise UnknownCatalogError(
            f"There is no service {name!r}.", hint=f"Known: {', '.join(SOURCES)}."
        )
    return wanted


def utc_now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(UTC)


def _view(
    workspace: Workspace, source: str, name: str, settings: CatalogSettings | None
) -> CatalogView:
    folder = catalog_folder(workspace.staging, source, name)
    return CatalogView(
        source, name, settings, load_manifest(folder), load_held(folder), load_state(folder)
    )
