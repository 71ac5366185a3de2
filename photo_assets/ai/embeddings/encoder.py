"""One worker process from the run's side: starting it, vectors of pictures and texts, ending it.

Its code is in `worker`.
"""

import contextlib
import subprocess
from types import TracebackType
from typing import Any, Final, Self

import numpy as np

from photo_assets.ai.embeddings.model import EmbeddingModel
from photo_assets.ai.embeddings.vectors import Vector, normalized
from photo_assets.identity.fingerprints.channel import (
    Channel,
    ChannelClosedError,
    ChannelTimeoutError,
)
from photo_assets.model.errors import ConfigurationError, PhotoAssetsError
from photo_assets.model.visible_text import shown
from photo_assets.system.child_python import child_environment, module_command

_START_S: Final = 120.0
_ONE_S: Final = 60.0
_END_S: Final = 5.0


class NoVectorError(Exception):
    """There is no vector of a picture or text. The message is a stable code."""


class Encoder:
    """A worker, started when first needed and again after it died. For one thread at a time."""

    def __init__(self, model: EmbeddingModel) -> None:
        self._model = model
        self._process: subprocess.Popen[bytes] | None = None
        self._channel: Channel | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()

    def picture(self, content: bytes) -> Vector:
        """Return the vector of a thumbnail, a JPEG. Raises `NoVectorError`, `ConfigurationError`.

        A `ConfigurationError` concerns the model, not this picture.
        """
        return self._ask({"kind": "picture"}, content)

    def text(self, text: str) -> Vector:
        """Return the vector of a text. Raises as `picture` does."""
        return self._ask({"kind": "text", "text": text})

    def _ask(self, job: dict[str, Any], content: bytes | None = None) -> Vector:
        channel = self._ready()
        try:
            channel.send(job, _ONE_S)
            if content is not None:
                channel.send_piece(content, _ONE_S)
            reply = channel.receive(_ONE_S)
            if reply["type"] == "unusable":
                raise self._unusable(str(reply["why"]))
            if reply["type"] == "refused":
                raise NoVectorError(str(reply["reason"]))
            return normalized(np.asarray(reply["vector"], np.float32))
        except ChannelTimeoutError:
            self.close()
            raise NoVectorError("timeout") from None
        except (ChannelClosedError, KeyError, ValueError):
            self.close()
            raise NoVectorError("worker_died") from None

    def _ready(self) -> Channel:
        if self._channel is not None:
            return self._channel
        process = subprocess.Popen(
            module_command("photo_assets.ai.embeddings.worker"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=child_environment(),
            start_new_session=True,  # Ctrl-C reaches the run only
        )
        self._process = process
        assert process.stdin is not None and process.stdout is not None
        channel = Channel(process.stdout.fileno(), process.stdin.fileno())
        try:
            channel.send(self._model.setup, _START_S)
            channel.receive(_START_S)
        except (ChannelClosedError, ChannelTimeoutError, ValueError):
            self.close()
            raise PhotoAssetsError(
                "A worker for embeddings could not start.",
                hint="Check memory and the installation of photo_assets.",
            ) from None
        self._channel = channel
        return channel

    def _unusable(self, why: str) -> ConfigurationError:
        return ConfigurationError(
            f"The model {self._model.settings.model} cannot be used: {shown(why)}",
            hint="Correct ai.embeddings in photosync.yaml.",
        )

    def close(self) -> None:
        """End the worker."""
        process, self._process, self._channel = self._process, None, None
        if process is None:
            return
        process.kill()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_S)
