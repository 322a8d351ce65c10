"""Checks of parity and speed run on every device of their exercise; what is not there is skipped.

Without a GPU, every probe of these checks is run on the device `meta`, whose tensors have shapes but
no numbers: what mixes devices is found there as it would be on a GPU.
"""

from __future__ import annotations

import contextlib
import inspect
import sys
from pathlib import Path

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from autograder.course.catalog import Catalog
from autograder.course.exercise import Suite
from autograder.grading import Grader
from autograder.judging.check import check_of
from autograder.judging.implementation import load_module
from autograder.judging.plugin import CaseFile
from autograder.probing import Operations
from autograder.results.verdict import Verdict
from autograder.sandbox.devices import moved, reason_without

_ROOT = Path(__file__).resolve().parents[1]
_ON_BOTH = [e for e in Catalog(_ROOT).exercises if "cuda" in e.devices]
_DEVICE = "meta"
_MAY_COPY = (torch.ops.aten.copy_, torch.ops.aten._to_copy)


class _Seen(Exception):  # noqa: N818
    """The probe ran; its check need not go on."""


class _OneDevice(TorchDispatchMode):
    """Refuse what mixes tensors of two devices, which the device `meta` itself lets pass."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        found = {t.device.type for t in tree_leaves((args, kwargs)) if _has_a_place(t)}
        if len(found) > 1 and func.overloadpacket not in _MAY_COPY:
            raise AssertionError(f"{func} mixes the devices {found}")
        return func(*args, **(kwargs or {}))


def _has_a_place(value):
    return isinstance(value, torch.Tensor) and value.ndim > 0  # a number may come from anywhere


class _Elsewhere:
    """Torch's own implementation on another device, as `submission` and `torch_impl`."""

    def __init__(self, module):
        self.module = module

    def run(self, probe, **inputs):
        self.observe(probe, inputs)
        raise _Seen

    def time(self, probe, *_args, at_most, rtol=None, atol=None, floor=None, **inputs):
        del at_most, rtol, atol, floor
        self.observe(probe, {**inputs, "repeats": 2, "seed": 1, "device": _DEVICE})

    def observe(self, probe, inputs):
        try:
            with _OneDevice():
                found = probe(self.module, **moved(inputs, _DEVICE))
                if inspect.isgenerator(found):
                    list(found)
        except NotImplementedError:
            pass  # who asks for numbers has come as far as one can come without them
        except RuntimeError as error:
            if "cannot be called on meta tensors" not in str(error):
                raise


def _checks(exercise):
    """Yield every check of parity and speed."""
    suite = exercise.suite_folder(Suite.HIDDEN)
    sys.modules["probes"] = load_module("probes", suite / "probes.py")
    for file in ("test_parity.py", "test_speed.py"):
        if (suite / file).exists():
            module = load_module(f"{exercise.id}_{file}", suite / file)
            yield from (f for f in vars(module).values() if check_of(f))


@pytest.mark.parametrize("exercise", _ON_BOTH, ids=lambda exercise: exercise.id)
def test_no_probe_mixes_devices(exercise):
    """Whatever a probe of parity or speed makes lies where its inputs lie."""
    elsewhere = _Elsewhere(
        load_module(f"fake_{exercise.id}", exercise.secret / "suite" / "torch_impl.py")
    )
    rng = CaseFile(None, b"seed").generator("any")

    for check in _checks(exercise):
        fixtures = {"rng": rng, "speed": elsewhere.time}
        wanted = inspect.signature(check).parameters
        with contextlib.suppress(_Seen):
            check(**{name: fixtures.get(name, elsewhere) for name in wanted})


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_without_a_gpu_its_checks_are_skipped_and_count_for_nothing():
    """The report names them with the reason; they are neither earned nor possible."""
    catalog = Catalog(_ROOT)
    exercise = catalog["optimizer"]
    with Grader(catalog) as grader:
        report = grader.grade(exercise.solution, exercise)
    on_cuda = [v for v in report.verdicts if v.check.endswith("_on_cuda")]

    assert {v.part for v in on_cuda} == {"parity", "speed"}
    assert {v.verdict for v in on_cuda} == {Verdict.SKIPPED}
    assert {v.message for v in on_cuda} == {reason_without("cuda")}
    assert all(v.possible == 0 for v in on_cuda)
    assert report.passed
    assert report.score.earned == report.score.possible == exercise.possible


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
@pytest.mark.parametrize("exercise", _ON_BOTH, ids=lambda exercise: exercise.id)
def test_on_a_gpu_every_right_spelling_passes(exercise):
    """Solution and spellings pass on CUDA as they do on the CPU, in time, too."""
    catalog = Catalog(_ROOT)
    with Grader(catalog) as grader:
        for path in exercise.rights:
            report = grader.grade(path, exercise)
            failed = {v.check: v.message for v in report.verdicts if v.verdict != Verdict.PASSED}

            assert failed == {}, path.stem


_ON_A_SIDE_STREAM = """

class _Aside(MLP):
    def forward(self, x):
        if not x.is_cuda:
            return super().forward(x)
        with torch.cuda.stream(torch.cuda.Stream()):
            return super().forward(x)


MLP = _Aside
"""


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_on_a_gpu_work_left_on_a_side_stream_gains_nothing(tmp_path):
    """What nobody waited for is waited for with the clock running, and compared."""
    catalog = Catalog(_ROOT)
    exercise = catalog["mlp"]
    text = f"import torch\n{exercise.solution.read_text(encoding='utf-8')}{_ON_A_SIDE_STREAM}"
    (tmp_path / "mlp.py").write_text(text, encoding="utf-8")
    with Grader(catalog) as grader:
        report = grader.grade(tmp_path, exercise, part="speed")
    on_cuda = next(v for v in report.verdicts if v.device == "cuda")

    assert on_cuda.verdict is Verdict.FAILED or on_cuda.speed.ratio > 0.5


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_on_a_gpu_every_wait_is_counted():
    """A copy to the CPU waits, though no element is read as a number."""
    x = torch.ones(3, device="cuda")
    with Operations() as work:
        x.cpu()

    assert work.syncs == 1


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_on_a_gpu_slow_mistakes_fail_there_too():
    """What only the clock sees on the CPU is seen on CUDA; what the CPU refused is not tried."""
    catalog = Catalog(_ROOT)
    exercise = catalog["optimizer"]
    with Grader(catalog) as grader:
        path = exercise.secret / "mistakes" / "rounds_every_number.py"
        report = grader.grade(path, exercise, part="speed")
    verdicts = {v.check: v.verdict for v in report.verdicts}

    assert verdicts["step_keeps_up_with_torch"] is Verdict.FAILED
    assert verdicts["step_keeps_up_with_torch_on_cuda"] is Verdict.SKIPPED
