"""The page that lists all sheets, most likely matches first. It has only relative links."""

from collections.abc import Iterator, Sequence
from html import escape

from photo_assets.identity.lookalikes.sheets.captions import (
    role_text,
    size_text,
    time_text,
    title,
    visible,
)
from photo_assets.identity.lookalikes.sheets.subjects import Group
from photo_assets.model.wording import counted

_STYLE = """
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; }
body { max-width: 100rem; margin: 2rem auto; padding: 0 1rem; }
img { max-width: 100%; height: auto; border-radius: 6px; }
section { margin: 2.5rem 0; }
table { border-collapse: collapse; margin-top: .5rem; }
td { padding: .1rem 1rem .1rem 0; overflow-wrap: anywhere; }
code { font-size: .85em; }
"""
_ABOUT = (
    "Photos with similar perceptual hashes, most likely matches first. Each sheet shows one photo, "
    "the center, and those that look like it; they need not look like each other. These are "
    "candidates: nothing was merged, and viewing this page merges nothing."
)


def render_page(sheets: Sequence[tuple[Group, str]], not_drawn: int) -> str:
    """Return the page for the groups and the file names of their sheets."""
    return "\n".join(_lines(sheets, not_drawn)) + "\n"


def _lines(sheets: Sequence[tuple[Group, str]], not_drawn: int) -> Iterator[str]:
    yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>Look-alikes</title>\n<style>{_STYLE}</style>\n</head>\n<body>"
    yield f"<h1>Look-alikes</h1>\n<p>{_ABOUT}</p>"
    yield f"<p>{counted(len(sheets), 'group')} shown; {not_drawn:,} more in the table only.</p>"
    for place, (group, name) in enumerate(sheets, 1):
        heading = escape(title(group))
        yield f'<section id="g{group.group_id}">'
        yield f"<h2>{place}. {heading}</h2>"
        yield f'<a href="{name}"><img src="{name}" alt="{heading}" loading="lazy"></a>\n<table>'
        for subject in group.subjects:
            cells = (
                role_text(subject, group),
                visible(subject.file_name),
                visible(subject.label),
                size_text(subject),
                time_text(subject),
            )
            row = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
            yield f"<tr>{row}<td><code>{escape(subject.photo_id)}</code></td></tr>"
        yield "</table>\n</section>"
    yield "</body>\n</html>"
