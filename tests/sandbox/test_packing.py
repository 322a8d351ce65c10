"""Whatever is packed comes out the same, and whatever else is unpacked is a `WireError`."""

from __future__ import annotations

import gc
import json
import math
import time
from collections import OrderedDict
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from autograder.sandbox import packing
from autograder.sandbox.packing import Opaque, pack, unpack
from autograder.sandbox.wire import Packed, WireError

DTYPES = (
    torch.float64,
    torch.float32,
    torch.float16,
    torch.bfloat16,
    torch.complex64,
    torch.complex128,
    torch.int64,
    torch.int32,
    torch.int16,
    torch.int8,
    torch.uint8,
    torch.bool,
)

dtypes = st.sampled_from(DTYPES)
shapes = st.lists(st.integers(0, 3), max_size=3)


@st.composite
def tensors(draw: st.DrawFn) -> Tensor:
    """Draw a tensor of any dtype and shape: also empty, turned, strided, conjugated, expanded."""
    dtype, shape = draw(dtypes), draw(shapes)
    generator = torch.Generator().manual_seed(draw(st.integers(0, 99)))
    x = torch.randn(shape, generator=generator, dtype=torch.float64).mul(100)
    x = (x * 1j + x).to(dtype) if dtype.is_complex else x.abs().to(dtype)
    if dtype.is_floating_point and x.numel() and draw(st.booleans()):
        x.view(-1)[0] = draw(st.sampled_from([math.nan, math.inf, -math.inf, -0.0]))
    way = draw(st.sampled_from(["as it is", "turned", "every second", "conjugated", "expanded"]))
    if way == "turned":
        return x.permute(tuple(reversed(range(x.dim()))))
    if way == "every second" and x.dim():
        return x[::2]
    if way == "conjugated":
        return x.conj()
    return x.expand(2, *x.shape) if way == "expanded" else x


scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
    | st.builds(Opaque, st.text("abc", max_size=5))
)
keys = st.text(st.characters(exclude_categories=["Cs"]), max_size=4) | st.integers(-9, 9)
values = st.recursive(
    scalars | tensors(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(keys, inner, max_size=3)
    ),
    max_leaves=8,
)


def same(one: object, other: object) -> bool:
    """Tell whether two values are equal in type, structure and every bit that counts."""
    if isinstance(one, Tensor):
        assert type(other) is Tensor
        plain = one.detach().resolve_conj()
        alike = plain.dtype == other.dtype and plain.shape == other.shape
        return alike and torch.allclose(plain.to(other.dtype), other, 0, 0, equal_nan=True)
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return one == other or (math.isnan(one) and math.isnan(other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(v, other[k]) for k, v in one.items())
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other


def unpacks_or_refuses(packed: Packed) -> object:
    """Unpack *packed*; return the value, or None where it was refused."""
    try:
        return unpack(packed)
    except WireError:
        return None


def tree_of(packed: Packed) -> object:
    """Return the tree in *packed* as plain data."""
    return msgspec.msgpack.decode(packed.tree)


def packed_from(tree: object, tensors: bytes = b"") -> Packed:
    """Return what an enemy may send, who writes the tree himself."""
    return Packed(msgspec.Raw(msgspec.msgpack.encode(tree)), tensors)


@given(values)
def test_values_come_out_as_they_went_in(value: object) -> None:
    """Every value that can travel keeps its type, structure, dtype, shape and numbers."""
    assert same(value, unpack(pack(value)))


@pytest.mark.parametrize("dtype", [*DTYPES, torch.float8_e4m3fn, torch.uint16, torch.uint64])
def test_every_dtype_travels(dtype: torch.dtype) -> None:
    """A tensor of any plain dtype keeps its bytes."""
    x = torch.arange(16, dtype=torch.uint8).view(-1)
    x = (x % 2).bool() if dtype is torch.bool else x.view(dtype)

    y = unpack(pack(x))

    assert y.dtype == dtype
    assert bytes(y.view(torch.uint8).numpy()) == bytes(x.view(torch.uint8).numpy())


@pytest.mark.parametrize("shape", [(), (0, 3), (3,), (2, 3, 4)])
def test_tensors_have_the_form_of_safetensors(shape: tuple[int, ...]) -> None:
    """What travels is, byte for byte, what that library would write."""
    kinds = (torch.float64, torch.float32, torch.bfloat16, torch.float16, torch.int64, torch.bool)
    values = [torch.ones(shape, dtype=kind) for kind in kinds]

    written = safetensors.torch.save({str(i): value for i, value in enumerate(values)})

    assert pack(values).tensors == written


def test_zero_dimensions_and_no_elements_travel() -> None:
    """A tensor without dimensions, and one without elements, keep their shapes."""
    seen = unpack(pack([torch.tensor(3.5), torch.empty(2, 0, 3)]))

    assert [x.shape for x in seen] == [(), (2, 0, 3)]
    assert seen[0].item() == 3.5


def test_shared_storage_is_shared_no_more() -> None:
    """Two views of one storage come out as two tensors of their own."""
    x = torch.zeros(4)

    first, second = unpack(pack([x[:2], x[1:]]))
    first.fill_(1)

    assert second.tolist() == [0, 0, 0]
    assert x.tolist() == [0, 0, 0, 0]


def test_the_same_tensor_twice_travels_twice() -> None:
    """A tensor that is named twice comes out as two tensors."""
    x = torch.ones(2)

    first, second = unpack(pack([x, x]))

    assert first is not second
    assert torch.equal(first, second)


def test_parameters_come_out_as_plain_tensors() -> None:
    """A parameter, and a tensor with a graph behind it, are plain tensors without one."""
    parameter = nn.Parameter(torch.ones(2))

    seen = unpack(pack([parameter, parameter * 2]))

    assert [type(x) for x in seen] == [Tensor, Tensor]
    assert not any(x.requires_grad for x in seen)
    assert seen[1].tolist() == [2, 2]


class Liar(Tensor):
    """A subclass that answers every question about itself wrongly."""

    @classmethod
    def __torch_function__(cls, _func, _types, args=(), kwargs=None):
        """Say that all is well."""
        return True

    layout = property(lambda _: torch.sparse_coo)
    device = property(lambda _: torch.device("meta"))
    shape = property(lambda _: (7, 7))

    def detach(self):
        """Give another tensor."""
        return torch.full((7, 7), 7.0)

    resolve_conj = resolve_neg = cpu = contiguous = clone = detach


def test_a_tensor_subclass_cannot_lie() -> None:
    """Of a tensor subclass the numbers travel, whatever its methods and properties say."""
    liar = torch.tensor([1.0, 2.0]).as_subclass(Liar)

    seen = unpack(pack(liar))

    assert type(seen) is Tensor
    assert seen.tolist() == [1.0, 2.0]


def test_tensors_that_are_not_strided_are_opaque() -> None:
    """A sparse tensor and one without data are named, not carried."""
    sparse, meta = torch.eye(2).to_sparse(), torch.empty(2, device="meta")

    assert unpack(pack([sparse, meta])) == [
        Opaque("sparse_coo Tensor on cpu"),
        Opaque("strided Tensor on meta"),
    ]


class Text(str):  # noqa: SLOT000 - as a student would write it
    """A text that encodes itself as another."""

    def encode(self, *_: object) -> bytes:
        """Lie."""
        return b"\xff"


class Number(float):
    """A number that converts to another."""

    def __float__(self) -> float:
        return 42.0


class Whole(int):
    """A whole number that claims to be small."""

    def __ge__(self, _: object) -> bool:
        return True

    def __lt__(self, _: object) -> bool:
        return True


class Pretender:
    """An object that says that it is a text."""

    __class__ = str  # type: ignore[assignment]


class Odd(type):
    """A metaclass whose classes have no honest name."""

    def __getattribute__(cls, name: str) -> object:
        raise RuntimeError(name)


def test_subclasses_of_scalars_cannot_lie() -> None:
    """Of a subclass of a scalar its real value travels, as the plain type."""
    seen = unpack(pack([Text("true"), Number(1.5), Whole(2**70), Whole(3), np.float64(2.5)]))

    assert seen == ["true", 1.5, Opaque("int of more than 64 bits"), 3, 2.5]
    assert [type(x) for x in seen] == [str, float, Opaque, int, float]


def test_strange_objects_become_opaque() -> None:
    """Anything else is opaque: all that travels is the real name of its type."""
    odd = Odd("Strange", (), {})()

    seen = unpack(pack([object(), Pretender(), odd, {1}, np.int64(3), 1j, len]))

    names = ["object", "Pretender", "Strange", "set", "int64", "complex"]
    assert seen == [Opaque(n) for n in [*names, "builtin_function_or_method"]]


class Pair(NamedTuple):
    """A tuple with names."""

    a: int
    b: int


def test_mappings_and_tuples_of_any_class_become_plain() -> None:
    """Named tuples and ordered dicts come out as tuples and dicts in the same order."""
    seen = unpack(pack([Pair(1, 2), OrderedDict(b=1, a=2), torch.Size([2, 3])]))

    assert seen == [(1, 2), {"b": 1, "a": 2}, (2, 3)]
    assert [type(x) for x in seen] == [tuple, dict, tuple]
    assert list(seen[1]) == ["b", "a"]


def test_surrogates_are_replaced() -> None:
    """Half a character, which no text file can hold, becomes a question mark."""
    assert unpack(pack({"a\ud800": "\udfff!"})) == {"a?": "?!"}


def test_whole_numbers_of_more_than_64_bits_are_opaque() -> None:
    """The largest and smallest numbers of 64 bits travel; one more is named only."""
    seen = unpack(pack([2**63 - 1, -(2**63), 2**63, -(2**63) - 1]))

    assert seen[:2] == [2**63 - 1, -(2**63)]
    assert seen[2:] == [Opaque("int of more than 64 bits")] * 2


def test_a_list_that_holds_itself_is_refused() -> None:
    """A value without a bottom ends in a sentence, not in a crash."""
    cycle: list[object] = []
    cycle.append(cycle)

    with pytest.raises(WireError, match="nested too deeply"):
        pack(cycle)


def test_too_deep_and_too_many_are_refused() -> None:
    """Depth, number of items, and size beside the tensors are bounded."""
    deep: object = 1
    for _ in range(packing.MAX_DEPTH + 1):
        deep = [deep]
    endless = iter(int, 1)

    with pytest.raises(WireError, match="nested too deeply"):
        pack(deep)
    with pytest.raises(WireError, match="too many items"):
        pack([0] * (packing.MAX_NODES + 1))
    with pytest.raises(WireError, match="bytes beside its tensors"):
        pack("x" * (packing.MAX_TREE + 1))
    with pytest.raises(WireError, match="too many items"):
        pack(type("Endless", (list,), {"__iter__": lambda _: endless})())


def test_what_just_fits_travels() -> None:
    """The deepest, longest and most tensors that are allowed come out again."""
    deep: object = 1
    for _ in range(packing.MAX_DEPTH):
        deep = [deep]

    assert unpack(pack(deep)) == deep
    assert len(unpack(pack([0] * (packing.MAX_NODES - 1)))) == packing.MAX_NODES - 1
    assert len(unpack(pack([torch.tensor(1.0)] * 20_000))) == 20_000


def test_too_many_tensors_are_refused() -> None:
    """A table of names and shapes that is longer than allowed is not even read."""
    names = {str(i): {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for i in range(40_000)}
    table = json.dumps(names).encode()
    packed = packed_from(None, len(table).to_bytes(8, "little") + table)

    with pytest.raises(WireError, match="too many tensors"):
        unpack(packed)


def test_a_tree_of_empty_lists_does_not_fill_the_memory() -> None:
    """Bytes that are a whole list each are refused before they are decoded."""
    count = packing.MAX_TREE
    bomb = msgspec.Raw(b"\xdd" + count.to_bytes(4, "big") + b"\x90" * count)
    gc.collect()
    started = time.process_time()

    with pytest.raises(WireError, match="bytes beside its tensors"):
        unpack(Packed(bomb))

    assert time.process_time() - started < 1


def test_a_tensor_can_be_named_once_only() -> None:
    """Many names for one large tensor would be endless work for whoever compares them."""
    packed = pack([torch.ones(2)])

    twice = msgspec.structs.replace(packed, tree=packed_from(["l", [["T", "0"]] * 2]).tree)

    with pytest.raises(WireError, match="cannot be read"):
        unpack(twice)


def test_a_tensor_that_nobody_names_is_refused() -> None:
    """Bytes that belong to no node are no value of ours."""
    with pytest.raises(WireError, match="no node names"):
        unpack(packed_from(None, pack(torch.ones(2)).tensors))


@pytest.mark.parametrize(
    "tree",
    [
        ["x", 1],
        ["l"],
        [],
        ["l", 1],
        ["l", [1], 2],
        ["T", "0"],
        ["T", ["0"]],
        ["C", "0"],
        ["o", ["a"]],
        ["d", [1]],
        ["d", [[["l", []], 1]]],
        ["d", [[["t", [1]], 1]]],
        {"l": 1},
        {"is": 1, "no": 2, "node": 3},
        [["l", []], []],
        [1, 2],
    ],
    ids=str,
)
def test_nodes_that_are_none_are_refused(tree: object) -> None:
    """A tree that `pack` does not make is no value."""
    with pytest.raises(WireError):
        unpack(packed_from(tree))


@pytest.mark.parametrize(
    "table",
    [
        {"0": {"dtype": "F32", "shape": [2], "data_offsets": [0, 4]}},
        {"0": {"dtype": "F32", "shape": [2**62, 4], "data_offsets": [0, 8]}},
        {"0": {"dtype": "F32", "shape": [0, 2**63 - 1], "data_offsets": [0, 8]}},
        {"0": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}},
        {"0": {"dtype": "F32", "shape": [1e3], "data_offsets": [0, 8]}},
        {"0": {"dtype": "X99", "shape": [2], "data_offsets": [0, 8]}},
        {"0": {"dtype": "F32", "shape": [2], "data_offsets": [8, 0]}},
        {"0": {"dtype": "F32", "shape": [2], "data_offsets": [0, 2**64]}},
        {"0": {"dtype": "F4", "shape": [16], "data_offsets": [0, 8]}},
        {"0": 1},
        [],
    ],
    ids=str,
)
def test_tables_that_lie_are_refused(table: object) -> None:
    """A tensor whose dtype, shape and bytes do not agree is no tensor."""
    head = json.dumps(table).encode()
    tensors = len(head).to_bytes(8, "little") + head + bytes(8)

    with pytest.raises(WireError, match="cannot be read"):
        unpack(packed_from(["T", "0"], tensors))


@given(values, st.data())
def test_a_piece_of_a_value_is_refused_or_plain(value: object, data: st.DataObject) -> None:
    """A tree or its tensors cut off anywhere never raise anything but `WireError`."""
    packed = pack(value)
    tree, tensors = bytes(packed.tree), packed.tensors

    unpacks_or_refuses(Packed(msgspec.Raw(tree[: data.draw(st.integers(0, len(tree)))]), tensors))
    cut = tensors[: data.draw(st.integers(0, max(0, len(tensors) - 1)))]
    seen = unpacks_or_refuses(Packed(packed.tree, cut))

    assert not tensors or seen is None


@settings(max_examples=300)
@given(values, st.data())
def test_a_changed_value_is_refused_or_plain(value: object, data: st.DataObject) -> None:
    """Any bytes exchanged in the tree or the tensors never raise anything but `WireError`."""
    packed = pack(value)
    changed = []
    for part in (bytearray(packed.tree), bytearray(packed.tensors)):
        for at in data.draw(st.lists(st.integers(0, len(part) - 1), max_size=4)) if part else ():
            part[at] = data.draw(st.integers(0, 255))
        changed.append(bytes(part))

    seen = unpacks_or_refuses(Packed(msgspec.Raw(changed[0]), changed[1]))

    assert is_plain(seen)


def is_plain(value: object) -> bool:
    """Tell whether *value* is made of nothing but the types that may come out."""
    if isinstance(value, dict):
        return type(value) is dict and all(is_plain(k) and is_plain(v) for k, v in value.items())
    if type(value) in (list, tuple):
        return all(map(is_plain, value))
    return value is None or type(value) in (bool, int, float, str, bytes, Tensor, Opaque)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_rubbish_is_refused_or_plain(tree: bytes, tensors: bytes) -> None:
    """Bytes from nowhere never raise anything but `WireError`."""
    assert is_plain(unpacks_or_refuses(Packed(msgspec.Raw(tree), tensors)))


def test_deeply_nested_bytes_are_refused() -> None:
    """A tree that is nested deeper than Python can go is refused."""
    with pytest.raises(WireError, match="cannot be read"):
        unpack(Packed(msgspec.Raw(b"\x91" * 100_000 + b"\xc0")))


def test_pieces_of_complex_tensors_are_refused() -> None:
    """A complex node whose tensor has no pair of real numbers is refused."""
    for x in (torch.ones(3), torch.ones(2, dtype=torch.int64)):
        with pytest.raises(WireError, match="cannot be read"):
            unpack(packed_from(["C", "0"], safetensors.torch.save({"0": x})))
