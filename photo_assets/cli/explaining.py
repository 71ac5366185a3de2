"""Loading the stored tables for `photosync explain`."""

import os
from typing import Any

from photo_assets.catalogs.registry import PATH_BASED, TRUSTED_SHA1
from photo_assets.defs.joins import same_photo_answers
from photo_assets.identity.photos import (
    Explanation,
    PhotoInputs,
    PhotoSummary,
    PhotoTables,
    UnknownReferenceError,
)
from photo_assets.identity.photos import explain as explain_photos
from photo_assets.lake.inputs import fingerprint_files, item_files, photo_files, photo_table
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.errors import StorageError
from photo_assets.model.tables import EDGES, MEMBERS, PHOTOS, RELATIONS
from photo_assets.status.catalogs import UnknownCatalogError
from photo_assets.workspace import Workspace


def explain_pair(workspace: Workspace, a: str, b: str) -> Explanation:
    """Return the relation of two references.

    Raises `UnknownCatalogError` if a reference matches nothing, `StorageError` before the first
    join.
    """
    lake = workspace.lake
    if not photo_files(lake, PHOTOS):
        raise StorageError("No photos have been joined yet.", hint="Run: photosync discover")
    photos, members, edges, relations = (
        lake.read_all(photo_table(kind), kind) for kind in (PHOTOS, MEMBERS, EDGES, RELATIONS)
    )
    tables = PhotoTables(photos, members, edges, relations, _no_summary(photos.num_rows))
    inputs = PhotoInputs(
        items=item_files(lake),
        fingerprints=fingerprint_files(lake),
        path_based=PATH_BASED,
        trusted_sha1=TRUSTED_SHA1,
        answers=same_photo_answers(workspace),
    )
    registry = PhotoRegistry(workspace.ledger)
    try:
        return explain_photos(inputs, tables, _reference(a), _reference(b), registry)
    except UnknownReferenceError as error:
        raise UnknownCatalogError(error.message, hint=error.hint) from error


def explanation_document(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation for --json."""
    return {
        "same_photo": explanation.same_photo,
        "a": _subject(explanation.a),
        "b": _subject(explanation.b),
        "chain": [
            {
                "a": str(link.a),
                "b": str(link.b),
                "step": link.step,
                "key": link.key,
                "value": link.value,
            }
            for link in explanation.chain
        ],
        "facts": list(explanation.facts),
    }


def _no_summary(photos: int) -> PhotoSummary:
    """Return an empty summary: `explain` reads the tables of an earlier run."""
    return PhotoSummary(
        items=0,
        photos=photos,
        items_by_step={},
        photos_by_step={},
        new_photos=0,
        merged_photos=0,
        split_photos=0,
        keys_written=0,
        uii_collisions=(),
        relations={},
        relations_without_target=0,
        relations_within_photo=0,
    )


def _reference(text: str) -> str:
    """Return the absolute path if `text` is the path of a file; otherwise return it unchanged."""
    path = os.path.expanduser(text)
    return os.path.abspath(path) if os.path.isfile(path) else text


def _subject(subject: Any) -> dict[str, str]:
    return {"asked": subject.asked, "item": str(subject.item), "photo_id": subject.photo_id}
