"""A submission in its cage and our own code answer probes alike; what goes wrong has its sentence."""

from __future__ import annotations

from types import SimpleNamespace

import msgspec
import pytest
import torch

from autograder.judging.implementation import (
    Finding,
    Local,
    Submitted,
    UngradableError,
    load_module,
)
from autograder.results.verdict import Verdict
from autograder.sandbox.custody import ForkServer
from autograder.sandbox.limits import WorkerLimits
from autograder.sandbox.packing import Opaque
from autograder.sandbox.wire import Load
from autograder.submission.policy import ALLOWED

_PROBES = '''
def double(impl, x):
    """Return twice *x*."""
    return impl.double(x)

def spoil(impl, x):
    """Change *x*, and return it."""
    x.zero_()
    return x

def tell(impl):
    """Return what torch draws."""
    import torch
    return torch.rand(3)
'''
_probes: dict[str, object] = {}
exec(_PROBES, _probes)
double, spoil, tell = (_probes[name] for name in ("double", "spoil", "tell"))
_RIGHT = "def double(x):\n    return 2 * x\n"


@pytest.fixture(scope="module")
def server():
    """Give one fork server for all."""
    with ForkServer() as server:
        yield server


@pytest.fixture
def submit(server):
    """Give a function that puts a text into a cage of its own."""
    opened = []

    def submit(text, seconds=1.0, **policy):
        load = Load(
            files={"double.py": text},
            names=("double",),
            probes=_PROBES,
            imports=ALLOWED,
            forbidden=policy.get("forbidden", ()),
        )
        opened.append(Submitted(server.control, WorkerLimits(), load, seconds))
        return opened[-1]

    yield submit
    for submitted in opened:
        submitted.close()


def our_own(**names):
    """Return our own code with these names."""
    return Local(SimpleNamespace(**names))


# Our own code


def test_our_own_code_gives_fresh_data():
    """What a probe does to its inputs or results reaches nobody else."""
    x = torch.ones(2)

    seen = our_own().run(spoil, x=x)

    assert torch.equal(seen, torch.zeros(2))
    assert torch.equal(x, torch.ones(2))


def test_our_own_code_and_a_submission_return_alike(submit):
    """Tuples stay tuples, objects become opaque, on both sides."""
    code = "import torch\ndef double(x):\n    return (x, [1.5, None], {'a': torch.nn.ReLU()})\n"
    scope: dict[str, object] = {}
    exec(code, scope)

    theirs, ours = (i.run(double, x=3) for i in (submit(code), our_own(double=scope["double"])))

    assert theirs == ours == (3, [1.5, None], {"a": Opaque("ReLU")})


def test_randomness_is_the_same_on_both_sides_and_leaves_no_trace(submit):
    """Both draw from the same seed at every run; our own generator stays as it was."""
    before = torch.get_rng_state()

    draws = [i.run(tell) for i in (submit(_RIGHT), our_own()) for _ in range(2)]

    assert all(torch.equal(draw, draws[0]) for draw in draws)
    assert torch.equal(torch.get_rng_state(), before)


def test_an_assertion_of_our_own_code_is_not_the_students_failure():
    """In a check an AssertionError means that the student is wrong; ours must not look like it."""

    def broken(x):
        assert x is None

    with pytest.raises(RuntimeError, match="our own implementation failed an assertion"):
        our_own(double=broken).run(double, x=1)


def test_our_own_file_is_loaded_anew_under_its_name(tmp_path):
    """Whatever had the name before is replaced, and nothing is cached."""
    path = tmp_path / "mine.py"
    path.write_text("VALUE = 1\n")
    load_module("torchgrade_test_mine", path)
    path.write_text("VALUE = 22\n")

    assert load_module("torchgrade_test_mine", path).VALUE == 22


# A submission


def test_a_submission_answers_probes(submit):
    """Tensors go in and come out."""
    assert torch.equal(submit(_RIGHT).run(double, x=torch.ones(2)), torch.full((2,), 2.0))


def test_every_run_of_a_check_is_remembered_until_the_next_check(submit):
    """The diagnosis repeats what a failed check did, and nothing of other checks."""
    submitted = submit(_RIGHT)
    submitted.run(double, x=1)
    submitted.begin_check()
    submitted.run(double, x=2)

    assert [run.probe for run in submitted.runs] == [double]


def test_prints_are_collected_for_the_check(submit):
    """Also those of the import, with the check that caused it."""
    submitted = submit(f"print('hello')\n{_RIGHT}    \nprint('there')\n")
    submitted.run(double, x=1)

    assert submitted.output == "hello\nthere\n"


def _found(submitted, verdict, words):
    with pytest.raises(Finding, match=words) as caught:
        submitted.run(double, x=1)
    assert caught.value.verdict is verdict
    assert submitted.runs[-1].outcome is caught.value
    return caught.value


@pytest.mark.parametrize(
    ("body", "verdict", "words"),
    [
        ("raise ValueError('no')", Verdict.FAILED, "your code raised ValueError: no"),
        ("raise NotImplementedError('double: do it')", Verdict.NOT_IMPLEMENTED, "^double: do it$"),
        ("raise SystemExit(0)", Verdict.FAILED, "called for the program's end"),
        ("raise KeyboardInterrupt", Verdict.FAILED, "raised KeyboardInterrupt"),
        ("return [[]] * 10**6", Verdict.FAILED, "your code gave a value with too many items"),
        ("while True: pass", Verdict.TIMED_OUT, "no answer after 0.3 seconds; it runs on"),
        ("import time; time.sleep(99)", Verdict.TIMED_OUT, "it waits for something"),
    ],
)
def test_what_student_code_does_is_a_finding_with_its_sentence(submit, body, verdict, words):
    """Each end has its verdict, and its line where there is one; only what must run out of time gets little."""
    seconds = 0.3 if verdict is Verdict.TIMED_OUT else 30
    finding = _found(submit(f"def double(x):\n    {body}\n", seconds=seconds), verdict, words)

    if "raise" in body:
        assert (finding.where.file, finding.where.line) == ("double.py", 2)


@pytest.mark.parametrize(
    ("body", "end"),
    [
        ("vars(contextlib)['os']._exit(7)", "exit code 7"),
        (
            "vars(contextlib)['sys'].modules['importlib'].import_module('faulthandler')._read_null()",
            "killed by signal 11, Segmentation fault",
        ),
    ],
)
def test_a_worker_that_ended_is_followed_by_a_fresh_one(submit, body, end):
    """The next probe does not notice, but for the state that is gone."""
    text = f"import contextlib\ndef double(x):\n    if x == 1:\n        {body}\n    return 2 * x\n"
    submitted = submit(text)

    _found(submitted, Verdict.FAILED, rf"your code ended the process \({end}\)")
    assert submitted.run(double, x=2) == 4


def test_a_worker_that_hung_is_followed_by_a_fresh_one(submit):
    """A hang costs one run."""
    submitted = submit("def double(x):\n    while x == 1: pass\n    return 2 * x\n", seconds=0.3)

    _found(submitted, Verdict.TIMED_OUT, "no answer")
    assert submitted.run(double, x=2) == 4


def test_a_forbidden_name_is_forbidden_where_it_is_used(submit):
    """Also where the policy could not read it."""
    text = "import torch\ndef double(x):\n    return getattr(torch, 'cum' + 'sum')(x, 0)\n"

    finding = _found(
        submit(text, forbidden=("torch.cumsum",)), Verdict.FORBIDDEN, "'torch.cumsum' is what"
    )
    assert finding.where.line == 3


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("x = 1\n", "name", "'double.py' defines no 'double'"),
        ("def duoble(x): pass\n", "name", "Did you mean 'duoble'"),
        ("1 / 0\n", "import_failed", "raised ZeroDivisionError at line 1 of double.py"),
        ("import socket\n", "forbidden", "at line 1 of double.py: .* does not allow"),
        ("raise SystemExit\n", "import_failed", "ends the program at line 1 of double.py"),
        ("import time; time.sleep(99)\n", "import_failed", "did not finish importing within 0.3"),
        ("x = 1\nreturn\n", "syntax", "Line 2 of 'double.py' is not Python: 'return' outside"),
        (
            "import contextlib; vars(contextlib)['os']._exit(3)\n",
            "import_failed",
            r"ended the process while it was imported \(exit code 3\)",
        ),
    ],
)
def test_what_cannot_be_imported_cannot_be_judged(submit, text, kind, words):
    """One sentence says why, and every further probe says the same."""
    submitted = submit(text, seconds=0.3)

    for _ in range(2):
        with pytest.raises(UngradableError, match=words) as caught:
            submitted.run(double, x=1)
        assert caught.value.problem.kind == kind


def test_what_was_printed_before_the_import_failed_is_kept(submit):
    """It may be what explains the failure."""
    with pytest.raises(UngradableError, match="ZeroDivisionError") as caught:
        submit("print('so far')\n1 / 0\n").load()

    assert caught.value.problem.output == "so far\n"


def test_the_layers_of_the_cage_are_known_once_it_stands(submit):
    """A report names what was in force."""
    submitted = submit(_RIGHT)
    submitted.load()

    assert "rlimits" in submitted.layers
    assert msgspec.json.encode(submitted.absent)


@pytest.mark.parametrize(
    ("attack", "message"),
    [
        ("os._exit(70)", "your code ended the process (exit code 70)"),
        ("os.write(3, b'\\0\\0\\0\\3abc')", "sent an answer that our code in it never sends"),
        ("os.write(3, b'\\xff' * 8)", "sent an answer that our code in it never sends"),
    ],
)
def test_trouble_of_ours_cannot_be_feigned(submit, attack, message):
    """Our own exit code and bytes that are no answer are the submission's failure."""
    text = f"import random\nos = random._os\ndef double(x):\n    {attack}\n"

    with pytest.raises(Finding) as found:
        submit(text).run(double, x=1)

    assert found.value.verdict is Verdict.FAILED
    assert message in found.value.message


def test_trouble_cannot_be_feigned_while_importing(submit):
    """It is a file that cannot be imported."""
    text = "import random\nrandom._os._exit(70)\ndef double(x):\n    pass\n"

    with pytest.raises(UngradableError, match="exit code 70"):
        submit(text).load()


def test_a_probe_may_have_less_time_than_usual(submit):
    """What takes longer is out of time; afterwards the usual time holds, and importing has its own."""
    text = (
        "import time\nend = time.process_time() + 0.6\nwhile time.process_time() < end:\n    pass\n"
        "def double(x):\n    end = time.process_time() + x\n"
        "    while time.process_time() < end:\n        pass\n    return x\n"
    )
    submitted = submit(text, seconds=5.0)

    assert submitted.run_within(0.5, double, x=0.01) == 0.01
    with pytest.raises(Finding, match=r"no answer after 0\.5 seconds"):
        submitted.run_within(0.5, double, x=2.0)
    assert submitted.run(double, x=0.9) == 0.9
