"""Listing albums with their canonical names, and choosing one, for `photosync albums`."""

import getpass
from typing import Any

import click

from photo_assets.albums.choices import choose_name
from photo_assets.albums.collecting import collect_albums, stored_albums
from photo_assets.cli.terminal import print_json, print_table, say, shown
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace


def list_albums(
    workspace: Workspace, catalog: str | None, *, everything: bool, as_json: bool
) -> None:
    """Print the albums whose drift is above `albums.propose_above`, the furthest first."""
    collect_albums(workspace)
    rows = [
        row
        for row in stored_albums(workspace.lake)
        if catalog in (None, f"{row['source']}/{row['catalog']}")
    ]
    above = workspace.settings.albums.propose_above
    chosen = [row for row in rows if everything or (row["drift"] or 0) > above]
    chosen.sort(key=lambda row: (-(row["drift"] or 0), row["album"]))
    if as_json:
        print_json({"albums": [_document(row) for row in chosen]})
        return
    print_table(
        ("album", "name", "canonical name", "drift", "photos"),
        [
            (
                row["album"],
                row["name"],
                row["canonical"] or f"({row['basis'].replace('_', ' ')})",
                row["drift"],
                row["photos"],
            )
            for row in chosen
        ],
        numbers=("drift", "photos"),
    )
    say(f"{counted(len(chosen), 'album')} of {len(rows):,}.")


def choose_album_name(workspace: Workspace, album: str, name: str | None) -> None:
    """Record or withdraw the name that a person chose for an album."""
    found = next((row for row in stored_albums(workspace.lake) if row["album"] == album), None)
    if found is None and name is not None:
        raise click.UsageError(f"There is no album {album!r}. List them: photosync albums --all")
    try:
        choose_name(
            workspace.ledger, album, name, found["name"] if found else None, getpass.getuser()
        )
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    if name is None:
        say(f"The choice for {shown(album)} was withdrawn.")
    else:
        say(f"{shown(album)} is to be called {shown(name)}. Next: photosync albums plan")
    collect_albums(workspace)


def _document(row: dict[str, Any]) -> dict[str, Any]:
    days = {
        name: row[name].isoformat() if row[name] else None for name in ("first_day", "last_day")
    }
    return {**row, **days}
