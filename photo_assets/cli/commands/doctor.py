"""`photosync doctor`: checks the setup and shows how to fix problems."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Check configuration, catalogs, disks and programs.")
@click.option("--json", "as_json", is_flag=True, help="Print the checks as JSON.")
@common_options
def doctor(as_json: bool) -> None:
    """Check the configuration, the catalogs, the disks and the programs; change nothing.

    The exit code is 1 if a check fails.
    """
    from photo_assets.cli.doctor.check import Level
    from photo_assets.cli.doctor.run import examine, worst
    from photo_assets.cli.failures import AttentionError
    from photo_assets.cli.sample_services import sample_reachable
    from photo_assets.cli.terminal import print_json, say, shown

    checks = []
    with sample_reachable():
        for check in examine():
            checks.append(check)
            if not as_json:
                say(f"{check.level:<4}  {shown(check.name)}: {shown(check.text)}")
                if check.fix:
                    say(f"      {shown(check.fix)}")
    if as_json:
        documents = [
            {"level": c.level.value, "name": c.name, "text": c.text, "fix": c.fix} for c in checks
        ]
        print_json({"worst": worst(checks).value, "checks": documents})
    if worst(checks) is Level.FAIL:
        raise AttentionError
