"""The worker process: decodes pictures and runs the model. Started by `encoder`.

All untrusted bytes are read here, the model's file included, so that a crash affects one picture.

The first message received names the files and the preparation (`EmbeddingModel.setup`). Sent:
ready. Then for each picture (a message followed by its bytes) or text: its vector; or refused and a
stable reason; or unusable, and why the model cannot be used.
"""

import io
import os
import resource
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from photo_assets.ai.embeddings.vectors import Vector, normalized
from photo_assets.identity.fingerprints.channel import Channel, ChannelClosedError
from photo_assets.thumbnails.tree import ThumbnailSize

_MOST_PIXELS = ThumbnailSize.SMALL.long_edge


class _RefusedError(Exception):
    """There is no vector of this input. The message is a stable code."""


class _Side:
    """One encoder: a file and the output that is its vector."""

    def __init__(self, path: str, output: str | None, usual: str) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1  # one worker per core
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(
            path, options, providers=["CPUExecutionProvider"]
        )
        self.inputs = {one.name: one for one in self._session.get_inputs()}
        names = [one.name for one in self._session.get_outputs()]
        self._output = output or (usual if usual in names else names[0])
        if self._output not in names:
            raise ValueError(f"it has no output {output!r}, but {', '.join(names)}")

    def vector(self, inputs: Mapping[str, npt.NDArray[Any]]) -> Vector:
        (found,) = self._session.run([self._output], inputs)
        if found.ndim != 2 or found.shape[0] != 1:
            shape = "x".join(map(str, found.shape))
            raise ValueError(f"its output {self._output} is {shape}, not one vector")
        try:
            return normalized(np.asarray(found[0], np.float32))
        except ValueError:
            raise _RefusedError("no_vector") from None


class _Encoders:
    """The image side and the text side, each loaded when it is first needed."""

    def __init__(self, setup: Mapping[str, Any]) -> None:
        self._setup = setup

    @cached_property
    def _image(self) -> _Side:
        side = _Side(self._setup["model"], self._setup["output"], "image_embeds")
        if len(side.inputs) != 1:
            names = ", ".join(side.inputs)
            raise ValueError(f"it needs more than pictures ({names}); name the image side alone")
        return side

    @cached_property
    def _text(self) -> _Side:
        text = self._setup["text"]
        return _Side(text["model"], text["output"], "text_embeds")

    def picture(self, content: bytes) -> Vector:
        try:
            with Image.open(io.BytesIO(content), formats=["JPEG"]) as opened:
                if max(opened.size) > _MOST_PIXELS:
                    raise _RefusedError("thumbnail_too_large")
                pixels = opened.convert("RGB")
        except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
            raise _RefusedError("thumbnail_damaged") from None
        (name,) = self._image.inputs
        return self._image.vector({name: self._prepared(pixels)})

    def _prepared(self, pixels: Image.Image) -> Vector:
        size = int(self._setup["size"])
        box: tuple[float, float, float, float] = (0, 0, *pixels.size)
        if self._setup["fit"] == "crop":
            width, height = pixels.size
            side = min(width, height)
            left, top = (width - side) / 2, (height - side) / 2
            box = (left, top, left + side, top + side)
        square = pixels.resize((size, size), Image.Resampling.BICUBIC, box)
        values = np.asarray(square, np.float32)
        values = (values - np.float32(self._setup["mean"])) / np.float32(self._setup["scale"])
        if self._setup["layout"] == "nchw":
            values = values.transpose(2, 0, 1)
        return np.ascontiguousarray(values[np.newaxis], np.float32)

    def text(self, text: str) -> Vector:
        from tokenizers import Tokenizer

        setup = self._setup["text"]
        side = self._text
        tokenizer = Tokenizer.from_file(setup["tokenizer"])
        tokenizer.enable_truncation(setup["tokens"])
        (first, *_) = side.inputs.values()
        if isinstance(first.shape[-1], int):  # an encoder of texts of one length
            padding = tokenizer.padding or {}
            tokenizer.enable_padding(
                length=first.shape[-1],
                pad_id=padding.get("pad_id", 0),
                pad_token=padding.get("pad_token", "[PAD]"),
            )
        encoded = tokenizer.encode(text)
        known = {"attention_mask": encoded.attention_mask, "token_type_ids": encoded.type_ids}
        inputs = {}
        for name, one in side.inputs.items():
            kind = np.int32 if one.type == "tensor(int32)" else np.int64
            inputs[name] = np.asarray([known.get(name, encoded.ids)], kind)
        return side.vector(inputs)


def main() -> int:
    """Serve until the other end closes the pipe."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    channel = Channel(os.dup(0), os.dup(1))
    with open(os.devnull, "r+b") as null:  # no library prints into the channel
        for descriptor in (0, 1, 2):
            os.dup2(null.fileno(), descriptor)
    try:
        encoders = _Encoders(channel.receive())
        channel.send({"type": "ready"})
        while True:
            _serve(channel, encoders)
    except ChannelClosedError:
        return 0


def _serve(channel: Channel, encoders: _Encoders) -> None:
    job = channel.receive()
    try:
        if job["kind"] == "picture":
            vector = encoders.picture(channel.receive_piece())
        else:
            vector = encoders.text(job["text"])
    except _RefusedError as error:
        channel.send({"type": "refused", "reason": str(error)})
    except MemoryError:
        channel.send({"type": "refused", "reason": "out_of_memory"})
    except ChannelClosedError:
        raise
    except Exception as error:  # whatever the runtime raises for a file it cannot use
        channel.send({"type": "unusable", "why": f"{error}"})
    else:
        channel.send({"type": "vector", "vector": vector.tolist()})


if __name__ == "__main__":
    sys.exit(main())
