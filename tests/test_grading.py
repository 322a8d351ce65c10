"""One submission in, one exact report out, through the real cage."""

from __future__ import annotations

import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil
import pytest

from autograder import grading
from autograder.course.catalog import Catalog
from autograder.course.exercise import Suite
from autograder.errors import CourseError, UserError
from autograder.grading import Grader
from autograder.results.report import Report
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autograder.course.exercise import Exercise

_TINY = Path(__file__).parent / "tiny_course"
_RIGHT = (_TINY / "solutions/counter/counter.py").read_text()
_SECRET = "of-the-tests"
_WITH_ADD = "class Counter:\n    def __init__(self):\n        self.sum = 0\n    def add(self, x):\n"
_TOTAL = "    def total(self):\n        return self.sum\n"


def _submission(body: str) -> str:
    return f"import torch\n\n\n{_WITH_ADD}        {body}\n{_TOTAL}"


@pytest.fixture(scope="module")
def grader() -> Iterator[Grader]:
    """Give a grader of the tiny course, shared, as a class of students shares one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHGRADE_SECRET", _SECRET)
        with Grader(Catalog(_TINY)) as grader:
            yield grader


@pytest.fixture
def exercise(grader: Grader) -> Exercise:
    """Give the exercise `counter`."""
    return grader.catalog["counter"]


@pytest.fixture
def graded(grader: Grader, exercise: Exercise, tmp_path: Path) -> Callable[[str], Report]:
    """Give a function that grades a text as `counter.py`."""

    def grade(text: str, suite: Suite = Suite.HIDDEN) -> Report:
        (tmp_path / "counter.py").write_text(text)
        return grader.grade(tmp_path, exercise, suite=suite)

    return grade


def _verdicts(report: Report) -> dict[str, str]:
    return {v.check: v.verdict.value for v in report.verdicts}


def _of(report: Report, check: str):
    return next(v for v in report.verdicts if v.check == check)


def test_right_code_earns_every_point(graded):
    """The solution passes every check and earns what exercise.toml says."""
    report = graded(_RIGHT)

    assert report.passed
    assert {p.part: p.earned for p in report.parts} == {"correctness": 5, "parity": 2}
    assert report.diagnosis == ()


def test_untouched_stub_is_not_implemented_everywhere(graded, exercise):
    """A stub is not wrong; it is still to be written."""
    report = graded(exercise.stub.read_text())

    assert set(_verdicts(report).values()) == {"not_implemented"}
    assert report.gradable
    assert report.score.earned == 0


def test_half_written_stub_is_told_what_is_left(graded):
    """A method that is written does not hide one that is not."""
    text = f"{_WITH_ADD}        self.sum = self.sum + x\n    def total(self):\n"
    report = graded(text + "        raise NotImplementedError('Counter.total: return the sum')\n")

    assert _of(report, "one_part").verdict is Verdict.NOT_IMPLEMENTED
    assert _of(report, "one_part").message == "Counter.total: return the sum"


def test_not_implemented_error_of_torch_is_a_failure(graded):
    """An operation that torch lacks for a dtype is not a stub."""
    report = graded(
        _submission("torch.ones(2, dtype=torch.bool) @ torch.ones(2, dtype=torch.bool)")
    )

    assert _of(report, "one_part").verdict is Verdict.FAILED


def test_exception_names_type_message_and_line_in_their_file(graded):
    """What student code raises is reported with its own line, and no frame of ours."""
    report = graded(_submission("self.sum = self.sum + x.no_such_thing"))

    first = _of(report, "one_part")
    assert first.verdict is Verdict.FAILED
    assert "AttributeError" in first.message
    assert "no_such_thing" in first.message
    assert (first.where.file, first.where.line) == ("counter.py", 8)
    assert first.where.source.strip() == "self.sum = self.sum + x.no_such_thing"
    assert "autograder" not in report.to_json().replace('"autograder"', "")


def test_near_miss_of_an_attribute_is_suggested(graded):
    """A misspelt attribute gets Python's suggestion."""
    report = graded(
        f"{_WITH_ADD}        self.sum = self.sum + x\n    def totl(self):\n        pass\n"
    )

    assert "Did you mean 'totl'?" in _of(report, "one_part").message


def test_first_cause_is_told_once(graded):
    """Checks that build on a failed one are skipped, and name it."""
    report = graded(_submission("self.sum = -x"))

    assert _verdicts(report) == {
        "one_part": "failed",
        "two_parts": "skipped",
        "parts_are_left_alone": "skipped",
        "five_parts_match_torch": "skipped",
    }
    assert {v.builds_on for v in report.verdicts if v.verdict is Verdict.SKIPPED} == {"one_part"}


def test_comparison_names_the_worst_element(graded):
    """A wrong value is shown with index, expected and got."""
    message = _of(graded(_submission("self.sum = x * 2")), "one_part").message

    assert "3 of 3 elements differ" in message
    assert "expected" in message
    assert "got" in message


def test_endless_loop_times_out_and_the_rest_is_judged(graded):
    """A hang costs its own check only; the others run in a fresh worker."""
    report = graded(
        _submission("self.sum = self.sum + x\n        while x.numel() == 4:\n            pass")
    )

    assert _verdicts(report) == {
        "one_part": "passed",
        "two_parts": "passed",
        "parts_are_left_alone": "passed",
        "five_parts_match_torch": "timed_out",
    }


def test_sleeper_times_out(graded):
    """Waiting for nothing is a hang too."""
    report = graded("import time\n" + _submission("time.sleep(60)"))

    assert _of(report, "one_part").verdict is Verdict.TIMED_OUT
    assert "waits" in _of(report, "one_part").message


def test_ending_the_process_fails_that_check_only(graded):
    """Code that brings its process down is told so, and keeps its other points."""
    view = "np.lib.stride_tricks.as_strided(np.zeros(1), (10**10,), (8,))"
    fault = f"self.sum = self.sum + x\n        if x.numel() == 4: {view}.sum()"
    report = graded("import numpy as np\n" + _submission(fault))

    assert _of(report, "one_part").verdict is Verdict.PASSED
    assert _of(report, "five_parts_match_torch").verdict is Verdict.FAILED
    assert "signal 11" in _of(report, "five_parts_match_torch").message


@pytest.mark.parametrize("error", ["SystemExit(0)", "KeyboardInterrupt()", "BaseException('x')"])
def test_any_exception_is_a_failed_check(graded, error):
    """Nothing that student code raises ends the run or earns a point."""
    report = graded(_submission(f"raise {error}"))

    assert _of(report, "one_part").verdict is Verdict.FAILED
    assert not report.errored


def test_prints_are_kept_per_check_and_bounded(graded):
    """What student code prints belongs to its check, up to a bound."""
    report = graded(_submission("self.sum = self.sum + x\n        print('a part of', len(x))"))
    assert _of(report, "one_part").output == "a part of 3\n"
    assert _of(report, "two_parts").output == "a part of 3\na part of 3\n"

    flood = graded(_submission("self.sum = self.sum + x\n        print('x' * 10**6)"))
    assert flood.passed
    assert len(_of(flood, "one_part").output) < 10_000


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("", "empty", "empty"),
        ("class Counter:\n    def add(self, x)\n        pass\n", "syntax", "Line 2"),
        ("class Conter:\n    pass\n", "name", "Conter"),
        ("import torch\nx = 1 / 0\nclass Counter: pass\n", "import_failed", "ZeroDivisionError"),
        ("x = input()\nclass Counter: pass\n", "import_failed", "line 1"),
        ("raise SystemExit\nclass Counter: pass\n", "import_failed", "line 1"),
        ("raise KeyboardInterrupt\nclass Counter: pass\n", "import_failed", "KeyboardInterrupt"),
        ("while True: pass\nclass Counter: pass\n", "import_failed", "did not finish"),
        ("class Counter: pass\ndel Counter\n", "name", "Counter"),
    ],
)
def test_what_cannot_be_judged_says_why(graded, text, kind, words):
    """A submission that cannot be judged is not a zero: it gets one sentence."""
    report = graded(text)

    assert not report.gradable
    assert words in report.problem.sentence
    assert report.problem.kind == kind
    assert report.verdicts == ()
    assert report.score.earned == 0
    assert report.score.possible == 7


def test_printing_at_import_is_harmless(graded):
    """Output of the import does not disturb the judging."""
    assert graded(f"print('hello')\n{_RIGHT}").passed


def test_forbidden_name_is_told_with_its_line(graded):
    """Using what the exercise rebuilds is neither right nor merely wrong."""
    report = graded(_submission("self.sum = torch.cumsum(x, 0)"))

    assert set(_verdicts(report).values()) == {"forbidden"}
    assert "torch.cumsum" in report.verdicts[0].message
    assert report.verdicts[0].where.line == 8


def test_forbidden_name_found_only_at_run_time_is_forbidden(graded):
    """What static reading cannot see is caught where it runs, even if the student catches it."""
    text = _submission(
        "self.sum = self.sum + x\n"
        "        try:\n"
        "            vars(torch)['cum' + 'sum'](x, 0)\n"
        "        except Exception:\n"
        "            pass"
    )
    report = graded(text)

    assert set(_verdicts(report).values()) <= {"forbidden", "skipped"}
    assert report.score.earned == 0


@pytest.mark.parametrize(
    "value",
    ["None", "1", "'text'", "[]", "{}", "object()", "torch.nn.ReLU()", "[[[[]]]] * 10**5",
     "torch.ones(3).to_sparse()", "torch.ones(3, device='meta')", "torch.ones(10**8, dtype=torch.int8)",
     "torch.full((3,), float('nan'))", "2**100", "'\\ud800'", "(lambda: 0)"],
)  # fmt: skip
def test_result_of_the_wrong_kind_fails_and_never_confuses(graded, value):
    """Whatever a method returns, the check fails with a sentence."""
    report = graded(
        f"import torch\n{_WITH_ADD}        pass\n    def total(self):\n        return {value}\n"
    )

    assert _of(report, "one_part").verdict is Verdict.FAILED
    assert _of(report, "one_part").message
    assert not report.errored


def test_endlessly_nested_result_fails(graded):
    """A list that holds itself is a failed check, not a hung grader."""
    nested = "r = []\n        r.append(r)\n        return r\n"
    report = graded(f"{_WITH_ADD}        pass\n    def total(self):\n        {nested}")

    assert _of(report, "one_part").verdict is Verdict.FAILED


def test_same_files_give_the_same_report(graded):
    """A regrade differs in nothing but times."""
    text = _submission("self.sum = x * 2")

    assert graded(text).without_times() == graded(text).without_times()


def test_other_files_get_other_inputs(graded):
    """Inputs follow the submission's digest, so that answers cannot be written into it."""
    one = _of(graded(_submission("self.sum = x * 2")), "one_part").message
    two = _of(graded(_submission("self.sum = x * 2  # again")), "one_part").message

    assert one != two


def test_known_mistake_is_named(graded):
    """A submission that behaves like a known mistake is told so, with the checks it explains."""
    report = graded(_submission("self.sum = x"))

    (diagnosis,) = report.diagnosis
    assert diagnosis.mistake == "keeps_the_last"
    assert set(diagnosis.checks) == {"two_parts", "five_parts_match_torch"}


def test_unknown_mistake_is_not_named(graded):
    """No guess is sold as knowledge."""
    assert graded(_submission("self.sum = x * 17")).diagnosis == ()


def test_report_survives_json(graded):
    """A report reads back as it was written."""
    report = graded(_submission("self.sum = x"))

    assert Report.from_json(report.to_json()) == report


def test_seed_is_for_staff_only(graded):
    """What a student gets does not hold the seed."""
    report = graded(_RIGHT)

    assert report.environment.seed
    assert report.environment.seed not in report.for_student().to_json()


def test_public_suite_needs_no_secret_half(tmp_path):
    """A student's machine has the public folder only, and can check with it."""
    shutil.copytree(_TINY / "assignments", tmp_path / "assignments")
    (tmp_path / "counter.py").write_text(_RIGHT)
    catalog = Catalog(tmp_path)

    with Grader(catalog) as grader:
        report = grader.grade(tmp_path, catalog["counter"], suite=Suite.PUBLIC)
        with pytest.raises(UserError, match="hidden suite of 'counter' is not on this machine"):
            grader.grade(tmp_path, catalog["counter"])

    assert report.passed


def test_broken_suite_is_the_course_authors_to_mend(tmp_path):
    """A suite that cannot be collected is one sentence, and nobody gets a zero."""
    shutil.copytree(_TINY, tmp_path / "course")
    suite = tmp_path / "course/solutions/counter/suite/test_parity.py"
    suite.write_text(suite.read_text() + "\nraise ValueError('oops')\n")
    catalog = Catalog(tmp_path / "course")

    with Grader(catalog) as grader, pytest.raises(CourseError, match="oops"):
        grader.grade(_TINY / "solutions/counter", catalog["counter"])


def test_trouble_of_the_suite_is_errored_and_worth_nothing(tmp_path):
    """An exception in a check is the grader's error, told apart from the student's."""
    shutil.copytree(_TINY, tmp_path / "course")
    suite = tmp_path / "course/solutions/counter/suite/test_parity.py"
    suite.write_text(suite.read_text().replace("case = {", "case = 1 / 0 or {"))
    catalog = Catalog(tmp_path / "course")

    with Grader(catalog) as grader:
        report = grader.grade(_TINY / "solutions/counter", catalog["counter"])

    parity = _of(report, "five_parts_match_torch")
    assert (parity.verdict, parity.earned) == (Verdict.ERRORED, 0)
    assert "ZeroDivisionError" in parity.message
    assert report.errored
    assert _of(report, "one_part").verdict is Verdict.PASSED


def test_judge_killed_on_the_way_leaves_errored_checks_and_the_next_is_graded(grader, exercise):
    """When a judge's own process dies, its checks are errored and the next submission is fine."""
    folder = _TINY / "solutions/counter"
    judge = grader._judge(exercise, Suite.HIDDEN)

    def kill(done, _of, _check):
        if done == 1:
            os.killpg(judge._process.pid, signal.SIGKILL)

    report = grader.grade(folder, exercise, progress=kill)

    assert report.errored
    assert set(_verdicts(report).values()) == {"passed", "errored"}
    assert grader.grade(folder, exercise).passed


def test_a_crash_of_one_judging_process_is_its_submissions_alone(grader, exercise):
    """The judge itself, and the checks that it has collected, stay."""
    folder = _TINY / "solutions/counter"
    judge = grader._judge(exercise, Suite.HIDDEN)

    def kill(done, _of, _check):
        if done == 1:
            (child,) = psutil.Process(judge._process.pid).children()
            child.kill()

    report = grader.grade(folder, exercise, progress=kill)

    assert set(_verdicts(report).values()) == {"passed", "errored"}
    assert "ended with -9" in report.verdicts[-1].message
    assert grader.grade(folder, exercise).passed
    assert grader._judge(exercise, Suite.HIDDEN) is judge


def _facts(report: Report) -> object:
    """Return what must not depend on when it was graded."""
    verdicts = tuple(msgspec.structs.replace(v, seconds=0.0) for v in report.verdicts)
    return msgspec.structs.replace(report, verdicts=verdicts, graded_at="", seal=None)


def test_many_threads_may_grade_at_once(grader, exercise, tmp_path):
    """Each gets the report of its own submission, the same as one after another."""
    bodies = [
        "self.sum = self.sum + x",
        "self.sum = x",
        "self.sum = x * 17",
        "raise KeyError('x')",
        "import os; os._exit(0)",
        "print('x' * 9999); self.sum = self.sum + x",
    ]
    folders = [tmp_path / str(i) for i in range(3 * len(bodies))]
    for folder, body in zip(folders, bodies * 3, strict=True):
        folder.mkdir()
        (folder / "counter.py").write_text(f"{_submission(body)}\n# {folder.name}\n")

    alone = [grader.grade(folder, exercise) for folder in folders]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda folder: grader.grade(folder, exercise), folders))

    assert [_facts(r) for r in together] == [_facts(r) for r in alone]
    assert len({r.submission for r in together}) == len(folders)
    assert not any(r.errored for r in together)


def test_threads_share_one_judge_and_one_fork_server(monkeypatch):
    """The first submissions, which come at once, start one of each; nothing is left in the end."""
    monkeypatch.setenv("TORCHGRADE_SECRET", _SECRET)
    before = set(psutil.Process().children())
    catalog = Catalog(_TINY)

    with Grader(catalog) as grader, ThreadPoolExecutor(4) as pool:
        grade = lambda _: grader.grade(_TINY / "solutions/counter", catalog["counter"])  # noqa: E731
        assert all(report.passed for report in pool.map(grade, range(4)))
        assert len(set(psutil.Process().children()) - before) == 2

    assert set(psutil.Process().children()) == before


def test_a_suite_that_changes_meanwhile_is_judged_by_what_it_was(tmp_path, monkeypatch):
    """Who is being judged is judged to the end by the old suite; the next by the new one."""
    monkeypatch.setenv("TORCHGRADE_SECRET", _SECRET)
    shutil.copytree(_TINY, tmp_path / "course")
    catalog = Catalog(tmp_path / "course")
    exercise, folder = catalog["counter"], _TINY / "solutions/counter"
    suite = tmp_path / "course/solutions/counter/suite/test_parity.py"
    newer: list[Report] = []

    def change(done, _of, _check):
        if done == 1:
            suite.write_text(f"{suite.read_text()}\n# changed\n")
            with ThreadPoolExecutor(1) as pool:
                newer.append(pool.submit(grader.grade, folder, exercise).result())

    with Grader(catalog) as grader:
        older = grader.grade(folder, exercise, progress=change)
        assert len(grader._judges) == 1

    assert older.passed
    assert newer[0].passed
    assert newer[0].environment.course != older.environment.course


def test_judges_that_wait_longest_make_room(monkeypatch):
    """A course of many exercises does not keep torch in memory once for each."""
    monkeypatch.setattr(grading, "_MOST_JUDGES", 2)
    catalog = Catalog(_TINY)
    exercise = catalog["counter"]
    first = msgspec.structs.replace(exercise, id="first")

    with Grader(catalog) as grader:
        grader.prepare(first, Suite.PUBLIC)
        grader.prepare(exercise, Suite.PUBLIC)
        grader.prepare(first, Suite.PUBLIC)
        grader.prepare(exercise, Suite.HIDDEN)

        assert list(grader._judges) == [("first", Suite.PUBLIC), ("counter", Suite.HIDDEN)]


def test_killed_fork_server_is_replaced(grader, exercise):
    """The next submission does not notice that the fork server had died."""
    folder = _TINY / "solutions/counter"
    assert grader.grade(folder, exercise).passed
    grader.server._process.kill()
    grader.server._process.wait()

    assert grader.grade(folder, exercise).passed


def test_missing_folder_is_the_callers_error(grader, exercise, tmp_path):
    """A path that does not exist is one sentence."""
    with pytest.raises(UserError, match="nowhere"):
        grader.grade(tmp_path / "nowhere", exercise)


def test_read_only_folder_is_graded_and_left_alone(grader, exercise, tmp_path):
    """Nothing is written where the student's files are."""
    shutil.copy(_TINY / "solutions/counter/counter.py", tmp_path)
    tmp_path.chmod(0o500)

    assert grader.grade(tmp_path, exercise).passed
    assert [p.name for p in tmp_path.iterdir()] == ["counter.py"]
    tmp_path.chmod(0o700)


def test_a_diagnosis_is_made_unless_nobody_asks_for_it(grader, exercise):
    """Who only wants verdicts does not pay for it; the verdicts are the same."""
    path = exercise.secret / "mistakes" / "negates.py"

    asked, unasked = (grader.grade(path, exercise, diagnosed=wanted) for wanted in (True, False))

    assert [d.mistake for d in asked.diagnosis] == ["negates"]
    assert unasked.diagnosis == ()
    assert [v.verdict for v in unasked.verdicts] == [v.verdict for v in asked.verdicts]


def test_an_exercise_that_is_dismissed_can_be_graded_again(grader, exercise):
    """Its judges end, and others take their place."""
    grader.grade(exercise.solution, exercise)
    before = dict(grader._judges)

    grader.dismiss(exercise)
    ended = [judge.alive for judge in before.values()]
    report = grader.grade(exercise.solution, exercise)

    assert before
    assert not any(ended)
    assert report.passed
