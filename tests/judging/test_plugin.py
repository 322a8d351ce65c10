"""The pytest plugin: order, verdicts and fixtures of checks, and nothing for anybody else's tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.judging import plugin
from autograder.judging.check import check
from autograder.judging.implementation import Submitted
from autograder.judging.item import item_of
from autograder.results.report import CheckReport
from autograder.results.verdict import Verdict


def an_item(name, *, requires=(), part=None, folder="suite", file="test_correctness.py"):
    """Return a collected check, as much of it as the plugin looks at."""

    def function():
        """It holds."""

    function.__name__ = f"test_{name}"
    check(requires=requires, part=part)(function)
    return SimpleNamespace(function=function, path=Path(folder) / file)


def a_plain_test(name, folder="suite"):
    """Return a collected test of somebody else."""
    return SimpleNamespace(function=lambda: name, path=Path(folder) / "test_other.py", name=name)


def a_run(*, whole=True):
    """Return a pytest configuration, as much of it as the plugin looks at."""
    return SimpleNamespace(stash={plugin.WHOLE: True} if whole else {})


def names_of(items):
    """Return the names of checks, and of plain tests."""
    return [found.check.name if (found := item_of(i)) else i.name for i in items]


def ordered(*items, whole=True):
    """Return the names in the order in which they run."""
    collected = list(items)
    plugin.pytest_collection_modifyitems(a_run(whole=whole), collected)
    return names_of(collected)


# Order


def test_a_check_comes_after_all_that_it_requires():
    """Also where a requirement is written below it, or far above."""
    assert ordered(
        an_item("c", requires=("b", "a")), an_item("b", requires="a"), an_item("a"), an_item("d")
    ) == ["a", "b", "c", "d"]


def test_checks_that_require_nothing_stay_as_written():
    """The author's order is the teaching order."""
    assert ordered(an_item("b"), an_item("c"), an_item("a")) == ["b", "c", "a"]


@pytest.mark.parametrize(
    ("items", "sentence"),
    [
        ([an_item("a"), an_item("a")], "two checks are named 'a'"),
        ([an_item("one", requires="on"), an_item("two")], "requires 'on', which .* mean 'one'?"),
        ([an_item("a", requires="a")], "in a circle: a → a"),
        (
            [an_item("a", requires="b"), an_item("b", requires="c"), an_item("c", requires="a")],
            "in a circle: a → b → c → a",
        ),
    ],
    ids=["twice", "unknown", "itself", "circle"],
)
def test_a_suite_that_makes_no_sense_is_one_usage_error(items, sentence):
    """The author reads which suite, which checks, and what is wrong with them."""
    with pytest.raises(pytest.UsageError, match=f"^suite: .*{sentence}"):
        plugin.pytest_collection_modifyitems(a_run(), items)


def test_one_check_can_be_run_without_what_it_requires():
    """In an editor a student may click on a single one."""
    assert ordered(an_item("b", requires="a"), whole=False) == ["b"]


def test_two_suites_may_use_the_same_names():
    """A name belongs to its folder, and so does what is required."""
    one = [an_item(n, requires=r, folder="one") for n, r in (("b", "a"), ("a", ()))]
    two = [an_item(n, requires=r, folder="two") for n, r in (("a", "b"), ("b", ()))]

    assert ordered(*one, *two) == ["a", "b", "b", "a"]


def test_tests_of_other_projects_stay_where_they_are():
    """Whatever order they came in, folder by folder or shuffled, they keep their places."""
    items = [
        a_plain_test("x", "a"),
        an_item("two", requires="one"),
        a_plain_test("y", "b"),
        an_item("one"),
        a_plain_test("z", "a"),
    ]

    assert ordered(*items) == ["x", "one", "y", "two", "z"]


# Parts


@pytest.mark.parametrize(
    ("file", "said", "part"),
    [
        ("test_parity.py", None, "parity"),
        ("test_speed.py", None, "speed"),
        ("test_correctness.py", None, "correctness"),
        ("test_optimizer.py", None, "correctness"),
        ("test_parity.py", "speed", "speed"),
    ],
)
def test_the_part_is_what_the_check_or_else_its_file_says(file, said, part):
    """A file is named after its part; a check may say otherwise."""
    assert item_of(an_item("a", file=file, part=said)).part == part


# What need not run


def a_case(*verdicts):
    """Return the case file of a submission of which *verdicts* are known."""
    case = plugin.CaseFile(submission=None, seed=b"seed")
    for name, verdict, *more in verdicts:
        case.record(
            CheckReport(
                check=name, part="correctness", verdict=verdict, earned=0, possible=1,
                title=f"{name} holds.", message=f"{name}: do it", builds_on=more[0] if more else None,
            )
        )  # fmt: skip
    return case


def obstacle(case, **facts):
    """Return what keeps a check from being run."""
    return case.obstacle(item_of(an_item("late", **facts)))


@pytest.mark.parametrize(
    "verdict", [Verdict.FAILED, Verdict.ERRORED, Verdict.TIMED_OUT, Verdict.FORBIDDEN]
)
def test_what_builds_on_something_broken_is_skipped_and_says_so(verdict):
    """The first cause is told once; what follows from it names it."""
    found = obstacle(a_case(("base", verdict)), requires="base")

    assert (found.verdict, found.builds_on, found.earned) == (Verdict.SKIPPED, "base", 0)
    assert found.message == "builds on “base holds.”, which did not pass"


def test_what_builds_on_a_stub_is_not_implemented_either():
    """It inherits the sentence of the stub, and is not called skipped or wrong."""
    found = obstacle(a_case(("base", Verdict.NOT_IMPLEMENTED)), requires="base")

    assert (found.verdict, found.builds_on) == (Verdict.NOT_IMPLEMENTED, "base")
    assert found.message == "base: do it"


def test_a_chain_of_skipped_checks_names_its_beginning():
    """A student is told what to put right, not what merely waits."""
    found = obstacle(a_case(("middle", Verdict.SKIPPED, "base")), requires="middle")

    assert found.builds_on == "base"


def test_what_is_required_and_passed_is_no_obstacle():
    """Neither is what was not collected."""
    assert obstacle(a_case(("base", Verdict.PASSED)), requires=("base", "elsewhere")) is None


@pytest.mark.parametrize(("timeouts", "tried"), [(2, True), (3, False), (4, False)])
def test_after_three_timeouts_the_rest_is_not_tried(timeouts, tried):
    """A submission that hangs everywhere does not keep others waiting."""
    case = a_case(*((f"t{i}", Verdict.TIMED_OUT) for i in range(timeouts)))

    found = obstacle(case)

    assert (found is None) is tried
    if found:
        assert found.verdict is Verdict.SKIPPED
        assert found.message == f"not tried: {timeouts} checks before it ran out of time"


def test_inputs_differ_by_submission_and_by_check_and_by_nothing_else():
    """The same seed and name always draw the same numbers."""

    def numbers(seed, name):
        return plugin.CaseFile(None, seed).generator(name).integers(2**62, size=2).tolist()

    assert numbers(b"a", "one") == numbers(b"a", "one")
    assert numbers(b"a", "one") != numbers(b"a", "two")
    assert numbers(b"a", "one") != numbers(b"b", "one")


def test_verdicts_are_passed_on_as_they_come():
    """The grader shows progress check by check."""
    told = []
    case = plugin.CaseFile(None, b"", told.append)
    case.record(report := a_case(("one", Verdict.PASSED)).verdicts["one"])

    assert told == [report]


# What became of one check


def judged(error=None):
    """Return the verdict on a check that ended with *error*."""
    call = SimpleNamespace(duration=0.5, excinfo=SimpleNamespace(value=error) if error else None)
    submission = Submitted.__new__(Submitted)
    submission.output = "so far"
    case = plugin.CaseFile(submission, b"")
    return plugin._verdict(item_of(an_item("one")), call, case)


def test_no_exception_is_a_pass_with_all_its_points():
    """Only that earns anything."""
    report = judged()

    assert (report.verdict, report.earned, report.output) == (Verdict.PASSED, 1, "so far")
    assert report.hint is None


@pytest.mark.parametrize("error", [ValueError("x"), OSError("x"), KeyError("x"), RecursionError()])
def test_an_unexpected_exception_is_the_graders_trouble(error):
    """Whatever we do not understand is ours, is worth nothing and says what it was."""
    report = judged(error)

    assert (report.verdict, report.earned) == (Verdict.ERRORED, 0)
    assert type(error).__name__ in report.message


def test_the_message_of_our_trouble_is_bounded():
    """A report does not grow with what is quoted in it."""
    assert len(judged(ValueError("x" * 10**6)).message) <= 2000


def test_a_bare_assert_is_a_failed_check_that_gives_no_value_away():
    """What pytest would print about the operands stays in the judge."""
    report = judged(AssertionError("assert 3 == the_expected_value"))

    assert report.verdict is Verdict.FAILED
    assert report.message == "this does not hold"


# Plain pytest, in processes of its own


def plain(folder, *arguments, python=()):
    """Run pytest in *folder* as a person would, with the plugin that is installed."""
    return subprocess.run(
        [sys.executable, *python, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_importing_the_plugin_imports_neither_torch_nor_the_sandbox():
    """Every pytest run of the environment pays for what it imports."""
    code = (
        "import sys, autograder.judging.plugin\n"
        "heavy = {'torch', 'numpy', 'safetensors', 'rich', 'autograder.sandbox'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


_OTHERS = """
import sys
import pytest
import probes

order = []

@pytest.fixture
def rng():
    return 4

class TestIt:
    def test_b(self, rng):
        order.append("b")
        assert rng == 4

    def test_a(self):
        order.append("a")

@pytest.mark.parametrize("n", [2, 1])
def test_n(n):
    order.append(n)

def test_value():
    assert probes.VALUE == "{folder}"

def test_end():
    assert order == ["b", "a", 2, 1]
    assert "torch" not in sys.modules
    assert "autograder.judging.implementation" not in sys.modules
"""


@pytest.mark.parametrize("folder", ["public", "suite"])
def test_other_projects_are_not_disturbed(tmp_path, folder):
    """Folders, modules, fixtures and order with names like ours keep their own meaning."""
    tests = tmp_path / "project" / folder
    tests.mkdir(parents=True)
    (tests / "test_it.py").write_text(_OTHERS.replace("{folder}", folder))
    (tests / "probes.py").write_text(f"VALUE = {folder!r}\n")

    done = plain(tests)

    assert "6 passed" in done.stdout
    assert done.returncode == 0


def test_a_failure_of_another_project_is_shown_by_pytest_itself(tmp_path):
    """Assertion rewriting and tracebacks are theirs."""
    (tmp_path / "test_it.py").write_text("def test_it():\n    x = [1, 2]\n    assert x == [1, 3]\n")

    done = plain(tmp_path)

    assert "assert [1, 2] == [1, 3]" in done.stdout
    assert done.returncode == 1
