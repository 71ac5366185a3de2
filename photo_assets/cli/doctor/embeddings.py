"""The check of the local model that `ai.embeddings` names, if it names one.

The endpoint of descriptions is not asked: a request to it may cost.
"""

from collections.abc import Iterator

from photo_assets.ai.embeddings.state import embedding_state
from photo_assets.cli.doctor.check import Check, fail, ok, warn
from photo_assets.workspace import Workspace


def check_embeddings(workspace: Workspace) -> Iterator[Check]:
    """Check whether the model can be used and all vectors are computed."""
    name, state = "ai.embeddings", embedding_state(workspace)
    if state is None:
        return
    if state.fault is not None:
        yield fail(name, state.sentence(), state.fault.hint or "See docs/ai.md.")
    elif state.months:
        yield warn(name, state.sentence(), "Run: photosync ai embed")
    else:
        yield ok(name, state.sentence())
