"""`photosync fsck`: reading the stores in full."""

from typing import TYPE_CHECKING

import click

from photo_assets.cli.session import common_options

if TYPE_CHECKING:
    from photo_assets.vault.fsck import StoreCheck


@click.command(short_help="Read the stores in full and report damaged or lost originals.")
@click.option("--store", "names", multiple=True, metavar="STORE", help="Only this store.")
@click.option(
    "--sample",
    type=click.FloatRange(0, 100, min_open=True),
    default=100.0,
    show_default=True,
    metavar="PERCENT",
    help="Check only this percentage of a store, continuing after the last check.",
)
@click.option(
    "--since", metavar="DATE", help="Do not read again what was read on this day (UTC) or later."
)
@click.option("--repair", is_flag=True, help="Replace damaged and lost originals from good copies.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
def fsck(
    names: tuple[str, ...], sample: float, since: str | None, repair: bool, as_json: bool
) -> None:
    """Read every original in the stores and compare its SHA-256.

    Reports originals that are damaged, unreadable, lost or writable. With --repair, a damaged one
    is kept in the store's folder `aside` and replaced by a copy of another store or of a catalog's
    file, if its bytes are right. Nothing is deleted. An interrupted check continues where it ended.
    """
    from datetime import UTC, datetime

    from photo_assets.cli.dates import parse_since
    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.vault_reports import check_stores, print_checks

    checks: list[StoreCheck] = []
    try:
        day = parse_since(since, datetime.now(UTC).date()) if since is not None else None
        check_stores(names, sample, day, checks, repair=repair)
    finally:  # what was found is told however the check ends
        if as_json:
            from photo_assets.cli.terminal import print_json
            from photo_assets.cli.vault_reports import checks_document

            print_json(checks_document(checks))
        else:
            print_checks(checks)
    if any(check.unrepaired for check in checks):
        raise AttentionError
