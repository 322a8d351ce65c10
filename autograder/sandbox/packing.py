"""Values on their way between judge and worker: plain data and tensors, never a pickle.

A value is a tree whose tensors lie beside it, in safetensors form. A scalar stands for
itself; every other node is a list that begins with its kind: `l`ist, `t`uple, `d`ict,
`T`ensor, `C`omplex tensor, `o`paque. What is unpacked may come from an enemy: it is bounded in
size, depth and count, and whatever does not fit raises `WireError`.
"""

from __future__ import annotations

import struct
import sys
from typing import Any, NamedTuple, TypeAlias

import msgspec
import safetensors.torch
import torch
from safetensors import TensorSpec, serialize
from torch import Tensor

from autograder.probing import tensor_attribute
from autograder.sandbox.wire import Packed, WireError

__all__ = ["MAX_DEPTH", "MAX_NODES", "MAX_TENSOR_TABLE", "MAX_TREE", "Opaque", "pack", "unpack"]

MAX_NODES = 100_000
MAX_DEPTH = 32
MAX_TREE = 4 * 2**20
"""Bytes of a tree: one byte can be a whole list, so reading a tree costs far more than its size."""
MAX_TENSOR_TABLE = 2 * 2**20
"""Bytes of the names and shapes before the tensors; about 25,000 tensors."""
_NAME_LENGTH = 200
_TABLE_LENGTH = struct.Struct("<Q")  # the beginning of the safetensors format

Tree: TypeAlias = Any

# As torch itself answers, whatever a subclass says; and bound before student code is read, which
# may replace what it finds in torch's modules and on its classes.
_layout_of = tensor_attribute("layout").__get__
_device_of = tensor_attribute("device").__get__
_as_subclass, _detach, _clone, _cpu, _is_complex, _resolve_conj, _resolve_neg = (
    tensor_attribute(name)
    for name in (
        "as_subclass",
        "detach",
        "clone",
        "cpu",
        "is_complex",
        "resolve_conj",
        "resolve_neg",
    )
)
_view_as_real, _no_grad = torch.view_as_real, torch.no_grad
_own_names_only = torch._C.DisableTorchFunctionSubclass  # noqa: SLF001
_strided, _contiguous = torch.strided, torch.contiguous_format
_shape_of, _dtype_of, _bytes_of = (
    tensor_attribute(name).__get__ for name in ("shape", "dtype", "nbytes")
)
_address_of = torch.Tensor.data_ptr
_encode_tree = msgspec.msgpack.Encoder().encode
_decode_tree = msgspec.msgpack.Decoder().decode


class Opaque(NamedTuple):
    """Stands in the judge for an object that cannot travel; only its type's name does."""

    type_name: str

    def __repr__(self) -> str:
        """Return the form in which a student reads it."""
        return f"<{self.type_name}>"


def pack(value: object) -> Packed:
    """Return *value* in the form that travels; unknown objects become `Opaque`.

    Raises:
        WireError: If it is nested too deeply, or has too many items.
    """
    tensors: dict[str, Tensor] = {}
    budget = [MAX_NODES]
    tree = _encode_tree(_pack(value, tensors, budget, MAX_DEPTH))
    packed = Packed(msgspec.Raw(tree), _saved(tensors) if tensors else b"")
    _check_size(packed)
    return packed


def _saved(tensors: dict[str, Tensor]) -> bytes:
    """Return *tensors*, which `pack` made, so that they are contiguous and share nothing.

    It is `safetensors.torch.save` without looking for what shares memory, which takes ten times as
    long as the rest where tensors are small.
    """
    if sys.byteorder == "big":
        return bytes(safetensors.torch.save(tensors))
    specs = {
        key: TensorSpec(
            dtype=str(_dtype_of(value)).removeprefix("torch."),
            shape=_shape_of(value),
            data_ptr=_address_of(value),
            data_len=_bytes_of(value),
        )
        for key, value in tensors.items()
    }
    return bytes(serialize(specs))


def _check_size(packed: Packed) -> None:
    """Refuse what would cost much more to read than its size says."""
    if len(bytes(packed.tree)) > MAX_TREE:
        raise WireError(f"a value with more than {MAX_TREE} bytes beside its tensors")
    table = packed.tensors[: _TABLE_LENGTH.size]
    if table and _TABLE_LENGTH.unpack(table)[0] > MAX_TENSOR_TABLE:
        raise WireError("a value with too many tensors")


def _pack(value: Any, tensors: dict[str, Tensor], budget: list[int], depth: int) -> Tree:
    budget[0] -= 1
    if budget[0] < 0 or depth < 0:
        raise WireError("a value with too many items, or nested too deeply")
    # Ask for the type, and use the methods of the type that we know: an object's own may lie.
    kind = type(value)
    if value is None or kind in (bool, bytes):
        return value
    if issubclass(kind, Tensor):
        return _pack_tensor(value, tensors)
    if issubclass(kind, str):
        return _plain_text(value)
    if issubclass(kind, float):
        return float.__float__(value)
    if issubclass(kind, int):
        number = int.__index__(value)
        return number if -(2**63) <= number < 2**63 else ["o", "int of more than 64 bits"]
    if kind is Opaque:
        return ["o", value.type_name]
    if issubclass(kind, list | tuple):
        tag = "l" if issubclass(kind, list) else "t"
        return [tag, [_pack(item, tensors, budget, depth - 1) for item in value]]
    if issubclass(kind, dict):
        pairs = ((_pack(k, tensors, budget, 0), v) for k, v in value.items())
        return ["d", [[k, _pack(v, tensors, budget, depth - 1)] for k, v in pairs]]
    return ["o", _plain_text(type.__dict__["__qualname__"].__get__(kind))[:_NAME_LENGTH]]


def _plain_text(text: str) -> str:
    """Return *text* as a `str` that can be encoded."""
    return str.encode(text, "utf-8", "replace").decode()


def _pack_tensor(value: Tensor, tensors: dict[str, Tensor]) -> Tree:
    with _no_grad(), _own_names_only():  # a subclass may lie
        layout, device = _layout_of(value), _device_of(value)
        if layout is not _strided or device.type == "meta":
            return ["o", f"{str(layout).removeprefix('torch.')} Tensor on {device}"]
        plain = _cpu(_resolve_neg(_resolve_conj(_detach(_as_subclass(value, Tensor)))))
        kind = "C" if _is_complex(plain) else "T"
        if kind == "C":
            plain = _view_as_real(plain)
        key = str(len(tensors))
        tensors[key] = _clone(plain, memory_format=_contiguous)
        return [kind, key]


def unpack(packed: Packed) -> Any:
    """Return the value that *packed* holds, in fresh plain objects.

    Raises:
        WireError: If it is not what `pack` makes.
    """
    try:
        _check_size(packed)
        tree = _decode_tree(packed.tree)
        tensors = safetensors.torch.load(packed.tensors) if packed.tensors else {}
        value = _unpack(tree, tensors, [MAX_NODES], MAX_DEPTH)
    except WireError:
        raise
    except Exception as error:  # whatever a decoder makes of an enemy's bytes is the same news
        raise WireError(f"a value that cannot be read: {error}") from error
    if tensors:
        raise WireError("a value with tensors that no node names")
    return value


def _unpack(node: Tree, tensors: dict[str, Tensor], budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if budget[0] < 0 or depth < 0:
        raise WireError("a value with too many items, or nested too deeply")
    if node is None or isinstance(node, bool | int | float | str | bytes):
        return node
    kind, payload = node
    if kind == "T":
        return tensors.pop(payload)  # once: many names for one tensor would be work without end
    if kind == "C":
        return torch.view_as_complex(tensors.pop(payload))
    if kind == "o" and isinstance(payload, str):
        return Opaque(payload[:_NAME_LENGTH])
    if kind == "d":
        pairs = [(_unpack(k, tensors, budget, 0), v) for k, v in payload]
        return {k: _unpack(v, tensors, budget, depth - 1) for k, v in pairs}
    if kind in ("l", "t"):
        items = [_unpack(item, tensors, budget, depth - 1) for item in payload]
        return items if kind == "l" else tuple(items)
    raise WireError(f"a node of unknown kind {kind!r}"[:_NAME_LENGTH])
