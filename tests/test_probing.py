"""What a probe observes: exceptions by name, and the work that torch does."""

from __future__ import annotations

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from autograder.probing import CountingError, Operations, raised, snapshot, tensor_attribute


def _raise(error):
    raise error


@pytest.mark.parametrize("error", [ValueError("x"), KeyError(1), RecursionError(), OSError()])
def test_an_exception_is_observed_by_its_name(error):
    """The name travels, the message stays."""
    assert raised(_raise, error) == type(error).__name__


def test_no_exception_is_none():
    """Arguments are passed on as they are."""
    seen = []

    assert raised(lambda *a, **k: seen.append((a, k)), 1, b=2) is None
    assert seen == [((1,), {"b": 2})]


def test_a_stub_is_never_taken_for_an_observation():
    """NotImplementedError says that something is still to be written."""
    with pytest.raises(NotImplementedError, match="write me"):
        raised(_raise, NotImplementedError("write me"))


@pytest.mark.parametrize("error", [KeyboardInterrupt("x"), SystemExit("x")])
def test_what_ends_a_program_is_not_swallowed(error):
    """Only exceptions are observations."""
    with pytest.raises(type(error), match="x"):
        raised(_raise, error)


def test_operators_are_counted_by_name():
    """Each call that torch dispatches, wherever it comes from."""
    x = torch.ones(3, 4)

    with Operations() as seen:
        (x + x).mul_(2).sum()

    assert dict(seen.calls) == {"add": 1, "mul_": 1, "sum": 1}
    assert seen.total == 3


def test_elements_that_are_written_are_counted_and_views_are_free():
    """Fresh memory and writing in place cost; another window onto the same numbers does not."""
    x = torch.ones(3, 4)

    with Operations() as seen:
        y = x.t().reshape(12)[2:5].unsqueeze(0)
        views = seen.elements - 12  # reshaping what is transposed has to copy
        y.add_(1)

    assert views == 0
    assert seen.elements == 12 + 3


def test_every_tensor_of_a_result_is_counted():
    """An operator may return several."""
    with Operations() as seen:
        torch.ones(5).sort()

    assert seen.elements == 5 + 5 + 5


def test_reading_a_value_is_a_wait():
    """`.item()`, `bool` and `float` of a tensor wait for a GPU; shapes do not."""
    x = torch.ones(3)

    with Operations() as seen:
        x.shape, len(x), x.dtype
        assert seen.syncs == 0
        x.sum().item()
        bool(x[0] > 0)

    assert seen.syncs == 2


def test_the_summary_is_plain_data():
    """It travels to the judge."""
    with Operations() as seen:
        torch.ones(2) + 1

    assert seen.summary() == {"calls": 2, "elements": 4, "syncs": 0}


def test_counting_ends_with_the_block_also_after_an_error():
    """What comes later is not counted, and an exception passes through."""
    seen = Operations()
    with pytest.raises(ValueError, match="on the way"), seen:
        _raise(ValueError("on the way"))
    torch.ones(2)

    assert seen.total == 0


def test_reading_a_list_of_values_is_as_many_waits():
    """`tolist` reaches no operator, and reads every element all the same."""
    x = torch.ones(3, 4)

    with Operations() as seen:
        x.tolist()

    assert seen.syncs == 12
    assert seen.elements == 0


def test_counting_that_is_switched_off_is_noticed(monkeypatch):
    """Who keeps the mode from being entered gets no count at all."""
    monkeypatch.setattr(TorchDispatchMode, "__enter__", lambda mode: mode)
    monkeypatch.setattr(TorchDispatchMode, "__exit__", lambda *_: None)

    with pytest.raises(CountingError):
        Operations().__enter__()
    torch.overrides._pop_mode()


@torch.inference_mode()
def test_counting_works_in_inference_mode():
    """There the reading of a list runs operators of its own, which is nobody's trick."""
    one = torch.ones(2)

    with Operations() as seen:
        one.add(one)

    assert seen.calls == {"add": 1}
    assert seen.elements == 2


class _Liar(torch.Tensor):
    """A tensor that says what it likes."""

    grad = property(lambda _: None)

    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return torch.zeros(2)


def test_torch_itself_is_asked():
    """Neither a subclass nor a name on torch's class changes what is seen."""
    liar = torch.ones(2).as_subclass(_Liar)
    plain = torch.ones(2, requires_grad=True)
    tensor_attribute("grad").__set__(plain, torch.ones(2))
    plain.__class__ = _Liar

    assert snapshot(liar).tolist() == [1.0, 1.0]
    assert type(snapshot(liar)) is torch.Tensor
    assert tensor_attribute("grad").__get__(plain) is not None
