"""What was graded ahead is taken only if it is genuine, of these files, and by this suite."""

from __future__ import annotations

import gc
from pathlib import Path

import msgspec
import pytest

import autograder.grading
from autograder.course.catalog import Catalog
from autograder.course.secret import course_secret
from autograder.errors import UserError
from autograder.integrations.nbgrader.engine import Engine, engine_for, shelf_named
from autograder.results.seal import sealed
from autograder.results.verdict import Verdict
from autograder.submission.intake import take_in

_TINY = Path(__file__).parents[1] / "tiny_course"


class _Grader:
    """Stands in for the engine, and counts."""

    def __init__(self, answer):
        self.answer = answer
        self.graded, self.closed = 0, 0

    def grade(self, _source, _exercise, *, student):
        """Answer with the one report."""
        self.graded += 1
        return msgspec.structs.replace(self.answer, student=student)

    def close(self):
        """Note the end."""
        self.closed += 1


class _Shelf:
    """A shelf with one report, or none."""

    def __init__(self, report):
        self.report = report
        self.asked = []

    def newest(self, digest, exercise):
        """Return the report whatever is asked for."""
        self.asked.append((digest, exercise.id))
        return self.report


@pytest.fixture
def catalog(monkeypatch):
    """Give the tiny course with a secret of its own."""
    monkeypatch.setenv("TORCHGRADE_SECRET", "of-the-tests")
    return Catalog(_TINY)


@pytest.fixture
def folder(tmp_path):
    """Give a submission of one student."""
    (tmp_path / "counter.py").write_text((_TINY / "solutions/counter/counter.py").read_text())
    return tmp_path


@pytest.fixture
def genuine(catalog, folder, reports):
    """Give a report of that submission, as `grade class` keeps it."""
    exercise = catalog["counter"]
    report = reports.passed(
        exercise="counter", student="somebody", submission=take_in(folder, exercise).digest
    )
    facts = msgspec.structs.replace(report.environment, course=catalog.digest(exercise))
    report = msgspec.structs.replace(report, environment=facts)
    return sealed(report, course_secret(catalog.root))


@pytest.fixture
def grader(genuine, monkeypatch):
    """Give an engine that counts, in the place of the real one."""
    grader = _Grader(genuine)
    monkeypatch.setattr(autograder.grading, "Grader", lambda *_, **__: grader)
    return grader


def test_a_report_of_the_same_files_is_taken(catalog, folder, genuine, grader):
    """It is asked for by digest, given to the student at hand, and no engine is started."""
    shelf = _Shelf(genuine)

    outcome = Engine(catalog, shelf=shelf).judge(folder, catalog["counter"], "ada")

    assert outcome.ahead
    assert outcome.report.student == "ada"
    assert outcome.files["counter.py"].startswith('"""')
    assert shelf.asked == [(genuine.submission, "counter")]
    assert grader.graded == 0


@pytest.mark.parametrize("wrong", ["seal", "submission", "suite", "errored", "none"])
def test_any_other_report_is_not(wrong, catalog, folder, genuine, grader):
    """Altered, of other files, by an older suite, with trouble in it: graded now instead."""
    environment = msgspec.structs.replace(genuine.environment, course="sha256:old")
    verdicts = (msgspec.structs.replace(genuine.verdicts[0], verdict=Verdict.ERRORED),)
    report = {
        "seal": msgspec.structs.replace(
            genuine, score=genuine.score.__class__(earned=9, possible=9)
        ),
        "submission": msgspec.structs.replace(genuine, submission="sha256:other"),
        "suite": msgspec.structs.replace(genuine, environment=environment),
        "errored": msgspec.structs.replace(genuine, verdicts=verdicts),
        "none": None,
    }[wrong]
    secret = course_secret(catalog.root)
    shelf = _Shelf(report if report is None or wrong == "seal" else sealed(report, secret))

    outcome = Engine(catalog, shelf=shelf).judge(folder, catalog["counter"], "ada")

    assert not outcome.ahead
    assert grader.graded == 1


def test_files_that_change_meanwhile_are_graded_again(catalog, folder, grader):
    """A report of other files than those that are shown is not believed."""
    grader.answer = msgspec.structs.replace(grader.answer, submission="sha256:other")

    with pytest.raises(UserError, match="was changed while it was graded"):
        Engine(catalog).judge(folder, catalog["counter"], "ada")


def test_an_unreadable_submission_is_looked_up_too(catalog, folder, grader):
    """What cannot be judged has a digest as well, and no text to show."""
    (folder / "counter.py").write_text("def (")
    with pytest.raises(UserError, match="was changed"):
        Engine(catalog).judge(folder, catalog["counter"], "ada")

    assert grader.graded == 1


def test_an_engine_lives_as_long_as_the_run(catalog, folder, grader):
    """One engine for all submissions of a run; with the run it ends."""

    class Converter:
        """A run of nbgrader's."""

    run = Converter()
    engine = engine_for(run, lambda: Engine(catalog))
    engine.judge(folder, catalog["counter"], "ada")
    assert engine_for(run, lambda: pytest.fail("a second engine")) is engine
    assert grader.closed == 0

    del run
    gc.collect()

    assert grader.closed == 1


def test_the_engine_of_an_earlier_run_is_ended(catalog, folder, grader):
    """A run that is still referred to somewhere keeps no processes once another begins."""

    class Converter:
        """A run of nbgrader's."""

    earlier, later = Converter(), Converter()
    engine_for(earlier, lambda: Engine(catalog)).judge(folder, catalog["counter"], "ada")

    engine_for(later, lambda: Engine(catalog))

    assert grader.closed == 1


def test_a_shelf_is_named_by_its_function(catalog):
    """A wrong name is a sentence."""
    assert shelf_named(f"{__name__}.none_here", catalog) is None
    for name in ("nowhere.shelf", f"{__name__}.nothing", "justaname"):
        with pytest.raises(UserError, match="There is no shelf of reports"):
            shelf_named(name, catalog)


def test_without_a_name_the_shelf_is_the_ledger(catalog, tmp_path, monkeypatch):
    """A ledger that is not there is not made; one that cannot be read is as good as empty."""
    place = tmp_path / "ledger.sqlite"
    monkeypatch.setenv("TORCHGRADE_LEDGER", str(place))
    absent = shelf_named("", catalog)
    made = place.exists()
    place.write_text("this is no database, and long enough to be seen as none" * 20)

    broken = shelf_named("", catalog)

    assert (absent, made) == (None, False)
    assert broken.newest("sha256:0", catalog["counter"]) is None


def none_here(_catalog):
    """Give no shelf."""
