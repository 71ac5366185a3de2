"""The groups of photos that look alike: stars with their open questions, and crowds as a list.

Answering belongs to `question_pages`; a crowd has no questions, it is too large for pairs.
"""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from photo_assets.questions import Choice
from photo_assets.questions.question import LOOKALIKE
from photo_assets.web.deciding.asked import question_path
from photo_assets.web.deciding.pair_view import stored_groups
from photo_assets.web.deciding.question_pages import read_open
from photo_assets.web.rendering import render

_MOST = 200
_STAR = "star"


def _groups(request: Request) -> Response:
    library, found = read_open(request)
    groups = stored_groups(library.workspace.lake)
    choice = Choice(kind=LOOKALIKE)
    first: dict[str, str] = {}
    number: dict[str, int] = {}
    for one in found.matching(choice):
        for photo in one.photo_ids:
            first.setdefault(photo, one.id)
            number[photo] = number.get(photo, 0) + 1
    stars = [
        (row, number.get(center, 0), question_path(choice, first.get(center)))
        for row in groups
        if row["kind"] == _STAR and (center := row["centre_photo_id"])
    ]
    values = {
        "stars": stars[:_MOST],
        "crowds": [row for row in groups if row["kind"] != _STAR][:_MOST],
        "count": len(groups),
    }
    return render(request, "deciding/groups.html", values)


ROUTES: list[BaseRoute] = [Route("/lookalikes", _groups)]
