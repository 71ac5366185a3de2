"""Small real models for tests: an image and a text encoder of the same space, and a tokenizer.

The vector of a picture is its mean color; the vector of a text, the mean color of its words.

They are written by a process of their own: beside DuckDB, onnx reports leaks when a process ends.
"""

import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

COLORS = {
    "[UNK]": (0.001, 0.001, 0.001),
    "red": (1.0, -1.0, -1.0),
    "green": (-1.0, 1.0, -1.0),
    "blue": (-1.0, -1.0, 1.0),
}


def embedding_settings(folder: Path, *, text: bool = False, **changes: Any) -> dict[str, Any]:
    """Copy the models into a folder and return `ai.embeddings` for them.

    `large.onnx` there takes pictures of another size.
    """
    shutil.copytree(_models(), folder, dirs_exist_ok=True)
    settings = {
        "model": str(folder / "image.onnx"),
        "name": "mean color",
        "size": 32,
        "mean": [128, 128, 128],
        "scale": [128, 128, 128],
    }
    sides = {"model": str(folder / "text.onnx"), "tokenizer": str(folder / "tokenizer.json")}
    return {**settings, **({"text": sides} if text else {}), **changes}


@cache
def _models() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="models-"))
    subprocess.run([sys.executable, "-m", __name__, str(folder)], check=True, capture_output=True)
    return folder


def _write(folder: Path) -> None:
    import onnx
    from onnx import TensorProto, helper, numpy_helper
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace

    def save(name: str, nodes: Any, given: Any, made: Any, weights: Any) -> None:
        graph = helper.make_graph(nodes, "colors", [given], [made], weights)
        opset = [helper.make_opsetid("", 18)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=10)
        onnx.checker.check_model(model)
        onnx.save(model, str(folder / name))

    def value(name: str, kind: int, shape: list[int | str]) -> Any:
        return helper.make_tensor_value_info(name, kind, shape)

    nodes = [
        helper.make_node("GlobalAveragePool", ["pixel_values"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["image_embeds"]),
    ]
    made = value("image_embeds", TensorProto.FLOAT, [1, 3])
    for name, side in (("image.onnx", 32), ("large.onnx", 64)):
        save(name, nodes, value("pixel_values", TensorProto.FLOAT, [1, 3, side, side]), made, [])

    table = numpy_helper.from_array(np.array([*COLORS.values()], np.float32), "words")
    axes = numpy_helper.from_array(np.array([1], np.int64), "axes")
    nodes = [
        helper.make_node("Gather", ["words", "input_ids"], ["found"]),
        helper.make_node("ReduceMean", ["found", "axes"], ["text_embeds"], keepdims=0),
    ]
    made = value("text_embeds", TensorProto.FLOAT, [1, 3])
    save("text.onnx", nodes, value("input_ids", TensorProto.INT64, [1, "n"]), made, [table, axes])
    words = {word: at for at, word in enumerate(COLORS)}
    tokenizer = Tokenizer(WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.save(str(folder / "tokenizer.json"))


if __name__ == "__main__":
    _write(Path(sys.argv[1]))
