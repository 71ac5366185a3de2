"""`photosync audit`: what more people may see than intended, and the approvals of that."""

import click

from photo_assets.cli.commands.conflicts import to_month
from photo_assets.cli.session import common_options


@click.group(
    short_help="List photos that are too visible, and approve.", invoke_without_command=True
)
@click.option("--visibility-check", is_flag=True, help="List every discrepancy of visibility.")
@click.option(
    "--month",
    metavar="MONTH",
    callback=to_month,
    help="Only of this month or year: 2024-05, 2024, unknown.",
)
@click.option("--catalog", metavar="SOURCE/CATALOG", help="Only at this catalog.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@common_options
@click.pass_context
def audit(
    context: click.Context,
    visibility_check: bool,
    month: str | None,
    catalog: str | None,
    as_json: bool,
) -> None:
    """List what more people may see than intended, with `--visibility-check`.

    A photo is meant to be as visible as the most restrictive of its items. Every item above that,
    and every item of which nobody knows who sees it, is listed, with what would close it. Exit code
    1 if there is one. The check changes nothing.
    """
    if context.invoked_subcommand is not None:
        return
    if not visibility_check:
        raise click.UsageError("Name the check: photosync audit --visibility-check")
    from photo_assets.cli.auditing import audit_document, print_audit
    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json
    from photo_assets.status.auditing import AuditChoice, run_audit

    found = run_audit(open_workspace(), AuditChoice(month, catalog))
    if as_json:
        print_json(audit_document(found))
    else:
        print_audit(found)
    if found.rows:
        raise AttentionError


@audit.command("approve", short_help="Allow a photo one level at one catalog.")
@click.argument("photo", metavar="PHOTO")
@click.argument("target", metavar="TARGET")
@click.argument("level", metavar="LEVEL")
@click.option("--why", metavar="TEXT", required=True, help="The reason, for whoever asks later.")
@common_options
def approve(photo: str, target: str, level: str, why: str) -> None:
    """Allow PHOTO, a photo id, exactly LEVEL at TARGET, a SOURCE/CATALOG or a sink.

    Recorded in the ledger with your name. It allows no other level, target or photo, and changes
    nothing at the service.
    """
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import say, shown
    from photo_assets.status.auditing import give_approval

    given = give_approval(open_workspace(), photo, target, level, why)
    what = f"{given.level} at {shown(given.target)} for {given.photo_id}"
    say(f"Approval {given.approval_id}: {what}.")
    say(f"To take it back: photosync audit revoke {given.approval_id} --why …")


@audit.command("revoke", short_help="Take an approval back.")
@click.argument("number", metavar="NUMBER", type=click.IntRange(min=1))
@click.option("--why", metavar="TEXT", required=True, help="The reason, for whoever asks later.")
@common_options
def revoke(number: int, why: str) -> None:
    """Take back the approval NUMBER, as `photosync audit approvals` lists it.

    What it allowed is a discrepancy again. Both records are kept.
    """
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import say, shown
    from photo_assets.status.auditing import revoke_approval

    row = revoke_approval(open_workspace(), number, why)
    say(f"Revoked approval {number}: {row.level} at {shown(row.target)} for {row.photo_id}.")


@audit.command("approvals", short_help="List the approvals that stand.")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@common_options
def approvals(as_json: bool) -> None:
    """List the approvals that stand, with who gave them, when and why.

    One whose photo was merged into another photo counts no longer, and is marked.
    """
    from photo_assets.cli.auditing import print_approvals
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json
    from photo_assets.status.auditing import list_approvals

    found = list_approvals(open_workspace())
    if as_json:
        print_json({"approvals": found})
    else:
        print_approvals(found)
