"""The text side of a model behind an OpenAI-compatible endpoint: the text of a search is sent."""

from typing import Any
from urllib.parse import urlsplit

import numpy as np

from photo_assets.ai.embeddings.vectors import Vector, normalized
from photo_assets.ai.openai_client import classify, key_of, open_client
from photo_assets.configuration.embeddings import EmbeddingTextSettings
from photo_assets.ledger import Ledger
from photo_assets.service_calls import MalformedReplyError, Policy, RateLimitedCaller

_TIMEOUT_S = 60.0


class TextEndpoint:
    """Vectors of texts. Raises `ConfigurationError` if the client or the key is missing."""

    def __init__(self, settings: EmbeddingTextSettings, ledger: Ledger) -> None:
        assert settings.endpoint is not None and settings.endpoint_model is not None
        key = key_of(settings.key_env, "ai.embeddings.text.key_env")
        host = urlsplit(settings.endpoint).netloc
        policy = Policy(requests_per_second=10.0, timeout_s=_TIMEOUT_S, longest_wait_s=_TIMEOUT_S)
        self._model = settings.endpoint_model
        self._caller = RateLimitedCaller(ledger, f"ai {host}", policy, secrets=[key])
        self._api = open_client(settings.endpoint, key, _TIMEOUT_S)

    def vector(self, text: str) -> Vector:
        """Return the vector of a text. Raises what `RateLimitedCaller.call` raises."""

        def send() -> Vector:
            reply: Any = self._api.embeddings.create(
                model=self._model, input=text, encoding_format="float"
            )
            try:
                return normalized(np.asarray(reply.data[0].embedding, np.float32))
            except (AttributeError, IndexError, TypeError, ValueError):
                raise MalformedReplyError("not an embedding") from None

        return self._caller.call("embed a text", send, classify=classify, repeatable=False)
