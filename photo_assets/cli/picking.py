"""Picking on a terminal: which catalog is meant, the address for the browser, and the result."""

import time
from collections.abc import Callable

import click

from photo_assets.catalogs.picking import Picked, Picker
from photo_assets.catalogs.registry import SPECS
from photo_assets.cli.progress import Stage, reporting
from photo_assets.cli.signing_in import chosen_catalog, open_browser
from photo_assets.cli.terminal import say, shown
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace


def pick_items(
    workspace: Workspace,
    source: str,
    name: str | None,
    *,
    browser: bool,
    wait: Callable[[float], None] = time.sleep,
) -> None:
    """Let the person pick, and store what they picked. `wait` sleeps for seconds.

    Raises `CatalogUnavailableError` and `ConfigurationError`.
    """
    pickers = {spec.source: spec.picker for spec in SPECS if spec.picker is not None}
    if source not in pickers:
        raise click.UsageError(
            f"Nothing is picked by hand in {source!r}, only in: {', '.join(pickers)}."
        )
    catalog = chosen_catalog(workspace, source, name)
    settings = workspace.settings.catalogs.of(source)[catalog.name]
    picked = _picked(pickers[source](catalog.name, settings, workspace), browser, wait)
    say(
        f"{counted(picked.items, 'item')} picked for {catalog.label}, {picked.new:,} of them for "
        "the first time."
    )
    for note in picked.notes:
        say(shown(note))
    if picked.items >= picked.most:
        say(f"{catalog.sign_in.service} lets you pick no more at once: run it again for more.")
    if picked.items:
        say(f"Read them: photosync discover --service {source} --catalog {catalog.name}")


def _picked(picker: Picker, browser: bool, wait: Callable[[float], None]) -> Picked:
    with picker.session() as picking:
        for note in picking.notes:
            say(shown(note))
        if picking.address is not None:
            say("Pick on this page, signed in to the same account, and press Done there:")
            say(shown(picking.address))
            if browser:
                open_browser(picking.address)
        with reporting("waiting until you have picked") as report:
            return picking.collect(
                wait, lambda done: report(Stage("listing what you picked", done, None, "items"))
            )
