"""The guard: what is forbidden is dead wherever it is found, and ordinary Python never trips it."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

import pytest

from autograder.course.exercise import Policy
from autograder.sandbox import audit_hook, guard, trace
from autograder.sandbox.wire import Failure, Loaded, Observation
from autograder.submission.policy import ALLOWED

if TYPE_CHECKING:
    from collections.abc import Callable

_CALL = "def call(impl, **inputs):\n    return impl.f(**inputs)\n"
_FORBIDDEN = {
    "optimizer": ("torch.optim", "torch._fused_sgd_", "torch._VF._fused_sgd_"),
    "dataloader": (
        "torch.utils.data.DataLoader",
        "torch.utils.data.dataloader",
        "torch.utils.data.sampler",
        "torch.utils.data.datapipes",
        "torch.utils.data._utils",
    ),
    "functions": ("torch.cumsum", "torch.nn.Linear", "torch.nn.functional.relu"),
    "nothing": (),
}

needs_a_cage = pytest.mark.skipif(sys.platform != "linux", reason="the cage is made of Linux")

_IDIOMS = '''
"""What students write, in one file: none of it is anybody's fault."""
from __future__ import annotations

import abc
import collections
import contextlib
import copy
import dataclasses
import enum
import functools
import itertools
import json
import logging
import math
import operator
import pprint
import random
import re
import statistics
import string
import struct
import textwrap
import time
import types
import typing
import warnings
import weakref
from collections import OrderedDict, defaultdict, deque, namedtuple
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple, Protocol, TypedDict, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.utils.data import Dataset, Subset, random_split

T = TypeVar("T")
Pair = namedtuple("Pair", "a b", defaults=[1])
log = logging.getLogger(__name__)

class Named(NamedTuple):
    a: int
    b: str = "b"

class Typed(TypedDict):
    a: int

class Color(enum.Enum):
    RED = enum.auto()

class Flags(enum.IntFlag):
    A = 1
    B = 2

class Shape(Protocol):
    def area(self) -> float: ...

class Base(abc.ABC):
    @abc.abstractmethod
    def area(self) -> float: ...

@dataclass(order=True, frozen=True, slots=True)
class Point(Base):
    x: float
    y: float = field(default_factory=float)
    def area(self) -> float:
        return self.x * self.y

class Generic(typing.Generic[T]):
    @property
    def here(self):
        return self.__dict__
    @functools.cached_property
    def once(self):
        return type(self).__name__
    def __getattr__(self, name):
        raise AttributeError(name)

@functools.lru_cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)

@functools.singledispatch
def show(x): return "any"
@show.register
def _(x: int): return "int"

@contextlib.contextmanager
def timed():
    begun = time.perf_counter()
    try:
        yield begun
    finally:
        time.perf_counter()

def decorated(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
    return wrapper

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(1, 2, 3)
        self.norm = nn.LayerNorm(4)
        self.register_buffer("b", torch.zeros(1))
    @decorated
    def forward(self, x):
        return F.gelu(self.norm(self.conv(x)[..., :4]))

class Square(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x
    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g

class Rows(Dataset):
    def __len__(self): return 6
    def __getitem__(self, i): return torch.tensor(i)

class Own(Tensor):
    @classmethod
    def __torch_function__(cls, func, types, args=(), kwargs=None):
        return super().__torch_function__(func, types, args, kwargs or {})

async def later():
    return 1

def generator():
    received = yield 1
    yield received

@torch.no_grad()
def quiet(x):
    return x + 1

@torch.no_grad()
def quiet_generator():
    yield torch.ones(1)

def plain():
    print(Point(1.0), Pair(1), Named(1), Color.RED, Flags.A | Flags.B, file=None)
    pprint.pprint({"a": [1]})
    dataclasses.replace(Point(1.0), y=2.0); dataclasses.asdict(Point(1.0)); dataclasses.fields(Point)
    dataclasses.make_dataclass("Made", ["x", ("y", int, 3)])(1)
    types.SimpleNamespace(a=1); types.new_class("New", (object,)); type("Dyn", (), {"a": 1})()
    typing.get_type_hints(Point); typing.get_type_hints(fib); typing.cast(int, 1)
    copy.deepcopy({"net": Net(), "points": [Point(1.0)], "f": fib}); copy.copy(Net())
    log.warning("a warning %s", 1); logging.basicConfig(); logging.info("x")
    try:
        1 / 0
    except ZeroDivisionError as error:
        log.exception("caught"); str(error); repr(error.__traceback__)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always"); warnings.warn("old", DeprecationWarning, stacklevel=2)
    with contextlib.ExitStack() as stack, contextlib.suppress(KeyError), timed():
        stack.callback(print, "bye"); {}["x"]
    fib(10); show(1); Generic().once; Generic().here; hasattr(Generic(), "nope"); getattr(Generic(), "x", 0)
    list(itertools.accumulate([1, 2])); operator.attrgetter("real")(1); functools.reduce(operator.add, [1, 2])
    json.loads(json.dumps({"a": 1})); re.sub(r"(a)", r"\\1", "aa"); re.compile("x+", re.I | re.M)
    struct.pack("!I", 1); math.pi; statistics.mean([1, 2]); string.Template("$a").substitute(a=1)
    textwrap.dedent(" a"); Decimal("1") + Decimal(1); Fraction(1, 2); random.seed(1); random.shuffle([1, 2])
    time.sleep(0); time.strftime("%Y"); weakref.ref(Net()); weakref.WeakKeyDictionary(); weakref.finalize(Net(), print)
    defaultdict(list)[1].append(2); deque([1], maxlen=2); OrderedDict(a=1); collections.Counter("aab")
    later().close(); g = generator(); next(g); g.send(2); g.close(); g.gi_running
    with open("own.txt", "w") as file: file.write("x")
    open("own.txt").read(); globals(); locals(); vars(Point); dir(torch); isinstance(1, int); id(g); hash(1)
    sorted([3, 1], key=lambda x: -x); sum(map(lambda x: x, [1])); super; object.__subclasses__; help
    def inner(x=1, *, y=2): return x, y
    inner.__name__; inner.__doc__; inner.__defaults__; inner.__module__
    issubclass(Point, Base); Point.__mro__; print(torch.__version__, torch.nn, nn)

def tensors():
    torch.manual_seed(0); rng = np.random.default_rng(0); np.random.rand(2)
    x = torch.from_numpy(rng.normal(size=(3, 4)).astype("float32")).requires_grad_()
    y = Net()(torch.randn(2, 1, 9)); y.sum().backward(); Square.apply(x).sum().backward()
    quiet(x); list(quiet_generator()); torch.autograd.grad((x * 2).sum(), x); torch.autograd.gradcheck(torch.sin, (x.double(),))
    with torch.no_grad(), torch.inference_mode(False), torch.enable_grad(): x + 1
    handle = x.register_hook(lambda g: g); handle.remove(); x.grad; x.detach().numpy().ctypes.data
    torch.cuda.is_available(); torch.get_num_threads(); torch.device("cpu"); torch.backends.mkldnn.is_available()
    torch._foreach_add_([torch.zeros(2)], [torch.ones(2)], alpha=2); torch.vmap(torch.sin)(x)
    torch.func.functional_call(Net(), dict(Net().named_parameters()), torch.ones(1, 1, 6))
    torch.linalg.svd(torch.ones(2, 2)); torch.einsum("ij,jk", torch.ones(2, 2), torch.ones(2, 2)); torch.fft.fft(torch.ones(4))
    torch.distributions.Normal(0.0, 1.0).sample(); torch.special.erf(torch.ones(1)); torch.optim if False else None
    nn.utils.clip_grad_norm_([x], 1.0); nn.utils.parametrizations.weight_norm(nn.Conv1d(1, 1, 1)); nn.init.xavier_uniform_(torch.ones(2, 2))
    nn.Sequential(nn.Conv1d(1, 1, 1), nn.ReLU()).state_dict(); nn.ModuleList([Net()]); nn.ParameterList([nn.Parameter(x)])
    net = Net(); net.load_state_dict(net.state_dict()); net.apply(lambda m: None); repr(net); net.register_forward_hook(lambda *a: None)
    Own([1.0]) + 1; torch.Tensor.__add__(x, x); str(x); x.tolist(); x.data_ptr(); x.storage_offset(); x.untyped_storage()
    len(Subset(Rows(), [0, 1])); random_split(Rows(), [2, 4]); torch.utils.data.ConcatDataset([Rows(), Rows()])[7]
    with torch.autograd.profiler.record_function("my step"): x + 1
    with torch.autograd.set_detect_anomaly(True): x + 1
    F.one_hot(torch.tensor([1]), 3); F.cross_entropy(torch.ones(2, 3), torch.tensor([0, 1])); F.dropout(x)
    try:
        torch.ones(2) @ torch.ones(3)
    except RuntimeError as error:
        str(error)
    try:
        torch.no_such_thing
    except AttributeError:
        pass
    warnings.warn("from a student")

def f():
    for round in range(2):
        plain(); tensors()
    return "all of it"
'''


@needs_a_cage
@pytest.mark.parametrize("forbidden", _FORBIDDEN.values(), ids=_FORBIDDEN)
def test_ordinary_python_never_trips_the_guard(lab: Any, forbidden: tuple[str, ...]) -> None:
    """Decorators, dataclasses, named tuples, logging, autograd: all run, whatever is forbidden."""
    with lab.session(_IDIOMS, _CALL, imports=ALLOWED, forbidden=forbidden) as session:
        assert isinstance(session.loaded, Loaded), session.loaded
        answer = session.ask("call", seconds=60)

    assert isinstance(answer, Observation), answer


def _refusal(lab: Any, body: str, *, head: str = "", forbidden: tuple[str, ...]) -> Failure:
    source = f"import contextlib\nimport torch\n{head}\ndef f():\n    {body}\n    return 1\n"
    with lab.session(
        source, _CALL, imports=("contextlib", "torch"), forbidden=forbidden
    ) as session:
        answer = session.ask("call")
    assert isinstance(answer, Failure), answer
    return answer


@needs_a_cage
@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("torch.optim.SGD", "'torch.optim' is what"),
        ("[c for c in torch.optim.Optimizer.__subclasses__()]", "'torch.optim' is what"),
        ("isinstance(1, torch.nn.Linear)", "'torch.nn.Linear' is what"),
        ("class X(torch.nn.Linear): pass", "'torch.nn.Linear' is what"),
        ("[c for c in torch.nn.Module.__subclasses__() if c.__name__ == 'Linear'][0](2, 2)",
         "'torch.nn.Linear' is what"),
        ("next(c for c in torch.nn.Module.__subclasses__() if c.__name__ == 'Linear').forward(1)",
         "'torch.nn.Linear' is what"),
        ("[vars(torch.nn)[n] for n in dir(torch.nn) if n == 'Linear'][0](2, 2)",
         "'torch.nn.Linear' is what"),
        ("import json", "does not allow 'import json'"),
        ("__import__('os')", "does not allow 'import os'"),
        ("eval('1')", "'compile' reaches into"),
        ("(lambda: 0).__code__", "'__code__' reaches into"),
        ("contextlib.sys.modules['gc'].get_referents(torch)", "'gc.get_referents' reaches into"),
        ("contextlib.sys.modules['inspect'].currentframe()", "'sys._getframe' reaches into"),
        ("contextlib.sys.modules['inspect'].stack()", "reaches into"),
        ("contextlib.ExitStack().enter_context(contextlib.suppress()); contextlib.os.fork()",
         "'os.fork' reaches into"),
    ],
)  # fmt: skip
def test_a_reach_is_told_with_its_line(lab: Any, body: str, words: str) -> None:
    """The student reads what was reached for, and where."""
    answer = _refusal(lab, body, forbidden=("torch.optim", "torch.nn.Linear"))

    assert answer.kind == "forbidden"
    assert words in answer.message
    assert (answer.file, answer.line, answer.function) == ("own.py", 5, "f")


@needs_a_cage
def test_a_refusal_reaches_the_judge_whatever_was_patched(lab: Any) -> None:
    """Functions that the worker needs to say it are its own."""
    head = "sys, os = contextlib.sys, contextlib.os\nsys.audit = os._exit = os.write = print"

    answer = _refusal(lab, "torch.optim.SGD", head=head, forbidden=("torch.optim",))

    assert answer.kind == "forbidden"


@needs_a_cage
def test_what_was_printed_before_a_refusal_is_kept(lab: Any) -> None:
    """A student who debugs by printing sees how far the code came."""
    source = "import torch\ndef f():\n    print('so far')\n    torch.optim.SGD\n"
    with lab.session(source, _CALL, forbidden=("torch.optim",)) as session:
        session.ask("call")

        assert session.worker.take_output() == "so far\n"


@needs_a_cage
def test_probes_may_look_at_everything(lab: Any) -> None:
    """Frames and collected objects are closed to students, not to our own probes."""
    probes = (
        "import gc, sys\n"
        "def call(impl):\n"
        "    return [len(gc.get_objects()) > 0, sys._getframe().f_code.co_name, impl.f.__code__.co_name]\n"
    )
    with lab.session("def f(): pass\n", probes, forbidden=("torch.optim",)) as session:
        assert session.see("call") == [True, "call", "f"]


def test_every_function_of_a_forbidden_module_is_dead(in_child: Callable[..., Any]) -> None:
    """Whoever still holds one gets nothing out of it."""

    def attempt() -> list[str]:
        import torch
        from torch.optim.sgd import SGD, _single_tensor_sgd

        parameter = [torch.nn.Parameter(torch.ones(2))]
        optimizer = SGD(parameter, 0.1)
        taken = guard.take_away(("torch.optim",))
        results = [_single_tensor_sgd(1), optimizer.step(), optimizer.zero_grad(), SGD.__repr__(1)]
        assert taken.sources
        return [*map(str, results), type(torch.optim).__name__]

    assert in_child(attempt) == ["None"] * 4 + ["_Absent"]


def test_neighbours_of_a_forbidden_name_live(in_child: Callable[..., Any]) -> None:
    """A class may hold functions of others, as enums do; those are left alone."""

    def attempt() -> list[Any]:
        import enum
        import re

        import torch
        import torch.utils.data

        guard.take_away(("torch.utils.data.datapipes", "torch.utils.data.DataLoader"))
        color = enum.Enum("color", "red")
        rows = torch.utils.data.Subset([1, 2], [0])
        return [color.red.value, bool(re.compile("a", re.IGNORECASE | re.MULTILINE)), len(rows)]

    assert in_child(attempt) == [1, True, 1]


def test_a_kernel_is_replaced_by_whatever_route(in_child: Callable[..., Any]) -> None:
    """Public name, operator list and TorchScript end in one dispatcher."""

    def attempt() -> list[str]:
        import torch

        said: list[str] = []
        held = trace.replace_kernels(("torch._fused_sgd_",), said.append)
        tensors: Any = [torch.ones(2)], [torch.ones(2)], []
        settings: Any = {
            "weight_decay": 0.0, "momentum": 0.0, "lr": 0.1, "dampening": 0.0, "nesterov": False,
            "maximize": False, "is_first_step": False,
        }  # fmt: skip
        torch._fused_sgd_(*tensors, **settings)
        torch.ops.aten._fused_sgd_.default(*tensors, **settings)
        torch._C._jit_get_operation("aten::_fused_sgd_")[0](*tensors, **settings)
        assert held is not None
        return [*said, str(tensors[0][0].tolist())]

    assert in_child(attempt) == ["torch._fused_sgd_"] * 3 + ["[1.0, 1.0]"]


def test_torchs_own_ranges_are_known_and_others_are_not(in_child: Callable[..., Any]) -> None:
    """A range of the profiler that only torch's class opens gives it away."""

    def attempt() -> list[str]:
        from torch.autograd.profiler import record_function

        said: list[str] = []
        trace.watch_marks(("torch.optim",), said.append)
        for name in ("Optimizer.step#SGD.step", "my step", "enumerate(DataLoader)#x"):
            with record_function(name):
                pass
        return said

    assert in_child(attempt) == ["torch.optim"]


def test_a_thread_that_begins_with_a_reach_is_nobody_elses(in_child: Callable[..., Any]) -> None:
    """Where no frame of torch or Python asked, student code did."""

    def attempt() -> list[str]:
        said: list[str] = []

        def refuse(_: object, sentence: str) -> None:
            said.append(sentence)
            raise SystemExit

        compiled = compile("import sys\nreach = lambda: sys._getframe()\n", "own.py", "exec")
        scope: dict[str, Any] = {}
        exec(compiled, scope)
        audit_hook.install((), (), refuse)  # type: ignore[arg-type]
        thread = threading.Thread(target=scope["reach"])
        thread.start()
        thread.join()
        return said

    assert len(in_child(attempt)) == 1


def test_an_exercise_forbids_nothing_by_default() -> None:
    """Without a policy nothing is taken away."""
    assert guard.take_away(Policy().forbidden) == guard.Taken((), None)
