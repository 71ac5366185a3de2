"""`photosync explain`: why two entries are one photo, or why they are not."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Explain why two entries are, or are not, the same photo.")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="Print the chain as JSON.")
@common_options
def explain(a: str, b: str, as_json: bool) -> None:
    """Show how A and B are related, with every link of the chain and its evidence.

    A and B are SOURCE/CATALOG/ID, a photo id, or the path of a file.
    """
    from photo_assets.cli.explaining import explain_pair, explanation_document
    from photo_assets.cli.session import open_workspace
    from photo_assets.cli.terminal import print_json, say, shown

    explanation = explain_pair(open_workspace(), a, b)
    if as_json:
        print_json(explanation_document(explanation))
        return
    for line in explanation.lines():
        say(shown(line))
