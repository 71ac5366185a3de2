"""The form that exports chosen photos or an album as a download."""

import logging
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from photo_assets.model.disclosure import DisclosurePolicy
from photo_assets.web.exporting import Sharing, csv_pieces, json_pieces, zip_pieces
from photo_assets.web.failures import NotFoundError
from photo_assets.web.opened import Library
from photo_assets.web.originals import disposition
from photo_assets.web.rendering import render

_LOG = logging.getLogger(__name__)
_TYPES = {"csv": "text/csv", "json": "application/json", "zip": "application/zip"}
_WHOLE_FILES = {
    "title": "Nothing was exported",
    "sentence": "Originals are whole files, with the places and names of people that cameras and "
    "programs wrote into them. To export them so, choose both “with names of people” and “with "
    "coordinates”. A table and JSON can be had without.",
    "again": None,
}
"""Shown instead of an archive that would hold what the form leaves out."""


def _export(request: Request) -> Response:
    library: Library = request.app.state.opened.library()
    form: dict[str, list[str]] = request.state.form
    kind = form.get("format", ["csv"])[-1]
    if kind not in _TYPES:
        raise NotFoundError("There is no export of this kind.")
    if kind == "zip" and not {"people", "gps"} <= form.keys():
        return render(request, "failure.html", _WHOLE_FILES, status=422)
    chosen = [*_chosen(library, form)]
    if not chosen:
        raise NotFoundError("No photo was chosen. Nothing was exported.")
    policy = DisclosurePolicy(people="people" in form, gps="gps" in form, archived=True)
    rows = Sharing(library, policy).rows(chosen)
    pieces = {
        "csv": lambda: csv_pieces(rows),
        "json": lambda: json_pieces(rows),
        "zip": lambda: zip_pieces(library, rows, _note_missing),
    }[kind]()
    headers = {"content-disposition": disposition(f"photos.{kind}")}
    return StreamingResponse(pieces, headers=headers, media_type=_TYPES[kind])


def _chosen(library: Library, form: dict[str, list[str]]) -> Iterator[str]:
    """Yield the ids of the chosen photos, or of those in the named album if none is chosen."""
    photos = [one for text in form.get("photos", ()) for one in text.split()]
    yield from photos
    album = library.albums.all().get(form.get("album", [""])[-1])
    if not photos and album is not None:
        for month, _ in album.months:
            yield from library.albums.rows(album, month)["photo_id"].to_pylist()


def _note_missing(photo_id: str) -> None:
    _LOG.warning("the original of photo %s is not online and was left out", photo_id)


ROUTES: list[BaseRoute] = [Route("/export", _export, methods=["POST"])]
