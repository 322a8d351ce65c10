"""The audit finds nothing in a sound exercise, and names whatever one breaks in it."""

from __future__ import annotations

import dataclasses
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from autograder.audit import _Dossier, audit
from autograder.course.catalog import Catalog
from autograder.course.exercise import Exercise
from autograder.grading import Grader

_TINY = Path(__file__).parent / "tiny_course"


class Copy:
    """A copy of the tiny course, to be broken in one place."""

    def __init__(self, root):
        shutil.copytree(_TINY, root, ignore=shutil.ignore_patterns("__pycache__", ".secret"))
        self.root = root
        self.public = root / "assignments/counter"
        self.secret = root / "solutions/counter"

    @property
    def exercise(self):
        """The exercise as it is now."""
        return Exercise.load(self.public, self.secret)

    def change(self, path, old, new):
        """Replace a text that must be there."""
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture
def copy(tmp_path):
    """Give a copy of the tiny course."""
    return Copy(tmp_path / "course")


class Remembering:
    """A grader that grades the same text once: most files of a broken copy are as they were."""

    def __init__(self, grader):
        self._grader = grader
        self._known = {}

    def checks(self, _exercise):
        """Return what the sound suite checks."""
        return self._grader.checks(self._grader.catalog["counter"])

    def grade(self, source, exercise, *, suite, **how):
        """Return the report, by the suites of the sound course."""
        key = (source / exercise.files[0]).read_text(), suite, how["seed"], how["diagnosed"]
        if key not in self._known:
            sound = self._grader.catalog["counter"]
            self._known[key] = self._grader.grade(source, sound, suite=suite, **how)
        return self._known[key]


@pytest.fixture(scope="module")
def grader():
    """Give a grader of the sound suites; a broken copy is graded by them, too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORCHGRADE_SECRET", "of-the-tests")
        with Grader(Catalog(_TINY)) as grader:
            yield Remembering(grader)


@pytest.fixture
def findings(copy, grader):
    """Give a function that audits the copy, whose suites must be as they were."""

    def audited(draws=1):
        dossier = _Dossier(copy.exercise, draws)
        for number in range(len(dossier.turns)):
            dossier.take(grader, number)
        return dossier.closed().findings

    return audited


def test_the_tiny_course_is_sound(copy):
    """Nothing is found, and what there is is counted."""
    seen = []
    catalog = Catalog(copy.root)

    (found,) = audit(
        catalog, catalog.exercises, progress=lambda done, of, name: seen.append((done, of, name))
    )

    assert found.findings == ()
    assert found.sound
    assert (found.checks, found.mistakes, found.caught, found.told) == (4, 3, 3, 3)
    assert (found.spellings, found.accepted) == (1, 1)
    assert (found.points, found.minutes) == (7, (1, 2))
    assert found.gradings == len(seen)
    assert found.seconds > 0
    assert {(of, name.partition(": ")[0]) for _, of, name in seen} == {(len(seen), "counter")}
    files = {name.partition(": ")[2] for _, _, name in seen}
    assert {"counter.py", "counter.py with 'pass'", "negates.py", "keeps_a_list.py"} <= files


def test_a_check_that_no_mistake_fails_is_named(copy, findings):
    """A check that nothing has ever failed may be one that cannot fail."""
    (copy.secret / "mistakes/adds_in_place.py").unlink()

    assert findings() == (
        (
            "no mistake fails the check 'parts_are_left_alone'; "
            "add one to solutions/counter/mistakes, or drop the check"
        ),
    )


def test_a_mistake_that_fails_another_check_is_named(copy, findings):
    """What it says it fails, and what it does fail, stand side by side."""
    path = copy.secret / "mistakes/negates.py"
    copy.change(path, "Fails: one_part.", "Fails: two_parts.")

    assert findings() == (
        (
            "mistake 'negates' passes ['two_parts'] and fails ['one_part']; "
            "correct its Fails: or the suite"
        ),
    )


def test_a_check_that_a_mistake_misspells_is_named(copy, findings):
    """With the nearest that there is."""
    copy.change(copy.secret / "mistakes/negates.py", "Fails: one_part.", "Fails: one_prt.")

    found = findings()

    assert found[0] == (
        "mistake 'negates' names the check 'one_prt'; there is none. Did you mean 'one_part'?"
    )
    assert found[1].startswith("mistake 'negates' passes [] and fails ['one_part']; ")


def test_a_mistake_that_is_told_another_is_named(copy, findings):
    """Of two that behave alike only one can be told."""
    text = (copy.secret / "mistakes/negates.py").read_text().replace("Says: ", "Says: Hear: ")
    (copy.secret / "mistakes/turns_round.py").write_text(text + "\n# the same again\n")

    (said,) = findings()

    assert said.startswith("mistake 'turns_round' is told the sentence of 'negates' and not its")


def test_a_mistake_that_is_right_is_named(copy, findings):
    """A mistake that fails nothing is none."""
    path = copy.secret / "mistakes/adds_in_place.py"
    copy.change(path, "self.sum = x\n", "self.sum = x.clone()\n")

    assert findings() == (
        (
            "mistake 'adds_in_place' passes ['parts_are_left_alone'] and fails []; "
            "correct its Fails: or the suite"
        ),
        (
            "no mistake fails the check 'parts_are_left_alone'; "
            "add one to solutions/counter/mistakes, or drop the check"
        ),
    )


def test_what_only_mostly_holds_is_found_by_other_draws(copy, findings):
    """One draw of inputs says the same each time; further ones say what it cannot know."""
    path = copy.secret / "mistakes/adds_in_place.py"
    copy.change(path, "self.sum = x\n", "self.sum = x if x[0] > -0.6 else x.clone()\n")

    assert findings() == findings() == ()
    found = findings(draws=12)

    draws = [re.fullmatch(r"(mistake 'adds_in_place' .+) \(in draw (\d+)\)", f) for f in found]
    assert draws
    assert all(draws)
    assert {d[1] for d in draws} == {
        (
            "mistake 'adds_in_place' passes ['parts_are_left_alone'] and fails []; "
            "correct its Fails: or the suite"
        )
    }
    assert {int(d[2]) for d in draws} < set(range(2, 13))


def test_an_audit_does_not_hang_on_the_secret(copy):
    """The inputs are those of every other machine; each draw has its own, and is not timed."""
    seen = {}

    class Noting:
        def checks(self, _exercise):
            return ()

        def grade(self, source, exercise, *, seed, part, **_):
            turn = (source / exercise.files[0]).read_text(), part
            seen.setdefault(turn, set()).add(seed)
            raise KeyboardInterrupt

    dossier = _Dossier(copy.exercise, 3)
    for number in range(len(dossier.turns)):
        with pytest.raises(KeyboardInterrupt):
            dossier.take(Noting(), number)

    solution = copy.exercise.solution.read_text()
    assert len(seen[solution, None]) == 1
    assert len(seen[solution, ("correctness", "parity")]) == 2
    assert not seen[solution, None] & seen[solution, ("correctness", "parity")]
    assert None not in set.union(*seen.values())


def test_points_that_do_not_add_up_are_named(copy, findings):
    """What the suite gives and what exercise.toml promises."""
    copy.change(copy.public / "exercise.toml", "correctness = 5", "correctness = 6")

    assert findings() == (
        (
            "the suite gives {'correctness': 5.0, 'parity': 2.0}, "
            "exercise.toml says {'correctness': 6.0, 'parity': 2.0}; make them agree"
        ),
    )


def test_a_changed_signature_is_named(copy, findings):
    """Stub and solution are called alike."""
    copy.change(copy.public / "counter.py", "def add(self, x: Tensor)", "def add(self, y: Tensor)")

    assert findings() == (
        "Counter.add: the stub has (self, y: Tensor), the solution (self, x: Tensor)",
    )


def test_a_method_that_the_solution_lacks_is_named(copy, findings):
    """A stub must not ask for more than we can do."""
    text = (
        '\n    def mean(self) -> Tensor:\n        """Return the mean."""\n'
        '        raise NotImplementedError("Counter.mean: return the mean")\n'
    )
    stub = copy.public / "counter.py"
    stub.write_text(stub.read_text() + text)

    copy.change(
        copy.public / "exercise.toml", '"Counter.total"]', '"Counter.total", "Counter.mean"]'
    )

    assert findings() == ("Counter.mean: the stub has (self), the solution (None)",)


def test_a_name_that_the_stub_lacks_is_named(copy, findings):
    """exercise.toml lists only what a student finds in the stub."""
    copy.change(
        copy.public / "exercise.toml", '"Counter.total"]', '"Counter.total", "Counter.sum"]'
    )

    assert findings() == ("exercise.toml lists 'Counter.sum', which the stub does not define",)


def test_a_stub_that_is_solved_is_named(copy, findings):
    """In both suites, check by check, and the points that it gives away."""
    shutil.copy(copy.secret / "counter.py", copy.public / "counter.py")

    found = findings()

    for said in (
        "hidden check 'one_part' is passed on the stub",
        "public check 'two_parts' is passed on the stub",
        "check 'one_part' gives points to bodies that do nothing",
    ):
        assert any(finding.startswith(said) for finding in found), said


def test_a_stub_that_is_half_solved_is_named(copy, findings):
    """One method that is written already is enough."""
    stub = copy.public / "counter.py"
    copy.change(stub, 'raise NotImplementedError("Counter.add: remember x")', "self.sum = x")
    copy.change(
        stub,
        'raise NotImplementedError("Counter.total: return the sum")',
        "if self.sum.sum() > 0: return self.sum\n"
        '        raise NotImplementedError("Counter.total: return the sum")',
    )

    assert any("on the stub" in finding for finding in findings())


def test_a_spelling_that_fails_is_named(copy, findings):
    """Which check, on which file, and what it said."""
    copy.change(copy.secret / "spellings/keeps_a_list.py", "sum(self.parts)", "2 * sum(self.parts)")

    found = findings()

    assert any(
        f.startswith("public check 'one_part' is failed on the right keeps_a_list.py: ")
        for f in found
    )
    assert any(
        f.startswith("hidden check 'one_part' is failed on the right keeps_a_list.py: total(): ")
        for f in found
    )


def test_a_right_file_that_cannot_be_graded_is_named(copy, findings):
    """A spelling with a slip in it is no spelling."""
    copy.change(copy.secret / "spellings/keeps_a_list.py", "class Counter:", "class Countr:")

    assert any(f.startswith("keeps_a_list.py is not gradable: ") for f in findings())


def test_a_spelling_that_is_told_a_mistake_is_named(copy, findings):
    """Right code must not be told that it is wrong."""
    copy.change(
        copy.secret / "spellings/keeps_a_list.py",
        "return sum(self.parts)",
        "return -sum(self.parts)",
    )

    assert "the right keeps_a_list.py is told 'negates'" in findings()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("Fails: one_part. ", "", "negates.py does not begin with 'Fails: <checks>. Says: <sentence>'"),
        ("class Counter:", "class Counter", "negates.py is not Python: "),
    ],
)  # fmt: skip
def test_a_mistake_that_cannot_be_read_is_named(copy, old, new, sentence):
    """The author reads which file; nothing is raised."""
    copy.change(copy.secret / "mistakes/negates.py", old, new)
    catalog = Catalog(copy.root)

    (found,) = audit(catalog, catalog.exercises)

    assert not found.sound
    assert len(found.findings) == 1
    assert sentence in found.findings[0]


_LENIENT = '''

@check(points=1)
def test_nothing_is_enough(submission, rng):
    """Something comes back."""
    seen = submission.run(total_of, parts=[draw_normal(rng, 3)])
    if isinstance(seen, str):
        raise KeyError(seen)
'''


def test_a_check_that_is_content_with_nothing_or_stumbles_over_nonsense_is_named(copy):
    """Bodies that do nothing earn nothing, and no answer makes a check break."""
    suite = copy.secret / "suite/test_correctness.py"
    suite.write_text(suite.read_text() + _LENIENT)
    copy.change(copy.public / "exercise.toml", "correctness = 5", "correctness = 6")
    catalog = Catalog(copy.root)

    (found,) = audit(catalog, catalog.exercises)

    assert found.findings == (
        (
            "check 'nothing_is_enough' gives points to bodies that do nothing; "
            "let it require a check that they fail"
        ),
        (
            "check 'nothing_is_enough' stumbles over \"return 'nonsense'\": "
            "the grader had trouble (KeyError: 'nonsense')"
        ),
        (
            "no mistake fails the check 'nothing_is_enough'; "
            "add one to solutions/counter/mistakes, or drop the check"
        ),
    )


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [
        ("suite/probes.py", "The suite of 'counter' is broken: "),
        ("suite", "The hidden suite of 'counter' is not on this machine."),
        ("counter.py", "solutions/counter/counter.py is missing; write it first"),
    ],
)
def test_a_file_that_is_missing_is_a_finding(copy, missing, sentence):
    """An exercise that is half written is unsound; it does not end the audit of the others."""
    path = copy.secret / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    catalog = Catalog(copy.root)

    (found,) = audit(catalog, catalog.exercises)

    assert not found.sound
    assert sentence in found.findings[-1]


# What a mistake costs


class _Timing:
    """A grader of one speed check, `fast`, whose single pairs come to *ratio* at a limit of 2."""

    def __init__(self, ratio):
        self.ratio = ratio
        self.pairs = []

    def checks(self, _exercise):
        return [SimpleNamespace(check="fast", part="speed"), SimpleNamespace(check="x", part="x")]

    def grade(self, _source, _exercise, *, suite, pairs, diagnosed, **_):
        assert (suite, diagnosed) == ("hidden", True)
        self.pairs.append(pairs)
        speed = SimpleNamespace(ratio=self.ratio, limit=2.0)
        return SimpleNamespace(verdicts=[SimpleNamespace(speed=speed), SimpleNamespace(speed=None)])


@pytest.mark.parametrize(
    ("fails", "ratio", "pairs"),
    [
        (frozenset({"x"}), 1.0, [1]),
        (frozenset({"x"}), 3.0, [1, None]),
        (frozenset({"x", "fast"}), 1.0, [None]),
        (None, 1.0, [None]),
    ],
)
def test_only_what_is_right_or_slow_is_timed_in_full(copy, fails, ratio, pairs):
    """A mistake that nobody calls slow is timed once, and again if that once was too slow."""
    grader, dossier = _Timing(ratio), _Dossier(copy.exercise)
    turn = dataclasses.replace(dossier.turns[-1], fails=fails, findings=lambda _report: iter(()))
    dossier.turns = [turn]

    dossier.take(grader, 0)

    assert grader.pairs == pairs


def test_folders_that_are_half_an_exercise_make_a_course_unsound(copy):
    """They are told where the whole course is audited, and not where one exercise is."""
    (copy.root / "solutions/alone").mkdir()
    copy.change(copy.public / "exercise.toml", "order = 1", "order = 1\ndraft = true")
    catalog = Catalog(copy.root)

    (found,) = audit(catalog, ())

    assert found.exercise == "alone"
    assert not found.sound
