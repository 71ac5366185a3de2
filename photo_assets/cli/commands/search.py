"""`photosync search`: photos by what is seen in them."""

import click

from photo_assets.cli.session import common_options


@click.command(short_help="Find photos by words, or by another photo.")
@click.argument("text", metavar="[TEXT]...", nargs=-1)
@click.option("--like", metavar="PHOTO", help="Find photos that look like this id or file.")
@click.option(
    "--count",
    metavar="N",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="How many to show.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the photos as JSON.")
@common_options
def search(text: tuple[str, ...], like: str | None, count: int, as_json: bool) -> None:
    """Find photos whose pictures fit TEXT best, or that look most like PHOTO.

    Needs `ai.embeddings` in photosync.yaml (docs/ai.md), and the vectors that `photosync ai embed`
    computes. The pictures stay on this machine; so does TEXT, unless the text side is an endpoint.
    """
    from photo_assets.cli.searching import run_search
    from photo_assets.cli.session import open_workspace

    if bool(text) == (like is not None):
        raise click.UsageError("Give either TEXT or --like PHOTO.")
    run_search(open_workspace(), " ".join(text), like, count, as_json=as_json)
