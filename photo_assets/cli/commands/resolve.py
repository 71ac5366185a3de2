"""`photosync resolve`: a person answers what the catalogs disagree about."""

from typing import Any

import click

from photo_assets.cli.commands.conflicts import to_month
from photo_assets.cli.session import common_options

_ANSWERS = ("use", "value", "combine", "reviewed", "same", "different")


@click.command(short_help="Answer the open questions, one by one or many at once.")
@click.argument("question", metavar="[ID]", required=False)
@click.option("--interactive", is_flag=True, help="Ask one question after another (the default).")
@click.option("--plain", is_flag=True, help="Read answers as lines, for scripts.")
@click.option("--kind", metavar="KIND", help="Only questions of this kind.")
@click.option("--field", metavar="FIELD", help="Only about this field, such as rating.")
@click.option("--month", metavar="MONTH", callback=to_month, help="Only of this month or year.")
@click.option("--photo", metavar="PHOTO_ID", help="Only about this photo.")
@click.option("--use", metavar="CATALOG", help="Answer ID with what this catalog has.")
@click.option("--value", metavar="JSON", help="Answer ID with this value; null for none.")
@click.option("--combine", is_flag=True, help="Answer ID with all texts, one below the other.")
@click.option("--reviewed", is_flag=True, help="Answer ID: seen, everything stays as it is.")
@click.option("--same", is_flag=True, help="Answer ID: one picture, merge the two photos.")
@click.option("--different", is_flag=True, help="Answer ID: two pictures, never ask again.")
@click.option("--why", metavar="TEXT", help="Reason to store with the answer to ID.")
@click.option(
    "--auto-resolve",
    type=click.Choice(["simple"]),
    help="Answer what loses nothing: exact duplicates, texts within others.",
)
@click.option("--rule", metavar="FIELD=CATALOG", help="Prefer what a source or catalog states.")
@click.option("--dry-run", is_flag=True, help="Only show what --auto-resolve or --rule would do.")
@click.option("--yes", is_flag=True, help="Apply --rule without asking.")
@click.option(
    "--undo",
    is_flag=False,
    flag_value="last",
    metavar="[NUMBER_OR_BATCH]",
    help="Undo a decision or a batch; without one, your last.",
)
@click.option("--list", "listing", is_flag=True, help="List all decisions, the latest first.")
@click.option(
    "--limit",
    default=20,
    show_default=True,
    type=click.IntRange(min=0),
    metavar="N",
    help="Decisions that --list shows; 0 shows all.",
)
@click.option("--refresh", is_flag=True, help="Only apply answers that are stored.")
@click.option("--no-refresh", is_flag=True, help="Only store answers; `discover` applies them.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@common_options
def resolve(question: str | None, **options: Any) -> None:
    """Answer the open questions: values that disagree, look-alikes, duplicates, missing files.

    Without options, questions are asked one by one; keys answer them. Every answer is stored at
    once, with your name, and can be undone. In the end, everything that follows from the answers is
    updated. Catalogs are never changed.
    """
    _require_one_action(question, options)
    from photo_assets.cli.resolving.running import resolve_questions

    resolve_questions(question, options)


def _require_one_action(question: str | None, options: dict[str, Any]) -> None:
    answers = [name for name in _ANSWERS if options[name] not in (None, False)]
    actions = [f"--{name}" for name in answers]
    actions += [
        f"--{name.replace('_', '-')}"
        for name in ("auto_resolve", "rule", "undo", "listing", "refresh", "interactive", "plain")
        if options[name]
    ]
    if len(actions) > 1 and set(actions) != {"--interactive", "--plain"}:
        names = " and ".join(actions).replace("--listing", "--list")
        raise click.UsageError(f"{names} cannot be combined.")
    if answers and question is None:
        raise click.UsageError(f"{actions[0]} needs the ID of a question.")
    if question is not None and not answers and actions:
        raise click.UsageError(f"An ID cannot be combined with {actions[0]}.")
