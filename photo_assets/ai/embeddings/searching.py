"""Searches by words and by example. Who may see a result is decided where it is shown."""

import hashlib
from pathlib import Path
from typing import Final

import numpy as np

from photo_assets.ai.embeddings.encoder import Encoder, NoVectorError
from photo_assets.ai.embeddings.model import EmbeddingModel, find_model
from photo_assets.ai.embeddings.neighbors import Match, count_vectors, nearest, vector_of
from photo_assets.ai.embeddings.text_endpoint import TextEndpoint
from photo_assets.ai.embeddings.vectors import Vector
from photo_assets.identity.fingerprints.options import usable_cores
from photo_assets.ledger import PhotoRegistry
from photo_assets.model.errors import ConfigurationError, ExitCode, PhotoAssetsError
from photo_assets.model.visible_text import shown
from photo_assets.workspace import Workspace

LONGEST_TEXT: Final = 1000
"""Characters of a text that is searched for."""


class UnknownPhotoError(PhotoAssetsError):
    """A search by example names no photo that has a vector."""

    exit_code = ExitCode.USAGE


def search_text(workspace: Workspace, text: str, count: int) -> list[Match]:
    """Return the photos whose pictures fit a text best.

    Raises `ConfigurationError` if the model has no text side or cannot be used, `StorageError`, and
    what calls of the endpoint raise.
    """
    model = find_model(workspace)
    sides = model.settings.text
    if sides is None:
        raise ConfigurationError(
            "ai.embeddings has no text side, so texts cannot be searched for.",
            hint="Name one in ai.embeddings.text, or search by example: photosync search --like.",
        )
    if sides.endpoint is not None:
        vector = TextEndpoint(sides, workspace.ledger).vector(text)
    else:
        with Encoder(model) as encoder:
            try:
                vector = encoder.text(text)
            except NoVectorError as error:
                raise PhotoAssetsError(
                    f"The model gave no vector of this text ({error}).", hint="Use other words."
                ) from None
    return _nearest(workspace, model, vector, count)


def search_like(workspace: Workspace, photo: str, count: int) -> list[Match]:
    """Return the photos that look most like one, itself left out.

    `photo`: its id, or the path of a file of the collection. Raises `UnknownPhotoError`, and as
    `search_text`.
    """
    model = find_model(workspace)
    path = Path(photo).expanduser()
    if path.is_file():
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").digest()
        found = vector_of(workspace.lake, model.id, "sha256", sha256)
    else:
        current = PhotoRegistry(workspace.ledger).resolve(photo) or photo
        found = vector_of(workspace.lake, model.id, "photo_id", current)
    if found is None:
        raise UnknownPhotoError(
            f"{shown(photo)} is not a photo of the collection that has a vector of {model.id}.",
            hint="Name its id, or its file. New photos get their vectors by: photosync ai embed",
        )
    own, vector = found
    matches = _nearest(workspace, model, vector, count + 1)
    return [one for one in matches if one.photo_id != own][:count]


def _nearest(
    workspace: Workspace, model: EmbeddingModel, vector: Vector, count: int
) -> list[Match]:
    if not count_vectors(workspace.lake, model.id):
        raise ConfigurationError(
            f"No picture has a vector of {model.id} yet.", hint="Run: photosync ai embed"
        )
    (found,) = nearest(
        workspace.lake,
        workspace.plain_vectors,
        model.id,
        vector[np.newaxis],
        count,
        threads=min(usable_cores(), 8),
    )
    return found
