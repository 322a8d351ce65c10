"""Policy finds what an exercise forbids however it is spelt, and blames nobody else."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course.exercise import Exercise, Policy, Track
from autograder.submission.intake import Submission
from autograder.submission.policy import ALLOWED, DENIED, Violation, violations

FORBIDDEN = ("torch.optim", "torch.nn.Linear", "torch.nn.functional.softmax")
EXERCISE = Exercise(
    id="optimizer",
    public=Path("assignments/optimizer"),
    secret=Path("solutions/optimizer"),
    title="Optimizer",
    summary="Move parameters.",
    order=80,
    track=Track.CORE,
    minutes=(15, 20),
    files=("optimizer.py",),
    implement=("Optimizer.step",),
    points={"correctness": 1.0},
    policy=Policy(forbidden=FORBIDDEN),
)


def found(text: str, exercise: Exercise = EXERCISE, **others: str) -> tuple[Violation, ...]:
    """Return the violations of a submission of *text*, and of *others* by module name."""
    files = {"optimizer.py": text} | {f"{name}.py": other for name, other in others.items()}
    return violations(Submission(files=files, facts=(), digest="sha256:0"), exercise)


def names(text: str, exercise: Exercise = EXERCISE) -> list[str]:
    """Return the names that *text* uses and may not."""
    return [violation.name for violation in found(text, exercise)]


def with_policy(*, imports: tuple[str, ...] = (), forbidden: tuple[str, ...] = ()) -> Exercise:
    """Return the exercise with another policy."""
    policy = Policy(imports=imports, forbidden=forbidden)
    return msgspec.structs.replace(EXERCISE, policy=policy)


def test_violation_says_line_name_source_and_reason() -> None:
    """One violation carries everything that its sentence needs."""
    (actual,) = found("import torch\n\ndef f(p):\n    return torch.optim.SGD(p, 0.1)\n")

    assert actual == Violation(
        name="torch.optim.SGD",
        file="optimizer.py",
        line=4,
        source="return torch.optim.SGD(p, 0.1)",
        sentence="Line 4 uses 'torch.optim.SGD'; this exercise is about writing it yourself.",
    )


def test_import_that_is_not_allowed_says_what_is() -> None:
    """The sentence names the module, what may be used, and where to put the rest."""
    (actual,) = found("import math\nfrom os import path, sep\n")

    assert (actual.name, actual.line) == ("os", 2)
    assert actual.sentence.startswith(
        "Line 2 imports 'os'; an exercise may use torch, numpy, math, random,"
    )
    assert actual.sentence.endswith('may stand under `if __name__ == "__main__":`.')


def test_violations_come_in_the_order_of_lines() -> None:
    """The first line to look at comes first."""
    text = "import torch\n@torch.optim.f\ndef f():\n    import sys\n    eval('1')\n"

    assert [violation.line for violation in found(text)] == [2, 4, 5]


def test_one_name_is_reported_once_a_line() -> None:
    """A line that uses the same thing twice is one thing to put right."""
    assert names("import torch\nx = [torch.optim.SGD, torch.optim.SGD]\n") == ["torch.optim.SGD"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import torch.optim\n", "torch.optim"),
        ("import torch.optim as o\n", "torch.optim"),
        ("import torch.optim.sgd as o\n", "torch.optim.sgd"),
        ("import math, torch.optim\n", "torch.optim"),
        ("from torch import optim\n", "torch.optim"),
        ("from torch import nn, optim as o\n", "torch.optim"),
        ("from torch.optim import SGD as S\n", "torch.optim.SGD"),
        ("from torch.optim import *\n", "torch.optim"),
        ("def f():\n    from torch.optim import SGD\n", "torch.optim.SGD"),
        (
            "try:\n    from torch.optim import SGD\nexcept ImportError:\n    pass\n",
            "torch.optim.SGD",
        ),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from torch import optim\n",
            "torch.optim",
        ),
        ("import torch\ntorch.optim.SGD\n", "torch.optim.SGD"),
        ("import torch as t\nt.optim\n", "torch.optim"),
        ("import torch.nn\ntorch.optim\n", "torch.optim"),
        ("import torch.nn.functional as F\nF.softmax\n", "torch.nn.functional.softmax"),
        ("from torch import *\noptim.SGD\n", "torch.optim.SGD"),
        ("from torch.nn import *\nLinear(3, 4)\n", "torch.nn.Linear"),
        ("import torch\nt = torch\nt.optim\n", "torch.optim"),
        ("import torch\na = b = torch\nc = a\nc.optim\n", "torch.optim"),
        ("import torch\na, b = 1, torch\nb.optim\n", "torch.optim"),
        ("import torch\nt: object = torch\nt.optim\n", "torch.optim"),
        ("import torch\nt = torch\nt = t.nn\nt.Linear\n", "torch.nn.Linear"),
        ("import torch\nprint((t := torch), t.optim)\n", "torch.optim"),
        ("import torch\nx = [(t := torch) for _ in '1']\nt.optim\n", "torch.optim"),
        (
            "import torch\ndef f(t):\n    def g():\n        nonlocal t\n        t = torch\n    t.optim\n",
            "torch.optim",
        ),
        (
            "import torch as t\nclass A:\n    t = None\n    def f(self):\n        t.optim\n",
            "torch.optim",
        ),
        ("import torch\nfor t in (torch, 1):\n    t.optim\n", "torch.optim"),
        ("import torch\nx = [t.optim for t in [torch]]\n", "torch.optim"),
        ("import torch\ndef f(t=torch):\n    return t.optim\n", "torch.optim"),
        ("import torch\nf = lambda *, t=torch: t.optim\n", "torch.optim"),
        ("import torch\ndef f():\n    return t.optim\nt = torch\n", "torch.optim"),
        ("import torch\ndef f():\n    global t\n    t = torch\nt.optim\n", "torch.optim"),
        (
            "import torch\nclass A:\n    t = torch\n    def f(self):\n        self.t.optim\n",
            "torch.optim",
        ),
        (
            "import torch\nclass A:\n    def __init__(self):\n        self.t = torch\n    def f(self):\n        self.t.optim\n",
            "torch.optim",
        ),
        ("import numpy, torch\nxp = numpy if 0 else torch\nxp.optim\n", "torch.optim"),
        ("import torch\n(None or torch).optim\n", "torch.optim"),
        ("import torch\ngetattr(torch, 'optim')\n", "torch.optim"),
        ("import torch\ngetattr(torch, 'opt' + 'im').SGD\n", "torch.optim.SGD"),
        ("import torch\ngetattr(torch, f'{\"opt\"}im')\n", "torch.optim"),
        ("import torch\ng = getattr\ng(g(torch, 'nn'), 'Linear')\n", "torch.nn.Linear"),
        ("import torch\ntorch.__getattribute__('optim')\n", "torch.optim"),
        ("import torch\nobject.__getattribute__(torch, 'optim')\n", "torch.optim"),
        (
            "import torch\nfrom operator import attrgetter as a\na('optim.SGD')(torch)\n",
            "torch.optim.SGD",
        ),
        ("import torch\ntorch.__dict__['optim']\n", "torch.__dict__"),
        ("import torch\nvars(torch)['optim']\n", "torch.__dict__"),
        ("from torch.nn.modules import linear\nlinear.Linear\n", "torch.nn.modules.linear.Linear"),
        ("import torch\nclass A(torch.nn.Linear): ...\n", "torch.nn.Linear"),
        ("import torch\n@torch.optim.f\ndef f(): ...\n", "torch.optim.f"),
        ("import optimizer\noptimizer.torch.optim\n", "torch.optim"),
    ],
)
def test_forbidden_name_is_found_however_it_is_spelt(text: str, name: str) -> None:
    """The name is reported as it is called where it comes from."""
    assert names(text) == [name]
    assert "writing it yourself" in found(text)[0].sentence or "__dict__" in name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("import os\n", "os"),
        ("import os.path as p\n", "os.path"),
        ("from importlib import import_module\n", "importlib"),
        ("import matplotlib.pyplot as plt\n", "matplotlib.pyplot"),
        ("from sys import *\n", "sys"),
        ("from . import rules\n", "."),
        ("from .rules import x\n", ".rules"),
        ("__import__('os')\n", "__import__"),
        ("eval('1')\n", "eval"),
        ("e = exec\n", "exec"),
        ("compile('1', '', 'eval')\n", "compile"),
        ("import torch\ntorch._C._nn\n", "torch._C._nn"),
        ("import torch\ntorch.ops.aten.add(1, 1)\n", "torch.ops.aten.add"),
        ("from torch import jit\n", "torch.jit"),
        ("import torch\n@torch.compile\ndef f(): ...\n", "torch.compile"),
        ("import torch\ntorch.load('x')\n", "torch.load"),
        ("import torch.utils.cpp_extension\n", "torch.utils.cpp_extension"),
        ("import torch\ntorch._fused_sgd_\n", "torch._fused_sgd_"),
        ("import random\nrandom._os.system('ls')\n", "random._os.system"),
        ("from contextlib import sys\n", "contextlib.sys"),
        ("().__class__.__base__.__subclasses__()\n", "__subclasses__"),
        ("(lambda: 0).__globals__\n", "__globals__"),
        ("getattr(print, '__glo' + 'bals__')\n", "__globals__"),
        ("import operator\noperator.attrgetter('__code__.co_consts')(print)\n", "__code__"),
        ("globals()['__builtins__']\n", "__builtins__"),
        ("__builtins__\n", "__builtins__"),
        ("print.__self__\n", "print.__self__"),
        ("(i for i in ()).gi_frame.f_back\n", "f_back"),
        ("try:\n    pass\nexcept Exception as e:\n    e.__traceback__.tb_frame\n", "tb_frame"),
    ],
)
def test_way_out_of_the_submission_is_found(text: str, name: str) -> None:
    """What no exercise needs is denied in all of them."""
    assert names(text, with_policy()) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "# import os; torch.optim\n",
        '"""Like torch.optim.SGD; never import os or eval()."""\n',
        "x = 'torch.optim' + '__globals__'\n",
        "class A:\n    def __init__(self, optim):\n        self.optim = optim\n        self.optim.SGD()\n",
        "def f(optim):\n    return optim.SGD\n",
        "optim = object()\noptim.SGD\n",
        "import torch\ndef f(torch):\n    return torch.optim\n",
        "import torch\nx = [torch.optim for torch in ()]\n",
        "import torch\ndef f():\n    torch = object()\n    return torch.optim\n",
        "class A:\n    from torch import nn\ndef f(nn):\n    nn.Linear\n",
        "import torch.nn.functional as F\nF.relu\n",
        "from torch import Tensor, nn\nclass A(nn.Module):\n    def __init__(self):\n        super().__init__()\n",
        "import torch\ntorch.nn.functional.relu\ntorch.nn.LinearFancy\ntorch.optimal\n",
        "from torch.nn import *\nclass Linear(Module): ...\nLinear()\n",
        "import torch\ntorch._foreach_add_([], [], alpha=-1)\n",
        "import torch\ntorch.no_grad()\ntorch.manual_seed(0)\ntorch.utils.data.Dataset\n",
        "import numpy as np\nnp.random.default_rng(0)\nnp.linalg.norm\n",
        "from collections.abc import Iterator\nfrom __future__ import annotations\n",
        "import torch, functools\nfunctools.partial('optim')(torch)\n",
        "import re, copy\nre.compile('x')\ncopy.deepcopy([])\n",
        "def compile(x): ...\ncompile(1)\n",
        "class A:\n    def eval(self): ...\nA().eval()\n",
        "import torch\nmodel = torch.nn.ReLU()\nmodel.eval()\nmodel.compile\n",
        "import torch.nn.functional as F\ndef f(name):\n    return getattr(F, name)\n",
        "print(type(self).__name__, self.__class__, self.__dict__, __name__, __file__)\n",
        "class A:\n    def __init__(self):\n        self.f_back = 1\n    def f(self):\n        return self.f_back\n",
        "class A:\n    def f_back(self): ...\nA().f_back()\n",
        "class A:\n    def __getattribute__(self, name):\n        return super().__getattribute__(name)\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from collections.abc import Iterable\n",
        "match 1:\n    case torch:\n        torch.optim\n",
        "import torch\nwith open('x') as torch_file:\n    torch_file.optim\n",
        "import torch\ntorch.signal.windows\ntorch.select\ntorch.trace\n",
    ],
)
def test_right_code_is_never_blamed(text: str) -> None:
    """Words, own variables and everything that is not forbidden are left alone."""
    assert names(text) == []


def test_what_stands_below_the_main_guard_is_ignored() -> None:
    """That block never runs here; what it imports is the student's business."""
    text = (
        "import torch\n"
        'if __name__ == "__main__":\n'
        "    import os, matplotlib.pyplot as plt\n"
        "    torch.optim.SGD\n"
        "    eval('1')\n"
    )

    assert names(text) == []


def test_what_stands_beside_the_main_guard_counts() -> None:
    """The other branch does run here."""
    text = "if '__main__' == __name__:\n    import os\nelse:\n    import sys\n"

    assert names(text) == ["sys"]


@pytest.mark.parametrize(
    "text",
    [
        "if __name__ != '__main__':\n    import os\n",
        "if __name__ == 'optimizer':\n    import os\n",
        "if __name__ == '__main__' or True:\n    import os\n",
        "__name__ = '__main__'\nif __name__ == '__main__':\n    import os\n",
        "def f(__name__):\n    if __name__ == '__main__':\n        import os\n",
        "import math as __name__\nif __name__ == '__main__':\n    import os\n",
    ],
)
def test_what_only_looks_like_the_main_guard_counts(text: str) -> None:
    """A block that may run is read, whatever its test is made to look like."""
    assert names(text) == ["os"]


def test_exercise_may_allow_more_modules() -> None:
    """What an exercise adds may be imported, with everything below it."""
    exercise = with_policy(imports=("threading", "concurrent.futures", "torch.multiprocessing"))
    text = (
        "import threading\n"
        "from concurrent import futures\n"
        "import concurrent.futures.thread\n"
        "from torch.multiprocessing import Pool\n"
    )

    assert names(text, exercise) == []
    assert names("import concurrent\n", exercise) == ["concurrent"]
    assert names("import os\n", exercise) == ["os"]


def test_modules_that_an_exercise_adds_are_among_the_choices() -> None:
    """The sentence tells all that may be used."""
    (actual,) = found("import os\n", with_policy(imports=("threading",)))

    assert "torch, numpy, threading, math" in actual.sentence


def test_forbidden_goes_before_allowed() -> None:
    """A module may be allowed while a part of it is what the exercise rebuilds."""
    exercise = with_policy(imports=("bisect",), forbidden=("bisect.insort", "builtins.sorted"))

    assert names("import bisect\nbisect.bisect\nbisect.insort\nsorted([])\n", exercise) == [
        "bisect.insort",
        "sorted",
    ]


def test_only_a_class_is_forbidden_wherever_it_is_defined() -> None:
    """A class is reached through its module too; functions of one name differ by module."""
    exercise = with_policy(forbidden=("torch.nn.Module", "torch.sum"))
    text = "import torch\ntorch.nn.modules.module.Module\ntorch.sparse.sum\n"

    assert names(text, exercise) == ["torch.nn.modules.module.Module"]


def test_files_of_one_submission_may_import_each_other() -> None:
    """Each file is read, and what one hands on to another keeps its name."""
    exercise = msgspec.structs.replace(EXERCISE, files=("optimizer.py", "rules.py"))

    actual = found(
        "import rules as r\nfrom rules import x\nr.torch.optim\nr.x\n",
        exercise,
        rules="import torch\nimport os\n",
    )

    assert [(v.file, v.line, v.name) for v in actual] == [
        ("optimizer.py", 3, "torch.optim"),
        ("rules.py", 2, "os"),
    ]


def test_file_of_another_name_is_not_of_the_submission() -> None:
    """A module beside the file does not travel with it."""
    assert names("import helpers\n") == ["helpers"]


def test_lists_are_sorted_and_nothing_stands_in_both() -> None:
    """A reader finds a name at once; a contradiction would be a riddle."""
    assert list(ALLOWED) == sorted(set(ALLOWED))
    assert list(DENIED) == sorted(set(DENIED))
    assert not set(ALLOWED) & set(DENIED)


@pytest.mark.parametrize(
    "text",
    [
        "import torch as a\n" + "a = a.b\n" * 2000,
        "import torch as a0\n" + "".join(f"a{i + 1} = a{i}.x or a{i}.y\n" for i in range(5000)),
        "x = f" + "(x)" * 90 + "\n",
        "import torch\nx = " + "getattr(" * 90 + "torch" + ", 'nn')" * 90 + "\n",
    ],
)
@pytest.mark.timeout(20)
def test_reading_a_hostile_file_ends(text: str) -> None:
    """Chains of names that would grow without end are cut off."""
    assert names(text) == []


SOURCES = (
    "import torch\n\n\nclass Optimizer:\n    def step(self):\n        torch.optim.SGD\n",
    "import os\n\n\ndef f(x):\n    if x:\n        eval(x)\n    return x\n",
    "from torch import nn\n\n\nclass A(nn.Module):\n    def f(self, optim):\n        return optim\n",
)
WORDS = ("torch.optim", "import os", "eval('x')", "getattr(torch, 'optim')", "__globals__")


@settings(database=None, deadline=None, max_examples=200)
@given(st.sampled_from(SOURCES), st.data())
def test_comments_docstrings_and_blank_lines_never_change_what_is_found(
    source: str, data: st.DataObject
) -> None:
    """Only what runs counts."""
    noise = st.one_of(
        st.just(""),
        st.sampled_from(WORDS).map("# {}".format),
        st.sampled_from(WORDS).map('"""Never {} here."""'.format),
    )
    lines: list[str] = []
    for line in source.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        lines += [indent + data.draw(noise), line] if line else [line]

    assert set(names("\n".join(lines) + "\n")) == set(names(source))


@settings(database=None, deadline=None, max_examples=100)
@given(st.sampled_from(SOURCES[:2]), st.integers(0, 5))
def test_blank_lines_move_the_line_that_is_named(source: str, blanks: int) -> None:
    """The line is the student's own line."""
    before = [violation.line for violation in found(source)]

    after = [violation.line for violation in found("\n" * blanks + source)]

    assert after == [line + blanks for line in before]
