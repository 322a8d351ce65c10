"""The pytest plugin: checks, their fixtures, their order, and a verdict for each.

It serves two callers. The judge (`judging.judge`) drives it for reports; and plain
`pytest assignments/optimizer`, in a student's editor, runs the public suite through the same
cage. It is imported by every pytest run of an environment that has torchgrade installed,
so it imports torch only when a suite of ours is collected.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING, Any

import pytest

from autograder.course.exercise import PARTS
from autograder.judging.check import check_of
from autograder.judging.item import DEVICE, CheckItem, SuiteError, in_order, item_of, part_of
from autograder.language import marked, tr, trn
from autograder.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from pathlib import Path

    import numpy as np

    from autograder.judging.implementation import Local, Submitted
    from autograder.judging.race import Stopwatch
    from autograder.results.report import CheckReport

__all__ = ["CaseFile"]

_TIMEOUTS = 3
"""After so many checks that ran out of time the rest is not tried."""
CASE = pytest.StashKey["CaseFile"]()
DEVICES = pytest.StashKey[tuple[str, ...]]()
WHOLE = pytest.StashKey[bool]()
"""Set where a whole suite was collected; in an editor a student may run one check of many."""


class CaseFile:
    """What is known of one submission while its suite runs."""

    def __init__(
        self,
        submission: Submitted,
        seed: bytes,
        tell: Callable[[CheckReport], None] = lambda _: None,
    ) -> None:
        self.submission = submission
        self.active = submission
        """The submission on the device of the check that runs."""
        self._elsewhere: dict[str, Submitted] = {}
        self.seed = seed
        self.verdicts: dict[str, CheckReport] = {}
        self.obstacles: dict[str, CheckReport] = {}
        self.pairs: int | None = None
        """How many pairs of samples each speed check takes; None: until it is decided."""
        self.stopwatch: Stopwatch | None = None
        """That of the check that runs, if it is one of speed."""
        self._tell = tell

    def begin(self, device: str) -> None:
        """Begin a check on *device*: with a worker of its own, started at the first need."""
        self.active = self.submission
        self.stopwatch = None
        if device != self.submission.device:
            self.active = self._elsewhere.setdefault(device, self.submission.on(device))
        self.active.begin_check()

    def close(self) -> None:
        """Kill the workers for other devices."""
        for submitted in self._elsewhere.values():
            submitted.close()

    def record(self, report: CheckReport) -> None:
        """Keep a verdict, and pass it on."""
        self.verdicts[report.check] = report
        self._tell(report)

    def generator(self, check: str) -> np.random.Generator:
        """Return the check's own generator: the same for the same submission, new for any other."""
        import numpy as np

        digest = hashlib.sha256(self.seed + check.encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:16]))

    def obstacle(self, item: CheckItem) -> CheckReport | None:
        """Return the verdict of a check that need not run, or None."""
        for name in item.check.requires:
            base = self.verdicts.get(name)
            if base is None or base.verdict is Verdict.PASSED:
                continue
            if base.verdict is Verdict.NOT_IMPLEMENTED:
                return item.report(Verdict.NOT_IMPLEMENTED, base.message, builds_on=name)
            text = tr("builds on “{title}”, which did not pass", title=base.title)
            return item.report(Verdict.SKIPPED, text, builds_on=base.builds_on or name)
        if item.absent:
            return item.report(Verdict.SKIPPED, tr(item.absent))
        timeouts = sum(v.verdict is Verdict.TIMED_OUT for v in self.verdicts.values())
        if timeouts >= _TIMEOUTS:
            text = trn(
                "not tried: {n} checks before it ran out of time",
                "not tried: {n} checks before it ran out of time",
                timeouts,
            )
            return item.report(Verdict.SKIPPED, text)
        return None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Have the checks of parity and speed run on every device of their exercise."""
    check = check_of(metafunc.function)
    devices = metafunc.config.stash.get(DEVICES, ("cpu",))
    if check is None or len(devices) == 1:
        return
    if part_of(check, metafunc.definition.path) != PARTS[0]:
        metafunc.fixturenames.append(DEVICE)
        metafunc.parametrize(DEVICE, devices)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the checks of each suite in an order in which each comes after what it requires.

    Everything else stays where it is: most runs with this plugin are of other projects.
    """
    suites: dict[Path, list[int]] = {}
    for i, item in enumerate(items):
        if item_of(item) is not None:
            suites.setdefault(item.path.parent, []).append(i)
    for folder, places in suites.items():
        try:
            ordered = in_order([items[i] for i in places], whole=WHOLE in config.stash)
        except SuiteError as error:
            raise pytest.UsageError(f"{folder}: {error}") from error
        for i, item in zip(places, ordered, strict=True):
            items[i] = item


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Let a suite's `from probes import …` mean the `probes.py` beside it, whatever was before."""
    probes = collector.path.parent / "probes.py"
    if isinstance(collector, pytest.Module) and _is_suite(collector.path) and probes.exists():
        from autograder.judging.implementation import load_module

        load_module("probes", probes)
    return (yield)


def _is_suite(path: Path) -> bool:
    """Return whether *path* is a test of an exercise; other projects have such folders, too."""
    exercise = path.parent.parent
    home = {"public": exercise, "suite": exercise.parent.parent / "assignments" / exercise.name}
    known = home.get(path.parent.name)
    return known is not None and (known / "exercise.toml").is_file()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Give a check of a plain pytest run its submission before it starts."""
    if item_of(item) is not None and CASE not in item.config.stash:
        item.config.stash[_PLAIN] = _plain_case(item)
    return (yield)


_PLAIN = pytest.StashKey[CaseFile]()
_PLAIN_CASES = pytest.StashKey[dict["Path", CaseFile]]()


def _case(item: pytest.Item) -> CaseFile:
    stash = item.config.stash
    return stash[CASE] if CASE in stash else stash[_PLAIN]


def _plain_case(item: pytest.Item) -> CaseFile:
    """Return the case of the exercise that holds *item*'s public suite, in a plain pytest run."""
    from autograder.judging import editor

    cases = item.config.stash.setdefault(_PLAIN_CASES, {})
    folder = item.path.parent.parent
    if folder not in cases:
        submitted = editor.open_submission(folder, item.config)
        cases[folder] = CaseFile(submitted, b"public")
    return cases[folder]


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Submitted:
    """The submission, in its cage."""
    return _case(request.node).active


def _device_of(request: pytest.FixtureRequest) -> str:
    found = item_of(request.node)
    return found.device if found else "cpu"


@pytest.fixture
def rng(request: pytest.FixtureRequest) -> np.random.Generator:
    """A generator of this check's own, seeded by the submission."""
    found = item_of(request.node)
    assert found is not None, "`rng` is for checks"
    return _case(request.node).generator(found.check.name)


def _reference(name: str, request: pytest.FixtureRequest) -> Local:
    return _local(_REFERENCES[name](request.path)).on(_device_of(request))


@pytest.fixture
def torch_impl(request: pytest.FixtureRequest) -> Local:
    """Torch's own implementation of the exercise: `torch_impl.py` beside the suite."""
    return _reference("torch_impl", request)


@pytest.fixture
def solution(request: pytest.FixtureRequest) -> Local:
    """Our reference solution of the exercise."""
    return _reference("solution", request)


@pytest.fixture
def baseline(request: pytest.FixtureRequest) -> Local:
    """The suite's own baseline, where neither torch nor the solution is the measure of speed."""
    return _reference("baseline", request)


@pytest.fixture
def speed(request: pytest.FixtureRequest, rng: np.random.Generator) -> Stopwatch:
    """What times the submission beside a reference: see `judging.race.Stopwatch`."""
    from autograder.judging.race import Stopwatch

    case = _case(request.node)
    case.stopwatch = Stopwatch(rng, case.pairs)
    return case.stopwatch


def load_references(items: list[pytest.Item]) -> None:
    """Import the references that *items* ask for, so that a fork of this process has them."""
    for item in items:
        for name in _REFERENCES.keys() & getattr(item, "fixturenames", ()):
            with contextlib.suppress(Exception):  # the check that needs it says what is wrong
                _local(_REFERENCES[name](item.path))


_REFERENCES: dict[str, Callable[[Path], Path]] = {
    "torch_impl": lambda path: path.parent / "torch_impl.py",
    "baseline": lambda path: path.parent / "baseline.py",
    "solution": lambda path: path.parents[1] / f"{path.parents[1].name}.py",
}
"""Where our own code lies, by the fixture that gives it and the path of the test that asks."""
_locals: dict[Any, Any] = {}
_NAMES = {"torch_impl": "torch", "baseline": marked("the plain way")}


def _local(path: Path) -> Local:
    from autograder.judging.implementation import Local, load_module

    if path not in _locals:
        module = load_module(f"torchgrade_{path.parent.name}_{path.stem}", path)
        _locals[path] = Local(module, _NAMES.get(path.stem, marked("our solution")))
    return _locals[path]  # type: ignore[no-any-return]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a check whose foundation failed; otherwise begin it."""
    found = item_of(item)
    if found is None:
        return
    case = _case(item)
    case.begin(found.device)
    obstacle = case.obstacle(found)
    if obstacle is not None:
        case.obstacles[found.check.name] = obstacle
        pytest.skip(obstacle.message or "")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn what happened into the check's verdict, and into a short text for plain pytest."""
    report = yield
    found = item_of(item)
    if found is None or (call.when != "call" and call.excinfo is None):
        return report
    if call.when == "teardown":
        return report
    case = _case(item)
    verdict = _verdict(found, call, case)
    case.record(verdict)
    if report.failed and verdict.verdict is not Verdict.ERRORED:
        report.longrepr = _short_text(verdict)
    elif report.skipped and found.check.name in case.obstacles:
        path, line, _ = item.location  # pytest would name the line of ours that skipped it
        report.longrepr = (path, (line or 0) + 1, f"Skipped: {_said(verdict)}")
    return report


def _verdict(found: CheckItem, call: pytest.CallInfo[None], case: CaseFile) -> CheckReport:
    from autograder.judging.comparison import Mismatch
    from autograder.judging.implementation import Finding, UngradableError

    seconds, output = call.duration, case.active.output
    speed = case.stopwatch.result if case.stopwatch else None
    error = call.excinfo.value if call.excinfo is not None else None
    if error is None:
        return found.report(Verdict.PASSED, seconds=seconds, output=output, speed=speed)
    if found.check.name in case.obstacles:
        return case.obstacles[found.check.name]
    if isinstance(error, Finding):
        return found.report(
            error.verdict, error.message, seconds=seconds, where=error.where, output=output
        )
    if isinstance(error, Mismatch):
        return found.report(
            Verdict.FAILED,
            error.message,
            seconds=seconds,
            hint=error.hint,
            output=output,
            speed=speed,
            picture=error.picture,
        )
    if isinstance(error, AssertionError):
        return found.report(
            Verdict.FAILED, tr("this does not hold"), seconds=seconds, output=output
        )
    if isinstance(error, UngradableError):
        text = error.problem.sentence
        return found.report(Verdict.FAILED, text, seconds=seconds, where=error.problem.where)
    trouble = f"{type(error).__name__}: {error}"
    text = tr("the grader had trouble ({trouble})", trouble=trouble)
    return found.report(Verdict.ERRORED, text[:2000], seconds=seconds, output=output)


def _short_text(report: CheckReport) -> str:
    """Return what a student reads in an editor's test panel: no frame of ours."""
    lines = [report.title, _said(report)]
    if report.where:
        lines.append(
            f"{report.where.file}:{report.where.line}: {(report.where.source or '').strip()}"
        )
    if report.output:
        lines.append(f"printed: {report.output}")
    if report.hint and report.verdict is not Verdict.NOT_IMPLEMENTED:
        lines.append(f"hint: {report.hint}")
    return "\n".join(line for line in lines if line)


def _said(report: CheckReport) -> str:
    written = report.verdict is not Verdict.NOT_IMPLEMENTED
    return report.message or "" if written else f"still to be written: {report.message}"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Kill the workers of a plain run."""
    cases = config.stash.get(_PLAIN_CASES, {})
    for case in cases.values():
        case.submission.close()
    if cases:
        from autograder.judging import editor

        editor.close(config)
