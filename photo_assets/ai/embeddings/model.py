"""The configured model: whether it can be used, and the id under which its vectors are stored."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from photo_assets.configuration.embeddings import EmbeddingSettings
from photo_assets.model.canonical import inputs_digest
from photo_assets.model.errors import ConfigurationError
from photo_assets.workspace import Workspace

_RECIPE: Final = 1
"""Raised when the preparation of pictures in `worker` changes."""

_NOT_PREPARATION: Final = {"model", "name", "text"}


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A model whose files exist. Vectors with different `id` are not comparable."""

    id: str
    settings: EmbeddingSettings

    @property
    def setup(self) -> dict[str, Any]:
        """What a worker is told first: file names and preparation."""
        text = self.settings.text
        document = self.settings.model_dump(mode="json", exclude={"name", "text"})
        files = text is not None and text.model is not None
        return {**document, "text": text.model_dump(mode="json") if text and files else None}


def find_model(workspace: Workspace) -> EmbeddingModel:
    """Return the configured model.

    Raises `ConfigurationError` if none is configured, a file is missing, or a package is.
    """
    settings = workspace.settings.ai.embeddings
    if settings is None:
        raise ConfigurationError(
            "ai.embeddings names no model in photosync.yaml, so there are no vectors of pictures.",
            hint="See docs/ai.md.",
        )
    for package in ("onnxruntime", "tokenizers"):
        if find_spec(package) is None:
            raise ConfigurationError(
                f"Embeddings need {package}, which is not installed.",
                hint="pip install 'photo_assets[ai]'.",
            )
    preparation = settings.model_dump(mode="json", exclude=_NOT_PREPARATION)
    digest = inputs_digest([_RECIPE, _file_digest(settings.model, "model"), preparation])
    if settings.text is not None:
        for key in ("model", "tokenizer"):
            path: Path | None = getattr(settings.text, key)
            if path is not None and not path.is_file():
                raise _missing(path, f"text.{key}")
    return EmbeddingModel(f"{settings.name}@{digest[:16]}", settings)


def _file_digest(path: Path, key: str) -> str:
    try:
        state = path.stat()
        return _digest_of(path, state.st_size, state.st_mtime_ns)
    except OSError:
        raise _missing(path, key) from None


@lru_cache(maxsize=4)
def _digest_of(path: Path, _size: int, _mtime_ns: int) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _missing(path: Path, key: str) -> ConfigurationError:
    return ConfigurationError(
        f"{path}, which `ai.embeddings.{key}` names, cannot be read.", hint="Correct the path."
    )
