"""The names of albums beside their canonical names, and approving planned ones.

Only names that are shown are approved: a form states the old and the new name. Nothing is sent from
here; `photosync albums apply` changes names.
"""

import getpass
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from photo_assets.albums.collecting import stored_albums
from photo_assets.albums.plan import PlanRow, approve, read_plan, revoke, seal_of
from photo_assets.web.deciding.asked import form_field
from photo_assets.web.opened import Library
from photo_assets.web.rendering import render

_PAGE: Final = "/albums/names"
_PER_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class NameView:
    """One album. `planned`: its row of the plan, which can be approved."""

    album: dict[str, Any]
    planned: PlanRow | None

    @property
    def seal(self) -> str:
        """What is approved by the form of this album."""
        return seal_of([self.planned] if self.planned else [])


def _names(request: Request) -> Response:
    return _page(request)


def _page(request: Request, said: str | None = None, status: int = 200) -> Response:
    library: Library = request.app.state.opened.library()
    settings = library.workspace.settings.albums
    everything = request.query_params.get("all") == "1"
    planned = {one.album: one for one in read_plan(library.workspace)}
    found = [
        NameView(row, planned.get(row["album"]))
        for row in stored_albums(library.workspace.lake)
        if everything or row["album"] in planned or (row["drift"] or 0) > settings.propose_above
    ]
    found.sort(
        key=lambda one: (one.planned is None, -(one.album["drift"] or 0), one.album["album"])
    )
    text = request.query_params.get("first", "0")
    first = min(int(text) if text.isdecimal() and len(text) < 8 else 0, len(found))
    shown = found[first : first + _PER_PAGE]
    rest = "&all=1" if everything else ""
    decided = request.query_params.get("decided")
    values = {
        "said": said,
        "names": shown,
        "count": len(found),
        "everything": everything,
        "seal": seal_of(_open(shown)),
        "open": len(_open(shown)),
        "here": f"?first={first}{rest}",
        "decided": decided if any(one.album["album"] == decided for one in shown) else None,
        "approved": sum(one.approved is not None for one in planned.values()),
        "renames": bool(settings.rename),
        "previous": f"?first={max(0, first - _PER_PAGE)}{rest}" if first else None,
        "next": f"?first={first + _PER_PAGE}{rest}" if first + _PER_PAGE < len(found) else None,
    }
    return render(request, "deciding/album_names.html", values, status=status)


def _open(shown: list[NameView]) -> list[PlanRow]:
    """Return the planned names that wait for an approval."""
    rows = [one.planned for one in shown if one.planned is not None]
    return [one for one in rows if one.approved is None and not one.made]


def _decide(request: Request) -> Response:
    """Approve the name that the form states, or those that were shown; or take one back."""
    library: Library = request.app.state.opened.library()
    workspace, album = library.workspace, form_field(request, "album")
    rows = [one for one in read_plan(workspace) if one.album == album]
    wanted = form_field(request, "seal")
    if not rows or seal_of(rows) != wanted:
        changed = "The plan changed since this was shown. Nothing was stored; look again."
        return _page(request, said=changed, status=409)
    change = revoke if form_field(request, "revoke") else approve
    change(workspace, rows, getpass.getuser())
    return _back(request, decided=album)


def _approve_shown(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    albums = set(request.state.form.get("album") or ())
    rows = [one for one in read_plan(library.workspace) if one.album in albums]
    if not rows or seal_of(rows) != form_field(request, "seal"):
        changed = "The plan changed since this was shown. Nothing was stored; look again."
        return _page(request, said=changed, status=409)
    approve(library.workspace, rows, getpass.getuser())
    return _back(request)


def _back(request: Request, **more: str | None) -> Response:
    """Lead to the part of the list in which the form was."""
    kept = {name: request.query_params.get(name) for name in ("first", "all")} | more
    query = urlencode({name: value for name, value in kept.items() if value is not None})
    return RedirectResponse(f"{_PAGE}?{query}", 303)


ROUTES: list[BaseRoute] = [
    Route(_PAGE, _names),
    Route(f"{_PAGE}/one", _decide, methods=["POST"]),
    Route(f"{_PAGE}/shown", _approve_shown, methods=["POST"]),
]
