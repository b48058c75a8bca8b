"""A graph of ONNX as bytes: the few messages of its protobuf that we need.

Source: onnx/onnx.proto of ONNX 1.16, whose field numbers these are.
"""

from collections.abc import Sequence
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

_FLOAT, _UINT8, _INT8 = 1, 2, 3  # TensorProto.DataType
_BYTES = {"uint8": _UINT8, "int8": _INT8}
_IR_VERSION = 9
OPSETS = (("", 17), ("com.microsoft", 1))
MICROSOFT = OPSETS[1][0]


class Graph:
    """Nodes and constants, in the order in which they were added."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._constants: list[bytes] = []  # in pieces, so that none is copied

    def constant(self, name: str, values: NDArray[Any]) -> str:
        """A constant: floats, or bytes."""
        kind = _BYTES.get(values.dtype.name, _FLOAT)
        dimensions = b"".join(_number(1, size) for size in values.shape)
        content = values.astype("<f4").tobytes() if kind == _FLOAT else values.tobytes()
        about = dimensions + _number(2, kind) + _text(8, name)
        size = len(about) + len(_open(9, len(content))) + len(content)
        self._constants += (_open(5, size), about, _open(9, len(content)), content)
        return name

    def node(
        self, kind: str, inputs: Sequence[str], outputs: Sequence[str], *, domain: str = MICROSOFT, **values: Any
    ) -> str:
        """A node; its first output. inputs: '' for one that is left out. values: its attributes."""
        self._nodes.append(
            b"".join(_text(1, name) for name in inputs)
            + b"".join(_text(2, name) for name in outputs)
            + _text(4, kind)
            + b"".join(_bytes(5, _attribute(name, value)) for name, value in values.items())
            + _text(7, domain)
        )
        return outputs[0]

    def write(self, file: IO[bytes], *, takes: str, gives: str, width: int) -> None:
        """Writes the model. takes, gives: (1, any number, width) floats."""
        graph = [
            *(_bytes(1, node) for node in self._nodes),
            _text(2, "e5"),
            *self._constants,
            _bytes(11, _value(takes, width)),
            _bytes(12, _value(gives, width)),
        ]
        file.writelines([_number(1, _IR_VERSION), _open(7, sum(map(len, graph))), *graph])
        file.writelines(_bytes(8, _text(1, domain) + _number(2, version)) for domain, version in OPSETS)


def _value(name: str, width: int) -> bytes:
    shape = _bytes(1, _number(1, 1)) + _bytes(1, _text(2, "n")) + _bytes(1, _number(1, width))
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, _FLOAT) + _bytes(2, shape)))


def _attribute(name: str, value: float) -> bytes:
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, 2)
    return _text(1, name) + _key(2, 5) + np.float32(value).tobytes() + _number(20, 1)


def _key(field: int, wire: int) -> bytes:
    return _variable(field << 3 | wire)


def _variable(number: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*made, number])


def _number(field: int, number: int) -> bytes:
    return _key(field, 0) + _variable(number)


def _open(field: int, size: int) -> bytes:
    """What stands before so many bytes."""
    return _key(field, 2) + _variable(size)


def _bytes(field: int, content: bytes) -> bytes:
    return _open(field, len(content)) + content


def _text(field: int, text: str) -> bytes:
    return _bytes(field, text.encode())
