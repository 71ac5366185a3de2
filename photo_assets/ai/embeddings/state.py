"""The state of the embeddings for people: how many vectors there are, and what is still to compute.

Computing them is in `monthly`, searching in `searching`.
"""

from dataclasses import dataclass

from photo_assets.ai.embeddings.model import find_model
from photo_assets.ai.embeddings.monthly import months_to_embed
from photo_assets.ai.embeddings.neighbors import count_vectors
from photo_assets.model.errors import ConfigurationError
from photo_assets.model.wording import counted
from photo_assets.workspace import Workspace


@dataclass(frozen=True, slots=True)
class EmbeddingState:
    """`vectors`: photos with a vector of `model`; `months`: those with vectors to compute.

    `fault`: why the configured model cannot be used; the other values are then empty.
    """

    model: str | None = None
    vectors: int = 0
    months: int = 0
    fault: ConfigurationError | None = None

    def sentence(self) -> str:
        """Return the state as one line."""
        if self.fault is not None:
            return self.fault.message
        text = f"{counted(self.vectors, 'photo has', 'photos have')} a vector of {self.model}"
        return f"{text}; {counted(self.months, 'month')} to compute" if self.months else text


def embedding_state(workspace: Workspace) -> EmbeddingState | None:
    """Return the state, None if no model is configured. Raises `StorageError`."""
    if workspace.settings.ai.embeddings is None:
        return None
    try:
        model = find_model(workspace)
    except ConfigurationError as error:
        return EmbeddingState(fault=error)
    vectors = count_vectors(workspace.lake, model.id)
    return EmbeddingState(model.id, vectors, len(months_to_embed(workspace, model)))
