"""The worker: what it tells of student code, what it keeps from it, what it sets back."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest
import torch

from autograder.sandbox.custody import SandboxError, WorkerEnded
from autograder.sandbox.guard import ENDED
from autograder.sandbox.packing import Opaque
from autograder.sandbox.wire import Failure, Loaded, Observation

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the cage is made of Linux")

_CALL = "def call(impl, **inputs):\n    return impl.f(**inputs)\n"


@pytest.fixture
def run(lab: Any) -> Callable[..., Any]:
    """Give a way to load *source* and call its `f`; returns the first answer that is no `Loaded`."""

    def load_and_call(source: str, *, times: int = 1, **load: Any) -> Any:
        with lab.session(source, _CALL, **load) as session:
            if not isinstance(session.loaded, Loaded):
                return session.loaded
            answers = [session.ask("call") for _ in range(times)]
            return answers[0] if times == 1 else answers

    return load_and_call


def failure(answer: object) -> Failure:
    """Return *answer*, which must be a failure."""
    assert isinstance(answer, Failure), answer
    return answer


def test_a_submission_is_loaded_and_answers(lab: Any) -> None:
    """A file that offers its names is loaded, and a probe sees what it does."""
    source = "import torch\ndef f(x, k=2):\n    return {'y': x * k}\n"

    with lab.session(source, _CALL, names=("f",)) as session:
        seen = session.see("call", x=torch.arange(3.0), k=3)

    assert isinstance(session.loaded, Loaded)
    assert seen["y"].tolist() == [0, 3, 6]


def test_files_can_import_each_other(lab: Any) -> None:
    """The files of one submission are modules to each other; the first is the submission."""
    files = {
        "own.py": "from other import g\ndef f():\n    return g()\n",
        "other.py": "g = lambda: 7\n",
    }

    with lab.session("", _CALL, files=files) as session:
        assert session.see("call") == 7


def test_a_missing_name_is_told_with_the_nearest(run: Callable[..., Any]) -> None:
    """A submission without a name that it must offer is told so, and what it may have meant."""
    answer = failure(run("def foward():\n    pass\n", names=("forward",)))

    assert (answer.id, answer.kind) == (0, "missing_name")
    assert answer.message == "'own.py' defines no 'forward'. Did you mean 'foward'?"


def test_an_error_is_told_with_the_students_own_line(run: Callable[..., Any]) -> None:
    """Type, message and line of an exception are told; the line is the innermost of their file."""
    source = (
        "import torch\n"
        "def g(x):\n"
        "    return torch.ones(2, 3) @ x  # here\n"
        "def f():\n"
        "    return g(torch.ones(2))\n"
    )

    answer = failure(run(source))

    assert (answer.kind, answer.error) == ("raised", "RuntimeError")
    assert "size mismatch" in answer.message
    assert (answer.file, answer.line, answer.function) == ("own.py", 3, "g")
    assert answer.source == "    return torch.ones(2, 3) @ x  # here"


def test_an_error_of_ours_names_no_line_of_theirs(lab: Any) -> None:
    """An exception in a probe that did not pass through student code has no place."""
    with lab.session("", "def call(impl):\n    return 1 / 0\n") as session:
        answer = failure(session.ask("call"))

    assert answer.error == "ZeroDivisionError"
    assert (answer.file, answer.line, answer.source) == (None, None, None)


def test_an_error_while_importing_is_told(run: Callable[..., Any]) -> None:
    """An exception at import is the answer to the submission itself."""
    answer = failure(run("x = 1\nx.y\n"))

    assert (answer.id, answer.error, answer.line) == (0, "AttributeError", 2)


def test_a_misspelt_attribute_is_told_with_the_nearest(run: Callable[..., Any]) -> None:
    """An attribute that does not exist is told with the one that was meant."""
    answer = failure(run("import torch\ndef f():\n    return torch.ones(2).shap\n"))

    assert answer.message.endswith("Did you mean 'shape'?")


def test_only_the_stub_is_not_implemented(run: Callable[..., Any]) -> None:
    """Only a `NotImplementedError` that their own file raises itself means a stub."""
    stub = "def f():\n    raise NotImplementedError('f: add two numbers')\n"
    torchs = "import torch\ndef f():\n    return torch.ones(2).to_sparse().data_ptr()\n"
    operator = "import torch\ndef f():\n    torch.empty(2, device='meta').item()\n"

    answers = [failure(run(source)) for source in (stub, torchs, operator)]

    assert [a.kind for a in answers] == ["not_implemented", "raised", "raised"]
    assert answers[0].message == "f: add two numbers"


@pytest.mark.parametrize(
    ("statement", "kind", "error"),
    [
        ("raise SystemExit(0)", "exited", "SystemExit"),
        ("exit()", "exited", "SystemExit"),
        ("raise KeyboardInterrupt", "raised", "KeyboardInterrupt"),
        ("raise GeneratorExit", "raised", "GeneratorExit"),
        ("raise BaseException('x')", "raised", "BaseException"),
        ("raise MemoryError", "raised", "MemoryError"),
        ("f()", "raised", "RecursionError"),
        ("raise type('Own', (Exception,), {})('x')", "raised", "Own"),
        ("raise 1", "raised", "TypeError"),
        ("assert 1 == 2", "raised", "AssertionError"),
    ],
)
def test_whatever_is_raised_is_a_failure(
    run: Callable[..., Any], statement: str, kind: str, error: str
) -> None:
    """No exception of any kind ends the worker or passes for an observation."""
    first, second = run(f"def f():\n    {statement}\n", times=2)

    assert (first.kind, first.error) == (kind, error)
    assert (second.kind, second.error) == (kind, error)


_RESISTS = """
class Meta(type):
    def __getattribute__(cls, name):
        raise RuntimeError(name)

class Text(str):
    def encode(self, *_):
        return 7
    def __getitem__(self, _):
        return 7

class Silent(Exception):
    def __str__(self):
        raise KeyboardInterrupt

class Odd(Exception):
    def __str__(self):
        return Text("odd")

class Traceless(Exception):
    __traceback__ = property(lambda self: 7)

class Named(AttributeError):
    name = 7
    obj = property(lambda self: 1 / 0)

class Nameless(Exception, metaclass=Meta):
    pass

class Long(Exception):
    def __str__(self):
        return "x" * 10**7

class Broken(Exception):
    def __str__(self):
        return "\\ud800"
"""


@pytest.mark.parametrize(
    "error",
    [
        "Silent",
        "Odd",
        "Traceless",
        "Named",
        "Nameless",
        "Long",
        "Broken",
        'type("n" * 10**6, (Exception,), {})',
    ],
)
def test_an_error_that_resists_being_read_is_told(run: Callable[..., Any], error: str) -> None:
    """An exception whose class lies, raises or has no end is a failure with a bounded text."""
    first, second = run(f"{_RESISTS}\ndef f():\n    raise {error}()\n", times=2)

    for answer in (first, second):
        assert failure(answer).kind == "raised"
        assert len(answer.message) <= 2000
        assert answer.error == (error if error.isidentifier() else "n" * 200)


def test_a_value_that_resists_being_packed_is_told(run: Callable[..., Any]) -> None:
    """A value without a bottom, or whose class raises, is unobservable or opaque, not an end."""
    cyclic = failure(run("def f():\n    x = []\n    x.append(x)\n    return x\n"))
    endless = failure(
        run(
            "class L(list):\n    def __iter__(self):\n        while True:\n            yield 1\ndef f():\n    return L()\n"
        )
    )

    assert (cyclic.kind, endless.kind) == ("unobservable", "unobservable")
    assert "nested too deeply" in cyclic.message


def test_strange_values_are_opaque(lab: Any) -> None:
    """An object of their own travels as the name of its class."""
    source = "class Own:\n    __class__ = int\ndef f():\n    return [Own(), f, {1: Own}]\n"

    with lab.session(source, _CALL) as session:
        seen = session.see("call")

    assert seen == [Opaque("Own"), Opaque("function"), {1: Opaque("type")}]


_FORBIDDEN = ("torch.optim", "torch.nn.Linear", "torch.nn.functional.linear")


@pytest.mark.parametrize(
    "body",
    [
        "torch.optim.SGD([torch.zeros(1)], 0.1)",
        "getattr(torch, 'op' + 'tim').SGD",
        "import torch.optim; torch.optim.SGD",
        "import torch.optim as o; o.SGD",
        "from torch import optim; optim.SGD",
        "from torch.optim import SGD",
        "from torch.optim.sgd import SGD",
        "import torch.optim.sgd as s; s.SGD",
        "__import__('torch.optim').optim.SGD",
        "torch.nn.Linear(2, 2)",
        "torch.nn.modules.linear.Linear(2, 2)",
        "torch.nn.modules.Linear(2, 2)",
        "torch.nn.functional.linear(torch.ones(2), torch.ones(2, 2))",
        "vars(torch)['optim'].SGD",
        "type('X', (torch.nn.Linear,), {})",
    ],
)
def test_forbidden_names_are_out_of_reach(run: Callable[..., Any], body: str) -> None:
    """What an exercise rebuilds is absent, however it is spelt, and the student is told."""
    source = f"import torch\nimport torch.nn.functional\ndef f():\n    {body}\n    return 1\n"

    answer = failure(run(source, forbidden=_FORBIDDEN))

    assert answer.kind == "forbidden"
    assert "is what this exercise rebuilds" in answer.message


@pytest.mark.parametrize("caught", ["Exception", "BaseException"])
def test_a_refusal_cannot_be_caught(run: Callable[..., Any], caught: str) -> None:
    """Code that reached for a forbidden name is told so, even if it went on without it."""
    source = (
        "import torch\n"
        "def f():\n"
        "    try:\n"
        "        return torch.optim.SGD\n"
        f"    except {caught}:\n"
        "        return 1\n"
    )

    assert failure(run(source, forbidden=_FORBIDDEN)).kind == "forbidden"


def test_a_refusal_ends_the_worker(lab: Any) -> None:
    """What was said cannot be taken back: the next probe needs a fresh worker."""
    source = "import torch\ndef f(bad):\n    return torch.optim.SGD if bad else 1\n"

    with lab.session(source, _CALL, forbidden=_FORBIDDEN) as session:
        assert session.see("call", bad=False) == 1
        assert failure(session.ask("call", bad=True)).kind == "forbidden"
        with pytest.raises(WorkerEnded, match=f"{ENDED}"):
            session.ask("call", bad=False)


def test_a_forbidden_name_while_importing_is_told(run: Callable[..., Any]) -> None:
    """A submission that imports what it rebuilds is not loaded."""
    answer = failure(run("from torch.optim import SGD\n", forbidden=_FORBIDDEN))

    assert (answer.id, answer.kind, answer.line) == (0, "forbidden", 1)


def test_what_is_allowed_still_works(run: Callable[..., Any]) -> None:
    """Taking names away leaves their neighbours alone."""
    source = (
        "import torch\n"
        "from torch import nn\n"
        "from torch.nn import functional as F\n"
        "def f():\n"
        "    x = F.relu(nn.Bilinear(2, 2, 2)(torch.ones(2), torch.ones(2)))\n"
        "    return list(x.shape)\n"
    )

    assert isinstance(run(source, forbidden=_FORBIDDEN), Observation)


@pytest.mark.parametrize(
    "statement", ["import os", "import os.path", "from sys import modules", "__import__('ctypes')"]
)
def test_other_imports_are_refused(run: Callable[..., Any], statement: str) -> None:
    """What is not on the exercise's list is not imported, at the top or inside a function."""
    top = failure(run(f"{statement}\n"))
    inside = failure(run(f"def f():\n    {statement}\n"))

    assert (top.kind, inside.kind) == ("forbidden", "forbidden")
    assert "does not allow 'import" in top.message


def test_allowed_imports_work(run: Callable[..., Any]) -> None:
    """Listed modules, what is below them, and what they import themselves are imported."""
    source = (
        "import math, torch.utils.data\nfrom collections import abc\ndef f():\n    return math.pi\n"
    )

    assert isinstance(
        run(source, imports=("math", "torch", "collections.abc", "collections")), Observation
    )


def test_what_is_printed_is_kept(lab: Any) -> None:
    """Output comes with the probe that made it, also what was not ended by a line's end."""
    source = "print('importing')\ndef f(n):\n    print('probe', n, end='')\n"

    with lab.session(source, _CALL) as session:
        printed = [session.worker.take_output()]
        for n in (1, 2):
            session.see("call", n=n)
            printed.append(session.worker.take_output())

    assert printed == ["importing\n", "probe 1", "probe 2"]


def test_warnings_are_kept_as_output(lab: Any) -> None:
    """What student code writes to standard error is output, too."""
    source = (
        "import sys, warnings\ndef f():\n    warnings.warn('mind')\n    sys.stderr.write('so\\n')\n"
    )

    with lab.session(source, _CALL, imports=("sys", "warnings")) as session:
        session.see("call")
        printed = session.worker.take_output()

    assert "mind" in printed
    assert printed.endswith("so\n")


def test_replaced_streams_harm_nobody(lab: Any) -> None:
    """Code that closes or replaces its output goes on answering."""
    source = (
        "import sys\ndef f():\n    sys.stdout.close()\n    sys.stdout = None\n    sys.stderr = 7\n"
    )

    with lab.session(source, _CALL, imports=("sys",)) as session:
        assert session.see("call") is None
        assert failure(session.ask("call")).error == "AttributeError"


_SETTINGS = """
import random
import numpy as np
import torch

def f(spoil):
    if spoil:
        torch.set_grad_enabled(False)
        torch.set_default_dtype(torch.float64)
        torch.set_default_device("meta")
        torch.manual_seed(99)
        np.random.seed(99)
        random.seed(99)
    x = torch.ones(2, requires_grad=True)
    y = x * 2
    return {
        "grad": y.requires_grad,
        "dtype": str(torch.ones(1).dtype),
        "device": str(torch.ones(1).device),
        "torch": [int(i) for i in torch.randint(9999, (3,), device="cpu")],
        "numpy": np.random.randint(9999, size=3).tolist(),
        "random": [random.randrange(9999) for _ in range(3)],
    }
"""


def test_global_settings_are_set_back(lab: Any) -> None:
    """What one probe does to recording, dtype, device and seeds does not reach the next."""
    with lab.session(_SETTINGS, _CALL, imports=("torch", "numpy", "random")) as session:
        first = session.see("call", spoil=False)
        spoilt = session.see("call", spoil=True)
        after = session.see("call", spoil=False)

    assert (spoilt["grad"], spoilt["dtype"], spoilt["device"]) == (False, "torch.float64", "meta")
    assert all(spoilt[key] != first[key] for key in first)
    assert after == first
    assert (first["grad"], first["dtype"], first["device"]) == (True, "torch.float32", "cpu")


def test_random_numbers_are_the_same_in_every_worker(lab: Any) -> None:
    """A submission that draws numbers behaves alike whenever it is graded."""
    seen = []
    for _ in range(2):
        with lab.session(_SETTINGS, _CALL, imports=("torch", "numpy", "random")) as session:
            seen.append(session.see("call", spoil=False))

    assert seen[0] == seen[1]


def test_inputs_are_theirs_alone(lab: Any) -> None:
    """Inputs are fresh for every probe, whatever was done to those before."""
    source = "def f(x):\n    x += 1\n    return x\n"

    with lab.session(source, _CALL) as session:
        assert [session.see("call", x=torch.zeros(1)).item() for _ in range(2)] == [1, 1]


def test_a_probe_that_does_not_exist_is_a_failure(lab: Any) -> None:
    """A question for an unknown probe is answered, and the next one, too."""
    with lab.session("def f():\n    return 1\n", _CALL) as session:
        assert failure(session.ask("nothing")).error == "AttributeError"
        assert session.see("call") == 1


def test_deterministic_algorithms_may_be_asked_for(lab: Any) -> None:
    """Torch imports its compiler for that; the setting is gone at the next probe."""
    probes = """
import torch

def ask(impl):
    impl.ask()
    return torch.are_deterministic_algorithms_enabled()

def look(impl):
    return torch.are_deterministic_algorithms_enabled()
"""
    source = "import torch\ndef ask():\n    torch.use_deterministic_algorithms(True)\n"

    with lab.session(source, probes) as session:
        assert session.see("ask") is True
        assert session.see("look") is False


def test_probes_and_engine_are_in_no_table_of_modules(lab: Any) -> None:
    """What a probe calls is not at hand to be replaced."""
    probes = "def look(impl):\n    return impl.found\n"
    source = """
import torch
sys = torch.sys
found = [n for n in sys.modules if n == "probes" or n.startswith("autograder")]
"""

    with lab.session(source, probes) as session:
        assert session.see("look") == []


def test_what_breaks_before_student_code_is_trouble_of_ours(lab: Any) -> None:
    """Probes that cannot be imported are no fault of a submission."""
    with pytest.raises(SandboxError, match="nowhere_to_be_found"):
        lab.session("", "import nowhere_to_be_found").__enter__()


def test_what_ends_with_our_exit_code_later_is_theirs(lab: Any) -> None:
    """A submission cannot feign trouble of ours, not while it is imported either."""
    source = "import torch\ntorch.sys.modules['os']._exit(70)\n"
    with pytest.raises(WorkerEnded, match="70"):
        lab.session(source, "").__enter__()


def test_a_thread_is_no_way_around_a_count(lab: Any) -> None:
    """It may work where nothing is counted, and not where something is."""
    probes = """
from autograder.probing import Operations

def plain(impl):
    impl.start()

def counted(impl):
    with Operations():
        impl.start()
"""
    source = """
import threading, torch
def start():
    thread = threading.Thread(target=sum, args=(range(10**6),))
    thread.start()
    thread.join()
"""

    with lab.session(source, probes, imports=("threading", "torch")) as session:
        assert session.see("plain") is None
        answer = session.ask("counted")

    assert isinstance(answer, Failure)
    assert answer.error == "CountingError"
    assert answer.message == "other threads worked while the work of this one was counted"
