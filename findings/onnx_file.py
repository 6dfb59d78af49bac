"""Writes small ONNX models for the findings, without the onnx package: model(), node(), value(), constant()."""

import struct

FLOAT, UINT8, INT8, INT32, INT64, BOOL, FLOAT16 = 1, 2, 3, 6, 7, 9, 10
_PACK = {FLOAT: "f", UINT8: "B", INT8: "b", INT32: "i", INT64: "q", BOOL: "B", FLOAT16: "e"}


def _varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))


def _number(field, number):
    return _varint(field << 3) + _varint(number)


def _bytes(field, data):
    data = data.encode() if isinstance(data, str) else data
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def value(name, kind, *shape):
    """A graph input or output; a dimension is a number or a name."""
    dims = b"".join(_bytes(1, _bytes(2, d) if isinstance(d, str) else _number(1, d)) for d in shape)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, kind) + _bytes(2, dims)))


def constant(name, kind, shape, numbers):
    return b"".join(_number(1, d) for d in shape) + _number(2, kind) + _bytes(8, name) + _bytes(
        9, struct.pack(f"<{len(numbers)}{_PACK[kind]}", *numbers))


def _attribute(name, item):
    out = _bytes(1, name)
    if isinstance(item, float):
        return out + _varint(2 << 3 | 5) + struct.pack("<f", item) + _number(20, 1)
    if isinstance(item, int):
        return out + _number(3, item) + _number(20, 2)
    if isinstance(item, str):
        return out + _bytes(4, item) + _number(20, 3)
    return out + b"".join(_number(8, i) for i in item) + _number(20, 7)


def node(op, inputs, outputs, domain="", **attributes):
    return b"".join(_bytes(1, i) for i in inputs) + b"".join(_bytes(2, o) for o in outputs) + _bytes(4, op) + b"".join(
        _bytes(5, _attribute(k, v)) for k, v in attributes.items()) + (_bytes(7, domain) if domain else b"")


def model(path, opset, inputs, outputs, nodes, constants=(), ir=8):
    graph = b"".join(_bytes(1, n) for n in nodes) + _bytes(2, "g") + b"".join(_bytes(5, c) for c in constants) + b"".join(
        _bytes(11, i) for i in inputs) + b"".join(_bytes(12, o) for o in outputs)
    with open(path, "wb") as file:
        file.write(_number(1, ir) + _bytes(7, graph) + _bytes(8, _number(2, opset)))
