"""One comparison for every suite: exact about what differs, silent about rounding, never a crash."""

from __future__ import annotations

import math
import warnings

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.judging.comparison import Mismatch, assert_close, assert_same, require
from autograder.sandbox.packing import Opaque

_DTYPES = (
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.complex64, torch.complex128,
)  # fmt: skip


def said(actual, expected, compare=assert_close, **options):
    """Return what a student reads when *actual* is not *expected*."""
    with pytest.raises(Mismatch, match=r"expected|differ") as caught:
        compare(actual, expected, **options)
    return str(caught.value)


# What a submission can return once it has travelled, and some that it cannot.


def quietly(make):
    """Return *make* without torch's word on how young a feature is."""

    def made():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return make()

    return made


def itself():
    """Return a list that holds itself."""
    endless: list[object] = []
    endless.append(endless)
    return endless


_STRANGE = {
    "none": lambda: None,
    "object": object,
    "opaque": lambda: Opaque("Model"),
    "text": lambda: "x" * 10**6,
    "bytes": lambda: b"\xff" * 10**6,
    "surrogate": lambda: "\udcff",
    "huge int": lambda: 10**400,
    "huger int": lambda: -(10**5000),
    "nan": lambda: math.nan,
    "inf": lambda: -math.inf,
    "list": lambda: [1, [2, [3]]],
    "endless": itself,
    "keys": lambda: {i: i for i in range(10**5)},
    "tensor keys": lambda: {torch.ones(1000): 1},
    "sparse": lambda: torch.eye(3).to_sparse(),
    "csr": quietly(lambda: torch.eye(3).to_sparse_csr()),
    "meta": lambda: torch.ones(3, device="meta"),
    "nested": quietly(lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)])),
    "recorded": lambda: torch.ones(3, requires_grad=True) * 2,
    "other shape": lambda: torch.ones(3, 0, 2),
    "other dtype": lambda: torch.ones(3, dtype=torch.uint8),
    "nan tensor": lambda: torch.full((3,), math.nan),
    "inf tensor": lambda: torch.full((3,), math.inf),
    "expanded": lambda: torch.ones(1).expand(10**9),
    "class": lambda: torch.nn.Linear,
}
_EXPECTED = {
    "tensor": lambda: torch.tensor([1.0, 2.0, 3.0]),
    "ints": lambda: torch.tensor([1, 2, 3]),
    "number": lambda: torch.tensor(1.5),
    "empty": lambda: torch.ones(0),
    "float": lambda: 0.25,
    "int": lambda: 7,
    "bool": lambda: True,
    "none": lambda: "None",
    "list": lambda: [torch.ones(2), 1.0],
    "tuple": lambda: (1, 2),
    "dict": lambda: {"a": torch.ones(2)},
    "opaque": lambda: Opaque("Other"),
}


@pytest.mark.parametrize("expected", _EXPECTED)
@pytest.mark.parametrize("actual", _STRANGE)
@pytest.mark.parametrize("compare", [assert_close, assert_same])
def test_whatever_is_observed_is_a_mismatch_and_nothing_else(actual, expected, compare):
    """No value that a submission returns can make the comparison itself stumble."""
    message = said(_STRANGE[actual](), _EXPECTED[expected](), compare)

    assert message.startswith("the result")
    assert len(message) < 1000


_scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.binary(max_size=5)
)
_tensors = st.builds(
    lambda shape, dtype, value: torch.full(shape, value).to(dtype),
    st.lists(st.integers(0, 3), max_size=3),
    st.sampled_from((*_DTYPES, torch.bool, torch.int8, torch.int64, torch.uint8)),
    st.sampled_from((0.0, 1.0, -1.0, 2.5, math.nan, math.inf)),
)
_values = st.recursive(
    st.one_of(_scalars, _tensors),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(st.text(max_size=2), inner, max_size=3),
    ),
    max_leaves=6,
)


def _agrees(actual, expected, compare):
    try:
        compare(actual, expected)
    except Mismatch:
        return False
    return True


@settings(max_examples=300, deadline=None)
@given(_values, _values)
def test_any_two_values_are_the_same_or_a_mismatch(actual, expected):
    """Exactness has no direction, and what is exactly equal is also close."""
    there = _agrees(actual, expected, assert_same)
    back = _agrees(expected, actual, assert_same)

    # An int may stand for a float, and not the other way round.
    if not _holds_int_or_float(actual, expected):
        assert there == back
    if there:
        assert _agrees(actual, expected, assert_close)


def _holds_int_or_float(*values):
    return any(
        type(value) in (int, float)
        or (
            isinstance(value, list | tuple | dict)
            and _holds_int_or_float(*(value.values() if isinstance(value, dict) else value))
        )
        for value in values
    )


@settings(max_examples=200, deadline=None)
@given(_values)
def test_any_value_is_the_same_as_itself(value):
    """Nothing is unlike itself, NaN included."""
    assert_same(value, value)
    assert_close(value, value)


@pytest.mark.parametrize("dtype", _DTYPES)
@settings(max_examples=30, deadline=None)
@given(value=st.floats(1, 1000), sign=st.sampled_from((-1, 1)))
def test_rounding_passes_and_a_real_difference_fails(dtype, value, sign):
    """The tolerance lies between two right spellings' rounding and what a mistake does."""
    expected = torch.tensor([value * sign], dtype=torch.float64).to(dtype)
    ulp = 2.0 ** {torch.float16: -10, torch.bfloat16: -7}.get(
        dtype, -23 if dtype in (torch.float32, torch.complex64) else -52
    )
    wide = torch.complex128 if dtype.is_complex else torch.float64

    assert_close((expected.to(wide) * (1 + 2 * ulp)).to(dtype), expected)
    with pytest.raises(Mismatch, match="1 of 1 elements differ"):
        assert_close((expected.to(wide) * 1.1).to(dtype), expected)


@pytest.mark.parametrize("bound", [0.5, 1e-3])
@pytest.mark.parametrize("sign", [-1, 1])
def test_the_tolerance_that_is_named_is_the_one_that_counts(bound, sign):
    """Just inside passes, just outside fails, on both sides."""
    expected = torch.tensor([2.0], dtype=torch.float64)

    assert_close(expected + sign * bound * 0.999, expected, atol=bound, rtol=0)
    assert_close(expected * (1 + sign * bound * 0.999), expected, rtol=bound, atol=0)
    said(expected + sign * bound * 1.001, expected, atol=bound, rtol=0)
    said(expected * (1 + sign * bound * 1.001), expected, rtol=bound, atol=0)


@pytest.mark.parametrize(
    ("actual", "expected", "passes"),
    [(1.0 + 1e-11, 1.0, True), (1.0 + 1e-9, 1.0, False), (1e-17, 0.0, True), (1e-9, 0.0, False)],
)
def test_a_plain_float_is_compared_as_a_float64_tensor_is(actual, expected, passes):
    """A number has the tolerance of the tensor that it may have come from."""
    assert _agrees(actual, expected, assert_close) is passes
    tensors = (torch.tensor(v, dtype=torch.float64) for v in (actual, expected))
    assert _agrees(*tensors, assert_close) is passes


def test_the_worst_elements_come_first_and_are_five_at_most():
    """Index, expected and got, from the largest difference down."""
    expected = torch.zeros(3, 4)
    actual = torch.arange(12.0).reshape(3, 4)

    assert said(actual, expected) == (
        "the result: 11 of 12 elements differ; the worst:\n"
        "  at [2, 3]: expected 0, got 11\n"
        "  at [2, 2]: expected 0, got 10\n"
        "  at [2, 1]: expected 0, got 9\n"
        "  at [2, 0]: expected 0, got 8\n"
        "  at [1, 3]: expected 0, got 7"
    )


@pytest.mark.parametrize("shape", [(7,), (1, 1), (3, 4), (2, 3, 5), (4, 1, 2, 3)])
def test_the_index_is_that_of_torch(shape):
    """Whatever the shape, the element that is named is the one that differs."""
    expected = torch.zeros(shape)
    for place in range(expected.numel()):
        actual = expected.clone()
        actual.view(-1)[place] = 1.0
        index = ", ".join(str(int(i)) for i in torch.unravel_index(torch.tensor(place), shape))

        assert f"  at [{index}]: expected 0, got 1" in said(actual, expected)


def test_right_elements_are_never_shown():
    """Only what differs is listed, also where the differences are fewer than five."""
    message = said(torch.tensor([1.0, 5.0, 1.0]), torch.ones(3))

    assert message.splitlines()[1:] == ["  at [1]: expected 1, got 5"]


def test_nan_is_the_worst_difference():
    """A NaN in the place of a number comes before any number."""
    message = said(torch.tensor([1e30, math.nan]), torch.zeros(2))

    assert message.splitlines()[1] == "  at [1]: expected 0, got nan"


def test_nan_and_infinity_equal_themselves_only():
    """They belong to a right answer at the same place, with the same sign."""
    expected = torch.tensor([math.nan, math.inf, -math.inf])

    assert_close(expected.clone(), expected)
    assert "1 of 3" in said(torch.tensor([math.nan, math.inf, math.inf]), expected)
    assert "2 of 3" in said(torch.tensor([math.inf, math.nan, -math.inf]), expected)


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (torch.tensor(2.0), torch.tensor(1.0), "expected 1, got 2"),
        (torch.tensor(True), torch.tensor(False), "expected False, got True"),
        (torch.tensor([True]), torch.tensor([False]), "at [0]: expected False, got True"),
        (torch.tensor([2**62 + 1]), torch.tensor([2**62]), f"expected {2**62}, got {2**62 + 1}"),
        (torch.tensor([1 + 2j]), torch.tensor([1 - 2j]), "expected 1-2j, got 1+2j"),
        (torch.tensor([1 / 3]), torch.tensor([2 / 3]), "expected 0.66666669, got 0.33333334"),
        (torch.ones(2, 3), torch.ones(3, 2), "expected shape (3, 2), got (2, 3)"),
        (torch.ones(2), torch.ones(2, 1), "expected shape (2, 1), got (2,)"),
        (torch.ones(2).half(), torch.ones(2), "expected dtype float32, got float16"),
        (torch.ones(2).bool(), torch.ones(2).int(), "expected dtype int32, got bool"),
        (2, 1, "expected 1, got 2"),
        (True, 1, "expected 1, got True"),
        (1, True, "expected True, got 1"),
        (1.0, 1, "expected 1, got 1.0"),
        (True, 1.0, "expected 1.0, got True"),
        ("b", "a", "expected 'a', got 'b'"),
        (None, 1.5, "expected 1.5, got None"),
        (Opaque("Model"), torch.ones(2), "dtype float32, got <Model>"),
        ([1, 2], (1, 2), "expected a tuple of 2, got a list of 2"),
        ((1, 2), [1, 2], "expected a list of 2, got a tuple of 2"),
        ([], (), "expected (), got []"),
        ([1], [1, 2], "expected 2 items, got 1"),
        ({"b": 1}, {"a": 1}, "expected the keys ['a'], got ['b']"),
        ([], {"a": 1}, "expected a dict, got []"),
        ([1.0, 2.0], torch.ones(2), "a Tensor of shape (2,) and dtype float32, got a list of 2"),
    ],
)
def test_each_difference_has_its_own_words(actual, expected, words):
    """What was expected and what was got stand side by side."""
    assert words in said(actual, expected)


def test_an_int_may_stand_for_a_float():
    """`0` is as good as `0.0`, where a number is a number."""
    assert_close(2, 2.0)
    assert_same(0, 0.0)


def test_numbers_that_differ_late_are_shown_with_enough_digits():
    """No student reads `expected 1, got 1`."""
    one = torch.ones(1, dtype=torch.float64)

    assert "expected 1, got 1.00000000100" in said(one + 1e-9, one)


@pytest.mark.parametrize(
    ("actual", "expected", "place"),
    [
        ([1, 2, 9], [1, 2, 3], "weights[2]: "),
        ({"a": (1, [2, 9])}, {"a": (1, [2, 3])}, "weights['a'][1][1]: "),
        ([torch.ones(2), torch.zeros(2)], [torch.ones(2)] * 2, "weights[1]: 2 of 2"),
        ([1, 9, 9], [1, 2, 3], "weights[1]: "),
    ],
)
def test_the_place_of_the_first_difference_is_named(actual, expected, place):
    """`what` and the way through lists and dicts lead to the culprit."""
    assert said(actual, expected, what="weights").startswith(place)


def test_a_dict_may_be_in_any_order():
    """Keys have names, not places."""
    assert_same({"b": 1, "a": 2}, {"a": 2, "b": 1})


def test_exact_comparison_does_not_round():
    """One unit in the last place is a difference, where none is allowed."""
    one = torch.ones(1)

    assert_close(torch.nextafter(one, one * 2), one)
    assert "expected 1, got 1.0000001" in said(torch.nextafter(one, one * 2), one, assert_same)


def test_empty_tensors_are_equal_where_shape_and_dtype_are():
    """No element differs where there is none."""
    assert_same(torch.ones(0, 3), torch.ones(0, 3))
    assert "expected shape" in said(torch.ones(3, 0), torch.ones(0, 3))


def test_the_hint_of_one_comparison_travels_with_it():
    """A check may help in another way for each thing that can go wrong."""
    with pytest.raises(Mismatch, match="expected 1, got 2") as caught:
        assert_close(2, 1, hint="Count again.")

    assert caught.value.hint == "Count again."


def test_require_says_what_it_is_told_to_say():
    """A condition has a message and a hint of its own, or passes."""
    require([1], "never shown")

    with pytest.raises(Mismatch, match=r"^nothing came$") as caught:
        require([], "nothing came", hint="Return it.")
    assert caught.value.hint == "Return it."
