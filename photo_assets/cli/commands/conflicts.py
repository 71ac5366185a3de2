"""`photosync conflicts`: disagreements between catalogs, and pictures with problems."""

import re

import click

from photo_assets.cli.session import common_options

_MONTH = re.compile(r"(\d{4}(?:-(?:0[1-9]|1[0-2]))?)(?:-01)?|unknown")


def to_month(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """Return a month or year as `Choice` takes it. Raises `click.BadParameter`."""
    if value is None:
        return None
    found = _MONTH.fullmatch(value)
    if found is None:
        raise click.BadParameter(f"{value!r} is not a month. Examples: 2024-05, 2024, unknown.")
    return found[1] or value


@click.command(short_help="List the open conflicts.")
@click.option("--kind", metavar="KIND", help="Only of this kind, as `status` counts them.")
@click.option("--field", metavar="FIELD", help="Only about this field, such as rating.")
@click.option(
    "--month",
    metavar="MONTH",
    callback=to_month,
    help="Only of this month or year: 2024-05, 2024, unknown.",
)
@click.option(
    "--by",
    type=click.Choice(["kind", "field", "month"]),
    default="kind",
    show_default=True,
    help="How to group the counts.",
)
@click.option(
    "--limit",
    default=5,
    show_default=True,
    type=click.IntRange(min=0),
    metavar="N",
    help="Conflicts to show per group; 0 shows all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every conflict as JSON.")
@common_options
def conflicts(
    kind: str | None, field: str | None, month: str | None, by: str, limit: int, as_json: bool
) -> None:
    """List open conflicts: values that disagree, pictures listed twice, missing or damaged.

    Other open questions, such as photos that look alike, are counted in the end. This command
    decides nothing and changes nothing; `photosync resolve` answers them.
    """
    from photo_assets.cli.conflict_listing import (
        chosen_conflicts,
        conflicts_document,
        other_questions,
        print_conflicts,
    )
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json
    from photo_assets.metadata.conflict import ConflictKind
    from photo_assets.metadata.fields import FACT_BY_NAME
    from photo_assets.questions import Choice, Queue

    kinds = [known.value for known in ConflictKind]
    for option, value, known in (("--kind", kind, kinds), ("--field", field, [*FACT_BY_NAME])):
        if value is not None and value not in known:
            raise click.BadParameter(f"{value!r}. Known: {', '.join(known)}.", param_hint=option)
    choice = Choice(kind=kind, field=field, month=month)
    queue = Queue(open_workspace())
    rows, others = chosen_conflicts(queue, choice), other_questions(queue)
    if as_json:
        print_json(conflicts_document(rows, others))
    else:
        print_conflicts(rows, others, choice, by, limit)
