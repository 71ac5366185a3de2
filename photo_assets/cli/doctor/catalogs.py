"""Checks of the catalogs: online, readable, read recently, and in use by their programs."""

import time
from collections.abc import Iterator

from photo_assets.catalogs.online.settings import OnlineCatalogSettings
from photo_assets.catalogs.protocol import Catalog, advice_on
from photo_assets.catalogs.registry import SOURCES, build_catalogs, spec_of
from photo_assets.catalogs.sign_ins import catalog_sign_in, configured_sign_ins
from photo_assets.catalogs.smugmug.renaming_sign_in import SOURCE as NAMES
from photo_assets.cli.doctor.check import Check, fail, ok, warn
from photo_assets.configuration.catalogs import CatalogSettings
from photo_assets.model.errors import CatalogUnavailableError, PhotoAssetsError
from photo_assets.model.wording import duration
from photo_assets.sign_in.errors import CredentialsUnusableError
from photo_assets.sign_in.state import sign_in_state
from photo_assets.status.catalogs import CatalogView, find_catalog, utc_now
from photo_assets.workspace import Workspace

_PROBE_SECONDS = 15.0
_SETTINGS = "Check its settings in photosync.yaml."
_OF_SIGN_INS = "See docs/sign-in.md."


def check_catalogs(workspace: Workspace) -> Iterator[Check]:
    """Check every enabled catalog, without reading photos."""
    seen = away = 0
    locked: list[str] = []
    unusable: CredentialsUnusableError | None = None
    for source in SOURCES:
        for catalog in build_catalogs(workspace, source, _with_short_waits):
            seen += 1
            view = find_catalog(workspace, f"{catalog.source}/{catalog.name}")
            try:
                yield from _sign_in(workspace, catalog, view)
                yield _check(catalog, view)
            except CredentialsUnusableError as error:
                away += 1
                locked.append(view.label)
                unusable = error
            except CatalogUnavailableError as error:
                away += 1
                yield _away(view, error)
            for note in (*_downloads(view), *spec_of(source).notes(view.settings)):
                yield ok(view.label, note)
            yield from (warn(view.label, one.text, one.fix) for one in advice_on(catalog))
    if unusable is not None:  # once: it is not a fault of any of the catalogs
        text = f"{', '.join(locked)} cannot sign in. {unusable.message}"
        yield fail("credentials", text, unusable.hint or _OF_SIGN_INS)
    if not seen:
        yield warn(
            "catalogs",
            "no catalog is configured and enabled",
            "Run `photosync init`, or add one to photosync.yaml.",
        )
    elif away == seen:
        yield fail(
            "catalogs",
            "no catalog can be read now",
            "The lines above say what to do for each of them.",
        )


def check_renaming(workspace: Workspace) -> Iterator[Check]:
    """Check the second sign-in of each catalog whose albums may be renamed. Nothing is called."""
    for signed in configured_sign_ins(workspace):
        if signed.source == NAMES:
            label = f"{signed.source}/{signed.name}"
            state = sign_in_state(workspace.credentials, signed)
            if state.fault is None:
                yield ok(label, state.sentence())
            else:
                yield warn(label, state.sentence(), state.fault.hint or _OF_SIGN_INS)


def _downloads(view: CatalogView) -> Iterator[str]:
    settings = view.settings
    # Of what a person picked, nothing is downloaded.
    if isinstance(settings, OnlineCatalogSettings) and spec_of(view.source).picker is None:
        yield from filter(None, [settings.downloads])


def _with_short_waits(settings: CatalogSettings) -> CatalogSettings:
    """Return the settings for one question: a service that requires a wait is reported so."""
    if not isinstance(settings, OnlineCatalogSettings):
        return settings
    longest = min(settings.longest_wait_minutes, _PROBE_SECONDS / 60)
    return settings.model_copy(update={"longest_wait_minutes": longest})


def _away(view: CatalogView, error: CatalogUnavailableError) -> Check:
    age = view.age_s(utc_now())
    if age is None:
        return fail(view.label, error.message, error.hint or _SETTINGS)
    text = f"offline, last read {duration(age)} ago; its rows are kept. {error.message}"
    return warn(view.label, text, error.hint or _SETTINGS)


def _sign_in(workspace: Workspace, catalog: Catalog, view: CatalogView) -> Iterator[Check]:
    """Check the sign-in, if the catalog needs one. Raises `CatalogUnavailableError` for a fault.

    No service is called.
    """
    found = catalog_sign_in(workspace, catalog.source, catalog.name)
    if found is None:
        return
    state = sign_in_state(workspace.credentials, found)
    # What was picked is read without a sign-in.
    reads = spec_of(catalog.source).picker is not None and view.age_s(utc_now()) is not None
    if isinstance(state.fault, CatalogUnavailableError) and not reads:
        raise state.fault
    if state.fault is not None and reads:
        yield warn(view.label, state.fault.message, state.fault.hint or _OF_SIGN_INS)
    elif state.fault is not None:
        yield fail(view.label, state.fault.message, state.fault.hint or _OF_SIGN_INS)
    else:
        yield ok(view.label, state.sentence())


def _check(catalog: Catalog, view: CatalogView) -> Check:
    age = view.age_s(utc_now())
    read = "not read yet" if age is None else f"last read {duration(age)} ago"
    try:
        probe = catalog.probe(time.monotonic() + _PROBE_SECONDS)
    except CatalogUnavailableError:
        raise
    except PhotoAssetsError as error:
        fix = error.hint or "Open it in its own program; if that works, report this."
        return fail(view.label, error.message, fix)
    if view.held is not None:
        return warn(
            view.label,
            f"it {view.held.sentence}",
            f"If this is intended: photosync confirm {view.label}",
        )
    if probe.fix is not None:
        return warn(view.label, f"{probe.summary}; {read}", probe.fix)
    if age is not None and view.is_stale(utc_now()):
        return warn(view.label, f"{probe.summary}; {read}", "Run: photosync discover")
    return ok(view.label, f"{probe.summary}; {read}")
