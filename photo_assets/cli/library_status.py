"""Printing the state of a workspace for `photosync status`."""

from datetime import datetime

from photo_assets.cli.terminal import print_table, say, shown
from photo_assets.model.wording import duration, size
from photo_assets.status.catalogs import CatalogView
from photo_assets.status.library import LibraryStatus


def print_status(status: LibraryStatus) -> None:
    """Print the state."""
    say(f"Configuration: {shown(status.configuration)}")
    say()
    if status.catalogs:
        rows = [_catalog_row(view, status.now) for view in status.catalogs]
        columns = ("catalog", "rows", "contact", "last read", "last scan")
        print_table(columns, rows, numbers=("rows",))
    else:
        say("No catalog is configured: photosync init")
    if status.layers:
        say()
        print_table(
            ("layer", "tables", "rows", "size", "waiting"),
            [
                (a.asset, a.tables, a.rows, size(a.bytes), status.pending.get(a.asset) or "")
                for a in status.layers
            ],
            numbers=("tables", "rows", "size", "waiting"),
        )
    say()
    say(status.figures.sentence())
    for sink in status.sinks:
        say(shown(sink.sentence(status.now)))
    say("On disk: " + ", ".join(f"{name} {size(n)}" for name, n in status.sizes.items()) + ".")
    say()
    for line in status.attention:
        say(f"! {shown(line)}")
    if not status.attention:
        say("Nothing needs attention.")


def _catalog_row(view: CatalogView, now: datetime) -> tuple[object, ...]:
    rows = view.manifest.items if view.manifest else 0
    age = view.age_s(now)
    read = "never" if age is None else f"{duration(age)} ago"
    return view.label, rows, _contact(view), read, _scan(view)


def _contact(view: CatalogView) -> str:
    if view.settings is None:
        return "not configured; its rows are kept"
    if not view.settings.enabled:
        return "disabled; rows kept"
    if view.state is None:
        return "never"
    since = view.state.since.replace("T", " ")[:16]
    text = f"{'online' if view.state.online else 'offline'} since {since} UTC"
    return f"{text}; held back" if view.held else text


def _scan(view: CatalogView) -> str:
    if view.manifest is None:
        return ""
    count = view.manifest.accounting
    line = (
        f"found {count['found']:,} = written {count['written']:,} + discarded "
        f"{count['discarded']:,} + failed {count['failed']:,}"
    )
    return f"{line}; missing but kept {view.manifest.missing:,}" if view.manifest.missing else line
